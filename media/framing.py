"""Framing: which part of a photo is shown in which shape. The original itself is never touched."""

from collections.abc import Mapping
from dataclasses import dataclass

FULL = "full"
# Width by height, as layouts ask for them.
SHAPES: Mapping[str, float] = {"16x9": 16 / 9, "4x3": 4 / 3, "1x1": 1.0, "3x4": 3 / 4}
ROTATIONS = (0, 90, 180, 270)
# A crop keeps its place to a hundredth of a percent.
WHOLE = 10_000
WIDE, TALL, SQUARE = "wide", "tall", "square"
# A picture whose sides differ by less than this is called square.
SQUARE_WITHIN = 1.05


@dataclass(frozen=True)
class Crop:
    """A part of the picture in a shape: its left and upper edge and its width, in parts of WHOLE of the picture's."""

    left: int
    top: int
    width: int


@dataclass(frozen=True)
class Box:
    """A part of the picture, as fractions of its width and height."""

    left: float
    top: float
    width: float
    height: float


def shaped(width: int, height: int) -> str:
    """How a picture of this size is shaped: wide, tall or square."""
    if width > height * SQUARE_WITHIN:
        return WIDE
    return TALL if height > width * SQUARE_WITHIN else SQUARE


def box(shape: str, *, width: int, height: int, focal: tuple[int, int], crop: Crop | None) -> Box:
    """What a picture of this size shows in a shape: the crop, or else the largest part with the focal point inside.

    The focal point is in percent from the left and the top; it stands in the middle where there is room for that.
    """
    if shape == FULL:
        return Box(0, 0, 1, 1)
    ratio = SHAPES[shape] * height / width
    if crop:
        # A pixel at least, either way.
        wide = min(max(crop.width / WHOLE, max(1, SHAPES[shape]) / width), ratio, 1)
        return Box(
            min(crop.left / WHOLE, 1 - wide), min(crop.top / WHOLE, 1 - wide / ratio), wide, min(wide / ratio, 1)
        )
    wide, high = min(1, ratio), min(1, 1 / ratio)
    return Box(_around(focal[0] / 100, wide), _around(focal[1] / 100, high), wide, high)


def _around(middle: float, length: float) -> float:
    return min(max(middle - length / 2, 0), 1 - length)
