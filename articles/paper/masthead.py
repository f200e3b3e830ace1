"""What stands around every page: the paper, the sections at its head, the pages at its foot."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Case, CharField, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone

from articles.models.page import Page
from articles.models.paper import ONLY, Paper
from articles.models.section import Section
from articles.prepared import Prepared
from media.said import name_of

FOOT = "foot"
# Seconds. In every time zone, days end at a full quarter of an hour of UTC.
QUARTER = 15 * 60


@dataclass(frozen=True)
class Masthead:
    """The paper, its sections in their order, and the pages that editors wrote, without their text."""

    paper: Paper
    sections: Sequence[Section]
    pages: Sequence[Page]

    @cached_property
    def said(self) -> str:
        """The name of what every page says of the sections, and of the pages at the foot."""
        pages = [(page.slug, page.title, page.in_footer) for page in self.pages]
        return name_of([section.said for section in self.sections], pages)

    def section(self, slug: str) -> Section | None:
        """The section at that address; None where there is none."""
        return next((section for section in self.sections if section.slug == slug), None)

    @property
    def foot(self) -> list[Page]:
        """The pages to which the foot of every page leads."""
        return [page for page in self.pages if page.in_footer]


def masthead(request: HttpRequest) -> Masthead:
    """The masthead as it is now, asked of the database once a request: by one query, two on an empty site."""
    known: Masthead | None = getattr(request, "_masthead", None)
    if known is None:
        rows = tuple(sorted(ROWS(), key=lambda row: (row[2], row[3])))
        # It changes seldom and is asked for with every page. Where no paper is set, the environment's words count.
        known = _kept(rows, timezone.now().timestamp() // QUARTER) if rows and rows[0][-1] else _of(rows)
        request._masthead = known  # type: ignore[attr-defined]
    return known


def _rows() -> QuerySet[Any, tuple[Any, ...]]:
    """Sections and pages share the top level of addresses, and one query; the paper comes along with each of them."""
    record = Cast(Subquery(Paper.objects.records()), TextField())
    sections = Section.objects.order_by().values_list(
        Value("section"), "pk", "position", "name", "slug", "accent", "description", record
    )
    at_foot = Case(When(in_footer=True, then=Value(FOOT)), default=Value(""), output_field=CharField())
    pages = Page.objects.order_by().values_list(
        Value("page"), "pk", "position", "title", "slug", at_foot, Value(""), record
    )
    return sections.union(pages, all=True)


ROWS: Prepared[tuple[Any, ...]] = Prepared(Section, _rows, knows_rows=True)


def _of(rows: Sequence[tuple[Any, ...]]) -> Masthead:
    return Masthead(
        _paper(rows[0][-1] if rows else _alone()),
        [
            Section(pk=pk, position=position, name=name, slug=slug, accent=accent, description=description)
            for what, pk, position, name, slug, accent, description, _ in rows
            if what == "section"
        ],
        [
            Page(pk=pk, position=position, title=title, slug=slug, in_footer=foot == FOOT)
            for what, pk, position, title, slug, foot, _, _ in rows
            if what == "page"
        ],
    )


@lru_cache(maxsize=8)
def _kept(rows: tuple[tuple[Any, ...], ...], quarter: float) -> Masthead:
    """As it is in that quarter of an hour: the terms of a nameplate end with a day of the paper's zone."""
    return _of(rows)


def _alone() -> str | None:
    """The record of the paper where it has neither a section nor a page."""
    return Paper.objects.records().values_list(Cast("record", TextField()), flat=True).first()


def _paper(record: str | None) -> Paper:
    return Paper.from_record(json.loads(record)) if record else Paper(pk=ONLY)
