"""Stages, screens, shelves."""

import math

from attache.demo.illustrations.ink import Sheet, mixed, turned


def library_stairs() -> Sheet:
    """The spiral stair from above."""
    sheet = Sheet("library-stairs", 1500, 2000, paper="#2a1c18")
    x, y = 50.0, 68.0
    turns, steps = 4.2, 128
    for step in range(steps):
        part = step / steps
        outer = 66 * (1 - part) ** 1.15 + 4
        inner = outer * 0.52
        a = math.radians(-90 + 360 * turns * part)
        b = math.radians(-90 + 360 * turns * (step + 1) / steps)
        ink = mixed("#7a3f2a" if step % 2 else "#95553a", "#f6d9a2", part**0.8)
        sheet.shape(
            (x + outer * math.cos(a), y + outer * math.sin(a)), (x + outer * math.cos(b), y + outer * math.sin(b)),
            (x + inner * math.cos(b), y + inner * math.sin(b)), (x + inner * math.cos(a), y + inner * math.sin(a)),
            ink=ink,
        )  # fmt: skip
        rail = [(x + inner * math.cos(c), y + inner * math.sin(c)) for c in (a, (a + b) / 2, b)]
        sheet.line(*rail, thick=0.9 * (1 - part) + 0.25, ink="#17100e")
        edge = [(x + outer * math.cos(c), y + outer * math.sin(c)) for c in (a, (a + b) / 2, b)]
        sheet.line(*edge, thick=0.5 * (1 - part) + 0.15, ink="#e9cf9e")
    sheet.disc(x, y, 3.4, "#fff3cf")
    sheet.glow(x, y, 20, "#ffe9b0", 0.8)
    sheet.disc(x + 0.8, y - 0.2, 0.9, "#2b3c4a")
    sheet.shape((20, 40), (24, 37), (28, 41), (24, 44), ink="#b3372f")
    sheet.disc(26, 39, 1.6, "#3a2418")
    return sheet


def concert_hall() -> Sheet:
    """A grand piano on an empty stage."""
    sheet = Sheet("concert-hall", paper="#20130f")
    for panel in range(15):
        x = panel * 7 - 2
        sheet.box(x, 0, 6.7, 44, mixed("#4a2417", "#7a3f22", (panel % 3) / 3))
        for slot in range(7):
            sheet.box(x + 0.9 + slot * 0.75, 2, 0.28, 40, "#3a1a10")
    sheet.glow(50, 30, 44, "#ffcf87", 0.45)
    sheet.shape((-4, 67), (104, 67), (88, 44), (12, 44), ink="#b47a3c")
    for board in range(17):
        sheet.line((12 + board * 4.75, 44), (-4 + board * 6.75, 67), thick=0.18, ink="#8f5c29")
    sheet.veil((46, 0), (54, 0), (80, 60), (20, 60), ink="#fff0c9", strength=0.2)
    sheet.disc(50, 57, 29, "#d39b57", 0.2)
    sheet.shape((34, 58), (36, 47), (38, 47), (37.4, 58), ink="#0d0a0a")
    sheet.shape((64, 58), (65, 46), (67, 46), (66.4, 58), ink="#0d0a0a")
    sheet.shape((48, 60), (49.4, 47), (51.4, 47), (50.6, 60), ink="#0d0a0a")
    sheet.shape((30, 40), (69, 37), (75, 42), (70, 47), (52, 50), (33, 49), ink="#141011")
    sheet.shape((30, 40), (69, 37), (71, 38.5), (31, 42), ink="#3a2d2a")
    sheet.shape((36, 39), (70, 37), (76, 17), (54, 14), (42, 22), ink="#141011")
    sheet.shape((39, 37), (68, 35.5), (73, 19.5), (55, 17), (44, 24), ink="#241b19")
    sheet.line((61, 37), (64, 22), thick=0.4, ink="#c9a35a")
    for string in range(14):
        sheet.line(
            (41 + string * 2, 38.6 - string * 0.1), (46 + string * 1.9, 37 - string * 0.05), thick=0.1, ink="#c9a35a"
        )
    sheet.shape((29, 42), (34, 41.6), (35, 46.8), (30, 48), ink="#0d0a0a")
    for key in range(12):
        sheet.line((29.6 + key * 0.05, 42.8 + key * 0.4), (33.4, 42.4 + key * 0.36), thick=0.22, ink="#f6efdf")
    sheet.box(20, 50, 9, 1.6, "#141011", 0.5)
    sheet.line((21.5, 51), (20.6, 60), thick=0.6, ink="#141011")
    sheet.line((27.5, 51), (28.4, 60), thick=0.6, ink="#141011")
    for seat in range(18):
        sheet.disc(seat * 6 - 1, 68.6, 3.3, "#160c0a")
    return sheet


