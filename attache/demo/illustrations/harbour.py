"""The harbour: ferries, cranes, the gate, the light."""

from attache.demo.illustrations.ink import Sheet, mixed


def ferry_dusk() -> Sheet:
    """The Constance crossing at dusk."""
    sheet = Sheet("ferry-dusk")
    sheet.sky("#1d2b53", "#47407a", "#b6567a", "#f2975a", "#f9cf83", bottom=40)
    sheet.glow(71, 39, 24, "#ffe7a8", 0.9)
    sheet.disc(71, 38.2, 3.2, "#fff1c9")
    sheet.ridge(37.5, 2.2, "#4a3f6b", bottom=41)
    for x in range(2, 46, 3):
        high = sheet.random.uniform(2, 6)
        sheet.box(x, 40 - high, 2.6, high, "#332c55")
        if sheet.random.random() < 0.7:
            sheet.box(x + 0.8, 40 - high + 1, 0.5, 0.6, "#ffd98a")
    sheet.shape((21, 40), (21, 31), (22, 28), (23, 31), (23, 40), ink="#332c55")
    sheet.sky("#e0835f", "#8c4f78", "#38366b", "#18204a", top=40)
    sheet.ripples(40.6, 66, ["#f9c47d", "#f2975a", "#c96c79"], 150, 52, 90)
    sheet.ripples(41, 66, ["#2a2c60", "#5d4780", "#1c2350"], 220)
    sheet.shape((24, 46), (66, 46), (62, 52), (28, 52), ink="#14152e")
    sheet.shape((24, 46), (66, 46), (65.2, 47.3), (24.9, 47.3), ink="#e9e2d0")
    sheet.box(30, 40.5, 30, 5.5, "#ece3cf")
    sheet.box(36, 36.2, 19, 4.5, "#f6efdf")
    for x in range(10):
        sheet.box(31.4 + x * 2.8, 42, 1.9, 1.9, "#ffcc66")
    for x in range(6):
        sheet.box(37.2 + x * 3, 37.4, 2, 1.6, "#ffdb8a")
    sheet.box(50, 29.5, 4, 6.8, "#b3372f")
    sheet.box(50, 29.5, 4, 1.4, "#14152e")
    sheet.line((40, 36), (40, 28), thick=0.25, ink="#14152e")
    for puff in range(7):
        sheet.disc(52 - puff * 2.4, 28 - puff * 1.1, 1.0 + puff * 0.35, mixed("#5a4a78", "#8f6a8a", puff / 7))
    for x in range(10):
        sheet.veil(
            (31.4 + x * 2.8, 52), (33.3 + x * 2.8, 52), (33.8 + x * 2.8, 60), (31 + x * 2.8, 60),
            ink="#ffcc66", strength=0.32,
        )  # fmt: skip
    for x, y in ((78, 20), (81, 18.5), (86, 22), (14, 14)):
        sheet.line((x - 1.4, y - 0.6), (x, y), (x + 1.4, y - 0.6), thick=0.22, ink="#1d2b53")
    return sheet


def tide_gate() -> Sheet:
    """The Tide Gate closed against a swell."""
    x: float
    y: float
    sheet = Sheet("tide-gate")
    sheet.sky("#5d6f78", "#8fa1a3", "#c9cfc4", bottom=36)
    for y in (6, 11, 17, 24):
        sheet.fog(y, y + 8, "#46565f", 0.5)
    sheet.ridge(35, 1.2, "#5f7076", bottom=38)
    sheet.sky("#6d8585", "#31515a", top=36)
    for pier in range(6):
        x = 4 + pier * 18
        scale = 1 - pier * 0.1
        top = 16 + pier * 2.3
        sheet.box(x, top, 5 * scale, 34 - pier * 1.5, "#cfcabb")
        sheet.box(x + 3.4 * scale, top, 1.6 * scale, 34 - pier * 1.5, "#a5a294")
        sheet.box(x - 0.6, top - 2.4, 6.2 * scale, 2.6, "#8a8a80")
        sheet.disc(x + 2.5 * scale, top - 3.2, 0.5, "#e8a33d")
        if pier < 5:
            left, right = x + 5 * scale, x + 18
            sheet.shape((left, 27), (right, 28), (right, 47), (left, 48), ink="#2f7f86")
            for rib in range(4):
                y = 30 + rib * 4.4
                sheet.line((left, y), (right, y + 0.4), thick=0.5, ink="#236268")
            sheet.line((left, 27), (right, 28), thick=0.8, ink="#e2ddcd")
    for row in range(9):
        y = 46 + row * 2.4
        ink = mixed("#4f7477", "#1f3d46", row / 9)
        tops = [(x, y + 1.6 * sheet.random.uniform(-1, 1) * (0.5 + row / 9)) for x in range(-4, 106, 4)]
        sheet.shape(*tops, (106, 67), (-4, 67), ink=ink)
        for x, top in tops[::2]:
            if sheet.random.random() < 0.55:
                sheet.line((x, top), (x + 2.6, top - 0.2), thick=0.25 + row * 0.05, ink="#e8ece4")
    for _ in range(90):
        x = sheet.random.uniform(8, 98)
        sheet.disc(x, sheet.random.uniform(36, 47), sheet.random.uniform(0.1, 0.45), "#eef1ea")
    sheet.rain("#dfe6e4", 160, 3, 0.25)
    return sheet


