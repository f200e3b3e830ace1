"""Photographs for measuring: made of nothing but a number, and as hard to compress as those of a camera."""

import io
import random

from PIL import Image, ImageDraw, ImageOps

# How much of each octave is left in the next finer one. Chosen so that a JPEG of it weighs what photographs weigh.
DETAIL = 0.76
SHAPES = 120
SHADES = ("#20242a", "#d8d2c4", "#7a4a30", "#40607a", "#56683c")


def photograph(seed: int, width: int, height: int) -> Image.Image:
    """A scene of that size: light that falls off as in nature, things with edges before it, the grain of a sensor."""
    chance = random.Random(seed)  # noqa: S311 - the same each time, and no secret
    light, tint = (ImageOps.autocontrast(_light(chance, width, height), cutoff=1) for _ in range(2))
    scene = Image.merge("RGB", (light, Image.blend(light, tint, 0.25), Image.blend(light, tint, 0.5)))
    for _ in range(SHAPES):
        reach = chance.randint(width // 60, width // 6)
        left, top = chance.randrange(width - reach), chance.randrange(height - reach)
        thing = scene.crop((0, 0, reach, reach)).transpose(chance.choice(list(Image.Transpose)))
        shade = Image.new("RGB", thing.size, chance.choice(SHADES))
        outline = Image.new("L", thing.size)
        corners = [(chance.randrange(reach), chance.randrange(reach)) for _ in range(5)]
        ImageDraw.Draw(outline).polygon(corners, fill=255)
        scene.paste(Image.blend(thing, shade, 0.45), (left, top), outline)
    return scene


def as_jpeg(image: Image.Image) -> bytes:
    """As a camera writes it."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=92, subsampling=0)
    return buffer.getvalue()


def _light(chance: random.Random, width: int, height: int) -> Image.Image:
    """Noise of all sizes, the finer the fainter."""
    sizes = [4]
    while sizes[-1] < width:
        sizes.append(sizes[-1] * 2)
    light = None
    for across in reversed(sizes):
        down = max(2, across * height // width)
        layer = Image.frombytes("L", (across, down), chance.randbytes(across * down))
        layer = layer.resize((width, height), Image.Resampling.BICUBIC)
        light = Image.blend(layer, light, DETAIL) if light else layer
    assert light
    return light
