"""The town: trams, the clock, the market, the bakery, high water."""

import math

from PIL import Image

from attache.demo.illustrations.ink import Sheet, mixed


def tram_rain() -> Sheet:
    """A tram on a wet street at night."""
    wide: float
    x: float
    sheet = Sheet("tram-rain")
    sheet.sky("#141a33", "#242b4d", "#3c3a5c", bottom=44)
    for side in (0, 1):
        for house in range(5):
            wide = 9
            x = house * wide if side == 0 else 100 - (house + 1) * wide
            top = 6 + house * 5.2 + sheet.random.uniform(-1, 1)
            sheet.box(x, top, wide - 0.3, 46 - top, mixed("#10142a", "#272a4a", house / 5))
            for row in range(5):
                for column in range(3):
                    if sheet.random.random() < 0.45 and top + 3 + row * 5 < 40:
                        sheet.box(x + 1.2 + column * 2.6, top + 3 + row * 5, 1.5, 2.4, "#f0b552")
    sheet.sky("#33355a", "#151a33", top=44)
    sheet.glow(50, 40, 22, "#ffdf9a", 0.55)
    sheet.box(41.5, 20, 17, 25, "#b3372f", 1.6)
    sheet.box(41.5, 33, 17, 2, "#f3e5c3")
    sheet.box(43, 23.5, 14, 8.6, "#ffe6a3", 0.8)
    sheet.line((50, 23.5), (50, 32), thick=0.4, ink="#7c231f")
    sheet.box(46, 20.6, 8, 2.2, "#14182d", 0.3)
    sheet.words(50, 21.7, "4", 1.9, "#ffd36b")
    sheet.disc(44.6, 39.5, 1.5, "#fff6d8")
    sheet.disc(55.4, 39.5, 1.5, "#fff6d8")
    sheet.glow(44.6, 39.5, 6, "#fff6d8", 0.8)
    sheet.glow(55.4, 39.5, 6, "#fff6d8", 0.8)
    sheet.line((50, 20), (45, 12), (55, 8), thick=0.3, ink="#0b0e1c")
    sheet.line((0, 5), (50, 9), (100, 4), thick=0.15, ink="#0b0e1c")
    for x, bottom in ((46.4, 30), (53.6, 70)):
        sheet.line((x, 45), (bottom, 67), thick=0.4, ink="#8b8fae")
    for x, ink, wide in (
        (50, "#ffdf9a", 9),
        (44.6, "#fff6d8", 1.6),
        (55.4, "#fff6d8", 1.6),
        (8, "#f0b552", 5),
        (92, "#f0b552", 5),
    ):
        for row in range(26):
            y = 45.5 + row * 0.84
            part = wide * sheet.random.uniform(0.3, 1) * (1 - row / 40)
            sheet.line((x - part, y), (x + part, y), thick=0.22, ink=mixed(ink, "#1b2040", 0.25 + row / 40))
    sheet.shape((70, 66), (71.4, 50), (74.6, 50), (76, 66), ink="#0b0e1c")
    sheet.disc(73, 48.6, 1.5, "#0b0e1c")
    sheet.pen.pieslice([v * sheet.unit for v in (66.4, 40, 79.6, 53)], 180, 360, fill="#101530")
    sheet.rain("#c8d0ee", 380, 4, 0.3)
    return sheet


