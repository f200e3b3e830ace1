"""How the photo desk answers with a small and with a large library: `python benchmarks/photos.py [--large 200000]`.

Fills a database of its own (SQLite in a temporary folder; PostgreSQL where DATABASE_URL names an empty one) with first
2,000, then 200,000 photos, of which a tenth is used; each question has at least a page of answers, or the same few, in
either. Asks for the grid, each of its filters, and words that stand in few and in many photos, and prints for each the
median of the processor's time, here and in the database, the ratio, and the number of queries. Exit code 1 where a page
takes more than 1.5 times as much with the large library, or asks more queries.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BATCH = 5_000
ROUNDS = 15
LIMIT = 1.5
# What a page may differ by for reasons of its own, in seconds.
NOISE = 0.003
GRID = "/admin/media/photo/"
PAGES = {
    "the grid": "",
    "its tenth page": "?p=10",
    "a word of every second photo": "?q=harbour",
    "a word of one photo in forty": "?q=regatta",
    "a word of twenty photos": "?q=zeppelin",
    "two words": "?q=harbour+regatta",
    "a rare and a common word": "?q=zeppelin+harbour",
    "the begin of a word": "?q=zepp",
    "a word of no photo": "?q=xylophone",
    "a word and a filter": "?q=harbour&kind__exact=agency",
    "file awaited": "?missing=file",
    "no alt text": "?missing=alt",
    "no credit": "?missing=credit",
    "terms end soon": "?terms=ending",
    "terms have ended": "?terms=ended",
    "terms begin later": "?terms=later",
    "may be used": "?terms=usable",
    "unused": "?use=none",
    "used": "?use=some",
    "wide": "?shape=wide",
    "tall": "?shape=tall",
    "square": "?shape=square",
    "one kind": "?kind__exact=graphic",
    "taken today": "?when=today",
    "taken in the last 7 days": "?when=week",
    "taken this year": "?when=year",
    "taken earlier": "?when=earlier",
    "date not known": "?when=unknown",
    "the chooser": "choose/",
    "a word in the chooser": "choose/?q=regatta",
}


def main() -> int:
    """Build, measure, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=2_000, help="photos in the small library (2000)")
    parser.add_argument("--large", type=int, default=200_000, help="photos in the large library (200000)")
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results/ too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attache-bench-") as folder:
        sys.path.insert(0, str(ROOT))
        from benchmarks.serving import settle

        settle(folder)
        return _compare(asked.small, asked.large, write=asked.write)


def _compare(small: int, large: int, *, write: bool) -> int:
    from django.db import connection

    from benchmarks.noting import machine, note
    from staff.models import Person

    lee = Person.objects.create_superuser("lee@paper.example", "Lee", "correct horse battery")
    _fill(small)
    before = _measure(lee)
    _fill(large)
    after = _measure(lee)
    lines = [
        f"# The photo desk with {small:,} and with {large:,} photos",
        "",
        f"{machine(connection)}. A tenth of them used; time of the processor, median of {ROUNDS}.",
        "",
        f"| page | {small:,} | {large:,} | ratio | queries |",
        "|---|---|---|---|---|",
    ]
    failed = False
    for name, (seconds, queries) in before.items():
        now, asked = after[name]
        ratio = now / seconds
        slow = ratio > LIMIT and now - seconds > NOISE
        failed |= slow or asked != queries
        numbers = f"{queries}" if asked == queries else f"{queries} → **{asked}**"
        times = f"{seconds * 1000:.1f} ms | {now * 1000:.1f} ms"
        lines.append(f"| {name} | {times} | {ratio:.2f}{' **slow**' if slow else ''} | {numbers} |")
    note(f"photos-{connection.vendor}", lines, write=write)
    return int(failed)


