"""Sitemaps: every story that readers have, by the thousand, the news of the last two days, tags, and other pages.

Stories stand on shelves by the number of their working copy, so that a file never moves a story to another one and
only the files of what changed are fetched again. What is asked of a shelf is found by an index of the database, however
many there are. An index of sitemaps has the shelves of one room; robots.txt names those of all rooms.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from taggit.models import Tag

from articles.models import stamp
from articles.models.author import Author
from articles.models.beside import Part, Series
from articles.models.page import Page
from articles.models.snapshot import Shelf, Snapshot, SnapshotQuerySet
from articles.paper.conditional import answer
from articles.paper.made_of import made_of, page
from articles.paper.masthead import masthead
from articles.paper.text import for_xml
from articles.prepared import reading

# As the protocol has it: https://www.sitemaps.org/protocol.html
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS_NAMESPACE = "http://www.google.com/schemas/sitemap-news/0.9"
XML = "application/xml; charset=utf-8"
MOST = 50_000
STANDING = ("home", "corrections", "masthead", "archive_index")
# So many stories make a tag's page worth finding.
GATHERS = 3
# As Google has it: https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
NEWS_LASTS = timedelta(hours=48)
NEWS_AT_MOST = 1000
# How many shelves stand in a room: what an index is made of is made with it.
ROOM = 50
# From one shelf, or room, to the next that has anything, as no queryset can say it.
THIS = RawSQL("places.number", ())
PLACES = (
    "WITH RECURSIVE places(number) AS (SELECT {} UNION ALL SELECT {} FROM places WHERE number IS NOT NULL) "
    "SELECT {} FROM places WHERE number IS NOT NULL"
)


@dataclass(frozen=True)
class Listed:
    """A file of the index, and when it last changed where that is known."""

    address: str
    last: datetime | None = None


def files(now: datetime) -> Iterator[Listed]:
    """The files that are named as they are at that moment, by whichever index; one with nothing in it is none."""
    yield from _others(now)
    for room in _rooms():
        yield from _stories(now, room)


def indexes() -> list[str]:
    """The addresses of the indexes: the first has the newest room and what is no story, the others a room each."""
    return [reverse("paper:sitemap"), *(reverse("paper:sitemap_room", args=[room]) for room in _rooms()[:-1])]


def _others(now: datetime) -> Iterator[Listed]:
    yield Listed(reverse("paper:sitemap_pages"))
    if _gathering(now).exists():
        yield Listed(reverse("paper:sitemap_tags"))
    if _recent(now).exists():
        yield Listed(reverse("paper:sitemap_news"))


def _stories(now: datetime, room: int | Subquery) -> Iterator[Listed]:
    # To ask for the address of each would take longer than all the rest.
    begin, end = reverse("paper:sitemap_stories", args=[0]).split("0")
    for number, came, went in _shelves(now, room):
        yield Listed(f"{begin}{number}{end}", max(came, went or came))


def _rooms() -> list[int]:
    """The rooms in which any story has its place."""
    of_each = _by_shelf().values_list(F("shelf") / ROOM)
    return [number for (number,) in _places(of_each, of_each.filter(shelf__gte=(THIS + 1) * ROOM))]


def _newest_room() -> Subquery:
    return Subquery(_by_shelf().reverse().values(room=F("shelf") / ROOM)[:1])


def _by_shelf() -> QuerySet[Any, Any]:
    return Snapshot.objects.annotate(shelf=Shelf("article")).order_by("shelf")


def _shelves(now: datetime, room: int | Subquery) -> Iterator[tuple[int, datetime, datetime | None]]:
    """The shelves of a room that have a story, and of each the last moments at which a story came that is still there,
    and at which one went.
    """
    of_each = _by_shelf().filter(shelf__lt=(room + 1) * ROOM).values_list("shelf")
    here = Snapshot.objects.on_shelf(THIS)
    found = _places(
        of_each.filter(shelf__gte=room * ROOM),
        of_each.filter(shelf__gt=THIS),
        here.live(now).order_by("-live_from").values("live_from"),
        here.ended(now).order_by("-live_until").values("live_until"),
    )
    moment = Snapshot._meta.get_field("live_from")
    database = reading(Snapshot)
    converters = database.ops.get_db_converters(moment.get_col("places"))
    for number, *moments in found:
        came, went = (
            reduce(lambda value, convert: convert(value, moment, database), converters, each) for each in moments
        )
        if came:
            yield number, came, went


def _places(*parts: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """The numbers that the first part begins with and the second leads on to, each with what the others say of it; all
    is found by an index of the database.
    """
    written = [part[:1].query.sql_with_params() for part in parts]
    first, following, *told = (f"({sql})" for sql, _ in written)
    with reading(Snapshot).cursor() as cursor:
        sql = PLACES.format(first, following, ", ".join(["number", *told]))
        cursor.execute(sql, [each for _, values in written for each in values])
        return list(cursor.fetchall())


@page()
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The index that crawlers look for first: what is no story, and the newest room."""
    made_of(request, stamp.STORIES)
    now = timezone.now()
    return _index(request, [*_others(now), *_stories(now, _newest_room())])


