"""A sheet to draw on: flat inks, gradients, light, water and paper grain. Lengths are percent of the sheet's width."""

import io
import math
import random
from collections.abc import Iterable, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFont

OVERSAMPLING = 2
Point = tuple[float, float]


def mixed(one: str, other: str, part: float) -> str:
    """A colour between two; `part` is how much of the other is in it, 0 to 1."""
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


class Sheet:
    """A picture in the making. `high` is its height in percent of its width."""

    def __init__(self, key: str, width: int = 2000, height: int = 1333, paper: str = "#f3ecdc") -> None:
        self.random = random.Random(key)  # noqa: S311 - drawing, not secrets
        self.width, self.height = width, height
        self.unit = width * OVERSAMPLING / 100
        self.high = 100 * height / width
        self.image = Image.new("RGB", (width * OVERSAMPLING, height * OVERSAMPLING), paper)
        self.pen = ImageDraw.Draw(self.image)

    def _at(self, points: Iterable[Point]) -> list[Point]:
        return [(x * self.unit, y * self.unit) for x, y in points]

    def sky(self, *inks: str, top: float = 0, bottom: float | None = None) -> None:
        """A gradient from the first ink at `top` to the last at `bottom`."""
        end = self.high if bottom is None else bottom
        rows = max(1, round((end - top) * self.unit))
        strip = Image.new("RGB", (1, 256))
        for row in range(256):
            place = row / 255 * (len(inks) - 1)
            first = min(int(place), len(inks) - 2)
            strip.putpixel((0, row), _rgb(mixed(inks[first], inks[first + 1], place - first)))
        self.image.paste(strip.resize((self.image.width, rows), Image.Resampling.BICUBIC), (0, round(top * self.unit)))

    def shape(self, *points: Point, ink: str) -> None:
        """A filled shape with straight sides."""
        self.pen.polygon(self._at(points), fill=ink)

    def box(self, x: float, y: float, wide: float, high: float, ink: str, round_by: float = 0) -> None:
        """A filled rectangle by its upper left corner and size."""
        ends = (x * self.unit, y * self.unit, (x + wide) * self.unit, (y + high) * self.unit)
        self.pen.rounded_rectangle(ends, radius=round_by * self.unit, fill=ink)

    def disc(self, x: float, y: float, radius: float, ink: str, flat: float = 1) -> None:
        """A filled circle; `flat` below 1 makes it a lying ellipse."""
        r, q = radius * self.unit, radius * flat * self.unit
        self.pen.ellipse((x * self.unit - r, y * self.unit - q, x * self.unit + r, y * self.unit + q), fill=ink)

    def ring(self, x: float, y: float, radius: float, thick: float, ink: str, flat: float = 1) -> None:
        """A circle's line."""
        r, q = radius * self.unit, radius * flat * self.unit
        ends = (x * self.unit - r, y * self.unit - q, x * self.unit + r, y * self.unit + q)
        self.pen.ellipse(ends, outline=ink, width=max(1, round(thick * self.unit)))

    def arc(
        self, x: float, y: float, radius: float, thick: float, ink: str, begin: float, end: float, flat: float = 1
    ) -> None:
        """A part of a circle's line, in degrees clockwise from three o'clock."""
        r, q = radius * self.unit, radius * flat * self.unit
        ends = (x * self.unit - r, y * self.unit - q, x * self.unit + r, y * self.unit + q)
        self.pen.arc(ends, begin, end, fill=ink, width=max(1, round(thick * self.unit)))

    def line(self, *points: Point, thick: float, ink: str) -> None:
        """A line through points."""
        self.pen.line(self._at(points), fill=ink, width=max(1, round(thick * self.unit)), joint="curve")

    def glow(self, x: float, y: float, radius: float, ink: str, strength: float = 0.8) -> None:
        """Light around a point, fading outwards."""
        size = round(radius * 2 * self.unit)
        fade = ImageChops.invert(Image.radial_gradient("L")).point(lambda value: max(0, value - 74) * 255 // 181)
        mask = fade.resize((size, size), Image.Resampling.BICUBIC).point(lambda value: value * strength)
        self.image.paste(ink, (round((x - radius) * self.unit), round((y - radius) * self.unit)), mask)

    def veil(self, *corners: Point, ink: str, strength: float) -> None:
        """A see-through shape: fog, a beam of light, glass."""
        mask = Image.new("L", self.image.size, 0)
        ImageDraw.Draw(mask).polygon(self._at(corners), fill=round(255 * strength))
        self.image.paste(ink, (0, 0), mask)

    def fog(self, top: float, bottom: float, ink: str, strength: float = 0.9) -> None:
        """A band of fog, thickest in its middle."""
        rows = round((bottom - top) * self.unit)
        column = Image.new("L", (1, 64))
        for row in range(64):
            column.putpixel((0, row), round(255 * strength * math.sin(math.pi * row / 63)))
        mask = column.resize((self.image.width, rows), Image.Resampling.BICUBIC)
        self.image.paste(ink, (0, round(top * self.unit)), mask)

    def ridge(self, y: float, rise: float, ink: str, waves: int = 3, bottom: float | None = None) -> list[Point]:
        """Hills from edge to edge, about `y` high and `rise` up and down; the line of their tops."""
        parts = [
            (rise / wave, wave * self.random.uniform(0.7, 1.3), self.random.uniform(0, 6.3))
            for wave in range(1, waves + 1)
        ]
        tops = [
            (float(x), y + sum(high * math.sin(often * x / 100 * 6.3 + start) for high, often, start in parts) / 2)
            for x in range(101)
        ]
        end = self.high if bottom is None else bottom
        self.shape(*tops, (100, end), (0, end), ink=ink)
        return tops

    def ripples(
        self, top: float, bottom: float, inks: Sequence[str], number: int = 160, left: float = 0, right: float = 100
    ) -> None:
        """Short lying strokes on water, longer and thicker towards the eye."""
        for _ in range(number):
            depth = self.random.random() ** 1.4
            y = top + (bottom - top) * depth
            long = (1 + 7 * depth) * self.random.uniform(0.4, 1.3)
            x = self.random.uniform(left - 2, right)
            self.line((x, y), (x + long, y), thick=0.06 + 0.26 * depth, ink=self.random.choice(list(inks)))

    def stars(self, bottom: float, ink: str, number: int = 260) -> None:
        """Stars of several sizes above `bottom`."""
        for _ in range(number):
            size = 0.05 + 0.16 * self.random.random() ** 4
            self.disc(self.random.uniform(0, 100), self.random.uniform(0, bottom), size, ink)

    def rain(self, ink: str, number: int = 240, long: float = 4, strength: float = 0.35) -> None:
        """Slanting rain."""
        mask = Image.new("L", self.image.size, 0)
        pen = ImageDraw.Draw(mask)
        for _ in range(number):
            x, y = self.random.uniform(-5, 100), self.random.uniform(-5, self.high)
            part = long * self.random.uniform(0.5, 1.2)
            pen.line(self._at([(x, y), (x + part * 0.3, y + part)]), fill=round(255 * strength), width=4)
        self.image.paste(ink, (0, 0), mask)

    def words(self, x: float, y: float, text: str, size: float, ink: str, anchor: str = "mm") -> None:
        """A few letters, `size` high."""
        font = ImageFont.load_default(size=size * self.unit)
        self.pen.text((x * self.unit, y * self.unit), text, fill=ink, font=font, anchor=anchor)

    def jpeg(self, grain: float = 0.055) -> bytes:
        """The finished picture on its grainy paper, as a JPEG."""
        picture = self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)
        coarse = (self.width // 2, self.height // 2)
        noise = Image.frombytes("L", coarse, self.random.randbytes(coarse[0] * coarse[1]))
        paper = noise.resize(picture.size, Image.Resampling.BICUBIC).convert("RGB")
        printed = Image.blend(picture, ImageChops.soft_light(picture, paper), min(1, grain * 8))
        buffer = io.BytesIO()
        printed.save(buffer, "JPEG", quality=86, optimize=True)
        return buffer.getvalue()


def _rgb(ink: str) -> tuple[int, int, int]:
    return int(ink[1:3], 16), int(ink[3:5], 16), int(ink[5:7], 16)


def turned(points: Iterable[Point], x: float, y: float, degrees: float) -> list[Point]:
    """Points turned around a point."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return [(x + (a - x) * cosine - (b - y) * sine, y + (a - x) * sine + (b - y) * cosine) for a, b in points]
