"""One makes a page, the others wait for it: however many ask at once, a page is made once in a process."""

import threading
from dataclasses import dataclass, field
from time import monotonic

# How long others may be given what was right a moment ago, and how long they wait where that will not do.
A_MOMENT = 2.0
PATIENCE = 5.0


@dataclass
class Making:
    """A page that is being made."""

    since: float = field(default_factory=monotonic)
    _done: threading.Event = field(default_factory=threading.Event)

    @property
    def has_just_begun(self) -> bool:
        """Whether it will be there any moment."""
        return monotonic() - self.since < A_MOMENT

    def wait(self) -> bool:
        """Until it is there, or has failed; False where it takes too long."""
        return self._done.wait(PATIENCE)

    def done(self) -> None:
        """Let those go on who wait for it."""
        self._done.set()


class Queue:
    """The pages that are being made in this process, by their address."""

    def __init__(self) -> None:
        self._under_way: dict[str, Making] = {}
        self._lock = threading.Lock()

    def join(self, address: str) -> Making | None:
        """The making of that page by somebody else; None where there was none: it is one's own now, until `leave`."""
        with self._lock:
            other = self._under_way.get(address)
            if other is None:
                self._under_way[address] = Making()
            return other

    def leave(self, address: str) -> None:
        """The page is there, or will not be."""
        with self._lock:
            made = self._under_way.pop(address, None)
        if made:
            made.done()


queue = Queue()
