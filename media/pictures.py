"""A picture: a photo as it stands on a page, frozen with its caption and credit."""

from dataclasses import asdict, dataclass, replace
from typing import Self, TypedDict, cast


class PictureRecord(TypedDict):
    """A picture in JSON, as snapshots keep it."""

    photo_id: int
    sha256: str
    width: int
    height: int
    focal_x: int
    focal_y: int
    caption: str
    credit: str
    alt: str


def credit_line(*, credit: str, agency: str) -> str:
    """Whom a photo belongs to, in one line: the credit, with the agency where the credit does not name it."""
    credit, agency = credit.strip(), agency.strip()
    if not agency or agency.casefold() in credit.casefold():
        return credit
    return f"{credit}/{agency}" if credit else agency


@dataclass(frozen=True)
class Picture:
    """Everything that a page says and needs to know of one photo.

    `width` and `height` are pixels of the upright original, the focal point is in percent from the left and the top,
    and an empty `alt` means that the picture is decorative.
    """

    photo_id: int
    sha256: str
    width: int
    height: int
    focal_x: int
    focal_y: int
    caption: str
    credit: str
    alt: str

    def for_use(self, *, caption: str | None, alt: str | None) -> Self:
        """This picture with what one use of it says in place of the photo desk's words; None keeps theirs."""
        return replace(
            self,
            caption=self.caption if caption is None else caption,
            alt=self.alt if alt is None else alt,
        )

    @property
    def is_tall(self) -> bool:
        """Whether the picture is higher than it is wide."""
        return self.height > self.width

    def as_record(self) -> PictureRecord:
        """This picture in JSON."""
        return cast(PictureRecord, asdict(self))

    @classmethod
    def from_record(cls, record: PictureRecord) -> Self:
        """The picture that `as_record` wrote."""
        return cls(**record)