def city_hall() -> Sheet:
    """The clock tower."""
    x: float
    y: float
    sheet = Sheet("city-hall")
    sheet.sky("#7fb0bd", "#bcd3cd", "#f1e3c3")
    sheet.disc(20, 17, 5, "#fff3cf")
    for x, y, wide in ((10, 12, 16), (66, 9, 22), (80, 22, 14)):
        for part in range(4):
            sheet.disc(x + part * wide / 4, y + (part % 2), wide / 6, "#eef0e6", 0.45)
    sheet.ridge(44, 3, "#93a58f", bottom=67)
    sheet.shape((44, 18), (50, 2), (56, 18), ink="#4d7f78")
    sheet.shape((50, 2), (56, 18), (50, 18), ink="#396560")
    sheet.line((50, 2.5), (50, -1), thick=0.3, ink="#2d2a26")
    sheet.box(44, 18, 12, 50, "#d9b98a")
    sheet.box(51, 18, 5, 50, "#bf9c6c")
    sheet.box(43, 17, 14, 1.6, "#8a6a43")
    sheet.box(43, 33.6, 14, 1.4, "#8a6a43")
    sheet.disc(50, 26, 5, "#2d2a26")
    sheet.disc(50, 26, 4.4, "#f8f0dc")
    for hour in range(12):
        angle = math.radians(hour * 30)
        sheet.line(
            (50 + 3.6 * math.sin(angle), 26 - 3.6 * math.cos(angle)),
            (50 + 4.1 * math.sin(angle), 26 - 4.1 * math.cos(angle)), thick=0.3, ink="#2d2a26",
        )  # fmt: skip
    sheet.line((50, 26), (52.3, 24.2), thick=0.45, ink="#2d2a26")
    sheet.line((50, 26), (49.2, 22.6), thick=0.35, ink="#2d2a26")
    for y in (37.5, 44):
        for x in (45.6, 49, 52.4):
            sheet.box(x, y, 1.8, 4.2, "#4b3d2b", 0.9)
    for index, x in enumerate(range(-4, 104, 9)):
        if 38 < x + 4 < 60:
            continue
        top = 44 + sheet.random.uniform(-3, 3)
        wall = ["#c9744c", "#e2c48f", "#b9583c", "#d8a46a"][index % 4]
        sheet.box(x, top, 9, 24, wall)
        sheet.shape((x - 0.6, top), (x + 4.5, top - 5), (x + 9.6, top), ink="#7b3328")
        for row in range(3):
            for column in range(3):
                sheet.box(x + 1.2 + column * 2.6, top + 2.4 + row * 5, 1.5, 2.7, "#4b3d2b")
    return sheet


def market_hall() -> Sheet:
    """Stalls under iron arches."""
    sheet = Sheet("market-hall")
    sheet.sky("#f5e6c0", "#efd9a6", "#d9b778")
    for depth in range(6):
        part = depth / 5
        wide, top = 64 - 9 * depth, 2 + depth * 4.2
        ink = mixed("#22403f", "#8fa08a", part)
        thick = 1.7 - part
        sheet.arc(50, top + wide / 2.1, wide / 1.28, thick, ink, 180, 360, 0.82)
        for side in (-1, 1):
            x = 50 + side * wide / 1.28
            sheet.line((x, top + wide / 2.1), (x, 67), thick=thick, ink=ink)
            sheet.arc(x - side * 6, top + wide / 2.1 + 3, 6, thick / 2, ink, 180, 360)
    for x in range(4):
        sheet.veil((30 + x * 12, 0), (35 + x * 12, 0), (20 + x * 15, 60), (8 + x * 15, 60), ink="#fff6dc", strength=0.3)
    sheet.box(0, 52, 100, 16, "#9c7a49")
    for x, awning in ((2, "#b3372f"), (24, "#2f6b74"), (64, "#d39b2c"), (83, "#b3372f")):
        wide = 17
        for stripe in range(6):
            ink = awning if stripe % 2 == 0 else "#f6ecd4"
            a = x + stripe * wide / 6
            sheet.shape((a + 1, 37), (a + wide / 6 + 1, 37), (a + wide / 6, 42.5), (a, 42.5), ink=ink)
        for post in (x + 0.6, x + wide - 0.8):
            sheet.box(post, 42, 0.5, 18, "#3a2f22")
        sheet.box(x, 51, wide, 7, "#5d4529")
        for row in range(3):
            for item in range(11):
                ink = sheet.random.choice(["#c94f2b", "#e2a32d", "#6b8f3c", "#8c2f3f", "#d9c35a"])
                sheet.disc(x + 1.2 + item * 1.46, 51.6 - row * 1.2, 0.75, ink)
    for _ in range(13):
        x, base = sheet.random.uniform(2, 96), sheet.random.uniform(59, 65)
        ink = sheet.random.choice(["#26333a", "#4b3b4f", "#70452f", "#2c4a45"])
        sheet.shape((x - 1.5, base), (x - 1, base - 6), (x + 1, base - 6), (x + 1.5, base), ink=ink)
        sheet.disc(x, base - 7, 0.95, sheet.random.choice(["#6f4a33", "#d9a77c", "#a06d4a"]))
    return sheet


