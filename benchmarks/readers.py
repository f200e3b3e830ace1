"""The readers of `soak.py`: they read one page after another, and compare each with what could be at that moment."""

import gzip
import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import brotli

from benchmarks.faults import ERROR, NO_ANSWER, OF_BEFORE, Faults
from benchmarks.moments import GONE, NEVER, WORD, Thing
from benchmarks.newsroom import SEARCH, Story, lists

# How long a reader waits, in seconds.
PATIENCE = 5
# How long somebody may be making a page anew.
A_MOMENT = 2
# A kept page is right as of so long before it was asked for, at the most (`attache/pages/questions.py`).
JUST_NOW = 0.001
# An age is said in whole seconds.
ROUNDED = 1
UNPACK: dict[str, Callable[[bytes], bytes]] = {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
PLAIN, AGAIN, HEAD, NONSENSE = "asked as usual", "asked whether it changed", "asked by HEAD", "asked with a query"


@dataclass(frozen=True)
class Answer:
    """What a reader saw of a page, and when: the text is None where only its status was told."""

    path: str
    status: int
    text: str | None
    begin: float
    end: float
    where_from: str = ""
    age: int = 0

    @property
    def is_of_before(self) -> bool:
        """Whether it says that the database was not asked."""
        return "detail=database" in self.where_from

    @property
    def was_right(self) -> float:
        """The earliest moment at which it may have been right."""
        if self.is_of_before:
            return self.begin - self.age - ROUNDED
        # While somebody makes a page anew, others get it as it was before; nothing on it may be gone.
        if "moment-ago" in self.where_from:
            return self.begin - A_MOMENT
        return self.begin - JUST_NOW if "; hit" in self.where_from else self.begin


class Reader(threading.Thread):
    """Reads in every way that there is, and notes what is wrong."""

    def __init__(self, number: int, port: int, things: Sequence[Thing], over: threading.Event, faults: Faults) -> None:
        super().__init__()
        self.things = {thing.number: thing for thing in things}
        self.stories = {thing.path: thing for thing in things if isinstance(thing, Story)}
        self.over, self.faults = over, faults
        self.chance = random.Random(number)  # noqa: S311 - the same each time, and no secret
        self.door = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.read: Counter[str] = Counter()
        self.ways: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.unexplained: list[str] = []
        self.seconds: list[float] = []
        # What this reader has of each page: its ETag, status and text.
        self.has: dict[str, tuple[str, int, str]] = {}

    def run(self) -> None:
        """Until it is over."""
        pages = lists()
        while not self.over.is_set():
            # As often a story as anything else.
            if self.chance.random() < 0.5:
                self.ask("story", self.chance.choice([*self.stories]))
            else:
                self.ask(*self.chance.choice([*pages.items()]))
        self.door.close()

    def ask(self, kind: str, path: str) -> None:
        """Ask for that page in one of the ways, and look at what comes."""
        way = self.chance.choice([PLAIN, PLAIN, AGAIN, HEAD, NONSENSE])
        encoding = self.chance.choice([*UNPACK])
        headers = {"Accept-Encoding": encoding}
        if way == AGAIN and path in self.has:
            headers["If-None-Match"] = self.has[path][0]
        meaningless = f"{'&' if '?' in path else '?'}utm_source={self.chance.randrange(1_000)}"
        begin = time.time()
        try:
            self.door.request(
                "HEAD" if way == HEAD else "GET", f"{path}{meaningless if way == NONSENSE else ''}", headers=headers
            )
            answer = self.door.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.door.close()
            self._count(NO_ANSWER, begin, time.time())
            self._explain(NO_ANSWER, f"{path}: {error!r}", begin, time.time())
            time.sleep(0.05)
            return
        end = time.time()
        self.ways.update([kind, way, f"asked for {encoding}"])
        self.seconds.append(end - begin)
        if answer.status >= 500:
            self._count(f"{answer.status}", begin, end)
            self._explain(ERROR, f"{path}: {answer.status}", begin, end)
            return
        status, text = self._seen(path, answer, data)
        self.judge(
            Answer(
                path, status, text, begin, end,
                where_from=answer.headers.get("Cache-Status", ""), age=int(answer.headers.get("Age", "0")),
            )
        )  # fmt: skip

    def _seen(self, path: str, answer: http.client.HTTPResponse, data: bytes) -> tuple[int, str | None]:
        """The status and the text that the answer stands for."""
        etag = answer.headers.get("ETag", "")
        had = self.has.get(path)
        if answer.status == 304 and had:
            return had[1:]
        if not data:
            return answer.status, had[2] if had and had[0] == etag else None
        text = UNPACK[answer.headers.get("Content-Encoding", "identity")](data).decode()
        if etag:
            self.has[path] = etag, answer.status, text
        return answer.status, text

    def judge(self, answer: Answer) -> None:
        """Count the answer, and compare it with what could be."""
        fault = self._count(
            f"{answer.status}{f', {OF_BEFORE}' if answer.is_of_before else ''}", answer.begin, answer.end
        )
        if fault == Faults.CLOCK:
            # It shows what would be right then.
            return
        if answer.is_of_before:
            self._explain(OF_BEFORE, answer.path, answer.begin, answer.end)
        self._look_for_words(answer)
        if answer.path in self.stories:
            self._look_at_story(answer, self.stories[answer.path])
        elif answer.text is not None:
            self._look_for_missing(answer)

    def _look_for_words(self, answer: Answer) -> None:
        """No word may be there before its moment, nor after it."""
        for number, version in _words(answer.text or ""):
            thing = self.things[number]
            could = thing.could_be(answer.was_right, answer.end)
            if answer.is_of_before:
                could &= thing.could_be_of_before(answer.begin, answer.end)
            if version not in could:
                self._is_wrong(answer, f"shows version {version} of {number}, where {sorted(could)} could be")

    def _look_at_story(self, answer: Answer, story: Story) -> None:
        could = story.could_be(answer.was_right, answer.end)
        told = {404: NEVER, 410: GONE}.get(answer.status)
        if told is not None:
            is_right = told in could
        elif answer.text is None:
            is_right = answer.status == 200 and max(could) > 0
        else:
            is_right = any(number == story.number and version in could for number, version in _words(answer.text))
        if not is_right:
            self._is_wrong(answer, f"answers {answer.status}, where {sorted(could)} could be")

    def _look_for_missing(self, answer: Answer) -> None:
        """What readers have must stand on each of its pages."""
        shown = _words(answer.text or "")
        for thing in self.things.values():
            if answer.path in thing.pages:
                could = thing.could_be(answer.was_right, answer.end)
                if len(could) > 1 and answer.path == SEARCH:
                    # It finds places first, and then what stands there; what is replaced in between is in neither.
                    continue
                if min(could) > 0 and not any((thing.number, version) in shown for version in could):
                    self._is_wrong(answer, f"is without {thing.number}, where {sorted(could)} could be")

    def _is_wrong(self, answer: Answer, what: str) -> None:
        self.wrong.append(f"{answer.path} {what}, from {answer.begin:.3f} to {answer.end:.3f} ({answer.where_from})")

    def _explain(self, failure: str, what: str, begin: float, end: float) -> None:
        """Note what no reader should see, unless a fault explains it."""
        if not self.faults.explain(failure, begin, end):
            self.unexplained.append(f"{failure} from {begin:.3f} to {end:.3f}, {what}")

    def _count(self, what: str, begin: float, end: float) -> str:
        """Count it among what was seen in that time; the fault that there was."""
        fault = self.faults.during(begin, end)
        self.read[f"{fault or 'answers'}: {what}"] += 1
        return fault


def _words(text: str) -> set[tuple[int, int]]:
    return {(int(number), int(version)) for number, version in WORD.findall(text)}
