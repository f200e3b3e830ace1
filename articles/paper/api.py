"""The API: what readers have, for programs. It is read only, open to every site, and promised in docs/api.md."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from taggit.models import Tag

from articles.kinds import Kind
from articles.models.author import Author
from articles.models.section import Section
from articles.models.snapshot import Snapshot, SnapshotQuerySet
from articles.paper import openapi
from articles.paper.conditional import answer
from articles.paper.masthead import masthead
from articles.paper.ninjs import item
from articles.paper.paging import page_of

JSON = "application/json"
PROBLEM = "application/problem+json"
# Nothing here is anybody's alone: no cookie is read, so that any site may ask.
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Link",
    "Access-Control-Max-Age": "86400",
}
READING = ("GET", "HEAD", "OPTIONS")
View = Callable[..., HttpResponseBase]


class Problem(Exception):
    """Raised where a question cannot be answered: the status, and what is wrong in words. RFC 9457"""

    def __init__(self, status: int, title: str, detail: str = "") -> None:
        super().__init__(title)
        self.status, self.title, self.detail = status, title, detail


def open_to_all(view: View) -> View:
    """Lets programs of any site read, and tells them what is wrong in JSON."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = _answered(view, request, *args, **kwargs)
        except Http404 as missing:
            response = _problem(Problem(404, str(missing)))
        except Problem as problem:
            response = _problem(problem)
        for name, value in OPEN.items():
            response.headers[name] = value
        return response

    # It reads alone, whatever is sent; what else is sent is refused in JSON like everything.
    answered.csrf_exempt = True  # type: ignore[attr-defined]
    return answered


def _answered(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": ", ".join(READING)})
    if request.method not in READING:
        response = _problem(Problem(405, "The API can be read only."))
        response.headers["Allow"] = ", ".join(READING)
        return response
    return view(request, *args, **kwargs)


def _problem(problem: Problem) -> HttpResponse:
    said = {"type": "about:blank", "title": problem.title, "status": problem.status, "detail": problem.detail}
    data = json.dumps({name: value for name, value in said.items() if value}, ensure_ascii=False)
    return HttpResponse(data, status=problem.status, content_type=PROBLEM, headers={"Cache-Control": "no-cache"})


def _json(request: HttpRequest, data: Any) -> HttpResponseBase:
    return answer(request, json.dumps(data, ensure_ascii=False).encode(), JSON)


@open_to_all
def entrance(request: HttpRequest) -> HttpResponseBase:
    """Where what is."""
    paper, site = masthead(request).paper, settings.SITE_URL
    sections = [
        {"name": section.name, "slug": section.slug, "page": f"{site}{section.get_absolute_url()}"}
        for section in masthead(request).sections
    ]
    links = {"stories": reverse("paper:api_stories"), "description": reverse("paper:api_description")}
    said = {name: f"{site}{address}" for name, address in links.items()}
    return _json(request, {"paper": paper.name, "page": f"{site}/", **said, "sections": sections})


@open_to_all
def description(request: HttpRequest) -> HttpResponseBase:
    """The API in the words of OpenAPI."""
    return _json(request, openapi.description(masthead(request).paper))


@open_to_all
def stories(request: HttpRequest) -> HttpResponseBase:
    """Stories, the newest first, a page at a time; `next` leads to the older ones."""
    asked = {name: str(value) for name, value in request.GET.items() if name != "before"}
    paper = masthead(request).paper
    live = Snapshot.objects.live().with_withheld().with_translations().select_related("section")
    found = _filtered(live, asked)
    page = page_of(found, request, until=_moment(UNTIL, asked[UNTIL]) if UNTIL in asked else None)
    said: dict[str, Any] = {"items": [item(story, paper) for story in page.stories], "next": None}
    if page.older:
        query = request.GET.copy()
        query["before"] = page.older.removeprefix("?before=")
        said["next"] = f"{settings.SITE_URL}{request.path}?{query.urlencode()}"
    response = _json(request, said)
    if said["next"]:
        response.headers["Link"] = f'<{said["next"]}>; rel="next"'
    return response


@open_to_all
def story(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """One story; 410 where it was withdrawn."""
    now = timezone.now()
    found = Snapshot.objects.filter(uid=uid)
    live = found.live(now).with_withheld().with_translations(now).select_related("section").first()
    if live:
        return _json(request, item(live, masthead(request).paper))
    last = found.ended(now).order_by("-live_until", "-pk").only("farewell").first()
    if last:
        raise Problem(410, "This story was withdrawn.", last.farewell)
    raise Problem(404, "There is no such story.")


@open_to_all
def nothing(request: HttpRequest) -> HttpResponseBase:
    """Every other address."""
    raise Problem(404, "There is no such address.", f"{settings.SITE_URL}{reverse('paper:api')} says what there is.")


def _filtered(stories: SnapshotQuerySet, asked: Mapping[str, str]) -> SnapshotQuerySet:
    """The stories that are asked for, but for UNTIL, which says where their first page begins; raises Problem for a
    question that the API does not know.
    """
    for name, value in asked.items():
        if name not in NAMES:
            raise Problem(400, f"There is no filter “{name}”.", f"Filters are {', '.join(NAMES)}.")
        # No slug, kind or moment has one, and PostgreSQL takes none.
        if "\0" in value:
            raise Problem(400, f"“{name}” cannot be that.")
    # A moment comes last: what list it is of is known by then.
    for name, wanted in FILTERS.items():
        stories = wanted(stories, asked[name]) if name in asked else stories
    return stories


def _only(model: type[Model], slug: str) -> QuerySet[Any, Any]:
    """What has that slug, for a filter by its id: a list found through another table has no order to stop in."""
    return model._default_manager.filter(slug=slug).values("pk")[:1]


def _of_kind(stories: SnapshotQuerySet, value: str) -> SnapshotQuerySet:
    if value not in Kind.values:
        raise Problem(400, f"There is no kind “{value}”.", f"Kinds are {', '.join(Kind.values)}.")
    return stories.filter(kind=value)


def _moment(name: str, value: str) -> datetime:
    try:
        day, moment = parse_date(value), parse_datetime(value)
    except ValueError:
        day = moment = None
    if moment is None and day is not None:
        moment = datetime.combine(day, time())
    if moment is None:
        raise Problem(400, f"“{name}” is no date.", "Dates are such as 2026-05-03 or 2026-05-03T12:00:00Z.")
    try:
        return (moment if moment.tzinfo else timezone.make_aware(moment)).astimezone(UTC)
    except OverflowError as error:
        raise Problem(400, f"“{name}” is too far away.") from error


UNTIL = "until"
FILTERS: Mapping[str, Callable[[SnapshotQuerySet, str], SnapshotQuerySet]] = {
    "section": lambda stories, value: stories.filter(section=_only(Section, value)),
    "author": lambda stories, value: stories.of_author(_only(Author, value)),
    "tag": lambda stories, value: stories.of_tag(_only(Tag, value)),
    "kind": _of_kind,
    "language": lambda stories, value: stories.filter(language=value),
    "since": lambda stories, value: stories.since(_moment("since", value)),
}
NAMES = (*FILTERS, UNTIL)
