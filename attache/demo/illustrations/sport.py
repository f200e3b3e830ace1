"""The river, the ground, the track, the board."""

import math

from attache.demo.illustrations.ink import Sheet, mixed, turned


def rowing() -> Sheet:
    """An eight from above."""
    sheet = Sheet("rowing")
    sheet.sky("#1c4a55", "#2b6670", "#17404b")
    sheet.ripples(0, 66, ["#357883", "#1f525d", "#4b8d93"], 420)
    middle, lean = (50.0, 33.0), -24
    for seat in range(8):
        x = 24 + seat * 6.6
        side = 1 if seat % 2 else -1
        for puddle in range(3):
            a, b = turned([(x - 9 - puddle * 9, 33 + side * 14)], *middle, lean)[0]
            sheet.ring(a, b, 1.6 + puddle * 0.8, 0.22, mixed("#9cc9c4", "#2b6670", puddle / 3), 0.8)
        oar = turned([(x, 33 + side * 0.8), (x - 5, 33 + side * 14)], *middle, lean)
        sheet.line(*oar, thick=0.4, ink="#f1e6c9")
        blade = turned(
            [
                (x - 4.7, 33 + side * 12.4),
                (x - 3.7, 33 + side * 12.8),
                (x - 5, 33 + side * 16),
                (x - 6.2, 33 + side * 15.5),
            ],
            *middle,
            lean,
        )
        sheet.shape(*blade, ink="#c2402f")
    hull = [(10, 33), (20, 31.5), (80, 31.5), (91, 33), (80, 34.5), (20, 34.5)]
    sheet.shape(*turned([(a + 0.8, b + 1.4) for a, b in hull], *middle, lean), ink="#10323a")
    sheet.shape(*turned(hull, *middle, lean), ink="#f1e6c9")
    sheet.shape(*turned([(20, 32.3), (80, 32.3), (80, 33.7), (20, 33.7)], *middle, lean), ink="#8f6a3f")
    for seat in range(9):
        x = 24 + seat * 6.6
        a, b = turned([(x, 33)], *middle, lean)[0]
        shirt = "#f6efdf" if seat < 8 else "#1f2a33"
        sheet.shape(
            *turned([(x - 1.6, 31.6), (x + 1.2, 31.6), (x + 1.2, 34.4), (x - 1.6, 34.4)], *middle, lean), ink=shirt
        )
        sheet.disc(a, b, 0.95, ["#3a2418", "#c99a5a", "#1d1512", "#7b4a2a"][seat % 4])
    wake = turned([(91, 33), (108, 28), (108, 38)], *middle, lean)
    sheet.veil(*wake, ink="#9cc9c4", strength=0.3)
    return sheet


