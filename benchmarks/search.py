"""How readers' searches answer with a small and with a large archive: `python benchmarks/search.py [--large 100000]`.

Builds a paper in a database of its own (SQLite in a temporary folder; PostgreSQL where DATABASE_URL names an empty one)
with first 1,000, then 100,000 stories of 300 words, the word “council” in every one of them. Prints the median of each
search, and for comparison what it takes to let the database rank everything that matches. Exit code 1 where the index
takes more than 50 ms to answer from the large archive.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 15
LIMIT = 0.050


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
    from benchmarks.seeding import fill

    fill(small)
    before = _measure()
    fill(large)
    after = _measure()
    lines = [
        f"# Searches in {small:,} and in {large:,} stories",
        "",
        (
            f"{machine(connection)}; median of {ROUNDS}. "
            "*Index*: the database names the stories that are ranked. *Page*: the whole page, with excerpts. "
            "*All*: the database ranks everything that matches."
        ),
        "",
        f"| search | index, {small:,} | index, {large:,} | page, {small:,} | page, {large:,} | all, {large:,} |",
        "|---|---|---|---|---|---|",
    ]
    for name, (index, page, _) in before.items():
        index_then, page_then, all_then = after[name]
        numbers = " | ".join(f"{seconds * 1000:.1f} ms" for seconds in (index, index_then, page, page_then, all_then))
        lines.append(f"| {name} | {numbers} |")
    note(f"search-{connection.vendor}", lines, write=write)
    return int(any(index > LIMIT for index, _, _ in after.values()))


def _searches() -> dict[str, str]:
    """What is typed, by what it is."""
    from benchmarks.stories import NEVER, OFTEN, SELDOM, word

    return {
        "a word of every story": OFTEN,
        "a word of a hundredth of them": SELDOM,
        "two words that most have": f"{OFTEN} {word(0)}",
        "a phrase of two such words": f'"{word(0)} {word(1)}"',
        "a phrase of none, of a word of every story": f'"{OFTEN} {OFTEN}"',
        "the beginning of a word": f"{OFTEN[:4]}*",
        "a word of none": NEVER,
    }


def _measure() -> dict[str, tuple[float, float, float]]:
    from django.test import Client

    from articles.search.asked import Asked, terms

    client = Client(headers={"host": "127.0.0.1"})
    found = {}
    for name, typed in _searches().items():
        asked = Asked(terms(typed))
        index = _median(partial(_named, asked))
        page = _median(partial(client.get, "/search/", {"q": typed}))
        found[name] = (index, page, _median(partial(_ranked_by_the_database, asked), rounds=3))
    return found


def _named(asked: Any) -> None:
    from articles.models.searched import SearchEntry
    from articles.search.finding import RANKED, within_reach
    from articles.search.matching import ANYWHERE, DECK, HEADLINE, latest

    near, _ = within_reach(asked)
    latest(SearchEntry, near, RANKED, columns=(ANYWHERE, HEADLINE, DECK))


def _ranked_by_the_database(asked: Any) -> None:
    from django.db import connection

    from articles.models.searched import SearchEntry
    from articles.search.matching import statement

    table = SearchEntry._meta.db_table
    sql, values = statement(table, asked)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{sql} ORDER BY ts_rank(words, %s::tsquery) DESC LIMIT 20", [*values, *values])
        else:
            cursor.execute(f"{sql} ORDER BY bm25({table}_words, 12, 6, 3, 1, 0) LIMIT 20", values)
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