def cranes() -> Sheet:
    """Container cranes in fog."""
    x: float
    sheet = Sheet("cranes")
    sheet.sky("#9fb4b8", "#c6cfc8", "#e7dfca")
    sheet.glow(28, 22, 20, "#fff3d2", 0.8)
    for depth, (x, size) in enumerate([(74, 0.62), (46, 0.8), (12, 1.08)]):
        ink = ["#aebcbb", "#7f9398", "#2f4750"][depth]
        base = 58
        left, right, top = x, x + 17 * size, base - 40 * size
        for leg in (left, right):
            sheet.line((leg, base), (leg, top + 8 * size), thick=1.2 * size, ink=ink)
        sheet.line((left, base - 14 * size), (right, base - 14 * size), thick=0.9 * size, ink=ink)
        sheet.line((left, base - 14 * size), (right, top + 12 * size), thick=0.5 * size, ink=ink)
        sheet.box(left - 14 * size, top + 7 * size, 48 * size, 1.9 * size, ink)
        peak = (left + 5 * size, top - 4 * size)
        sheet.line(peak, (left, top + 8 * size), thick=0.9 * size, ink=ink)
        sheet.line(peak, (right, top + 8 * size), thick=0.7 * size, ink=ink)
        sheet.line(peak, (left - 13 * size, top + 7 * size), thick=0.35 * size, ink=ink)
        sheet.line(peak, (left + 33 * size, top + 7 * size), thick=0.35 * size, ink=ink)
        cab = left - 6 * size
        sheet.box(cab, top + 9 * size, 3 * size, 2.6 * size, ink)
        sheet.line((cab + 1.5 * size, top + 11 * size), (cab + 1.5 * size, top + 22 * size), thick=0.2, ink=ink)
        colour = ["#b9b9a9", "#a98f6d", "#c2542d"][depth]
        sheet.box(cab - 2 * size, top + 22 * size, 7 * size, 3 * size, colour)
        sheet.fog(30 + depth * 4, 62, "#e3e0d2", [0.55, 0.5, 0.3][depth])
    for row in range(3):
        for column in range(11 - row):
            ink = sheet.random.choice(["#b5492c", "#2f6b74", "#d3a33f", "#3d4f57", "#8c9a8e"])
            sheet.box(2 + column * 9.2 + row * 2, 60 - row * 3.2, 8.8, 3.1, ink)
            for rib in range(1, 9):
                x = 2 + column * 9.2 + row * 2 + rib
                sheet.line((x, 60.2 - row * 3.2), (x, 62.9 - row * 3.2), thick=0.09, ink=mixed(ink, "#000000", 0.25))
    sheet.box(0, 63, 100, 4, "#2a363a")
    sheet.fog(52, 66, "#e3e0d2", 0.35)
    return sheet


