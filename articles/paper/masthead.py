"""What stands on every page: the paper and its sections."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Subquery
from django.http import HttpRequest

from articles.models.paper import ONLY, Paper
from articles.models.section import Section


@dataclass(frozen=True)
class Masthead:
    """The paper, and its sections in their order."""

    paper: Paper
    sections: Sequence[Section]


def masthead(request: HttpRequest) -> Masthead:
    """The masthead as it is now, asked of the database once a request: by one query, two without sections."""
    known: Masthead | None = getattr(request, "_masthead", None)
    if known is None:
        known = _asked()
        request._masthead = known  # type: ignore[attr-defined]
    return known


def _asked() -> Masthead:
    sections = list(Section.objects.annotate(record=Subquery(Paper.objects.records())))
    if not sections:
        return Masthead(Paper.objects.current(), [])
    record = getattr(sections[0], "record", None)
    return Masthead(Paper.from_record(record) if record else Paper(pk=ONLY), sections)
