"""A paper of one size for `benchmarks/growth.py`: fills itself, then makes each kind of reader page once for each line
that it is sent, and answers with the seconds that each took and its queries: `python -m benchmarks.growing STORIES`.
"""

import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import stories


@dataclass(frozen=True)
class Story(stories.Story):
    """One by which lists are full already where there are a hundred: of the first section and the first author, who
    took all photos, and of corrections.
    """

    @property
    def section(self) -> int:
        """Every second one is of the first."""
        return 0 if self.like % 2 == 0 else 1 + self.like // 2 % (len(stories.SECTIONS) - 1)

    @property
    def author(self) -> int:
        """Every third one is by the first."""
        return 0 if self.like % 3 == 0 else self.like % stories.AUTHORS

    @property
    def photographer(self) -> int:
        """The first author."""
        return 0

    @property
    def notes(self) -> int:
        """Two for each story."""
        return 2


def story(number: int) -> Story:
    """The story of that number."""
    return Story(**vars(stories.story(number)))


def pages(number: int) -> Mapping[str, str]:
    """What is asked for in a paper of so many stories, by what it is; deep pages begin in the midst of it."""
    from articles.models import Snapshot
    from articles.models.snapshot import SHELF
    from articles.paper.sitemaps import ROOM

    middle = story(number // 2)
    before = f"before={middle.published:%Y%m%dT%H%M%S.%f}-1"
    until = f"until={middle.published:%Y-%m-%dT%H:%MZ}"
    shelf = Snapshot.objects.get(path=middle.path).article_id // SHELF
    section = f"/{stories.SECTIONS[0].lower()}/"
    author, tag = f"/authors/{stories.author_slug(0)}/", f"/tags/{stories.TAG}/"
    return {
        "front page": "/",
        "section": section,
        "section, deep": f"{section}?{before}",
        "tag of every story": tag,
        "tag of every story, deep": f"{tag}?{before}",
        "author of every third": author,
        "author of every third, deep": f"{author}?{before}",
        "archive": "/archive/",
        "archive, a year": f"/archive/{middle.published:%Y}/",
        "archive, a year, deep": f"/archive/{middle.published:%Y}/?{before}",
        "archive, a month": f"/archive/{middle.published:%Y/%-m}/",
        "archive, a day": f"/archive/{middle.published:%Y/%-m/%-d}/",
        "corrections": "/corrections/",
        "story": middle.path,
        "nothing there": "/nowhere/",
        "feed": "/feed.rss",
        "feed of a section": f"{section}feed.atom",
        "feed of the tag": f"{tag}feed.json",
        "feed of the author": f"{author}feed.rss",
        "sitemap, index": "/sitemap.xml",
        "sitemap, index of a room": f"/sitemaps/index-{shelf // ROOM}.xml",
        "sitemap, a shelf": f"/sitemaps/stories-{shelf}.xml",
        "sitemap, tags": "/sitemaps/tags.xml",
        "sitemap, pages": "/sitemaps/pages.xml",
        "sitemap, news": "/sitemaps/news.xml",
        "search, the best": f"/search/?q={stories.OFTEN}",
        "search, a word of one in a hundred": f"/search/?q={stories.SELDOM}",
        "search, the newest": f"/search/?q={stories.OFTEN}&order=date",
        "search, a phrase of none": f'/search/?q="{stories.OFTEN}+{stories.OFTEN}"',
        "robots.txt": "/robots.txt",
        "API": "/api/v1/stories/",
        "API, deep": f"/api/v1/stories/?{before}",
        "API, of a section": f"/api/v1/stories/?section={section.strip('/')}",
        "API, of the tag, until a moment": f"/api/v1/stories/?tag={stories.TAG}&{until}",
        "API, in a language of none": "/api/v1/stories/?language=xx",
    }


def answer(client: Any, address: str) -> tuple[float, int]:
    """The seconds that a page took of processors, and its queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        status = client.get(address).status_code
    # Counted at once: the next page begins a new count.
    queries = len(asked)
    assert status == (404 if address == "/nowhere/" else 200), (address, status)
    began = worked()
    client.get(address)
    return worked() - began, queries


def worked() -> float:
    """The seconds that this process and the one that answers for its database have worked, whatever else the machine
    did meanwhile; those of the clock, where the system doesn't tell.
    """
    from django.db import connection

    if connection.vendor != "postgresql":
        return time.process_time()
    connection.ensure_connection()
    process = Path(f"/proc/{connection.connection.info.backend_pid}")
    try:
        is_database = (process / "comm").read_text().startswith("postgres")
        answering = int((process / "schedstat").read_text().split()[0]) if is_database else 0
    except OSError:
        answering = 0
    return time.process_time() + answering / 1e9 if answering else time.perf_counter()


def main(number: int) -> None:
    """Fill, then answer each line."""
    from django.core.management import call_command
    from django.test import Client

    from benchmarks import seeding

    call_command("migrate", verbosity=0)
    seeding.fill(number, story)
    client, wanted = Client(headers={"host": "127.0.0.1"}), pages(number)
    for address in wanted.values():
        client.get(address)
    print("null", flush=True)
    for _ in sys.stdin:
        print(json.dumps({name: answer(client, address) for name, address in wanted.items()}), flush=True)


if __name__ == "__main__":
    os.environ |= {"DJANGO_SETTINGS_MODULE": "attache.settings", "PAGES_MEMORY_MB": "0"}
    import django

    django.setup()
    main(int(sys.argv[1]))