def stadium() -> Sheet:
    """The floodlit ground."""
    sheet = Sheet("stadium")
    sheet.sky("#0a1024", "#1c2a4f", "#41506f", bottom=40)
    sheet.shape((0, 30), (100, 30), (100, 48), (0, 48), ink="#141a2b")
    sheet.shape((-2, 26), (40, 22), (60, 22), (102, 26), (102, 31), (-2, 31), ink="#0b1020")
    for _ in range(1500):
        x, y = sheet.random.uniform(0, 100), sheet.random.uniform(31, 43)
        sheet.disc(x, y, 0.3, sheet.random.choice(["#c94f4f", "#e9e2d0", "#3d5a9a", "#8f8a9a", "#2b3550", "#d9b25a"]))
    sheet.box(0, 43, 100, 1.8, "#e9e2d0")
    for part in range(12):
        sheet.box(part * 8.6, 43.2, 7.4, 1.4, ["#b3372f", "#2f6b74", "#d39b2c"][part % 3])
    for stripe in range(10):
        ink = "#2f8a3f" if stripe % 2 else "#3a9c4a"
        a, b = stripe * 10, (stripe + 1) * 10
        sheet.shape((a, 45), (b, 45), (50 + (b - 50) * 1.7, 67), (50 + (a - 50) * 1.7, 67), ink=ink)
    sheet.line((-10, 64), (110, 64), thick=0.4, ink="#f1f5ea")
    sheet.line((50, 45), (50, 64), thick=0.4, ink="#f1f5ea")
    sheet.ring(50, 54, 13, 0.4, "#f1f5ea", 0.42)
    for x, y, shirt in (
        (30, 52, "#b3372f"), (44, 56, "#b3372f"), (38, 48, "#b3372f"), (62, 50, "#f3efe2"), (70, 57, "#f3efe2"),
        (54, 49, "#f3efe2"), (80, 52, "#b3372f"), (20, 58, "#f3efe2"), (58, 60, "#b3372f"),
    ):  # fmt: skip
        size = 0.5 + (y - 45) / 15
        sheet.veil((x, y), (x + 5 * size, y + 0.5), (x + 5 * size, y + 0.9), (x, y + 0.6), ink="#10331a", strength=0.6)
        sheet.box(x - 0.7 * size, y - 3.4 * size, 1.4 * size, 2 * size, shirt)
        sheet.box(x - 0.6 * size, y - 1.6 * size, 1.2 * size, 0.8 * size, "#1a2233")
        sheet.box(x - 0.5 * size, y - 0.9 * size, 0.35 * size, 1.1 * size, "#d9a77c")
        sheet.box(x + 0.2 * size, y - 0.9 * size, 0.35 * size, 1.1 * size, "#d9a77c")
        sheet.disc(x, y - 4 * size, 0.55 * size, "#6f4a33")
    sheet.disc(49, 57.4, 0.6, "#ffffff")
    for x, top in ((12, 4), (33, 9), (67, 9), (88, 4)):
        sheet.line((x, 30), (x, top + 3), thick=0.6, ink="#05080f")
        sheet.box(x - 4, top, 8, 4, "#0b1020")
        sheet.glow(x, top + 2, 17, "#fdf6d0", 0.75)
        for lamp in range(10):
            sheet.disc(x - 3 + (lamp % 5) * 1.5, top + 1.1 + (lamp // 5) * 1.7, 0.6, "#fffbe6")
        sheet.veil((x - 3, top + 4), (x + 3, top + 4), (x + 16, 60), (x - 16, 60), ink="#fdf6d0", strength=0.09)
    sheet.fog(16, 34, "#9fb0c8", 0.25)
    return sheet


def velodrome() -> Sheet:
    """Riders on the banking."""
    sheet = Sheet("velodrome")
    sheet.sky("#31414f", "#566674", bottom=14)
    for _ in range(700):
        x = sheet.random.uniform(0, 100)
        sheet.disc(
            x,
            sheet.random.uniform(3, 12) - x * 0.03,
            0.4,
            sheet.random.choice(["#d9c9ac", "#b3613c", "#8fa5ad", "#2b3842"]),
        )
    for board in range(60):
        y = 12 + board * 1.15
        ink = mixed("#e2b377", "#b97f43", sheet.random.random() * 0.7 + board / 300)
        points = [(x, y - 6 * math.sin(x / 100 * 3.14) + x * 0.06) for x in range(0, 104, 4)]
        lower = [(x, b + 1.2) for x, b in points]
        sheet.shape(*points, *reversed(lower), ink=ink)
    for y, ink, thick in ((31, "#2f6fb0", 0.9), (45, "#b3372f", 0.7), (51, "#1f1a16", 0.6)):
        points = [(x, y - 6 * math.sin(x / 100 * 3.14) + x * 0.06) for x in range(0, 104, 4)]
        sheet.line(*points, thick=thick, ink=ink)
    for rider, (x, y) in enumerate([(18, 38), (36, 33), (54, 30.5), (72, 31)]):
        lean = -16 + rider * 5
        shirt = ["#b3372f", "#1f4f7a", "#d39b2c", "#2f7a4a"][rider]

        def put(
            *points: tuple[float, float], x: float = x, y: float = y, lean: float = lean
        ) -> list[tuple[float, float]]:
            return turned([(x + a, y + b) for a, b in points], x, y, lean)

        sheet.veil(*put((-4, 5), (12, 7), (14, 9), (-4, 7)), ink="#5a3a1a", strength=0.4)
        for wheel in (-4.2, 4.6):
            a, b = put((wheel, 3))[0]
            sheet.ring(a, b, 3.4, 0.45, "#17130f")
            if wheel < 0:
                sheet.disc(a, b, 2.9, "#2b2622")
        sheet.line(*put((-4.2, 3), (0, 2.4), (3.4, -2), (-1.6, -1.6), (0, 2.4)), thick=0.5, ink="#f3efe2")
        sheet.line(*put((3.4, -2), (4.6, 3)), thick=0.5, ink="#f3efe2")
        sheet.line(*put((-1.8, -3), (0.8, -0.4), (0.2, 3)), thick=1.2, ink="#d9a77c")
        sheet.line(*put((-1.8, -3), (2.4, -5.6)), thick=2.6, ink=shirt)
        sheet.line(*put((2.4, -5.4), (3.6, -2.6), (5.4, -2.8)), thick=0.9, ink="#d9a77c")
        a, b = put((4.2, -6.4))[0]
        sheet.disc(a, b, 1.5, "#f3efe2")
        sheet.disc(a - 0.5, b - 0.2, 1.1, shirt)
    return sheet


def chessboard() -> Sheet:
    """Pieces seen close."""
    base: float
    x: float
    sheet = Sheet("chessboard", 1500, 2000)
    sheet.sky("#2d3a3a", "#51605a", "#7f856f", bottom=70)
    sheet.glow(74, 26, 34, "#ffe2a0", 0.55)
    for row in range(9):
        near, far = 70 + row**1.7 * 1.9, 70 + (row + 1) ** 1.7 * 1.9
        for column in range(-7, 9):
            spread_a, spread_b = 10 + row * 2.6, 10 + (row + 1) * 2.6
            ink = "#e9d7ae" if (row + column) % 2 else "#5a3d28"
            sheet.shape(
                (50 + column * spread_a, near), (50 + (column + 1) * spread_a, near),
                (50 + (column + 1) * spread_b, far), (50 + column * spread_b, far), ink=ink,
            )  # fmt: skip

    def pawn(x: float, base: float, size: float, light: str, dark: str) -> None:
        sheet.disc(x + size * 0.4, base + size * 0.1, size * 0.9, "#241a12", 0.25)
        sheet.disc(x, base, size * 0.82, dark, 0.3)
        sheet.shape(
            (x - size * 0.7, base),
            (x - size * 0.24, base - size * 1.3),
            (x + size * 0.24, base - size * 1.3),
            (x + size * 0.7, base),
            ink=light,
        )
        sheet.shape(
            (x + size * 0.1, base),
            (x + size * 0.06, base - size * 1.3),
            (x + size * 0.24, base - size * 1.3),
            (x + size * 0.7, base),
            ink=dark,
        )
        sheet.disc(x, base - size * 1.3, size * 0.42, light, 0.4)
        sheet.disc(x, base - size * 1.72, size * 0.46, light)
        sheet.disc(x + size * 0.16, base - size * 1.66, size * 0.28, dark)

    for x, base, size in ((16, 82, 8), (38, 79, 7), (84, 80, 7.4), (64, 77, 6.4)):
        pawn(x, base, size, "#f4e8cb", "#cdb88a")
    x, base = 46.0, 118.0
    sheet.disc(x + 8, base + 2, 27, "#1c130d", 0.24)
    sheet.disc(x, base, 22, "#15110f", 0.3)
    sheet.disc(x, base - 4, 19, "#2b2320", 0.3)
    sheet.disc(x, base - 7, 16, "#15110f", 0.3)
    knight = [
        (32, 111), (34, 96), (40, 84), (38, 80), (30, 84), (24, 88), (20, 84), (22, 76), (30, 66), (36, 56), (40, 48),
        (45, 54),
        (52, 56), (60, 64), (65, 78), (66, 94), (62, 111),
    ]  # fmt: skip
    sheet.shape(*knight, ink="#1a1513")
    sheet.shape(
        (45, 54),
        (52, 56),
        (60, 64),
        (65, 78),
        (66, 94),
        (62, 111),
        (56, 111),
        (58, 92),
        (56, 76),
        (50, 64),
        ink="#3a302b",
    )
    for lock in range(6):
        sheet.line((52 + lock * 2.2, 57 + lock * 6), (58 + lock * 1.6, 60 + lock * 7), thick=0.7, ink="#5a4a42")
    sheet.disc(35.5, 66, 1.5, "#e9d7ae")
    sheet.line((22, 84), (28, 82), thick=0.7, ink="#5a4a42")
    return sheet


SCENES = {"rowing": rowing, "stadium": stadium, "velodrome": velodrome, "chessboard": chessboard}
