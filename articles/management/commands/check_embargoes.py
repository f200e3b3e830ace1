"""`manage.py check_embargoes`: does any public page tell of a story that nobody outside may know of yet?"""

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.test import Client
from django.utils import timezone
from taggit.models import Tag

from articles.embargoes import IN_A_ROW, Said, Secret, secrets
from articles.models import Address, Author, ReviewLink, Section, Series
from articles.paper import sitemaps
from articles.paper.feed_formats import FORMATS
from articles.reviewing import token
from media.management.line import Line
from media.words import words

LINK = re.compile(r"""href=["']?(/[^"'\s>#]*)""")
NOT_PAGES = ("/admin/", "/static/", "/photos/")


class Command(BaseCommand):
    """Crawls the paper as a reader would and looks for the words of embargoed stories."""

    help = (
        "Ask for every public address (fronts, sections, authors, tags, their feeds, series, sitemaps, the API, "
        "corrections, searches, stories, report forms, review links of embargoed stories, and every page that these "
        "lead to on this site) and look for what would tell of a story under embargo: "
        f"{IN_A_ROW} words in a row that nothing published before it was begun has, its "
        "headline or deck, its address, its pictures. Exit code 1 and a line for each address that does, 0 otherwise. "
        "Nothing is changed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Crawl and say what was found."""
        kept = secrets()
        if not kept:
            self.stdout.write("No story is under embargo.")
            return
        self.line = Line(self.stdout)
        seen, leaks = 0, 0
        for seen, (address, page) in enumerate(self._crawl(kept), start=1):  # noqa: B007 - counted to the end
            said = Said(page)
            for secret in kept:
                if found := secret.told_by(said):
                    leaks += 1
                    self.line.clear()
                    self.stderr.write(f"{address} tells of “{secret.article}” by “{found}”")
        self.line.clear()
        if leaks:
            raise CommandError(f"Of {seen} public pages, {leaks} tell of what is under embargo.")
        self.stdout.write(f"{seen} public pages, and none tells of {len(kept)} embargoed stories.")

    def _crawl(self, kept: list[Secret]) -> Iterator[tuple[str, str]]:
        """Each public address that says something, with what it says; every address is asked for once."""
        client = Client(headers={"host": str(settings.ALLOWED_HOSTS[0])}, raise_request_exception=False)
        waiting = list(dict.fromkeys(_beginnings(kept)))
        known = set(waiting)
        while waiting:
            address = waiting.pop()
            answer = client.get(address, secure=settings.PRODUCTION)
            page = answer.content.decode("utf-8", "replace")
            yield address, page
            self.line.say(f"{len(known) - len(waiting)} of {len(known)} addresses")
            for link in [answer.headers.get("Location", ""), *map(html.unescape, LINK.findall(page))]:
                if link.startswith("/") and not link.startswith(NOT_PAGES) and link not in known:
                    known.add(link)
                    waiting.append(link)


def _beginnings(kept: list[Secret]) -> Iterator[str]:
    """Everything that has an address of its own, whether anything leads to it or not."""
    yield from ("/", "/corrections/", "/search/", "/archive/", "/masthead/", "/no-such-page/")
    yield from ("/robots.txt", "/.well-known/security.txt", "/sitemap.xml")
    yield from (f"/search/?order=date&section={section.slug}" for section in Section.objects.all())
    # One word of each: the page repeats what was asked, and a word alone tells nothing.
    longest = (max(words(secret.article.headline), key=len, default="") for secret in kept)
    yield from (f"/search/?q={quote(word)}" for word in longest if word)
    yield from ("/api/v1/", "/api/v1/stories/", *(f"/api/v1/stories/{each.article.uid}/" for each in kept))
    yield from (file.address for file in sitemaps.files(timezone.now()))
    listed = [section.get_absolute_url() for section in Section.objects.all()]
    listed += [author.get_absolute_url() for author in Author.objects.all()]
    listed += [f"/tags/{slug}/" for slug in Tag.objects.exclude(slug="").values_list("slug", flat=True)]
    yield from listed
    yield from (f"{address}feed.{kind}" for address in ["/", *listed] for kind in FORMATS)
    yield from (series.get_absolute_url() for series in Series.objects.all())
    stories = {*Address.objects.values_list("path", flat=True), *(secret.article.path for secret in kept)}
    for path in sorted(stories - {""}):
        yield from (path, f"/report{path}")
    for link in ReviewLink.objects.filter(article__in=[secret.article for secret in kept]):
        yield f"/review/{token(link)}/"
