"""The passage of a text in which the words stand that were looked for, with these marked."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from articles.search.asked import Term
from media.words import DENSE, LONGEST, WORD, words

LENGTH = 220
LEAD_IN = 60
LOOKED_THROUGH = 20_000
HITS_AT_MOST = 200
IN_A_DENSE_TEXT = re.compile(f"[{DENSE}]")


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
    if begin and not IN_A_DENSE_TEXT.match(text, begin):
        begin = text.find(" ", begin) + 1
    end = min(len(text), begin + LENGTH)
    if end < len(text) and not IN_A_DENSE_TEXT.match(text, end):
        end = max(text.rfind(" ", begin, end), begin + LENGTH // 2)
    passage = _marked(text, hits, begin, end)
    return mark_safe(f"{'… ' if begin else ''}{passage}{' …' if end < len(text) else ''}")  # noqa: S308 - escaped


Hit = tuple[int, int, str]


def _hits(text: str, terms: Iterable[Term]) -> list[Hit]:
    whole = {word for term in terms for word in (term.words[:-1] if term.is_prefix else term.words)}
    beginnings = tuple(term.words[-1] for term in terms if term.is_prefix)
    if not whole and not beginnings:
        return []
    # No word has a space in it. Of most parts it is known from other texts that nothing in them is looked for; of the
    # long ones, such as a paragraph of a dense script, nothing is remembered.
    parts = text.split(" ")
    known = {part for part in parts if len(part) <= LONGEST}
    likely = set(parts) - known
    likely |= {part for part in known if not whole.isdisjoint(_words_of(part))}
    if beginnings:
        likely |= {part for part in known if any(word.startswith(beginnings) for word in _words_of(part))}
    found: list[Hit] = []
    at = 0
    for part in parts:
        for each in WORD.finditer(part) if part in likely else ():
            for word in _words_of(each[0]):
                if word in whole or word.startswith(beginnings):
                    found.append((at + each.start(), at + each.end(), word))
                    break
        at += len(part) + 1
    return found[:HITS_AT_MOST]


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
