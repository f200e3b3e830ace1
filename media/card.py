"""Draws a social card, in the darkroom."""

from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw, ImageFont, features

MARGIN = 64
LARGEST, SMALLEST = 76, 36
MOST_LINES = 6
PAPER, INK, QUIET, LIGHT = "#fbf9f4", "#1c1a17", "#5b554c", "#ffffff"
RULE = 10


def card(
    picture: Image.Image | None,
    *,
    size: tuple[int, int],
    lines: Mapping[str, str],
    fonts: Mapping[str, str],
    colour: str,
    is_rtl: bool,
) -> Image.Image:
    """The headline large at the foot, the section above it, the paper's name at the head; on `picture` or on paper.

    `fonts` names for each line the file of its font; a line without one is left out. So are those that run from right
    to left on a machine without FriBiDi, which Pillow needs for them and does not bring along.
    """
    knows_directions = features.check("raqm")
    if is_rtl and not knows_directions:
        fonts = dict.fromkeys(fonts, "")
    canvas = _shaded(picture, size) if picture else Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(canvas)
    ink, quiet = (LIGHT, LIGHT) if picture else (INK, QUIET)
    pen.rectangle((0, 0, size[0], RULE), fill=colour)
    room = size[0] - 2 * MARGIN
    anchor, edge = ("ra", size[0] - MARGIN) if is_rtl else ("la", MARGIN)
    direction = ("rtl" if is_rtl else "ltr") if knows_directions else None
    foot = size[1] - MARGIN
    if fonts["headline"]:
        font, rows = _fitted(lines["headline"], fonts["headline"], room, direction, foot - 190)
        step = round(font.size * 1.16)
        foot -= step * len(rows)
        for number, row in enumerate(rows):
            pen.text((edge, foot + number * step), row, font=font, fill=ink, anchor=anchor, direction=direction)
    if fonts["section"]:
        font = ImageFont.truetype(fonts["section"], 30)
        section = _one_row(lines["section"], font, room, direction)
        pen.text((edge, foot - 56), section, font=font, fill=quiet, anchor=anchor)
        pen.rectangle((edge - (72 if is_rtl else 0), foot - 70, edge + (0 if is_rtl else 72), foot - 64), fill=colour)
    if fonts["paper"]:
        font = ImageFont.truetype(fonts["paper"], 34)
        pen.text(
            (edge, MARGIN - 10), _one_row(lines["paper"], font, room, direction), font=font, fill=ink, anchor=anchor
        )
    if fonts["credit"] and lines["credit"]:
        font = ImageFont.truetype(fonts["credit"], 20)
        credit = _one_row(lines["credit"], font, room, direction)
        pen.text((edge, size[1] - 46), credit, font=font, fill=quiet, anchor=anchor)
    return canvas


def _shaded(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture, dark enough at its head and foot for white words to be read on it."""
    dark = Image.new("L", (1, size[1]))
    for row in range(size[1]):
        down = row / size[1]
        dark.putpixel((0, row), round(255 * max(0.62 * (1 - down / 0.22), 0.86 * min(1, max(0, (down - 0.2) / 0.4)))))
    canvas = picture.convert("RGB")
    canvas.paste("black", (0, 0, *size), dark.resize(size))
    return canvas


def _fitted(
    text: str, file: str, room: int, direction: str | None, high: int
) -> tuple[ImageFont.FreeTypeFont, Sequence[str]]:
    """The largest font in which the text fits into a few lines, and these; in the smallest one it is cut."""
    for points in range(LARGEST, SMALLEST - 1, -4):
        font = ImageFont.truetype(file, points)
        rows = _rows(text, font, room, direction)
        if len(rows) <= MOST_LINES and len(rows) * points * 1.16 <= high:
            return font, rows
    most = min(MOST_LINES, int(high / (SMALLEST * 1.16)))
    return font, [*rows[: most - 1], f"{rows[most - 1].rstrip()}…"]


def _one_row(text: str, font: ImageFont.FreeTypeFont, room: int, direction: str | None) -> str:
    """The text, or of one that is wider than the room as much as there is room for."""
    rows = _rows(text, font, room, direction)
    return f"{rows[0]}…" if len(rows) > 1 else text


def _rows(text: str, font: ImageFont.FreeTypeFont, room: int, direction: str | None) -> list[str]:
    """The text in lines no wider than the room; a word that is wider by itself, or has no spaces, is broken."""
    rows: list[str] = []
    row = ""
    for word in text.split():
        tried = f"{row} {word}".strip()
        if font.getlength(tried, direction=direction) <= room:
            row = tried
            continue
        if row:
            rows.append(row)
        row = ""
        for sign in word:
            if row and font.getlength(row + sign, direction=direction) > room:
                rows.append(row)
                row = ""
            row += sign
    return [*rows, row] if row else rows