def bakery() -> Sheet:
    """Loaves in the glow of the oven."""
    sheet = Sheet("bakery", 1500, 2000)
    sheet.sky("#2a1710", "#3d2115", "#21120c")
    for row in range(16):
        for brick in range(7):
            ink = mixed("#5a2d1b", "#34190f", sheet.random.random())
            sheet.box(brick * 16 - (row % 2) * 8, row * 5.4, 15.4, 5, ink)
    sheet.glow(50, 40, 62, "#ff9a3c", 0.75)
    sheet.pen.pieslice([v * sheet.unit for v in (18, 14, 82, 78)], 180, 360, fill="#1a0c07")
    sheet.box(18, 46, 64, 14, "#1a0c07")
    sheet.pen.pieslice([v * sheet.unit for v in (22, 18, 78, 74)], 180, 360, fill="#ff8a2b")
    sheet.box(22, 46, 56, 12, "#ffb34d")
    for _ in range(26):
        x = sheet.random.uniform(26, 74)
        high = sheet.random.uniform(6, 22)
        sheet.shape(
            (x - 2.4, 57), (x, 57 - high), (x + 2.4, 57), ink=sheet.random.choice(["#ffd76b", "#ffb347", "#ff7a1f"])
        )
    sheet.box(10, 58, 80, 4, "#120905")
    for shelf in range(3):
        y = 80 + shelf * 20
        sheet.box(4, y + 8, 92, 2.2, "#140b06")
        for loaf in range(4):
            x = 15 + loaf * 23 + (shelf % 2) * 2
            sheet.disc(x, y + 3, 10.4, "#6e3414", 0.62)
            sheet.disc(x, y + 2, 10, "#b8682a", 0.6)
            sheet.disc(x - 1, y, 7.4, "#d98f44", 0.5)
            for cut in range(3):
                sheet.line((x - 5 + cut * 4.4, y - 2.6), (x - 2.6 + cut * 4.4, y + 4), thick=0.8, ink="#f3d3a0")
    return sheet


def flood_street() -> Sheet:
    """A street of terraced houses under water."""
    sheet = Sheet("flood-street")
    sheet.sky("#b7c2c4", "#d7d8cf", "#ece3cd", bottom=40)
    inks = ["#a8604a", "#c9a178", "#8c6a5c", "#b97f5c", "#94806f", "#c0906a"]
    for house in range(8):
        x = house * 13 - 2
        wall = inks[house % 6]
        top = 12 + (house % 3)
        sheet.shape((x, top), (x + 6.5, top - 5.5), (x + 13, top), ink="#4a4444")
        sheet.box(x, top, 12.7, 28, wall)
        sheet.box(x + 9.6, top - 7, 1.8, 5, "#6d4a3f")
        for row in (0, 1):
            for column in (0, 1):
                sheet.box(x + 1.8 + column * 5.4, top + 3.4 + row * 10, 3.4, 5.2, "#f1ead8")
                sheet.box(x + 2.2 + column * 5.4, top + 3.8 + row * 10, 2.6, 4.4, "#3c4a52")
        sheet.box(x + 7.4, top + 18, 3.2, 12, ["#2f6b74", "#7d2f2a", "#3f5c3a"][house % 3])
    street = sheet.image.crop((0, round(8 * sheet.unit), sheet.image.width, round(38 * sheet.unit)))
    sheet.image.paste(
        street.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((sheet.image.width, round(29 * sheet.unit))),
        (0, round(38 * sheet.unit)),
    )
    sheet.veil((0, 38), (100, 38), (100, 67), (0, 67), ink="#8c9ea2", strength=0.55)
    sheet.ripples(38.5, 66, ["#dfe4df", "#71868c", "#a9b8b8"], 320)
    sheet.line((72, 48), (72, 26), thick=0.5, ink="#2b2e30")
    sheet.disc(72, 25, 1.6, "#f3e3b0")
    sheet.shape((20, 52), (38, 52), (35, 56), (23, 56), ink="#33302c")
    sheet.shape((28, 52), (29, 45), (31.4, 45), (32.4, 52), ink="#c2542d")
    sheet.disc(30.2, 43.6, 1.4, "#c99a74")
    sheet.line((31, 47), (37, 58), thick=0.35, ink="#5b4a33")
    return sheet


SCENES = {
    "tram-rain": tram_rain,
    "city-hall": city_hall,
    "market-hall": market_hall,
    "bakery": bakery,
    "flood-street": flood_street,
}