@page()
@require_safe
def index_of_room(request: HttpRequest, number: str) -> HttpResponseBase:
    """The index of one room."""
    made_of(request, stamp.STORIES)
    found = list(_stories(timezone.now(), int(number)))
    if not found:
        raise Http404("There is no such index.")
    return _index(request, found)


def _index(request: HttpRequest, found: Iterable[Listed]) -> HttpResponseBase:
    rows = ({"loc": each.address, "lastmod": each.last} for each in found)
    return _answer(request, "sitemapindex", "sitemap", rows)


@require_safe
def pages(request: HttpRequest) -> HttpResponseBase:
    """What is no story: the front page, the sections, pages that editors wrote, series, authors. Where it is not known
    when a page last changed, nothing is said of it.
    """
    rows: list[dict[str, Any]] = [{"loc": reverse(f"paper:{name}")} for name in STANDING]
    rows += [{"loc": section.get_absolute_url()} for section in masthead(request).sections]
    written = Page.objects.order_by("pk").values_list("slug", "updated_at")
    rows += [{"loc": reverse("paper:section", args=[slug]), "lastmod": last} for slug, last in written]
    parts = Part.objects.filter(series=OuterRef(OuterRef("pk"))).values("article")
    begun = Series.objects.filter(Exists(Snapshot.objects.live().filter(article__in=parts))).order_by("pk")
    rows += [{"loc": each.get_absolute_url()} for each in begun.only("slug")]
    authors = Author.objects.order_by("pk").values_list("slug", flat=True)
    rows += [{"loc": reverse("paper:author", args=[slug])} for slug in authors[: MOST - len(rows)]]
    return _answer(request, "urlset", "url", rows[:MOST])


@require_safe
def tags(request: HttpRequest) -> HttpResponseBase:
    """The tags that gather some stories. One with less says nothing that its stories do not."""
    found = _gathering(timezone.now()).values_list("slug", flat=True)[:MOST]
    return _answer(request, "urlset", "url", ({"loc": reverse("paper:tag", args=[slug])} for slug in found))


def _gathering(now: datetime) -> QuerySet[Tag]:
    stories = Snapshot.objects.live(now).filter(tags=OuterRef("pk")).order_by()
    found: QuerySet[Tag] = Tag.objects.filter(Exists(stories[GATHERS - 1 : GATHERS])).order_by("pk")
    return found


@page()
@require_safe
def stories(request: HttpRequest, number: str) -> HttpResponseBase:
    """The stories of a shelf, each with the date of the last change that readers were told of."""
    shelf = int(number)
    made_of(request, stamp.of_shelf(shelf))
    here = Snapshot.objects.on_shelf(shelf).live().order_by("pk")
    found = list(here.values_list("path", "published_at", "revised_at"))
    if not found:
        raise Http404("There is no such sitemap.")
    return _answer(request, "urlset", "url", ({"loc": path, "lastmod": new or first} for path, first, new in found))


@require_safe
def news(request: HttpRequest) -> HttpResponseBase:
    """What was first published within the last two days, the newest first; nothing, where that is nothing."""
    paper, now = masthead(request).paper, timezone.now()
    found = (
        {
            "loc": path,
            "news:news": {
                "news:publication": {"news:name": paper.name, "news:language": _language(language)},
                "news:publication_date": published_at,
                "news:title": headline,
            },
        }
        for path, language, published_at, headline in _recent(now)
        .newest_first()
        .values_list("path", "language", "published_at", "headline")[:NEWS_AT_MOST]
    )
    return _answer(request, "urlset", "url", found, **{"xmlns:news": NEWS_NAMESPACE})


def _recent(now: datetime) -> SnapshotQuerySet:
    return Snapshot.objects.live(now).filter(published_at__gt=now - NEWS_LASTS)


def _language(code: str) -> str:
    """As Google wants it: two or three letters, but for Chinese."""
    chinese = {"zh-hans": "zh-cn", "zh-hant": "zh-tw"}
    return chinese.get(code.lower(), code.partition("-")[0])


def _answer(
    request: HttpRequest, root: str, element: str, rows: Iterable[dict[str, Any]], **attributes: str
) -> HttpResponseBase:
    known = "".join(f' {name}="{value}"' for name, value in ({"xmlns": NAMESPACE} | attributes).items())
    written = "".join(f"<{element}>{_written(row)}</{element}>" for row in rows)
    data = f'<?xml version="1.0" encoding="utf-8"?>\n<{root}{known}>{written}</{root}>'
    return answer(request, data.encode(), XML)


def _written(row: dict[str, Any]) -> str:
    """What is known of a row, in XML."""
    return "".join(f"<{name}>{_said(name, value)}</{name}>" for name, value in row.items() if value is not None)


def _said(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return _written(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return escape(f"{settings.SITE_URL}{value}" if name == "loc" else for_xml(value))
