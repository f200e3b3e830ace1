"""One question for all who ask the same at the same time.

What was asked before somebody came may be answered with what was so before they came: it is nothing to them. The next
question is put once that one is answered, and all who came meanwhile have its answer.
"""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class _Round(Generic[Answer]):
    """A question that is put once. Its gate is shut until it is answered."""

    __slots__ = ("answer", "error", "gate", "is_put", "next")
    answer: Answer

    def __init__(self, *, is_put: bool) -> None:
        self.is_put = is_put
        self.next: _Round[Answer] | None = None
        self.error: BaseException | None = None
        self.gate = threading.Lock()
        self.gate.acquire()

    def wait(self) -> None:
        """Until it is answered."""
        with self.gate:
            pass


class Rounds(Generic[Answer]):
    """The questions that are being put in this process, by what is asked.

    After an error of the kind `for_all` those who wait for the next question have it too, and nothing is asked.
    """

    def __init__(self, for_all: type[Exception]) -> None:
        self._for_all = for_all
        self._under_way: dict[Hashable, _Round[Answer]] = {}
        self._lock = threading.Lock()

    def answer(self, asked: Hashable, ask: Callable[[], Answer]) -> Answer:
        """What `ask` says, put here or by somebody else, and not before this was called. Raises what it raises."""
        with self._lock:
            before = self._under_way.get(asked)
            mine = before if before is None or not before.is_put else before.next
            is_to_put = mine is None
            if mine is None:
                mine = _Round[Answer](is_put=before is None)
                if before is None:
                    self._under_way[asked] = mine
                else:
                    before.next = mine
        if is_to_put:
            if before is not None:
                before.wait()
            self._put(asked, mine, ask, before)
        else:
            mine.wait()
        if mine.error:
            raise mine.error
        return mine.answer

    def _put(
        self, asked: Hashable, mine: _Round[Answer], ask: Callable[[], Answer], before: _Round[Answer] | None
    ) -> None:
        # From here on it is too late to wait for this one.
        with self._lock:
            mine.is_put = True
        try:
            if before and isinstance(before.error, self._for_all):
                raise before.error
            mine.answer = ask()
        except BaseException as error:
            mine.error = error
            raise
        finally:
            with self._lock:
                if mine.next:
                    self._under_way[asked] = mine.next
                else:
                    del self._under_way[asked]
            mine.gate.release()
