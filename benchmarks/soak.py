"""Reading at capacity while stories change every second: `python benchmarks/soak.py [--minutes 5] [--faults]`.

Builds a paper of its own (SQLite in a temporary folder; PostgreSQL where DATABASE_URL names an empty one), starts the
production server, and reads stories, the front, a section and a feed as fast as it answers, while stories are
published, updated, scheduled and withdrawn. Each version of a story carries a word of its own, so that each answer can
be compared with what was live at some moment between its question and its end: no early word, no late one, none missing
from the feed, no error. With --faults (`benchmarks/faults.py`) the web server's processes are killed with -9 every 20
seconds, the disk of the database is full for a while, PostgreSQL is killed and left down, and the web server's clock is
wrong by an hour; what readers saw is counted, and then every story must be as it was last stored. Exit code 1 for a
wrong answer, for an error that no fault explains, and for anything lost.
"""

import argparse
import http.client
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.faults import Clock, Faults  # noqa: E402
from benchmarks.serving import running, serve, settle  # noqa: E402

MOVING, STANDING = 24, 200
WORD = re.compile(r"soak(\d+)v(\d+)z")
NEVER, GONE = 0, -1
FOR_EVER = float("inf")
# How long somebody may be making a page anew, in seconds.
A_MOMENT = 2


@dataclass
class State:
    """What readers have of a story (a version, NEVER or GONE), from a moment between `low` and `high` on."""

    version: int
    low: float
    high: float


@dataclass
class Story:
    """A story that changes, and everything that it was."""

    number: int
    article: Any
    states: list[State] = field(default_factory=lambda: [State(NEVER, 0.0, 0.0)])
    # Whether the database did not say what became of the last of them.
    is_doubtful: bool = False

    @property
    def path(self) -> str:
        """Where it stands."""
        return f"/city/soak-{self.number}/"

    def word(self, version: int) -> str:
        """What stands in that version of it alone."""
        return f"soak{self.number}v{version}z"

    def could_be(self, begin: float, end: float) -> set[int]:
        """The versions that an answer may show whose question and end were at these moments."""
        states = list(self.states)
        until = [*(state.high for state in states[1:]), FOR_EVER]
        return {state.version for state, last in zip(states, until, strict=True) if state.low <= end and last >= begin}


class Newsroom(threading.Thread):
    """Changes a story every second, and knows what readers may have of it at any moment."""

    def __init__(self, stories: list[Story], over: threading.Event) -> None:
        super().__init__()
        self.stories, self.over = stories, over
        self.did: Counter[str] = Counter()
        self.lost: list[str] = []

    def run(self) -> None:
        """Until it is over."""
        from django.db import DatabaseError, connection

        chance = random.Random(7)  # noqa: S311 - the same each time, and no secret
        try:
            while not self.over.wait(1):
                story = chance.choice(self.stories)
                before = len(story.states)
                try:
                    self._settle(story)
                    before = len(story.states)
                    self.did[self._change(story, chance)] += 1
                except DatabaseError:
                    self.did["refused, the database being down or without room"] += 1
                    story.is_doubtful |= len(story.states) > before
                    connection.close()
        finally:
            connection.close()

    def _settle(self, story: Story) -> None:
        """Ask the database what became of a change whose end it did not tell."""
        from articles.models import Snapshot

        if not story.is_doubtful:
            return
        last = story.states[-1]
        standing = Snapshot.objects.filter(article=story.article, live_until=None)
        if last.version == GONE:
            is_stored = not standing.exists()
        else:
            is_stored = standing.filter(headline=f"Story {story.word(last.version)}").exists()
        if not is_stored:
            story.states.pop()
        elif last.high == FOR_EVER:
            last.high = time.time()
        story.is_doubtful = False

    def _change(self, story: Story, chance: random.Random) -> str:
        from articles import publishing

        story.article.refresh_from_db()
        stands = story.states[-1]
        if stands.low > time.time():
            return "left to its minute"
        if stands.version in (NEVER, GONE):
            version = len(story.states)
            article = self._written(story, version)
            if chance.random() < 0.5:
                at = datetime.now(UTC) + timedelta(seconds=2)
                story.states.append(State(version, at.timestamp(), at.timestamp()))
                publishing.publish(article, by=None, seen_version=article.version, live_from=at)
                return "scheduled"
            with _changing(story, version):
                publishing.publish(article, by=None, seen_version=article.version)
            return "published"
        if chance.random() < 0.25:
            with _changing(story, GONE):
                publishing.withdraw(story.article, seen_version=story.article.version)
            return "withdrawn"
        version = len(story.states)
        article = self._written(story, version)
        with _changing(story, version):
            publishing.publish(article, by=None, seen_version=article.version)
        return "updated"

    def _written(self, story: Story, version: int) -> Any:
        from articles import content, editing

        word = story.word(version)
        wanted: Any = {**content.of(story.article), "headline": f"Story {word}", "body": _text(word)}
        saved = editing.save_content(story.article, wanted, by=None, seen_version=story.article.version)
        story.article = saved.article
        return story.article

    def look_back(self) -> None:
        """Note what was stored and is not there any more."""
        from articles.models import Article, Snapshot

        live = dict(Snapshot.objects.live().values_list("article", "headline"))
        for story in self.stories:
            self._settle(story)
            stands, now = story.states[-1].version, live.get(story.article.pk, "")
            found = WORD.search(now)
            if (int(found[2]) if found else 0) != max(0, stands):
                self.lost.append(f"{story.path} stands at {now or 'nothing'}, and was left at version {stands}")
            written = Article.objects.get(pk=story.article.pk)
            if written.version != story.article.version:
                self.lost.append(
                    f"{story.path} was stored as version {story.article.version}, and is {written.version}"
                )


