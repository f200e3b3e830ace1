"""Sitemaps: every story that readers have, by the ten thousand, and the news of the last two days.

Stories stand on shelves by the number of their working copy, so that a file never moves a story to another one and
only the files of what changed are fetched again. What is asked of a shelf is found by an index, however many there are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from django.conf import settings
from django.db.models import Max, Value
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from articles.models.author import Author
from articles.models.snapshot import Snapshot, shelf_of
from articles.paper.conditional import answer
from articles.paper.masthead import masthead

# As the protocol has it: https://www.sitemaps.org/protocol.html
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS_NAMESPACE = "http://www.google.com/schemas/sitemap-news/0.9"
XML = "application/xml; charset=utf-8"
MOST = 50_000
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
    """The files of the index as they are at that moment; a shelf from which every story has gone is none."""
    yield Listed(reverse("paper:sitemap_pages"))
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


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The index of all sitemaps."""
    found = ({"loc": each.address, "lastmod": each.last} for each in files(timezone.now()))
    return _answer(request, "sitemapindex", "sitemap", found)


@require_safe
def pages(request: HttpRequest) -> HttpResponseBase:
    """What is no story: the front page, the sections, the authors, the corrections."""
    addresses = [reverse("paper:home"), reverse("paper:corrections")]
    addresses += [section.get_absolute_url() for section in masthead(request).sections]
    authors = Author.objects.order_by("pk").values_list("slug", flat=True)[: MOST - len(addresses)]
    addresses += [reverse("paper:author", args=[slug]) for slug in authors]
    return _answer(request, "urlset", "url", ({"loc": address} for address in addresses))


@require_safe
def stories(request: HttpRequest, number: int) -> HttpResponseBase:
    """The stories of a shelf, each with the date of the last change that readers were told of."""
    here = Snapshot.objects.on_shelf(number).live().order_by("pk")
    found = list(here.values_list("path", "published_at", "revised_at"))
    if not found:
        raise Http404("There is no such sitemap.")
    return _answer(request, "urlset", "url", ({"loc": path, "lastmod": new or first} for path, first, new in found))


@require_safe
def news(request: HttpRequest) -> HttpResponseBase:
    """What was first published within the last two days, the newest first; nothing, where that is nothing."""
    paper, now = masthead(request).paper, timezone.now()
    recent = Snapshot.objects.live(now).filter(published_at__gt=now - NEWS_LASTS).newest_first()
    found = (
        {
            "loc": path,
            "news:news": {
                "news:publication": {"news:name": paper.name, "news:language": _language(language)},
                "news:publication_date": published_at,
                "news:title": headline,
            },
        }
        for path, language, published_at, headline in recent.values_list(
            "path", "language", "published_at", "headline"
        )[:NEWS_AT_MOST]
    )
    return _answer(request, "urlset", "url", found, **{"xmlns:news": NEWS_NAMESPACE})


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
