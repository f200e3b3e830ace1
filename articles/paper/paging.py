"""Paging through lists of stories by the place where the last page ended.

A page costs the same however deep it lies, and a story published in the meantime does not move the pages behind it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone

from articles.addresses import id_in
from articles.models.snapshot import Snapshot, SnapshotQuerySet
from articles.prepared import Prepared

PAGE_LENGTH = 20
MOMENT = "%Y%m%dT%H%M%S.%f"


@dataclass(frozen=True)
class Page:
    """Some stories of a list, newest first.

    `place` is the query string that leads to this page, `older` that of the next one, None on the last one.
    """

    stories: list[Snapshot]
    place: str
    is_first: bool
    older: str | None


def paged(build: Callable[..., SnapshotQuerySet]) -> Prepared[Snapshot]:
    """A list for `page_of`: `build` makes it, in no order, of the moment `at`, the day `today` and its own values."""
    return Prepared(Snapshot, lambda moment, pk, **values: _from(build(**values), moment, pk), knows_rows=True)


def page_of(
    listed: Prepared[Snapshot] | SnapshotQuerySet, request: HttpRequest, *, until: datetime | None = None, **values: Any
) -> Page:
    """The page that the request asks for by `?before=`, the first one without it, of what readers first saw before
    `until`, where that is given; one query.

    A list that is `paged` takes values of its own. Others are for questions whose best plan depends on what is asked.

    Raises Http404 for a place that no page of ours ever named.
    """
    now, before = timezone.now(), request.GET.get("before")
    # Readers have nothing that is newer than now, so that the first page is asked for like any other.
    places = [(until or now + timedelta.resolution, 0)]
    places += [] if before is None else [_place(before)]
    # Of two bounds a database would begin at either, and read what lies between them.
    moment, pk = min(places)
    if isinstance(listed, Prepared):
        found = listed(moment=moment, pk=pk, at=now, today=timezone.localdate(now), **values)
    else:
        found = list(_from(listed, moment, pk))
    place = f"?before={before}" if before else ""
    return Page(found[:PAGE_LENGTH], place=place, is_first=before is None, older=_older(found))


def first_page(found: list[Snapshot]) -> Page:
    """The first page of a list, of which these are the newest: PAGE_LENGTH of them, and more where there are more."""
    return Page(found[:PAGE_LENGTH], place="", is_first=True, older=_older(found))


def _from(stories: SnapshotQuerySet, moment: datetime, pk: int) -> SnapshotQuerySet:
    """Those of a page that begins after that place, and one more where there are more."""
    return stories.newest_first().before(moment, pk)[: PAGE_LENGTH + 1]


def _older(found: list[Snapshot]) -> str | None:
    if len(found) <= PAGE_LENGTH:
        return None
    last = found[PAGE_LENGTH - 1]
    return f"?before={last.published_at.astimezone(UTC).strftime(MOMENT)}-{last.pk}"


def _place(before: str) -> tuple[datetime, int]:
    moment, _, last = before.rpartition("-")
    pk = id_in(last)
    try:
        place = datetime.strptime(moment, MOMENT).replace(tzinfo=UTC)
    except ValueError as error:
        raise Http404("There is no such page.") from error
    if not pk:
        raise Http404("There is no such page.")
    return place, pk
