"""The river, the marsh and the sky."""

import math

from attache.demo.illustrations.ink import Sheet, mixed


def allotments() -> Sheet:
    """Plots from the air."""
    sheet = Sheet("allotments", paper="#7d8f5a")
    greens = ["#5f7d3c", "#87a04f", "#a9b86a", "#6c5a3a", "#8a7247", "#4a6b3a", "#b7a86a", "#3f5a34"]
    for row in range(6):
        x = -2.0
        while x < 102:
            wide = sheet.random.uniform(10, 17)
            y, high = row * 11.4 - 1, 10.3
            ground = sheet.random.choice(greens)
            sheet.box(x, y, wide - 0.8, high, ground, 0.4)
            style = sheet.random.randrange(4)
            if style == 0:
                for bed in range(int(wide // 1.5)):
                    sheet.box(x + 0.8 + bed * 1.4, y + 1, 0.7, high - 2.4, mixed(ground, "#2f3d22", 0.45))
            elif style == 1:
                for bed in range(6):
                    sheet.box(x + 0.8, y + 1 + bed * 1.4, wide - 2.6, 0.7, mixed(ground, "#e4d9a0", 0.35))
            elif style == 2:
                for _ in range(16):
                    sheet.disc(
                        x + sheet.random.uniform(1, wide - 2), y + sheet.random.uniform(1, 9),
                        sheet.random.uniform(0.3, 0.9),
                        sheet.random.choice(["#c94f4f", "#e8b53c", "#d98bb0", "#40602f"]),
                    )  # fmt: skip
            else:
                for tree in range(4):
                    a, b = x + 2 + tree * wide / 4.6, y + sheet.random.uniform(2.5, 7.5)
                    sheet.disc(a + 0.5, b + 0.6, 1.3, "#33421f")
                    sheet.disc(a, b, 1.3, "#57773a")
            if sheet.random.random() < 0.75:
                a, b = x + sheet.random.uniform(1, wide - 4.5), y + sheet.random.uniform(0.8, 6)
                sheet.box(a + 0.5, b + 0.6, 3, 2.4, "#33361f")
                roof = sheet.random.choice(["#b3573c", "#8a8f93", "#4d6b78", "#c9b68a"])
                sheet.box(a, b, 3, 2.4, roof)
                sheet.box(a, b, 3, 1.2, mixed(roof, "#ffffff", 0.18))
            x += wide
    sheet.shape((58, -1), (64, -1), (44, 68), (37, 68), ink="#cdb98a")
    sheet.line((56.4, 0), (36, 67), thick=0.5, ink="#6c7b45")
    return sheet


def oyster_beds() -> Sheet:
    """Racks at low tide, from the air."""
    sheet = Sheet("oyster-beds")
    sheet.sky("#bfa981", "#d6c39a", "#c2b08a")
    for band in range(7):
        y = band * 10
        tops = [(x, y + 4 * math.sin(x / 13 + band) + sheet.random.uniform(-0.6, 0.6)) for x in range(-2, 104, 2)]
        lows = [(x, y + 3.2 + 3 * math.sin(x / 11 + band * 1.7)) for x in range(102, -4, -2)]
        sheet.shape(*tops, *lows, ink=["#7fa3a3", "#a9b9a6", "#5f8d93"][band % 3])
    for field, (x, y) in enumerate([(6, 6), (38, 14), (66, 4), (14, 40), (54, 38)]):
        for rack in range(9):
            a, b = x + rack * 2.6, y + rack * 0.7
            sheet.shape((a, b), (a + 1.2, b + 0.3), (a - 2.4, b + 19), (a - 3.6, b + 18.6), ink="#2e2c26")
            for bag in range(9):
                c = b + 1 + bag * 2
                sheet.shape(
                    (a + 0.1 - bag * 0.38, c), (a + 1 - bag * 0.38, c + 0.2), (a + 0.8 - bag * 0.38, c + 1.3),
                    (a - 0.1 - bag * 0.38, c + 1.1), ink=mixed("#55503f", "#7c7660", sheet.random.random()),
                )  # fmt: skip
        if field in (1, 3):
            sheet.box(x + 27, y + 8, 3.4, 5, "#b3372f", 0.6)
            sheet.box(x + 27.6, y + 9, 2.2, 1.6, "#f1ead8")
    for _ in range(5):
        a, b = sheet.random.uniform(30, 90), sheet.random.uniform(30, 62)
        sheet.disc(a, b, 0.45, "#e8a33d")
        sheet.line((a + 0.4, b + 0.3), (a + 2.6, b + 1.4), thick=0.3, ink="#5b5343")
    return sheet


def wind_farm() -> Sheet:
    """Turbines at dawn."""
    sheet = Sheet("wind-farm")
    sheet.sky("#3b4c78", "#9a6f8f", "#ee9b7a", "#fbd59a", bottom=46)
    sheet.glow(36, 45, 26, "#fff1c4", 0.9)
    sheet.disc(36, 44.5, 4.6, "#fff6da")
    sheet.sky("#f0b98a", "#a87c92", "#4b567f", "#27345b", top=46)
    sheet.ripples(46.6, 66, ["#fbd9a2", "#f4b389"], 150, 20, 52)
    sheet.ripples(46.6, 66, ["#6d6590", "#3d4a75", "#c98f90"], 190)
    for x, size, turn in (
        (88, 0.5, 20),
        (79, 0.55, 75),
        (70, 0.65, 40),
        (58, 0.75, 100),
        (20, 0.95, 12),
        (74, 1.3, 64),
    ):
        base = 46 + (size - 0.5) * 9
        top = base - 26 * size
        ink = mixed("#c9a6a0", "#f7f0e4", size / 1.3)
        sheet.shape(
            (x - 0.55 * size, base), (x + 0.55 * size, base), (x + 0.28 * size, top), (x - 0.28 * size, top), ink=ink
        )
        for blade in range(3):
            angle = math.radians(turn + blade * 120)
            end = (x + 15 * size * math.cos(angle), top + 15 * size * math.sin(angle))
            near = angle + 0.09
            sheet.shape(
                (x, top), (x + 4 * size * math.cos(near), top + 4 * size * math.sin(near)), end,
                (x + 3 * size * math.cos(angle - 0.05), top + 3 * size * math.sin(angle - 0.05)), ink=ink,
            )  # fmt: skip
        sheet.disc(x, top, 0.7 * size, ink)
        sheet.box(x - 1 * size, base - 1.2 * size, 2 * size, 1.6 * size, "#d39b2c")
    for x, y in ((46, 30), (49, 28.6), (52, 30.4)):
        sheet.line((x - 1, y - 0.5), (x, y), (x + 1, y - 0.5), thick=0.18, ink="#3b4c78")
    return sheet


def night_sky() -> Sheet:
    """The observatory under stars."""
    sheet = Sheet("night-sky")
    sheet.sky("#070b1f", "#101a42", "#233a6b", "#4a5f86")
    for step in range(60):
        x = step * 1.8 - 4
        y = 44 - step * 0.78 + 4 * math.sin(step / 7)
        sheet.glow(x, y, 7 + 2 * math.sin(step), "#8ea3cf", 0.1)
    sheet.stars(58, "#f4f1de", 700)
    for _ in range(16):
        x, y = sheet.random.uniform(0, 100), sheet.random.uniform(0, 42)
        sheet.glow(x, y, 1.2, "#dfe8ff", 0.7)
        sheet.disc(x, y, 0.28, "#ffffff")
    sheet.line((66, 8), (79, 13), thick=0.18, ink="#fdf6d8")
    sheet.ridge(54, 4, "#0b1226")
    sheet.ridge(58, 3, "#060a17")
    for x in range(0, 100, 3):
        high = sheet.random.uniform(1, 4)
        sheet.shape((x, 60), (x + 1.4, 60 - high * 1.6), (x + 2.8, 60), ink="#060a17")
    sheet.box(25, 44, 26, 16, "#10182f")
    sheet.pen.pieslice([v * sheet.unit for v in (24, 30, 52, 58)], 180, 360, fill="#1a2547")
    sheet.pen.pieslice([v * sheet.unit for v in (24, 30, 52, 58)], 262, 292, fill="#f1b95a")
    sheet.glow(40, 33, 9, "#ffd98f", 0.5)
    sheet.line((38, 42), (43.4, 28), thick=1.2, ink="#dfe3ee")
    sheet.box(24, 43.4, 28, 1.2, "#2a3558")
    sheet.box(35.5, 50, 3.2, 10, "#f1b95a")
    sheet.glow(37, 54, 6, "#ffcf7a", 0.5)
    sheet.box(60, 58, 0.8, 4, "#05070f")
    sheet.disc(60.4, 57.2, 0.7, "#05070f")
    return sheet


def eelgrass() -> Sheet:
    """A meadow under water."""
    sheet = Sheet("eelgrass")
    sheet.sky("#bfe3cf", "#5fb3a5", "#1f7078", "#0d3d4c")
    for ray in range(7):
        x = ray * 15 + sheet.random.uniform(-4, 4)
        sheet.veil((x, 0), (x + 5, 0), (x - 12, 67), (x - 26, 67), ink="#eafbe6", strength=0.14)
    for depth in range(4):
        ink = ["#2f8274", "#1f6b58", "#2f7d3f", "#14502f"][depth]
        for _ in range(70 + depth * 10):
            x = sheet.random.uniform(-4, 104)
            high = sheet.random.uniform(14, 26) + depth * 5
            base = 62 + depth * 3
            lean = sheet.random.uniform(3, 9)
            points = [(x + lean * (step / 8) ** 2, base - high * step / 8) for step in range(9)]
            wide = 0.35 + depth * 0.14
            left = [(a - wide * (1 - step / 9), b) for step, (a, b) in enumerate(points)]
            right = [(a + wide * (1 - step / 9), b) for step, (a, b) in enumerate(points)]
            sheet.shape(*left, *reversed(right), ink=mixed(ink, "#b6d06a", sheet.random.uniform(0, 0.35)))
    for _ in range(34):
        x, y = sheet.random.uniform(18, 84), sheet.random.uniform(10, 32)
        sheet.disc(x, y, 1.2, "#e6efe0", 0.42)
        sheet.shape((x - 1, y), (x - 1.9, y - 0.6), (x - 1.9, y + 0.6), ink="#e6efe0")
    for _ in range(40):
        sheet.ring(
            sheet.random.uniform(0, 100), sheet.random.uniform(0, 60), sheet.random.uniform(0.2, 0.6), 0.1, "#e9fbf0"
        )
    return sheet


def bees() -> Sheet:
    """Honeycomb and bees."""
    sheet = Sheet("bees", paper="#7a3d0a")
    size = 4.4
    for row in range(-1, 12):
        for column in range(-1, 15):
            x = column * size * 1.74 + (row % 2) * size * 0.87
            y = row * size * 1.5
            part = sheet.random.random()
            ink = mixed("#e89b1c", "#ffd873", part) if part < 0.75 else mixed("#a8560f", "#c9781a", part)
            corners = [
                (x + size * 0.93 * math.cos(math.radians(a)), y + size * 0.93 * math.sin(math.radians(a)))
                for a in range(30, 390, 60)
            ]
            sheet.shape(*corners, ink=ink)
            inner = [
                (x + size * 0.6 * math.cos(math.radians(a)), y + size * 0.6 * math.sin(math.radians(a)) + 0.4)
                for a in range(30, 390, 60)
            ]
            sheet.shape(*inner, ink=mixed(ink, "#8a4406", 0.22))
            sheet.line((x - 1.6, y - 2), (x - 0.2, y - 2.7), thick=0.45, ink="#fff1c0")
    for _ in range(11):
        x, y = sheet.random.uniform(8, 92), sheet.random.uniform(8, 58)
        angle = sheet.random.uniform(0, 360)
        along = (math.cos(math.radians(angle)), math.sin(math.radians(angle)))
        aside = (-along[1], along[0])
        for side in (-1, 1):
            sheet.disc(
                x + aside[0] * side * 2.1 + along[0] * 0.4,
                y + aside[1] * side * 2.1 + along[1] * 0.4,
                1.6,
                "#f6f1e2",
                0.9,
            )
        for part in range(7):
            ink = "#2a1a0c" if part % 2 else "#d98a1b"
            sheet.disc(x - along[0] * (part - 2) * 0.75, y - along[1] * (part - 2) * 0.75, 1.45 - part * 0.08, ink)
        sheet.disc(x + along[0] * 2.6, y + along[1] * 2.6, 1.05, "#2a1a0c")
    return sheet


SCENES = {
    "allotments": allotments,
    "oyster-beds": oyster_beds,
    "wind-farm": wind_farm,
    "night-sky": night_sky,
    "eelgrass": eelgrass,
    "bees": bees,
}
