"""What stands around every page: the paper, the sections at its head, the pages at its foot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Subquery, Value, When
from django.http import HttpRequest

from articles.models.page import Page
from articles.models.paper import ONLY, Paper
from articles.models.section import Section

FOOT = "foot"


@dataclass(frozen=True)
class Masthead:
    """The paper, its sections in their order, and the pages that editors wrote, without their text."""

    paper: Paper
    sections: Sequence[Section]
    pages: Sequence[Page]

    @property
    def foot(self) -> list[Page]:
        """The pages to which the foot of every page leads."""
        return [page for page in self.pages if page.in_footer]


def masthead(request: HttpRequest) -> Masthead:
    """The masthead as it is now, asked of the database once a request: by one query, two on an empty site."""
    known: Masthead | None = getattr(request, "_masthead", None)
    if known is None:
        known = _asked()
        request._masthead = known  # type: ignore[attr-defined]
    return known


def _asked() -> Masthead:
    """Sections and pages share the top level of addresses, and one query; the paper comes along with each of them."""
    record = Subquery(Paper.objects.records())
    sections = Section.objects.order_by().values_list(
        Value("section"), "pk", "position", "name", "slug", "accent", "description", record
    )
    at_foot = Case(When(in_footer=True, then=Value(FOOT)), default=Value(""), output_field=CharField())
    pages = Page.objects.order_by().values_list(
        Value("page"), "pk", "position", "title", "slug", at_foot, Value(""), record
    )
    rows: list[tuple[Any, ...]] = sorted(sections.union(pages, all=True), key=lambda row: (row[2], row[3]))
    return Masthead(
        _paper(rows[0][-1]) if rows else Paper.objects.current(),
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


def _paper(record: dict[str, Any] | None) -> Paper:
    return Paper.from_record(record) if record else Paper(pk=ONLY)
