"""How readers' searches answer with a small and with a large archive: `python benchmarks/search.py [--large 100000]`.

Builds a paper in a database of its own (SQLite in a temporary folder; PostgreSQL where DATABASE_URL names an empty one)
with first 1,000, then 100,000 stories of 250 words, the word “council” in every one of them. Prints the median of each
search, and for comparison what it takes to let the database rank everything that matches. Exit code 1 where the index
takes more than 50 ms to answer from the large archive.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BATCH = 2_000
ROUNDS = 15
LIMIT = 0.050
SEARCHES = {
    "a word of every story": "council",
    "a word of a hundredth of them": "w900",
    "two words that most have": "council w1",
    "a phrase of two such words": '"w1 w2"',
    "the beginning of a word": "coun*",
    "a word of none": "zeppelin",
}


def main() -> int:
    """Build, measure, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=1_000, help="stories in the small archive (1000)")
    parser.add_argument("--large", type=int, default=100_000, help="stories in the large archive (100000)")
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results/ too")
    sizes = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attache-bench-") as folder:
        os.environ |= {"VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "attache.settings", "DEBUG": "0"}
        sys.path.insert(0, str(ROOT))
        (Path(folder) / "static").mkdir()
        import django

        django.setup()
        return _compare(sizes.small, sizes.large, write=sizes.write)


def _compare(small: int, large: int, *, write: bool) -> int:
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    _fill(small)
    before = _measure()
    _fill(large)
    after = _measure()
    lines = [
        f"# Searches in {small:,} and in {large:,} stories",
        "",
        (
            f"{connection.vendor}, {os.cpu_count()} cores; median of {ROUNDS}. "
            "*Index*: the database names the stories that are ranked. *Page*: the whole page, with excerpts. "
            "*All*: the database ranks everything that matches."
        ),
        "",
        f"| search | index, {small:,} | index, {large:,} | page, {small:,} | page, {large:,} | all, {large:,} |",
        "|---|---|---|---|---|---|",
    ]
    for name in SEARCHES:
        index, page, _ = before[name]
        index_then, page_then, all_then = after[name]
        numbers = " | ".join(f"{seconds * 1000:.1f} ms" for seconds in (index, index_then, page, page_then, all_then))
        lines.append(f"| {name} | {numbers} |")
    table = "\n".join(lines)
    print(table)
    if write:
        folder = ROOT / "benchmarks" / "results"
        folder.mkdir(exist_ok=True)
        (folder / f"search-{connection.vendor}.md").write_text(f"{table}\n", encoding="utf-8")
    return int(any(index > LIMIT for index, _, _ in after.values()))


def _fill(number: int) -> None:
    from django.db import connection, transaction
    from django.utils import timezone

    from articles.models import Article, Section, Snapshot
    from articles.search import entries

    section, _ = Section.objects.get_or_create(name="City", slug="city")
    now = timezone.now()
    words = random.Random(Article.objects.count())  # noqa: S311 - the same each time, and no secret
    vocabulary = [f"w{int(words.paretovariate(0.6)) % 60_000}" for _ in range(100_000)]
    Article._meta.get_field("updated_at").auto_now = False
    while missing := number - Article.objects.count():
        begin = Article.objects.count()
        with transaction.atomic():
            made = Article.objects.bulk_create(
                Article(headline="x", slug=f"story-{index}", updated_at=now)
                for index in range(begin, begin + min(BATCH, missing))
            )
            Snapshot.objects.bulk_create(
                Snapshot(
                    article=article, version=1, live_from=now - timedelta(hours=index),
                    published_at=now - timedelta(hours=index), kind="news", language="en", section=section,
                    path=f"/city/{article.slug}/", section_name="City",
                    headline=" ".join([*words.choices(vocabulary, k=8), *(["council"] if index % 10 == 0 else [])]),
                    deck=" ".join(words.choices(vocabulary, k=15)),
                    body=f"<p>{' '.join(words.choices(vocabulary, k=250))} council</p>",
                )
                for index, article in enumerate(made, start=begin)
            )  # fmt: skip
        for _ in entries.rebuild(from_nothing=False):
            pass
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{Article.objects.count():,} of {number:,} stories ")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _measure() -> dict[str, tuple[float, float, float]]:
    from django.test import Client

    from articles.search.asked import Asked, terms
    from articles.search.finding import RANKED, TABLE
    from articles.search.matching import ANYWHERE, DECK, HEADLINE, latest

    client = Client(headers={"host": "127.0.0.1"})
    found = {}
    for name, typed in SEARCHES.items():
        asked = Asked(terms(typed))
        index = _median(partial(latest, TABLE, asked, RANKED, columns=(ANYWHERE, HEADLINE, DECK)))
        page = _median(partial(client.get, "/search/", {"q": typed}))
        found[name] = (index, page, _median(partial(_ranked_by_the_database, asked), rounds=3))
    return found


def _ranked_by_the_database(asked: Any) -> None:
    from django.db import connection

    from articles.search.finding import TABLE
    from articles.search.matching import statement

    sql, values = statement(TABLE, asked)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{sql} ORDER BY ts_rank(words, %s::tsquery) DESC LIMIT 20", [*values, *values])
        else:
            cursor.execute(f"{sql} ORDER BY bm25({TABLE}_words, 12, 6, 3, 1, 0) LIMIT 20", values)
        cursor.fetchall()


def _median(act: Callable[[], Any], rounds: int = ROUNDS) -> float:
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


if __name__ == "__main__":
    sys.exit(main())