def lighthouse() -> Sheet:
    """The beam in a storm."""
    y: float
    sheet = Sheet("lighthouse")
    sheet.sky("#0c1a2b", "#17324a", "#2b5261")
    for y in (2, 9, 15, 22):
        sheet.fog(y, y + 10, "#081320", 0.6)
    sheet.veil((64, 19), (-4, 2), (-4, 20), ink="#fff0b8", strength=0.55)
    sheet.veil((64, 19), (104, 10), (104, 22), ink="#fff0b8", strength=0.4)
    sheet.glow(64, 19, 12, "#fff5cf", 0.95)
    sheet.shape((52, 60), (57, 48), (62, 45), (70, 46), (76, 52), (84, 60), ink="#0a1420")
    sheet.shape((61, 48), (62.3, 22), (66.7, 22), (68, 48), ink="#e9e1cf")
    sheet.shape((66, 48), (65.4, 22), (66.7, 22), (68, 48), ink="#b9b3a3")
    sheet.shape((61.4, 40), (61.8, 33), (67.2, 33), (67.6, 40), ink="#b3372f")
    sheet.box(61.3, 20.8, 6.4, 1.4, "#1a2733")
    sheet.box(62.6, 16.8, 3.8, 4.2, "#fff3c4")
    sheet.shape((62, 16.8), (64.5, 13.4), (67, 16.8), ink="#1a2733")
    sheet.box(64, 44, 1.4, 3.4, "#1a2733")
    for row in range(8):
        y = 50 + row * 2.6
        tops = [(x, y + 2.4 * sheet.random.uniform(-1, 1)) for x in range(-3, 104, 3)]
        sheet.shape(*tops, (106, 68), (-4, 68), ink=mixed("#24505a", "#0b2030", row / 8))
        for x, top in tops:
            if sheet.random.random() < 0.4:
                sheet.line((x, top), (x + 2, top + 0.3), thick=0.3, ink="#cfdad4")
    for _ in range(150):
        reach = sheet.random.random()
        sheet.disc(54 + reach * 12, 52 - 16 * sheet.random.random() ** 2, sheet.random.uniform(0.1, 0.5), "#dbe5df")
    sheet.rain("#cfe0e0", 420, 5, 0.3)
    return sheet


def shipyard() -> Sheet:
    """A hull in dry dock."""
    x: float
    sheet = Sheet("shipyard")
    sheet.sky("#e6d3a8", "#eadfc2", "#cfc7ae")
    sheet.disc(78, 14, 6, "#f6edcf")
    for x in (6, 88):
        sheet.box(x, 6, 1.4, 60, "#7a6f58")
        sheet.line((x + 0.7, 8), (x + (24 if x < 50 else -22), 12), thick=0.8, ink="#7a6f58")
    sheet.shape((30, 5), (78, 5), (72, 40), (56, 60), (50, 60), (36, 42), ink="#a83a2c")
    sheet.shape((54, 5), (78, 5), (72, 40), (56, 60), (53, 60), ink="#8a2c22")
    sheet.shape((30, 5), (78, 5), (76.4, 16), (31.6, 16), ink="#1f2a33")
    sheet.shape((54, 5), (78, 5), (76.4, 16), (54, 16), ink="#151d24")
    sheet.line((31.5, 16.4), (76.4, 16.4), thick=0.6, ink="#efe6d2")
    for side in (-1, 1):
        for step in range(6):
            y = 14 + step * 8
            inner = 53 + side * (22 - step * 2.2)
            outer = 53 + side * 44
            sheet.line((inner, y), (outer, y), thick=0.45, ink="#5b5343")
            for post in range(4):
                x = inner + (outer - inner) * post / 3
                sheet.line((x, y), (x, y + 8), thick=0.3, ink="#5b5343")
    for _ in range(9):
        x = sheet.random.choice([sheet.random.uniform(12, 28), sheet.random.uniform(80, 94)])
        y = 14 + 8 * sheet.random.randrange(1, 6)
        sheet.box(x, y - 2.3, 0.8, 2.2, "#2b2a28")
        sheet.disc(x + 0.4, y - 2.7, 0.45, "#e8a33d")
    sheet.box(0, 58, 100, 9, "#8f866f")
    for x in range(36, 72, 5):
        sheet.box(x, 55.5, 3.4, 4, "#4b4435")
    sheet.glow(37, 36, 5, "#fff4c8", 1)
    for _ in range(26):
        sheet.line(
            (37, 36), (37 + sheet.random.uniform(-5, 3), 36 + sheet.random.uniform(1, 9)), thick=0.08, ink="#ffd36b"
        )
    return sheet


SCENES = {
    "ferry-dusk": ferry_dusk,
    "tide-gate": tide_gate,
    "cranes": cranes,
    "lighthouse": lighthouse,
    "shipyard": shipyard,
}
