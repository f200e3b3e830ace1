"""What an experienced eye finds in the words of a story before readers do. All of it may be meant: nothing stops."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from typing import TYPE_CHECKING

from articles import body

if TYPE_CHECKING:
    from articles.models import Article, StyleRule

LONGEST_HEADLINE = 90
LONGEST_PARAGRAPH = 200

LEFT_OPEN = re.compile(r"\b(?:TK(?:TK)*|XXX+)\b")
FIGURE = re.compile(r"\d[\d.,  ]*\d|\d")
NAME_WORD = r"[^\W\d_a-z][\w’'-]*[^\W\d_]"
NAME = re.compile(rf"(?<![\w’'-]){NAME_WORD}(?: {NAME_WORD})+")
POSSESSIVE = re.compile(r"[’']s$")
SPELLED = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
LARGE = {"hundred": 100, "thousand": 1000}
# Opening and closing marks; the same mark may open in one language and close in another.
PAIRS = (("“", "”"), ("«", "»"), ("„", "“"), ("(", ")"), ("[", "]"))


@dataclass(frozen=True)
class Doubt:
    """Something in the words that may be wrong: a code, what to say of it, the field, and the passage it is about."""

    code: str
    words: str
    field: str
    passage: str = ""


def doubts(article: "Article", rules: "Iterable[StyleRule]") -> list[Doubt]:
    """Everything that is doubtful in the words of a story, in reading order; `rules` are the house style."""
    paragraphs = body.plain_text(article.body).split("\n\n")
    parts = [("headline", article.headline), ("deck", article.deck), *(("body", text) for text in paragraphs)]
    return [
        *_headline(article.headline, [article.deck, *paragraphs]),
        *(doubt for field, text in [*parts, *_around(article)] for doubt in _left_open(field, text)),
        *_quotation_marks(parts),
        *_long_paragraphs(paragraphs),
        *_names([text for _, text in parts]),
        *_house_style(parts, rules),
    ]


def _around(article: "Article") -> list[tuple[str, str]]:
    """The words that stand around the story: the kicker, and what is said of its photos here."""
    said = [(reference.caption or "", reference.alt or "") for reference in body.photos(article.body)]
    return [
        ("kicker", article.kicker),
        ("lead_caption", article.lead_caption),
        ("lead_alt", article.lead_alt),
        *(("body", words) for each in said for words in each),
    ]


def _headline(headline: str, rest: Sequence[str]) -> Iterator[Doubt]:
    if len(headline) > LONGEST_HEADLINE:
        said = f"The headline has {len(headline)} characters; where it stands, {LONGEST_HEADLINE} fit."
        yield Doubt("long-headline", said, "headline")
    known = {number for text in rest for number in _numbers(text)}
    for figure in FIGURE.findall(headline):
        if _value(figure) not in known and any(text.strip() for text in rest):
            said = f"The headline says {figure}, and the text does not."
            yield Doubt("number-in-headline", said, "headline", figure)


def _numbers(text: str) -> Iterator[str]:
    """The numbers in a text, in figures however they are written: “forty-two thousand” is 42000."""
    for figure in FIGURE.findall(text):
        yield _value(figure)
    value = 0
    for word in [*re.findall(r"[a-z]+", text.lower()), ""]:
        if word in SPELLED:
            value += SPELLED[word]
        elif word in LARGE:
            value = max(value, 1) * LARGE[word]
        elif word != "and" and value:
            yield str(value)
            value = 0


def _value(figure: str) -> str:
    """A figure without what only groups it: 1,000 and 1 000 are 1000; a decimal mark is a point."""
    grouped = re.sub(r"[,.  ](?=\d{3}(?:\D|$))", "", figure)
    return grouped.replace(",", ".")


def _left_open(field: str, text: str) -> Iterator[Doubt]:
    for found in sorted(set(LEFT_OPEN.findall(text))):
        yield Doubt("left-open", f"“{found}” is still in the {_called(field)}.", field, found)


def _quotation_marks(parts: Sequence[tuple[str, str]]) -> Iterator[Doubt]:
    for number, (field, text) in enumerate(parts):
        following = parts[number + 1][1] if number + 1 < len(parts) else ""
        for opening, closing in PAIRS:
            if (opening == "“" and "„" in text) or (opening == "„" and "„" not in text):
                continue
            more = text.count(opening) - text.count(closing)
            # A quotation that runs over paragraphs is opened anew in each and closed in the last.
            if more and not (more == 1 and following.startswith(opening)):
                said = f"{opening} and {closing} do not pair in the {_called(field)}."
                yield Doubt("unpaired", said, field, _beginning(text))
        if text.count('"') % 2:
            yield Doubt("unpaired", f'A " is alone in the {_called(field)}.', field, _beginning(text))


def _long_paragraphs(paragraphs: Sequence[str]) -> Iterator[Doubt]:
    for text in paragraphs:
        length = len(text.split())
        if length > LONGEST_PARAGRAPH:
            yield Doubt("long-paragraph", f"A paragraph has {length} words.", "body", _beginning(text))


def _names(texts: Sequence[str]) -> Iterator[Doubt]:
    found = dict.fromkeys(POSSESSIVE.sub("", name) for text in texts for name in NAME.findall(text))
    for one, other in combinations(sorted(found, key=str.casefold)[:400], 2):
        if _is_one_name_twice(one, other):
            yield Doubt("two-spellings", f"“{one}” and “{other}”: is that one name?", "body", other)


def _is_one_name_twice(one: str, other: str) -> bool:
    """Whether two names have as many words, and differ in one of them by little more than a letter."""
    pairs = list(zip(one.split(), other.split(), strict=False))
    if one.count(" ") != other.count(" "):
        return False
    differing = [(left, right) for left, right in pairs if left != right]
    if len(differing) != 1:
        return False
    left, right = differing[0]
    if left.casefold() == right.casefold() or {left, right} in ({left, f"{left}s"}, {right, f"{right}s"}):
        return False
    return left[0] == right[0] and min(len(left), len(right)) > 3 and SequenceMatcher(None, left, right).ratio() >= 0.75


def _house_style(parts: Sequence[tuple[str, str]], rules: "Iterable[StyleRule]") -> Iterator[Doubt]:
    for rule in rules:
        # A rule about spelling with capitals (“internet”) is not broken by the right word itself.
        wanted = re.compile(rf"(?<!\w){re.escape(rule.wrong)}(?!\w)", re.IGNORECASE)
        for field, text in parts:
            if found := next((hit for hit in wanted.findall(text) if hit != rule.right), None):
                instead = f"write “{rule.right}”" if rule.right else "find another word"
                why = f" ({rule.why})" if rule.why else ""
                yield Doubt("house-style", f"House style: not “{found}”, {instead}{why}.", field, found)
                break


def _called(field: str) -> str:
    return {"body": "text", "lead_caption": "caption of the lead photo", "lead_alt": "alt text of the lead photo"}.get(
        field, field
    )


def _beginning(text: str) -> str:
    """Enough of a passage to find it by."""
    return " ".join(text.split()[:6])
