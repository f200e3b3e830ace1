"""The passage of a text in which the words stand that were looked for, with these marked."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from articles.search.asked import Term
from media.words import DENSE, WORD, words

LENGTH = 220
LEAD_IN = 60
LOOKED_THROUGH = 20_000
HITS_AT_MOST = 200


def marked(text: str, terms: Sequence[Term]) -> SafeString:
    """The whole text, with the words of these terms marked; safe to show."""
    return _marked(text, _hits(text, terms), 0, len(text))


def excerpt(texts: Sequence[str], terms: Sequence[Term]) -> SafeString:
    """The passage of about LENGTH signs that holds the most of the terms, the words marked: of the first of the texts
    that has any of them, or else the beginning of the last.
    """
    text, hits = "", list[Hit]()
    for text in (" ".join(text[:LOOKED_THROUGH].split()) for text in texts if text):
        if hits := _hits(text, terms):
            break
    begin = max(0, _best(hits) - LEAD_IN)
    if begin and not re.match(f"[{DENSE}]", text[begin]):
        begin = text.find(" ", begin) + 1
    end = min(len(text), begin + LENGTH)
    if end < len(text) and not re.match(f"[{DENSE}]", text[end]):
        end = max(text.rfind(" ", begin, end), begin + LENGTH // 2)
    passage = _marked(text, hits, begin, end)
    return mark_safe(f"{'… ' if begin else ''}{passage}{' …' if end < len(text) else ''}")  # noqa: S308 - escaped


Hit = tuple[int, int, str]


def _hits(text: str, terms: Iterable[Term]) -> list[Hit]:
    whole = {word for term in terms for word in (term.words[:-1] if term.is_prefix else term.words)}
    beginnings = tuple(term.words[-1] for term in terms if term.is_prefix)
    found: list[Hit] = []
    for each in WORD.finditer(text) if whole or beginnings else ():
        for word in _words_of(each[0]):
            if word in whole or (beginnings and word.startswith(beginnings)):
                found.append((each.start(), each.end(), word))
                break
        if len(found) == HITS_AT_MOST:
            break
    return found


# The same few thousand words make up most of every text.
_words_of = lru_cache(maxsize=20_000)(lambda written: tuple(words(written)))


def _best(hits: Sequence[Hit]) -> int:
    """Where the passage with the most different words begins; the first of these."""
    best, most = (hits[0][0] if hits else 0), 0
    first = 0
    for last, hit in enumerate(hits):
        while hit[1] - hits[first][0] > LENGTH - LEAD_IN and first < last:
            first += 1
        different = len({word for _, _, word in hits[first : last + 1]})
        if different > most:
            best, most = hits[first][0], different
    return best


def _marked(text: str, hits: Iterable[Hit], begin: int, end: int) -> SafeString:
    parts, at = [], begin
    for start, stop, _ in hits:
        if begin <= start and stop <= end:
            parts += [conditional_escape(text[at:start]), f"<mark>{conditional_escape(text[start:stop])}</mark>"]
            at = stop
    parts.append(conditional_escape(text[at:end]))
    return mark_safe("".join(parts))  # noqa: S308 - each part is escaped
