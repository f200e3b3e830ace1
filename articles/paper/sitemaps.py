"""Sitemaps: every story that readers have, by the ten thousand, the news of the last two days, tags, and other pages.

Stories stand on shelves by the number of their working copy, so that a file never moves a story to another one and
only the files of what changed are fetched again. What is asked of a shelf is found by an index, however many there are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe
from taggit.models import Tag

from articles.models import stamp
from articles.models.author import Author
from articles.models.beside import Part, Series
from articles.models.page import Page
from articles.models.snapshot import Snapshot, SnapshotQuerySet, shelf_of
from articles.paper.conditional import answer
from articles.paper.made_of import made_of, page
from articles.paper.masthead import masthead

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
# SQLite joins no more than 500 questions into one; there are two for each shelf.
SHELVES_AT_ONCE = 200


@dataclass(frozen=True)
class Listed:
    """A file of the index, and when it last changed where that is known."""

    address: str
    last: datetime | None = None


def files(now: datetime) -> Iterator[Listed]:
    """The files of the index as they are at that moment; one with nothing in it is none."""
    yield Listed(reverse("paper:sitemap_pages"))
    if _gathering(now).exists():
        yield Listed(reverse("paper:sitemap_tags"))
    if _recent(now).exists():
        yield Listed(reverse("paper:sitemap_news"))
    newest = Snapshot.objects.aggregate(last=Max("article"))["last"] or 0
    for begin in range(0, shelf_of(newest) + 1, SHELVES_AT_ONCE):
        shelves = range(begin, min(begin + SHELVES_AT_ONCE, shelf_of(newest) + 1))
        came: dict[int, datetime] = {}
        went: dict[int, datetime] = {}
        for number, is_gone, last in _moments(shelves, now):
            if last:
                (went if is_gone else came)[number] = last
        for number, last in sorted(came.items()):
            yield Listed(reverse("paper:sitemap_stories", args=[number]), max(last, went.get(number, last)))


def _moments(shelves: Iterable[int], now: datetime) -> Any:
    """For each shelf the last moments at which a story came that is still there, and at which one went."""
    parts = []
    for number in shelves:
        here = Snapshot.objects.on_shelf(number).order_by().annotate(number=Value(number))
        live, ended = here.live(now).annotate(is_gone=Value(0)), here.ended(now).annotate(is_gone=Value(1))
        parts.append(live.values("number", "is_gone").annotate(last=Max("live_from")))
        parts.append(ended.values("number", "is_gone").annotate(last=Max("live_until")))
    return parts[0].union(*parts[1:], all=True).values_list("number", "is_gone", "last")


@page()
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The index of all sitemaps."""
    made_of(request, stamp.STORIES)
    found = ({"loc": each.address, "lastmod": each.last} for each in files(timezone.now()))
    return _answer(request, "sitemapindex", "sitemap", found)


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
def stories(request: HttpRequest, number: int) -> HttpResponseBase:
    """The stories of a shelf, each with the date of the last change that readers were told of."""
    made_of(request, stamp.STORIES)
    here = Snapshot.objects.on_shelf(number).live().order_by("pk")
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
    written = StringIO()
    xml: Any = SimplerXMLGenerator(written, "utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement(root, {"xmlns": NAMESPACE, **attributes})
    for row in rows:
        xml.startElement(element, {})
        _write(xml, row)
        xml.endElement(element)
    xml.endElement(root)
    return answer(request, written.getvalue().encode(), XML)


def _write(xml: Any, row: dict[str, Any]) -> None:
    for name, value in row.items():
        if isinstance(value, dict):
            xml.startElement(name, {})
            _write(xml, value)
            xml.endElement(name)
        elif isinstance(value, datetime):
            xml.addQuickElement(name, value.isoformat())
        elif name == "loc":
            xml.addQuickElement(name, f"{settings.SITE_URL}{value}")
        elif value is not None:
            xml.addQuickElement(name, value)
