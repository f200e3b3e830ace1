"""The authors: stylised heads in a few inks."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from attache.demo.illustrations.ink import Sheet, mixed


@dataclass(frozen=True)
class Look:
    """What tells one face from another."""

    ground: str
    skin: str
    hair: str
    cut: str
    coat: str
    collar: str
    glasses: bool = False
    beard: bool = False
    lines: bool = False


LOOKS = {
    "ines-varga": Look("#d9a441", "#d9a07a", "#2b1d18", "bob", "#1f3f4f", "#f3ecdc"),
    "tomas-okafor": Look("#7fa3a0", "#6b4029", "#17110f", "short", "#2b2f45", "#e9e2d0", glasses=True, beard=True),
    "wen-castellane": Look("#b8c48f", "#e3b98f", "#1a1a22", "bun", "#2f5d3f", "#dfe6d0", glasses=True),
    "layla-haddad": Look("#c98aa0", "#c98f63", "#2a1712", "long", "#5a2340", "#f3d9c0"),
    "piet-ambrose": Look("#9fb4c9", "#efc6a4", "#c9a25a", "thin", "#3f5c3a", "#f3ecdc", lines=True),
    "marguerite-dufour": Look("#e0b59a", "#f0cdb0", "#b9b4ac", "bob", "#7a2f2a", "#f6efdf", glasses=True, lines=True),
    "sunniva-rao": Look("#8fa8c2", "#a8704a", "#0f0d10", "long", "#b3472c", "#f3e3c0"),
    "gwen-abara": Look("#d6c27f", "#5a3524", "#120d0b", "afro", "#6b3f7a", "#f0d9a0"),
}


def portrait(slug: str) -> Sheet:
    """The head and shoulders of an author."""
    look = LOOKS[slug]
    sheet = Sheet(f"portrait-{slug}", 1000, 1000, paper=look.ground)
    shade = mixed(look.skin, "#2b120a", 0.22)
    sheet.glow(34, 30, 70, mixed(look.ground, "#ffffff", 0.6), 0.6)
    for ring in range(5):
        sheet.ring(50, 46, 44 + ring * 9, 0.5, mixed(look.ground, "#2b1d18", 0.16))
    if look.cut == "long":
        sheet.disc(50, 44, 26, look.hair, 1.05)
        sheet.box(24.5, 42, 51, 42, look.hair, 14)
    if look.cut == "afro":
        for step in range(26):
            angle = step / 26 * 2 * math.pi
            sheet.disc(50 + 20 * math.cos(angle), 34 + 18 * math.sin(angle), 11, look.hair)
        sheet.disc(50, 34, 24, look.hair)
    if look.cut == "bun":
        sheet.disc(50, 14, 9, look.hair)
    if look.cut == "bob":
        sheet.box(26.5, 20, 47, 46, look.hair, 20)
    sheet.shape((10, 104), (14, 88), (34, 77), (66, 77), (86, 88), (90, 104), ink=look.coat)
    sheet.shape((50, 104), (60, 77), (66, 77), (86, 88), (90, 104), ink=mixed(look.coat, "#000000", 0.18))
    sheet.shape((36, 77), (50, 96), (64, 77), (60, 72), (40, 72), ink=look.collar)
    sheet.box(42, 58, 16, 22, shade, 6)
    sheet.shape((42, 74), (50, 84), (58, 74), ink=shade)
    sheet.disc(50, 44, 19.4, look.skin, 1.24)
    sheet.pen.chord([v * sheet.unit for v in (30.6, 20, 69.4, 68)], -72, 84, fill=mixed(look.skin, shade, 0.55))
    for ear in (30.4, 69.6):
        sheet.disc(ear, 46, 3, look.skin if ear < 50 else shade, 1.4)
    if look.beard:
        sheet.pen.pieslice([v * sheet.unit for v in (30.8, 34, 69.2, 70)], 12, 168, fill=look.hair)
        sheet.disc(50, 55, 8.6, look.skin, 0.5)
    tops = {"short": 0.86, "thin": 0.5, "bob": 1.0, "bun": 0.95, "long": 1.0, "afro": 0.9}[look.cut]
    sheet.pen.pieslice([v * sheet.unit for v in (29.8, 17.6, 70.2, 17.6 + 46 * tops)], 180, 360, fill=look.hair)
    if look.cut in ("bob", "long"):
        sheet.shape((30, 40), (34, 26), (62, 22), (44, 34), ink=look.hair)
        sheet.shape((70, 42), (68, 28), (58, 22), (66, 34), ink=look.hair)
    for side in (-1, 1):
        x = 50 + side * 8
        sheet.arc(x, 41.4, 4.4, 1.0, mixed(look.hair, "#3a2a20", 0.3), 205, 335, 0.7)
        sheet.disc(x, 45, 2.9, "#f7f2e6", 0.62)
        sheet.disc(x + 0.3, 45, 1.6, "#2b1d18")
        sheet.disc(x + 0.8, 44.5, 0.45, "#ffffff")
        if look.glasses:
            sheet.ring(x, 45.2, 5.4, 0.8, "#23201e", 0.9)
        if look.lines:
            sheet.arc(x + side * 2, 47.4, 3.4, 0.35, shade, 40, 140, 0.6)
    if look.glasses:
        sheet.line((47.4, 44.6), (52.6, 44.6), thick=0.8, ink="#23201e")
    sheet.line((50.6, 44), (52.4, 51), (49.6, 52.2), thick=0.7, ink=shade)
    sheet.arc(50, 55.4, 5.2, 1.3, "#8a2f2a", 25, 155, 0.55)
    return sheet


SCENES: dict[str, Callable[[], Sheet]] = {f"portrait-{slug}": partial(portrait, slug) for slug in LOOKS}
