"""Placeholder until the real module lands."""

from dataclasses import dataclass

MAX_BYTES = 2 * 1024 * 1024


class ManuscriptError(ValueError):
    pass


@dataclass(frozen=True)
class Paragraph:
    text: str
    line: int


@dataclass(frozen=True)
class Crosshead:
    text: str
    line: int


@dataclass(frozen=True)
class PhotoLine:
    number: int
    caption: str
    credit: str
    line: int


Block = Paragraph | Crosshead | PhotoLine


@dataclass(frozen=True)
class Manuscript:
    publication: str
    original: bool
    original_url: str
    headline: str
    deck: str
    blocks: tuple[Block, ...]

    @property
    def photo_lines(self) -> list[PhotoLine]:
        return [block for block in self.blocks if isinstance(block, PhotoLine)]


def read(data: bytes, *, name: str) -> Manuscript:
    return read_text(data.decode(), name=name)


def read_text(text: str, *, name: str) -> Manuscript:
    head, deck, *rest = [block.strip() for block in text.split("\n\n") if block.strip()]
    return Manuscript("", False, "", head, deck, tuple(Paragraph(block, 0) for block in rest))