def cinema() -> Sheet:
    """The Lyric's neon front."""
    sheet = Sheet("cinema")
    sheet.sky("#12132b", "#2b1d45", "#4a2450")
    sheet.box(12, 6, 76, 62, "#241c3a")
    for fin in range(9):
        x = 30 + fin * 4.6
        sheet.box(x, 2 + abs(fin - 4) * 1.6, 3.2, 28, mixed("#3d2f5e", "#5a3f78", 1 - abs(fin - 4) / 4))
    sheet.glow(50, 20, 34, "#ff3f7d", 0.6)
    sheet.box(26, 13, 48, 14, "#17122a", 1.4)
    sheet.words(50, 20, "LYRIC", 11.5, "#ff5c93")
    sheet.words(49.8, 19.8, "LYRIC", 11.5, "#ffd9e6")
    sheet.pen.rounded_rectangle(
        [v * sheet.unit for v in (26.8, 13.8, 73.2, 26.2)], radius=40, outline="#59e0d8", width=14
    )
    sheet.glow(50, 36, 40, "#ffd98a", 0.5)
    sheet.shape((14, 33), (86, 33), (90, 41), (10, 41), ink="#f6e7c1")
    sheet.shape((10, 41), (90, 41), (90, 42.6), (10, 42.6), ink="#c94f2b")
    for bulb in range(34):
        sheet.disc(11 + bulb * 2.36, 41.8, 0.5, "#fff3c9")
    for row, wide in ((35.4, 26), (37.8, 18)):
        for letter in range(wide):
            if sheet.random.random() < 0.85:
                sheet.box(50 - wide * 0.9 + letter * 1.8, row - 0.6, 1.2, 1.5, "#2b1d2f")
    sheet.box(24, 42.6, 52, 22, "#3b2340")
    for door in range(5):
        x = 27 + door * 9.6
        sheet.box(x, 45, 8, 19, "#f2b35a")
        sheet.line((x + 4, 45), (x + 4, 64), thick=0.4, ink="#3b2340")
        sheet.box(x + 3, 54, 2, 0.5, "#7a3a1f")
    for poster in (14.5, 79):
        sheet.box(poster, 46, 7.4, 12, "#f6e7c1")
        sheet.box(poster + 0.7, 46.7, 6, 7, sheet.random.choice(["#b3372f", "#2f6b74"]))
        sheet.disc(poster + 3.7, 50, 2, "#f2b35a")
    sheet.sky("#3a2540", "#191228", top=64.5)
    for x, ink in ((50, "#f2b35a"), (34, "#ff5c93"), (66, "#59e0d8")):
        for row in range(4):
            part = sheet.random.uniform(3, 10)
            sheet.line(
                (x - part, 65 + row * 0.5), (x + part, 65 + row * 0.5), thick=0.2, ink=mixed(ink, "#191228", 0.4)
            )
    for x in (42, 45.4, 60):
        sheet.shape((x - 1.3, 65.6), (x - 0.8, 58), (x + 0.8, 58), (x + 1.3, 65.6), ink="#120d1d")
        sheet.disc(x, 56.8, 0.95, "#120d1d")
    return sheet


