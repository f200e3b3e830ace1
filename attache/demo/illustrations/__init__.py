"""The pictures of the demo newsroom, drawn by code in a few flat inks each: the same bytes for the same key."""

from collections.abc import Callable

from attache.demo.illustrations import culture, graphics, harbour, nature, portraits, sport, town, world
from attache.demo.illustrations.ink import Sheet

SCENES: dict[str, Callable[[], Sheet]] = {
    **harbour.SCENES,
    **town.SCENES,
    **nature.SCENES,
    **culture.SCENES,
    **sport.SCENES,
    **world.SCENES,
    **graphics.SCENES,
    **portraits.SCENES,
}
KEYS = tuple(SCENES)


def draw(key: str) -> bytes:
    """The picture of that key as a JPEG; raises ValueError for a key that has none."""
    if key not in SCENES:
        raise ValueError(f"There is no picture “{key}”.")
    return SCENES[key]().jpeg()
