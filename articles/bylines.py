"""The byline: who made a story and how, said the same way wherever it is said."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Self, TypedDict, cast

from django.db import models

HOUSE = "en"


class BylineRole(models.TextChoices):
    """What somebody did for a story; the label is what readers see before the name."""

    BY = "by", "By"
    REPORTING = "reporting", "Additional reporting by"
    PHOTOGRAPHS = "photographs", "Photographs by"
    ILLUSTRATION = "illustration", "Illustration by"
    TRANSLATION = "translation", "Translated by"


# Those who wrote; the others of a byline made something for it.
WRITERS = frozenset({BylineRole.BY, BylineRole.REPORTING})


class BylineRecord(TypedDict):
    """One name of a byline in JSON, as snapshots keep it."""

    role: str
    name: str
    slug: str
    wording: str


@dataclass(frozen=True)
class BylineName:
    """One author of a story: the role, the name and slug of the author, and wording that replaces the usual words."""

    role: str
    name: str
    slug: str
    wording: str = ""

    def as_record(self) -> BylineRecord:
        """This name in JSON."""
        return cast(BylineRecord, asdict(self))

    @classmethod
    def from_record(cls, record: BylineRecord) -> Self:
        """The name that `as_record` wrote."""
        return cls(**record)


@dataclass(frozen=True)
class Words:
    """A piece of a byline.

    `slug` is that of the author whose page it leads to, empty for plain words. `language` is that of the house's own
    words; what somebody worded is in the language of the story, and a name is in none.
    """

    text: str
    slug: str = ""
    language: str = ""


Line = Sequence[Words]


def lines(names: Iterable[BylineName]) -> list[Line]:
    """The byline as readers see it, a line for each role in the order of the names.

    Neighbours with the same role share a line (“By A, B and C”). A name with wording of its own has a line of its own.
    """
    found: list[Line] = []
    for (role, worded), group in groupby(names, key=lambda name: (name.role, name.wording)):
        members = list(group)
        if worded:
            found.extend(_worded(member) for member in members)
        else:
            found.append([Words(f"{BylineRole(role).label} ", language=HOUSE), *_listed(members)])
    return found


def text(names: Iterable[BylineName]) -> str:
    """The byline as one line of plain text, for machines and for mail."""
    return " · ".join("".join(words.text for words in line) for line in lines(names))


def _listed(members: Sequence[BylineName]) -> list[Words]:
    listed: list[Words] = []
    for position, member in enumerate(members):
        if position:
            listed.append(Words(" and " if position == len(members) - 1 else ", ", language=HOUSE))
        listed.append(Words(member.name, member.slug))
    return listed


def _worded(member: BylineName) -> Line:
    """The link stands on the name where the wording has it, and on the whole wording where it has not."""
    before, name, after = member.wording.partition(member.name)
    if not name:
        return [Words(member.wording, member.slug)]
    return [words for words in (Words(before), Words(name, member.slug), Words(after)) if words.text]
