"""How the desk answers with a small and with a large archive: `python benchmarks/desk.py [--large 100000]`.

Builds a newsroom in a database of its own (SQLite in a temporary folder; PostgreSQL where DATABASE_URL names an empty
one), with the same number of stories at work and first 1,000, then 100,000 in all. Asks for the pages of the desk as
three people, and prints the median of each, the ratio, and the number of queries. Exit code 1 where a page takes more
than 1.5 times as long with the large archive, or asks more queries.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
AT_WORK = 200
BATCH = 2_000
ROUNDS = 25
LIMIT = 1.5
# What a page may differ by for reasons of its own, in seconds.
NOISE = 0.003
PAGES = {
    "my desk": "/admin/",
    "stories": "/admin/articles/article/",
    "stories at a stage": "/admin/articles/article/?stage__exact=submitted",
    "stories of a section": "/admin/articles/article/?section__id__exact=1",
    "stories that are scheduled": "/admin/articles/article/?publication=scheduled",
    "board": "/admin/articles/article/board/",
    "board of a section": "/admin/articles/article/board/?section=section-1",
    "calendar": "/admin/articles/article/calendar/",
}


def main() -> int:
    """Build, measure, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=1_000, help="stories in the small archive (1000)")
    parser.add_argument("--large", type=int, default=100_000, help="stories in the large archive (100000)")
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results/ too")
    sizes = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attache-bench-") as folder:
        sys.path.insert(0, str(ROOT))
        from benchmarks.serving import settle

        settle(folder)
        return _compare(sizes.small, sizes.large, write=sizes.write)


def _compare(small: int, large: int, *, write: bool) -> int:
    from django.db import connection

    from benchmarks.noting import machine, note

    people = _people()
    _fill(small, people)
    before = _measure(people)
    _fill(large, people)
    after = _measure(people)
    lines = [
        f"# The desk with {small:,} and with {large:,} stories",
        "",
        f"{machine(connection)}. {AT_WORK} stories at work in either; median of {ROUNDS}.",
        "",
        f"| page | as | {small:,} | {large:,} | ratio | queries |",
        "|---|---|---|---|---|---|",
    ]
    failed = False
    for key, (seconds, queries) in before.items():
        now, asked = after[key]
        ratio = now / seconds
        slow = ratio > LIMIT and now - seconds > NOISE
        failed |= slow or asked != queries
        mark = " **slow**" if slow else ""
        numbers = f"{queries}" if asked == queries else f"{queries} → **{asked}**"
        times = f"{seconds * 1000:.1f} ms | {now * 1000:.1f} ms"
        lines.append(f"| {key[0]} | {key[1]} | {times} | {ratio:.2f}{mark} | {numbers} |")
    note(f"desk-{connection.vendor}", lines, write=write)
    return int(failed)


def _people() -> dict[str, Any]:
    from articles.models import Author, Duty, Section
    from staff.models import Person

    sections = [Section.objects.create(name=f"Section {n}", slug=f"section-{n}", position=n) for n in range(1, 9)]
    people = {}
    for role in ("editor-in-chief", "section-editor", "writer", "contributor"):
        person = Person.objects.create_user(f"{role}@paper.example", role, "correct horse battery", is_staff=True)
        duty = Duty.objects.create(person=person, role=role)
        if role != "editor-in-chief":
            duty.sections.set(sections[:2])
        people[role] = person
    for number in range(40):
        Author.objects.create(name=f"Author {number}", slug=f"author-{number}")
    return people


def _fill(number: int, people: dict[str, Any]) -> None:
    """Make the archive as large as that; what is at work is made first, and stays the newest."""
    from django.db import connection

    from articles.models import Article
    from benchmarks.progress import tell

    if not Article.objects.exists():
        _stories(AT_WORK, people, at_work=True)
    missing = number - Article.objects.count()
    for done in range(0, missing, BATCH):
        _stories(min(BATCH, missing - done), people, at_work=False)
        tell(Article.objects.count(), number, "stories")
    if connection.vendor == "postgresql":
        # As its autovacuum does sooner or later; SQLite is never asked to.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _stories(number: int, people: dict[str, Any], *, at_work: bool) -> None:
    """Some stories: at work with deadlines this week, or out for days to years, one of them scheduled now and then."""
    from django.db import transaction
    from django.utils import timezone

    from articles.models import Article, Author, Byline, Section, Snapshot
    from articles.workflow import Stage

    now = timezone.now()
    sections, authors = list(Section.objects.all()), list(Author.objects.all())
    words = random.Random(len(sections) + Article.objects.count())  # noqa: S311 - the same each time, and no secret
    begin = Article.objects.count()
    stages = [Stage.DRAFT, Stage.SUBMITTED, Stage.COPY_EDIT, Stage.READY]
    # The archive was saved over the years.
    Article._meta.get_field("updated_at").auto_now = False
    stories = [
        Article(
            headline=f"Story {index}", deck="What happened.", slug=f"story-{index}", body=_text(words),
            section=sections[index % len(sections)], stage=stages[index % 4] if at_work else Stage.READY,
            is_settled=not at_work, version=1, writer=_writer(index, people),
            deadline=now + timedelta(hours=index % 150 - 30) if at_work else _went_out(index, now),
            updated_at=now if at_work else _went_out(index, now),
        )
        for index in range(begin, begin + number)
    ]  # fmt: skip
    with transaction.atomic():
        made = Article.objects.bulk_create(stories)
        Byline.objects.bulk_create(
            Byline(article=article, author=authors[article.pk % len(authors)], role="by") for article in made
        )
        if not at_work:
            Snapshot.objects.bulk_create(_snapshots(made, begin, now))


def _text(words: random.Random) -> str:
    """Four hundred words that no database can store as a few."""
    made = ("".join(words.choices("abcdefghilmnoprstu", k=words.randint(2, 11))) for _ in range(400))
    return f"<p>{' '.join(made)}</p>"


def _writer(index: int, people: dict[str, Any]) -> Any:
    """One wrote a third of the small archive, another a few stories of it; the rest is others'."""
    if index % 3 == 0 and index < 1_000:
        return people["writer"]
    return people["contributor"] if index % 10 == 1 and index < 2 * AT_WORK else None


def _went_out(index: int, now: datetime) -> datetime:
    """Three a day, back from last week."""
    return now - timedelta(days=8, hours=8 * index)


def _snapshots(made: list[Any], begin: int, now: Any) -> Iterator[Any]:
    from articles.models import Snapshot

    for index, article in enumerate(made, start=begin):
        # This week's paper is as large in either archive.
        is_new = index < AT_WORK + 60
        moment = now + timedelta(hours=(index - AT_WORK) * 3 - 90) if is_new else _went_out(index, now)
        section = article.section
        yield Snapshot(
            article=article, uid=article.uid, version=1, live_from=moment, published_at=moment,
            kind="news", language="en",
            path=f"/{section.slug}/{article.slug}/", section=section, section_name=section.name,
            headline=article.headline, deck=article.deck, body=article.body,
        )  # fmt: skip


def _measure(people: dict[str, Any]) -> dict[tuple[str, str], tuple[float, int]]:
    """The median seconds and the queries of each page for each person."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    found = {}
    for role, person in people.items():
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(person)
        for name, address in PAGES.items():
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200, address
            queries = len(asked)
            found[name, role] = (_median(partial(client.get, address)), queries)
    return found


def _median(act: Callable[[], Any]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


if __name__ == "__main__":
    sys.exit(main())