def _fill(number: int) -> None:
    """Make the library as large as that."""
    from django.db import connection

    from benchmarks.progress import tell
    from media.models import Photo

    missing = number - Photo.objects.count()
    for done in range(0, missing, BATCH):
        _photos(min(BATCH, missing - done))
        tell(Photo.objects.count(), number, "photos")
    if connection.vendor == "postgresql":
        # As its autovacuum does sooner or later; SQLite is never asked to.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _photos(number: int) -> None:
    from django.db import transaction
    from django.utils import timezone

    from articles.models import Article, PhotoUse, Section
    from media.framing import shaped
    from media.models import Photo

    today = timezone.localdate()
    begin = Photo.objects.count()
    words = random.Random(begin)  # noqa: S311 - the same each time, and no secret
    section, _ = Section.objects.get_or_create(name="Section", slug="section")
    photos = []
    for index in range(begin, begin + number):
        width, height = words.choice([(3000, 2000), (2000, 3000), (2400, 2400)])
        photo = Photo(
            caption=_caption(words, index), credit="" if index % 40 == 3 else f"Photographer {index % 300}",
            alt="" if index % 20 == 7 else "What it shows.", kind=words.choice(["staff", "agency", "file", "graphic"]),
            agency="", place="Saltmouth", taken=_taken(index, today), allowed_until=_until(index, today),
            allowed_from=today + timedelta(days=9) if index % 40 == 9 else None,
        )  # fmt: skip
        if index % 40 != 30:
            photo.sha256 = f"{index:064x}"
            photo.file.name = f"{photo.sha256[:2]}/{photo.sha256}.jpg"
            photo.width, photo.height, photo.print_key = width, height, f"{index:024x}"
            photo.shape = shaped(width, height)
        photo.sought = photo._sought()
        photos.append(photo)
    with transaction.atomic():
        made = Photo.objects.bulk_create(photos)
        stories = Article.objects.bulk_create(
            Article(
                headline=f"Story {photo.pk}", slug=f"story-{photo.pk}", section=section, lead_photo=photo, version=1
            )
            for photo in made
            if photo.pk % 10 == 1
        )
        PhotoUse.objects.bulk_create(PhotoUse(article=story, photo=story.lead_photo) for story in stories)


def _taken(index: int, today: date) -> date | None:
    """A fortieth today, a fortieth this week, a tenth nobody knows when, the others over the years."""
    if index % 10 == 0:
        return None
    return today - timedelta(days={1: 0, 2: 3}.get(index % 40, 8 + index % 2_000))


def _until(index: int, today: date) -> date | None:
    """A fortieth ends soon, a fifth has ended or ends some time."""
    if index % 40 == 6:
        return today + timedelta(days=index % 14)
    return today + timedelta(days=index % 900 - 300) if index % 5 == 0 else None


def _caption(words: random.Random, index: int) -> str:
    """Twenty words, of a vocabulary of some thousands; a few of them where we shall look for them."""
    said = [f"word{int(words.paretovariate(0.6)) % 9_000}" for _ in range(18)]
    if index % 2:
        said.append("Harbour")
    if index % 38 == 5:
        said.append("Regatta")
    if index < 2_000 and index % 100 == 41:
        said.append("Zeppelin")
    words.shuffle(said)
    return " ".join(said)


def _measure(person: Any) -> dict[str, tuple[float, int]]:
    """The median seconds and the queries of each page."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person)
    found = {}
    for name, query in PAGES.items():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"{GRID}{query}").status_code == 200, query
        queries = len(asked)
        found[name] = (_median(partial(client.get, f"{GRID}{query}")), queries)
    return found


def _median(act: Callable[[], Any]) -> float:
    spent = _spent()
    seconds = []
    for _ in range(ROUNDS):
        began = spent()
        act()
        seconds.append(spent() - began)
    return statistics.median(seconds)


def _spent() -> Callable[[], float]:
    """A clock that stands still while others have the processor: it counts what we and our database use of it."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return time.process_time
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        used = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return lambda: time.process_time() + int(used.read_text(encoding="ascii").split()[0]) / 1e9


if __name__ == "__main__":
    sys.exit(main())
