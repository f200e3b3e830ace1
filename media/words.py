"""Words as they are looked for: one rule for photos and for stories."""

import re
import unicodedata

# Letters that are no letter with an accent, and that many keyboards lack.
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
# Scripts without spaces: each sign is a word, and a run of them is looked for as a phrase.
DENSE = "\u2e80-\u2fdf\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Marks that may stand on the letters of a word.
MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670"
WORD = re.compile(rf"[{DENSE}]|[^\W_{DENSE}]+(?:[{MARKS}]+[^\W_{DENSE}]*)*")
LONGEST = 64
SIGNS_AT_MOST = 120_000


def folded(words: str) -> str:
    """Words as they are looked for: without accents, in no case."""
    plain = unicodedata.normalize("NFKD", words)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()


def words(text: str) -> list[str]:
    """The words of `text`: folded, none longer than LONGEST, of letters and digits alone."""
    plain = folded(text[:SIGNS_AT_MOST]).translate(LETTERS)[:SIGNS_AT_MOST]
    return [word[:LONGEST] for word in WORD.findall(plain)]


def joined(*texts: str) -> str:
    """The words of these texts as an entry keeps them."""
    return " ".join(words(" \n ".join(texts)))
