"""A picture: a photo as it stands on a page, frozen with its caption, its credit and its rights."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from media.framing import FULL, SHAPES

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# The IPTC's terms for where an image comes from, and what readers are told of those that a machine had a hand in.
ORIGINS: Mapping[str, tuple[str, str]] = {
    "compositeWithTrainedAlgorithmicMedia": ("A camera, edited with AI", "edited with AI"),
    "trainedAlgorithmicMedia": ("AI", "made by AI"),
    "algorithmicMedia": ("A program, without AI", "computer-generated"),
    "digitalCreation": ("A person, drawing or composing", ""),
}


# What a hint is, a few pixels of a picture in a data address.
HINT_TYPE = "image/webp"


def credit_line(*, credit: str, agency: str, origin: str = "") -> str:
    """Whom a photo belongs to, in one line: the credit, the agency where the credit does not name it, a machine's part.

    `origin` is one of ORIGINS, or empty for a photograph.
    """
    credit, agency = credit.strip(), agency.strip()
    if agency and agency.casefold() not in credit.casefold():
        credit = f"{credit}/{agency}" if credit else agency
    told = ORIGINS[origin][1] if origin in ORIGINS else ""
    return f"{credit} ({told})" if credit and told else credit


@dataclass(frozen=True)
class Picture:
    """Everything that a page says and needs to know of one photo.

    `key` names its renditions. `shapes` says how many pixels of the original each shape has, by its width; the whole
    picture is `width` by `height`. An empty `alt` means that the picture is decorative. `hint` is a data address of a
    few pixels to stand there until the picture has come. `is_barred` says that it may not stand on fronts, `is_whole`
    that it may not be cropped. The rest is what its owner wants said, for machines.
    """

    photo_id: int
    key: str
    width: int
    height: int
    caption: str
    credit: str
    alt: str
    shapes: Mapping[str, int] = field(default_factory=dict)
    hint: str = ""
    is_barred: bool = False
    is_whole: bool = False
    creator: str = ""
    copyright: str = ""
    licence: str = ""
    licensor: str = ""
    origin: str = ""

    def for_use(self, *, caption: str | None, alt: str | None) -> Self:
        """This picture with what one use of it says in place of the photo desk's words; None keeps theirs."""
        return replace(
            self,
            caption=self.caption if caption is None else caption,
            alt=self.alt if alt is None else alt,
        )

    @property
    def is_tall(self) -> bool:
        """Whether the picture is at least as high as it is wide: shown narrower, so that it fits a screen."""
        return self.height >= self.width

    def shaped(self, shape: str) -> str:
        """The shape in which it may be shown where a layout asks for `shape`."""
        return FULL if self.is_whole else shape

    def size(self, shape: str) -> tuple[int, int]:
        """Width and height of what it shows in a shape, in pixels of the original."""
        if shape == FULL:
            return self.width, self.height
        width = self.shapes[shape]
        return width, max(1, round(width / SHAPES[shape]))

    def as_record(self) -> dict[str, Any]:
        """This picture in JSON, as snapshots keep it."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """The picture that `as_record` wrote."""
        return cls(**record)
