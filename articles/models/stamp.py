"""Stamps: what has changed, said in a few numbers, so that a page that was made before knows whether it still holds.

The database raises them itself, in the transaction of the change (`articles/migrations/_stamps.py` has the list of what
raises what). They hold no word of anything, and all of them can be thrown away.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from articles import asking
from articles.asking import Numbers
from articles.prepared import Prepared, reading

# Every page is made of it: the paper's settings, its sections, the pages at its foot.
PAPER = "paper"
# Whatever lists stories of all sections.
STORIES = "stories"
AUTHORS = "authors"
CORRECTIONS = "corrections"
# The line for breaking news.
BREAKING = "breaking"
# Raised with each of the others; pages need not name it.
ANY = "*"
# Raised whenever readers lose or find changed what they had, and not by what is merely added.
GONE = "gone"
# Stories share their stamps with few others, so that there is an end to them.
SHELVES = 4096
# What is past is of no use to anybody; clocks may differ.
PAST = timedelta(days=1)
AT_ONCE = 1000


def of_story(article_id: int) -> str:
    """Of a story: its snapshots, what an editor put beside it, its place in a series, its translations."""
    return f"story:{article_id % SHELVES}"


def of_section(section_id: int) -> str:
    """Of the stories in a section."""
    return f"section:{section_id}"


def of_front(section_id: int | None) -> str:
    """Of how a front is arranged: a section's, or for None the front page."""
    return f"front:{section_id or 0}"


def of_author(author_id: int) -> str:
    """Of an author: profile, portrait, stories, pictures."""
    return f"author:{author_id}"


def of_tag(tag_id: int) -> str:
    """Of a tag: its name, and the stories that have it."""
    return f"tag:{tag_id}"


def of_series(series_id: int) -> str:
    """Of a series: its name, its parts and their stories."""
    return f"series:{series_id}"


def of_year(year: int) -> str:
    """Of the stories that first appeared in that year of the world's (UTC)."""
    return f"year:{year}"


def of_shelf(number: int) -> str:
    """Of the stories of one sitemap."""
    return f"shelf:{number}"


def of_page(page_id: int) -> str:
    """Of a page that editors wrote."""
    return f"page:{page_id}"


@dataclass(frozen=True)
class Standing:
    """Names with their numbers, the next moment at which something under them begins or ends, and the next at which
    something ends.
    """

    numbers: Numbers
    changes: datetime | None
    ends: datetime | None


class StampManager(models.Manager["Stamp"]):
    """Reads stamps; it is the database that raises them."""

    def numbers(self, names: Collection[str]) -> Numbers:
        """The names with their numbers, each with none, one or some; one query by the index.

        Equal numbers mean that nothing has changed. A number that has gone never comes back.
        """
        database: Any = reading(self.model)
        if database.vendor == "postgresql" and not database.queries_logged:
            return asking.numbers(database, names)
        with database.cursor() as cursor:
            cursor.execute(_question(len(names)), list(names))
            found: Numbers = cursor.fetchall()
        return found

    def standing(self, names: Collection[str], after: datetime) -> Standing:
        """The same, and what the clock alone will change of it after that moment; one query."""
        found = STANDING(names=sorted(names), after=after)
        moments = [(at, is_end) for _, _, at, is_end in found if at]
        return Standing(
            numbers=[(name, number) for name, number, at, _ in found if at is None],
            changes=min((at for at, _ in moments), default=None),
            ends=min((at for at, is_end in moments if is_end), default=None),
        )

    def all_numbers(self) -> Numbers:
        """Every name with its numbers, the clock's moments left out."""
        return list(self.filter(at=None).order_by().values_list("name", "number"))

    def renew_all(self) -> None:
        """Let every page be made anew."""
        self.bulk_create([Stamp(number=secrets.randbits(62), name=name) for name in (PAPER, ANY)])

    def forget_past(self, now: datetime) -> None:
        """Remove moments that are long past: they change nothing any more."""
        if ANY_PAST(before=now - PAST):
            past = self.filter(at__lt=now - PAST).select_for_update(skip_locked=True)
            self.filter(pk__in=list(past.order_by().values_list("pk", flat=True)[:AT_ONCE])).delete()


class Stamp(models.Model):
    """A number of a stamp, as it is now; or a moment, at which what it stands for begins or ends by itself."""

    number = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=40)
    at = models.DateTimeField(null=True)
    is_end = models.BooleanField(default=False)

    objects: ClassVar[StampManager] = StampManager()

    class Meta:
        indexes = (
            models.Index(fields=["name", "at", "number"], name="articles_stamp_by_name"),
            models.Index(fields=["at"], name="articles_stamp_past", condition=Q(at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


def _standing(names: list[str], after: datetime) -> models.QuerySet[Stamp, tuple[Any, ...]]:
    rows = Stamp.objects.filter(Q(at=None) | Q(at__gt=after), name__in=names).order_by()
    return rows.values_list("name", "number", "at", "is_end")


STANDING: Prepared[tuple[Any, ...]] = Prepared(Stamp, _standing)
ANY_PAST: Prepared[int] = Prepared(
    Stamp, lambda before: Stamp.objects.filter(at__lt=before).order_by().values_list("pk", flat=True)[:1]
)
ASKED = "SELECT name, number FROM articles_stamp WHERE at IS NULL AND name IN"


@lru_cache(maxsize=256)
def _question(number: int) -> str:
    return f"{ASKED} ({', '.join(['%s'] * number)})"
