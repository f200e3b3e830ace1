"""One question for all who ask the same at the same time: nobody is told what was so before they came."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from articles.rounds import Rounds, _Round


class Slow:
    """Something that is asked, and answers when it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.is_asked, self.may_answer = threading.Semaphore(0), threading.Semaphore(0)

    def ask(self) -> int:
        """How often it was asked."""
        self.asked += 1
        number = self.asked
        self.is_asked.release()
        assert self.may_answer.acquire(timeout=10)
        return number


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Released by each who begins to wait for an answer."""
    waits, wait = threading.Semaphore(0), _Round.wait

    def noted(self: _Round[int]) -> None:
        waits.release()
        wait(self)

    monkeypatch.setattr(_Round, "wait", noted)
    return waits


def test_those_who_come_while_it_is_asked_have_the_answer_to_the_next_question(waiting: threading.Semaphore) -> None:
    rounds, slow = Rounds[int](TimeoutError), Slow()
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(rounds.answer, "it", slow.ask)
        assert slow.is_asked.acquire(timeout=10)
        others: list[Future[int]] = [pool.submit(rounds.answer, "it", slow.ask) for _ in range(5)]
        assert all(waiting.acquire(timeout=10) for _ in range(5))
        slow.may_answer.release(2)
        assert first.result(10) == 1
        assert [other.result(10) for other in others] == [2] * 5
    assert slow.asked == 2
    slow.may_answer.release()
    assert rounds.answer("it", slow.ask) == 3
    assert rounds._under_way == {}


def test_who_asks_something_else_waits_for_nobody() -> None:
    rounds, slow = Rounds[int](TimeoutError), Slow()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(rounds.answer, "it", slow.ask)
        assert slow.is_asked.acquire(timeout=10)
        assert rounds.answer("something else", lambda: 7) == 7
        slow.may_answer.release()
        assert first.result(10) == 1


def test_what_goes_wrong_goes_wrong_for_all_who_asked_and_for_nobody_after_them(
    waiting: threading.Semaphore,
) -> None:
    rounds, slow = Rounds[int](TimeoutError), Slow()

    def fail() -> int:
        slow.ask()
        raise LookupError("It is gone.")

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(rounds.answer, "it", slow.ask)
        assert slow.is_asked.acquire(timeout=10)
        others = [pool.submit(rounds.answer, "it", fail) for _ in range(3)]
        assert all(waiting.acquire(timeout=10) for _ in range(3))
        slow.may_answer.release(2)
        assert first.result(10) == 1
        for other in others:
            with pytest.raises(LookupError, match="gone"):
                other.result(10)
    assert rounds.answer("it", lambda: 5) == 5


def test_after_an_error_that_all_would_meet_those_who_wait_have_it_too(waiting: threading.Semaphore) -> None:
    rounds, slow = Rounds[int](TimeoutError), Slow()

    def fail() -> int:
        slow.ask()
        raise TimeoutError

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(rounds.answer, "it", fail)
        assert slow.is_asked.acquire(timeout=10)
        others = [pool.submit(rounds.answer, "it", slow.ask) for _ in range(3)]
        assert all(waiting.acquire(timeout=10) for _ in range(3))
        slow.may_answer.release()
        for each in (first, *others):
            with pytest.raises(TimeoutError):
                each.result(10)
    assert slow.asked == 1
    assert rounds.answer("it", lambda: 5) == 5


def test_no_answer_is_older_than_the_one_who_asked() -> None:
    """Eight ask again and again, while what they ask for goes on."""
    rounds = Rounds[int](TimeoutError)
    now = 0
    ticking = threading.Event()

    def tick() -> None:
        nonlocal now
        while not ticking.wait(0.0001):
            now += 1

    def ask() -> int:
        seen = now
        threading.Event().wait(0.0002)
        return seen

    def reader() -> int:
        for _ in range(300):
            came = now
            assert came <= rounds.answer("it", ask) <= now
        return 300

    clock = threading.Thread(target=tick)
    clock.start()
    try:
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(lambda _: reader(), range(8))) == 2400
    finally:
        ticking.set()
        clock.join()
    assert rounds._under_way == {}