@contextmanager
def _changing(story: Story, version: int) -> Iterator[None]:
    """Until it is done, readers may have either."""
    state = State(version, time.time(), FOR_EVER)
    story.states.append(state)
    yield
    state.high = time.time()


class Reader(threading.Thread):
    """Reads one page after another, and compares each with what could be."""

    def __init__(self, number: int, port: int, stories: list[Story], over: threading.Event, clock: Clock) -> None:
        super().__init__()
        self.port, self.stories, self.over = port, {story.number: story for story in stories}, over
        self.clock = clock
        self.chance = random.Random(number)  # noqa: S311
        self.read: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.seconds: list[float] = []

    def run(self) -> None:
        """Until it is over."""
        door = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while not self.over.is_set():
            story = self.stories[self.chance.randrange(len(self.stories))]
            path = self.chance.choice([story.path, story.path, story.path, "/", "/city/", "/feed.rss"])
            begin = time.time()
            try:
                door.request("GET", path, headers={"Accept-Encoding": "identity"})
                answer = door.getresponse()
                text = answer.read().decode()
            except (OSError, http.client.HTTPException):
                self.read["no answer"] += 1
                door.close()
                time.sleep(0.05)
                continue
            end = time.time()
            self.seconds.append(end - begin)
            if answer.status >= 500:
                self.read[f"{answer.status}"] += 1
                continue
            if self.clock.was_wrong(begin, end):
                self.read[f"{answer.status}, the clock being wrong"] += 1
                continue
            # With the database down, what is shown is as it was when it went, and says so.
            told = answer.headers.get("Cache-Status", "")
            if "detail=database" in told:
                self.read["of before, and said so"] += 1
                continue
            self.read[f"{answer.status}"] += 1
            if "moment-ago" in told:
                # While somebody makes the page anew, others get it as it was before; nothing on it may be gone.
                begin -= A_MOMENT
            self._compare(path, story, answer.status, text, begin, end)

    def _compare(self, path: str, story: Story, status: int, text: str, begin: float, end: float) -> None:
        shown = {(int(number), int(version)) for number, version in WORD.findall(text)}
        for number, version in shown:
            if version not in self.stories[number].could_be(begin, end):
                self.wrong.append(f"{path} shows version {version} of {number} at {end:.3f}")
        if path == story.path:
            could = story.could_be(begin, end)
            told = {404: NEVER, 410: GONE}.get(status)
            if told is None:
                told = next((version for number, version in shown if number == story.number), NEVER)
            if told not in could:
                self.wrong.append(f"{path} answers {status}, version {told}, where {sorted(could)} could be")
        elif path == "/feed.rss":
            for other in self.stories.values():
                could = other.could_be(begin, end)
                if len(could) == 1 and (only := could.pop()) > 0 and (other.number, only) not in shown:
                    self.wrong.append(f"{path} is without version {only} of {other.number} at {end:.3f}")


