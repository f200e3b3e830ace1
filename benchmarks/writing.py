"""What a long story takes: `python benchmarks/writing.py`, with SQLite or the empty PostgreSQL that DATABASE_URL names.

Builds a small paper of its own and writes stories of 5,000 words with 20 photos in it: saves them, keeps what is typed,
publishes them and updates to them, first with nobody else there and then while readers ask the production server for
pages as fast as it answers; and brings in manuscripts as long. Prints medians and the statements that each deed takes.
"""

import argparse
import itertools
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import stories  # noqa: E402
from benchmarks.load import ask  # noqa: E402
from benchmarks.noting import machine, note  # noqa: E402
from benchmarks.serving import running, serve, settle  # noqa: E402

STORIES, TIMES, MANUSCRIPTS = 60, 15, 30
WORDS, PARAGRAPH, PHOTOS = 5_000, 100, 20
READERS = 4


@dataclass
class Took:
    """Seconds that a deed took each time, and the statements of the last."""

    seconds: list[float] = field(default_factory=list)
    statements: int = 0


Deeds = dict[str, Took]


def main() -> int:
    """Build, write, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results/ too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attache-bench-") as folder:
        port = settle(folder)
        _build()
        from django.db import connection

        alone = _deeds(1_000)
        a_second = _bring_in()
        with running(serve(), port):
            beside, rate = _while_read(port, lambda: _deeds(2_000))
        lines = [
            f"# Writing a story of {WORDS:,} words with {PHOTOS} photos",
            "",
            f"{machine(connection)}. Medians of {TIMES}; all share the cores.",
            "",
            f"| deed | statements | alone | while {rate:,.0f} pages a second are read |",
            "|---|---|---|---|",
            *(
                f"| {deed} | {took.statements} | {_median(took)} | {_median(beside[deed])} |"
                for deed, took in alone.items()
            ),
            "",
            f"Manuscripts of as many words brought in: {a_second:.1f} a second.",
        ]
        note(f"writing-{connection.vendor}", lines, write=asked.write)
    return 0


def _build() -> None:
    from articles.models import Duty
    from benchmarks import seeding
    from staff.models import Person

    stories.PHOTOS = PHOTOS
    seeding.fill(STORIES)
    person = Person.objects.create_user("ana@paper.example", "Ana Ruiz", "correct horse battery", is_staff=True)
    Duty.objects.create(person=person, role="editor-in-chief")


def _text(number: int, *, word: str) -> list[str]:
    """The paragraphs of a long story; `word` makes another text of it."""
    said = [stories.word(number * 7 + at % 900) for at in range(WORDS - 1)]
    return [word, *(" ".join(said[at : at + PARAGRAPH]).capitalize() for at in range(0, len(said), PARAGRAPH))]


def _deeds(first: int) -> Deeds:
    """Write and publish stories, one after the other."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from articles import autosave, body, content, editing, publishing
    from articles.models import Article, Author, Section
    from articles.workflow import Stage
    from media.models import Photo
    from staff.models import Person

    photos = list(Photo.objects.order_by("pk")[:PHOTOS].values_list("pk", flat=True))
    author, section, person = Author.objects.order_by("pk")[0], Section.objects.order_by("pk")[0], Person.objects.get()
    names = [content.Name(author=author.pk, role="by", wording="")]
    found: Deeds = {}

    def long(number: int, word: str) -> str:
        paragraphs = [f"<p>{paragraph}</p>" for paragraph in _text(number, word=word)]
        figures = [body.figure(body.PhotoReference(photo_id=photo, caption=None, alt=None)) for photo in photos]
        return "".join(itertools.chain(*itertools.zip_longest(paragraphs, figures, fillvalue="")))

    def timed(deed: str, do: Callable[[], Any]) -> Any:
        took = found.setdefault(deed, Took())
        if len(took.seconds) == TIMES:
            with CaptureQueriesContext(connection) as statements:
                done = do()
            took.statements = len(statements)
            return done
        began = time.perf_counter()
        done = do()
        took.seconds.append(time.perf_counter() - began)
        return done

    for number in range(first, first + TIMES + 1):
        made = Article(
            headline=f"Story {number}", deck="What happened.", body=long(number, "One"), slug=f"long-{number}",
            section=section, lead_photo_id=photos[0], stage=Stage.READY,
        )  # fmt: skip
        article = timed(
            "save, the first time",
            partial(editing.save, made, by=person, seen_version=0, names=names, tags=(stories.TAG,)),
        )
        wanted: Any = {**content.of(article), "body": long(number, "Two")}
        seen: Any = {"by": person, "seen_version": article.version}
        article = timed("save", partial(editing.save_content, article, wanted, **seen)).article
        fields = [("headline", "Another"), ("body", long(number, "Three"))]
        timed("keep what is typed", partial(autosave.keep, person, "tab", article, article.version, fields))
        seen = {"by": person, "seen_version": article.version}
        timed("publish", partial(publishing.publish, article, **seen))
        wanted = {**content.of(article), "body": long(number, "Four")}
        article = editing.save_content(article, wanted, **seen).article
        seen = {"by": person, "seen_version": article.version}
        timed("publish an update", partial(publishing.publish, article, **seen))
    return found


def _bring_in() -> float:
    """Manuscripts a second."""
    from articles import importing, manuscript
    from articles.models import Section

    section = Section.objects.order_by("pk")[0]
    texts = [
        "\n\n".join([f"Manuscript {number}", "What happened.", *_text(number, word="A sentence.")]).encode()
        for number in range(MANUSCRIPTS)
    ]
    began = time.perf_counter()
    for number, text in enumerate(texts):
        importing.bring_in(manuscript.read(text, name=f"{number}.txt"), by=None, section=section)
    return MANUSCRIPTS / (time.perf_counter() - began)


def _while_read(port: int, do: Callable[[], Deeds]) -> tuple[Deeds, float]:
    """What it brings while readers read, and how many pages a second they had."""
    over = threading.Event()
    rates: list[float] = []
    paths = ["/", stories.story(1).path, stories.story(2).path]

    def read() -> None:
        while not over.is_set():
            rates.append(ask([port], itertools.cycle(paths), seconds=1.0, readers=READERS).rate)

    reading = threading.Thread(target=read)
    reading.start()
    try:
        return do(), statistics.median(rates)
    finally:
        over.set()
        reading.join()


def _median(took: Took) -> str:
    return f"{statistics.median(took.seconds) * 1000:.0f} ms"


if __name__ == "__main__":
    sys.exit(main())
