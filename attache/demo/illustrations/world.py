"""Elsewhere: mountains and a capital."""

import math

from attache.demo.illustrations.ink import Sheet, mixed


def mountain_rail() -> Sheet:
    """A viaduct in the mountains."""
    sheet = Sheet("mountain-rail")
    sheet.sky("#9cc0cf", "#d3e0d6", "#f3e6c8", bottom=40)
    for base, peaks, ink in ((46, 5, "#9db3b8"), (54, 4, "#6f8d90")):
        for peak in range(peaks):
            x = peak * 100 / peaks + sheet.random.uniform(0, 12)
            high = sheet.random.uniform(22, 34) if base < 50 else sheet.random.uniform(16, 26)
            wide = high * 1.1
            sheet.shape((x - wide, base + 12), (x, base - high), (x + wide, base + 12), ink=ink)
            sheet.shape(
                (x, base - high), (x + wide, base + 12), (x + wide * 0.12, base + 12), ink=mixed(ink, "#2b3d44", 0.22)
            )
            snow = high * 0.32
            sheet.shape(
                (x, base - high), (x + snow * 0.95, base - high + snow), (x + snow * 0.3, base - high + snow * 0.7),
                (x - snow * 0.1, base - high + snow * 1.15), (x - snow * 0.95, base - high + snow), ink="#fbf6ea",
            )  # fmt: skip
    sheet.ridge(48, 6, "#587a5a")
    sheet.fog(42, 58, "#f3e6c8", 0.5)
    sheet.shape((0, 40), (16, 44), (24, 67), (0, 67), ink="#33503f")
    sheet.shape((100, 38), (82, 44), (74, 67), (100, 67), ink="#2b4738")
    sheet.box(8, 36, 86, 3, "#cdb592")
    sheet.box(8, 38.4, 86, 1, "#9a8460")
    for arch in range(7):
        x = 16 + arch * 10
        sheet.box(x - 1.3, 39, 2.6, 30, "#cdb592")
        sheet.box(x + 0.5, 39, 0.9, 30, "#a58e68")
        if arch < 6:
            sheet.arc(x + 5, 44, 4.9, 1.5, "#cdb592", 180, 360)
            sheet.box(x + 1.2, 39, 7.6, 1.3, "#cdb592")
    for wagon in range(4):
        x = 30 + wagon * 10
        sheet.box(x, 31.2, 9.4, 4.4, "#a3201d" if wagon else "#8a1a17", 0.7)
        sheet.box(x, 34, 9.4, 0.5, "#f3e6c8")
        for window in range(5):
            sheet.box(x + 0.8 + window * 1.7, 32, 1.2, 1.4, "#fbe9b8")
        sheet.disc(x + 2, 35.8, 0.6, "#1f1a16")
        sheet.disc(x + 7.4, 35.8, 0.6, "#1f1a16")
    for _ in range(70):
        side = sheet.random.choice([(0, 20), (80, 100)])
        x, y = sheet.random.uniform(*side), sheet.random.uniform(44, 66)
        sheet.shape((x - 1.2, y), (x, y - 4), (x + 1.2, y), ink=mixed("#1f3a2d", "#3f6b4a", sheet.random.random()))
    return sheet


def capital_square() -> Sheet:
    """Domes over a square at sunrise."""
    x: float
    y: float
    sheet = Sheet("capital-square")
    sheet.sky("#4a3d70", "#b3577a", "#f08f63", "#fbd08a", bottom=52)
    sheet.glow(62, 44, 30, "#fff0b8", 0.85)
    sheet.disc(62, 42, 6, "#fff3cf")
    for x in range(-2, 102, 7):
        sheet.box(x, 42 + sheet.random.uniform(-4, 3), 7, 14, "#9c5a72")
    for x, size, ink in ((18, 0.8, "#6f3f63"), (82, 0.9, "#6f3f63"), (44, 1.35, "#3d2448")):
        base = 54
        sheet.box(x - 9 * size, base - 14 * size, 18 * size, 14 * size, ink)
        sheet.box(x - 6.4 * size, base - 19 * size, 12.8 * size, 6 * size, ink)
        dome = [
            (x + 7 * size * math.sin(a / 20 * 1.57) ** 0.8, base - 19 * size - 10 * size * math.cos(a / 20 * 1.57))
            for a in range(21)
        ]
        mirror = [(2 * x - a, b) for a, b in dome]
        sheet.shape(*mirror[::-1], *dome, ink=mixed(ink, "#f2b35a", 0.3))
        sheet.shape((x, base - 29 * size), *dome, (x, base - 19 * size), ink=mixed(ink, "#f2b35a", 0.55))
        sheet.line((x, base - 29 * size), (x, base - 35 * size), thick=0.5 * size, ink=ink)
        sheet.disc(x, base - 35.4 * size, 0.9 * size, "#fbd08a")
        for window in range(5):
            sheet.box(x - 5.6 * size + window * 2.5 * size, base - 18 * size, 1.1 * size, 3.4 * size, "#f9c37a", 0.5)
        for side in (-1, 1):
            tower = x + side * 11 * size
            sheet.box(tower - 1.4 * size, base - 27 * size, 2.8 * size, 27 * size, ink)
            sheet.shape(
                (tower - 2 * size, base - 27 * size),
                (tower, base - 33 * size),
                (tower + 2 * size, base - 27 * size),
                ink=mixed(ink, "#f2b35a", 0.2),
            )
    sheet.sky("#d98a63", "#8f5a70", "#4a3560", top=53)
    for row in range(7):
        y = 53.6 + row**1.5 * 0.9
        sheet.line((0, y), (100, y), thick=0.12 + row * 0.04, ink="#a8657a")
    for column in range(-12, 13):
        sheet.line((50 + column * 5, 53), (50 + column * 15, 67), thick=0.14, ink="#a8657a")
    sheet.veil((56, 53), (68, 53), (86, 67), (46, 67), ink="#fbd08a", strength=0.35)
    sheet.box(69, 47, 3.4, 9, "#33203f")
    sheet.shape((69.4, 47), (70.6, 41), (72, 47), ink="#33203f")
    for _ in range(16):
        x, y = sheet.random.uniform(10, 92), sheet.random.uniform(56, 64)
        size = (y - 50) / 9
        sheet.shape((x - 0.5 * size, y), (x, y - 2.6 * size), (x + 0.5 * size, y), ink="#33203f")
        sheet.disc(x, y - 2.7 * size, 0.36 * size, "#33203f")
    for _ in range(14):
        x, y = sheet.random.uniform(22, 70), sheet.random.uniform(10, 26)
        sheet.line((x - 1, y - 0.5), (x, y), (x + 1, y - 0.5), thick=0.18, ink="#3d2448")
    return sheet


SCENES = {"mountain-rail": mountain_rail, "capital-square": capital_square}