def main() -> int:
    """Build, read, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5, help="how long to read (5)")
    parser.add_argument("--readers", type=int, default=6, help="how many at once (6)")
    parser.add_argument("--workers", type=int, default=2, help="processes of the web server (2)")
    parser.add_argument("--faults", action="store_true", help="let things go wrong meanwhile")
    parser.add_argument("--write", action="store_true", help="write the result to benchmarks/results/ too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attache-soak-") as folder:
        port = settle(folder)
        stories = _build()
        # What is not found is told there, a line each.
        log = Path(folder) / "server.log"
        clock = Clock(Path(folder))
        command = serve("--workers", str(asked.workers))
        if asked.faults:
            command[1:2] = ["-m", "benchmarks.moved_clock"]
        with running(command, port, environment={"MOVED_CLOCK": str(clock.file)}, log=log) as server:
            return _soak(asked, stories, port, clock, Faults(server, clock, Path(folder)))


def _text(word: str) -> str:
    return f"<p>{word}. The first to cross was a dog, and nobody had asked it to.</p>"


def _build() -> list[Story]:
    """A paper with stories that stay, and the ones that will change."""
    from django.utils import timezone

    from articles import editing, publishing
    from articles.content import Name
    from articles.models import Article, Author, Section
    from articles.workflow import Stage

    section = Section.objects.create(name="City", slug="city")
    names = [Name(author=Author.objects.create(name="Ana Ruiz", slug="ana-ruiz").pk, role="by", wording="")]

    def draft(slug: str, headline: str) -> Any:
        words = {"headline": headline, "deck": "What happened.", "body": _text("Nothing"), "stage": Stage.READY}
        made = Article(**words, slug=slug, section=section)
        return editing.save(made, by=None, seen_version=0, names=names, tags=("bridges",))

    now = timezone.now()
    for number in range(STANDING):
        article = draft(f"standing-{number}", f"Standing story {number}")
        moment = now - timedelta(days=1, minutes=number)
        publishing.publish(article, by=None, seen_version=article.version, live_from=moment)
    return [Story(number, draft(f"soak-{number}", "Not out")) for number in range(MOVING)]


def _soak(asked: argparse.Namespace, stories: list[Story], port: int, clock: Clock, faults: Faults) -> int:
    from django.db import connection

    from benchmarks.noting import machine, note

    over = threading.Event()
    newsroom = Newsroom(stories, over)
    readers = [Reader(number, port, stories, over, clock) for number in range(asked.readers)]
    for thread in (newsroom, *readers):
        thread.start()
    if asked.faults:
        faults.happen(asked.minutes * 60)
    else:
        time.sleep(asked.minutes * 60)
    over.set()
    for thread in (newsroom, *readers):
        thread.join()
    # What was scheduled last has had its minute.
    time.sleep(3)
    # This one may have been open when the database went down.
    connection.close()
    newsroom.look_back()

    read = sum((reader.read for reader in readers), Counter[str]())
    wrong = [words for reader in readers for words in reader.wrong]
    times = sorted(second for reader in readers for second in reader.seconds)
    unexplained = (
        0 if asked.faults else sum(number for kind, number in read.items() if kind == "no answer" or kind[0] == "5")
    )
    total = sum(read.values())
    lines = [
        f"# {asked.minutes:g} minutes of reading while stories change{', with faults' if asked.faults else ''}",
        "",
        f"{machine(connection)}. {asked.readers} readers at once, {asked.workers} web processes; all share the cores.",
        "",
        "| what | how many |",
        "|---|---|",
        f"| answers | {total:,}, {total / (asked.minutes * 60):.0f} a second |",
        f"| p50, p99 | {times[len(times) // 2] * 1000:.1f} ms, {times[len(times) * 99 // 100] * 1000:.1f} ms |",
        *(f"| answers: {kind} | {number:,} |" for kind, number in sorted(read.items())),
        *(f"| stories {kind} | {number} |" for kind, number in sorted(newsroom.did.items())),
        *(f"| {kind} | {number} |" for kind, number in sorted(faults.did.items())),
        *(f"| {what.partition(': ')[0]} | {what.partition(': ')[2]} |" for what in faults.untried),
        f"| wrong answers | {len(wrong)} |",
        f"| stored and lost | {len(newsroom.lost)} |",
    ]
    note(f"soak-{connection.vendor}{'-faults' if asked.faults else ''}", lines, write=asked.write)
    for words in (*wrong[:20], *newsroom.lost[:20]):
        sys.stderr.write(f"{words}\n")
    return int(bool(wrong or newsroom.lost or unexplained))


if __name__ == "__main__":
    sys.exit(main())
