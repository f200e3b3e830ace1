"""Social cards: a picture of 1200 by 630 with a headline on it, for wherever a link to a story is shown."""

from dataclasses import dataclass

from media import apart, renditions
from media.fonts import font_for
from media.models.photo import originals
from media.pictures import Picture

SIZE = (1200, 630)


@dataclass(frozen=True)
class Words:
    """What stands on a card: the paper's name, the section with its colour (“#rrggbb”), the headline, the credit."""

    paper: str
    section: str
    colour: str
    headline: str
    credit: str = ""
    is_rtl: bool = False


def draw(words: Words, picture: Picture | None) -> bytes:
    """A card as JPEG. Without a picture, or with one that may not be cropped, the words stand on paper.

    A line for which the machine has no font is left out, rather than shown as boxes. Raises OSError where the original
    of the picture is gone or cannot be read.
    """
    lines = {name: getattr(words, name) for name in ("paper", "section", "headline", "credit")}
    fonts = {name: font_for(frozenset(text)) for name, text in lines.items()}
    found, data = None, b""
    if picture and not picture.is_whole:
        found = renditions.print_of(picture.key)
        data = originals().read(found.original)
    lines["credit"] = lines["credit"] if found else ""
    _, [card] = apart.run(
        "card",
        data,
        size=SIZE,
        lines=lines,
        fonts=fonts,
        colour=words.colour,
        is_rtl=words.is_rtl,
        rotation=found.recipe["rotation"] if found else 0,
        box=found.recipe["boxes"]["16x9"] if found else None,
    )
    return card
