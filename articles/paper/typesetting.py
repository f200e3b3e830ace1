"""How headlines are set: what belongs together is not parted at the end of a line."""

import re

FIXED, NARROW = "\u00a0", "\u202f"
QUOTES = ("“", "‘", "„", "‚", "«", "‹", '"')
GLUED = (
    # A figure and what it counts or measures: 4 km, 10 pm, 2 per cent.
    re.compile(r"(\d) ((?:am|pm|bn|mn|m|km|cm|mm|g|kg|ha|kW|MW|per cent|%|°\w?)(?!\w))"),
    re.compile(r"(\bper) (cent\b)"),
    # A name and its number: Line 4, Berth 12.
    re.compile(r"(\b[A-ZÀ-Þ][^\W\d_]*) (\d{1,3}(?![\w.,’'%]))"),
    # A title or an initial, and the name.
    re.compile(r"(\b(?:Mr|Mrs|Ms|Dr|St|No)) ([^\W_])"),
    re.compile(r"(\b[A-ZÀ-Þ]\.) ()(?=[A-ZÀ-Þ])"),
    # A dash ends a line and begins none.
    re.compile(r"(\S) ([–—] )"),
)
FRENCH = ((re.compile(r"[ \u00a0](?=[;!?])"), NARROW), (re.compile(r"[ \u00a0](?=[:»])|(?<=«)[ \u00a0]"), FIXED))


def typeset(words: str, language: str) -> str:
    """The words with spaces that do not break where a break would part what belongs together.

    Nothing but spaces is changed: what an editor typed stays what it is.
    """
    for place in GLUED:
        words = place.sub(rf"\1{FIXED}\2", words)
    if language.partition("-")[0].lower() == "fr":
        for place, space in FRENCH:
            words = place.sub(space, words)
    return words