def pottery() -> Sheet:
    """A shelf of bowls."""
    sheet = Sheet("pottery")
    sheet.sky("#d9c9ac", "#e9dcc2", "#cdb992")
    sheet.veil((0, 0), (34, 0), (78, 67), (30, 67), ink="#fff7e0", strength=0.4)
    glazes = [
        ("#5d7f86", "#3b5a61"),
        ("#b3613c", "#85432a"),
        ("#e7dcc3", "#c2b290"),
        ("#3c4a3f", "#28332b"),
        ("#c99a4a", "#9a7230"),
    ]
    for shelf, y in enumerate((27.0, 58.0)):
        sheet.box(0, y + 1.2, 100, 6, "#5f4327")
        sheet.box(0, y, 100, 2.4, "#8f6a3f")
        x = 4.0 + shelf * 4
        number = 0
        while x < 92:
            wide = sheet.random.uniform(11, 17)
            high = wide * sheet.random.uniform(0.42, 0.7)
            light, dark = glazes[(number + shelf * 2) % 5]
            top = y - high
            left = [
                (x + wide * 0.5 - wide * 0.5 * math.cos(a / 20 * 1.45) ** 0.55, top + high * a / 20) for a in range(21)
            ]
            right = [(2 * (x + wide * 0.5) - a, b) for a, b in left]
            sheet.veil(
                (x + 2, y), (x + wide + 6, y), (x + wide + 2, y + 1.4), (x + 3, y + 1.4), ink="#2b1d10", strength=0.45
            )
            sheet.shape(*left, *reversed(right), ink=light)
            half = [(x + wide * 0.62 + (a - x - wide * 0.5) * 0.76, b) for a, b in right]
            sheet.shape(*half, *reversed(right), ink=dark)
            sheet.disc(x + wide / 2, top, wide / 2, mixed(light, "#ffffff", 0.22), 0.2)
            sheet.disc(x + wide / 2, top + 0.3, wide / 2 - 0.8, dark, 0.17)
            if number % 2:
                for band in range(3):
                    sheet.arc(
                        x + wide / 2, top + high * (0.18 + band * 0.09), wide * 0.47, 0.35,
                        mixed(light, "#2b1d10", 0.35),
                        12, 168, 0.2,
                    )  # fmt: skip
            x += wide + sheet.random.uniform(1.5, 4)
            number += 1
    return sheet


def old_letters() -> Sheet:
    """A bundle of letters."""
    sheet = Sheet("old-letters", 1500, 2000, paper="#3b2a1f")
    for grain in range(70):
        y = grain * 2 + sheet.random.uniform(-0.6, 0.6)
        sheet.line(
            (0, y),
            (100, y + sheet.random.uniform(-2, 2)),
            thick=0.3,
            ink=mixed("#3b2a1f", "#5a4130", sheet.random.random()),
        )
    sheet.glow(38, 44, 66, "#f3c77c", 0.35)
    for page in range(8):
        lean = -9 + page * 2.1
        ink = mixed("#c9ac74", "#f4e6c4", page / 8)
        x, y = 18 + page * 0.6, 36 - page * 1.6
        corners = [(x, y), (x + 62, y), (x + 62, y + 62), (x, y + 62)]
        shadow = turned([(a + 1.4, b + 1.8) for a, b in corners], 50, 66, lean)
        sheet.shape(*shadow, ink="#1d130c")
        sheet.shape(*turned(corners, 50, 66, lean), ink=ink)
    lean = 5.7
    for line in range(15):
        y = 34 + line * 3.1
        points = [
            (26 + step * 0.8, y + 0.5 * math.sin(step * 1.7 + line))
            for step in range(int(sheet.random.uniform(44, 60)))
        ]
        sheet.line(*turned(points, 50, 66, lean), thick=0.35, ink="#4a3a5c")
    sheet.line(*turned([(17, 58), (90, 58)], 50, 66, lean), thick=1.3, ink="#6b4a26")
    sheet.line(*turned([(17, 59.2), (90, 59.2)], 50, 66, lean), thick=1.1, ink="#87623a")
    sheet.line(*turned([(52, 22), (52, 94)], 50, 66, lean), thick=1.3, ink="#6b4a26")
    for side in (-1, 1):
        loop = [
            (52 + side * 12 * math.sin(step / 12 * 3.14), 58 - 9 * math.sin(step / 12 * 6.28) * 0.5 - side)
            for step in range(13)
        ]
        sheet.line(*turned(loop, 50, 66, lean), thick=1.1, ink="#87623a")
        sheet.line(*turned([(52, 58), (52 + side * 9, 74)], 50, 66, lean), thick=1.1, ink="#87623a")
    sheet.disc(70, 84, 6.4, "#6d1412")
    sheet.disc(69.6, 83.4, 6, "#a3201d")
    sheet.ring(69.6, 83.4, 4.2, 0.5, "#7c1715")
    sheet.words(69.6, 83.4, "S", 5.4, "#7c1715")
    return sheet


SCENES = {
    "library-stairs": library_stairs,
    "concert-hall": concert_hall,
    "cinema": cinema,
    "pottery": pottery,
    "old-letters": old_letters,
}
