"""Charts and maps."""

import math

from attache.demo.illustrations.ink import Sheet, mixed

INK, SOFT, RULE = "#1f1d1a", "#6b645a", "#d8cfbf"


def rents_chart() -> Sheet:
    """Rents in four quarters over ten years."""
    sheet = Sheet("rents-chart", paper="#fbf7ee")
    sheet.box(6, 5, 9, 0.9, "#a3201d")
    sheet.words(6, 8.6, "Rent for two rooms", 3.2, INK, "lm")
    sheet.words(6, 12.6, "Median, euros a month", 1.9, SOFT, "lm")
    for step, rent in enumerate(range(400, 1300, 200)):
        y = 58 - step * 9.6
        sheet.line((10, y), (84, y), thick=0.12, ink=RULE)
        sheet.words(8.6, y, f"{rent:,}", 1.8, SOFT, "rm")
    years = list(range(2016, 2027))
    for year in years[::2]:
        sheet.words(10 + (year - 2016) * 7.4, 61, str(year), 1.8, SOFT)
    lines = {
        "Northside": ("#a3201d", [470, 480, 505, 540, 610, 700, 790, 890, 990, 1090, 1180]),
        "Old Town": ("#1d4f8c", [720, 735, 760, 790, 810, 840, 880, 930, 970, 1010, 1050]),
        "Fennel Hill": ("#2c6138", [610, 615, 640, 650, 680, 690, 730, 760, 800, 840, 870]),
        "The Saltings": ("#80520a", [430, 430, 440, 455, 460, 480, 500, 520, 545, 570, 590]),
    }
    for name, (ink, rents) in lines.items():
        points = [(10 + index * 7.4, 58 - (rent - 400) / 200 * 9.6) for index, rent in enumerate(rents)]
        sheet.line(*points, thick=0.75 if name == "Northside" else 0.5, ink=ink)
        sheet.disc(*points[-1], 0.8, ink)
        sheet.words(points[-1][0] + 1.6, points[-1][1], name, 2, ink, "lm")
    return sheet


def rain_map() -> Sheet:
    """Rainfall by hexagon."""
    sheet = Sheet("rain-map", paper="#fbf7ee")
    size = 2.5
    for row in range(-1, 20):
        for column in range(-1, 25):
            x = column * size * 1.732 + (row % 2) * size * 0.866
            y = row * size * 1.5
            river = abs(x - (46 + 9 * math.sin(y / 15))) < 3.2 + max(0, y - 48) * 0.5
            hill = math.exp(-((x - 70) ** 2 + (y - 24) ** 2) / 420)
            wet = min(1, 0.12 + 0.85 * hill + 0.12 * sheet.random.random() + (0.06 if y < 24 else 0))
            ink = "#e9e4d6" if river else mixed("#dcebf2", "#0f3d73", wet)
            corners = [
                (x + size * 0.95 * math.cos(math.radians(a)), y + size * 0.95 * math.sin(math.radians(a)))
                for a in range(30, 390, 60)
            ]
            sheet.shape(*corners, ink=ink)
    sheet.box(4, 4, 31, 13, "#fbf7ee")
    sheet.words(6, 7, "Millimetres of rain", 2.6, INK, "lm")
    for step in range(6):
        sheet.box(6 + step * 4.4, 10, 4.2, 2, mixed("#dcebf2", "#0f3d73", step / 5))
        sheet.words(6 + step * 4.4, 14.4, str(20 + step * 10), 1.7, SOFT)
    for name, x, y in (("Fennel Hill", 70, 24), ("Northside", 22, 26), ("Old Town", 62, 48), ("The Saltings", 20, 56)):
        wide = len(name) * 1.25 + 2
        sheet.box(x - wide / 2, y - 1.7, wide, 3.4, "#fbf7ee", 0.6)
        sheet.words(x, y, name, 2, INK)
    return sheet


SCENES = {"rents-chart": rents_chart, "rain-map": rain_map}
