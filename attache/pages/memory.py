"""Where a process keeps pages: in its own memory, within bounds, those that are asked for longest."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from attache.pages.kept import KeptPage

# No page may take more than this part of the room.
LARGEST = 8
PATHS_KNOWN = 50_000
# A longer path, or query, is none that a page of ours would name.
LONGEST = 512


class Memory:
    """Pages by their address, at most `room` bytes of them; the one that was asked for longest ago makes way."""

    def __init__(self) -> None:
        self.room = 0
        self._pages: OrderedDict[str, KeptPage] = OrderedDict()
        self._weights: dict[str, int] = {}
        self._parameters: OrderedDict[str, frozenset[str]] = OrderedDict()
        self._lock = threading.Lock()
        self.weight = 0

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, address: str) -> KeptPage | None:
        """The page at that address."""
        with self._lock:
            page = self._pages.get(address)
            if page is not None:
                self._pages.move_to_end(address)
            return page

    def keep(self, address: str, page: KeptPage) -> None:
        """Keep the page, or what has become of it, in place of the one that was there."""
        with self._lock:
            self._drop(address)
            weight = page.weight + len(address)
            if weight * LARGEST > self.room:
                return
            self._pages[address], self._weights[address] = page, weight
            self.weight += weight
            while self.weight > self.room:
                self._drop(next(iter(self._pages)))

    def _drop(self, address: str) -> None:
        if self._pages.pop(address, None):
            self.weight -= self._weights.pop(address)

    def address_of(self, path: str, query: str, parameters: frozenset[str] | None = None) -> str | None:
        """The address under which a page is kept: its path, a "?", and of the query what makes another page of it. A
        path may have that sign in it too; the query has none, so that the last one ends the path.

        What that is, is learnt when the page is made (`parameters`). None where it is not known yet, and where nothing
        is kept.
        """
        if len(path) > LONGEST or len(query) > LONGEST:
            return None
        if parameters is not None:
            with self._lock:
                self._parameters[path] = parameters
                self._parameters.move_to_end(path)
                if len(self._parameters) > PATHS_KNOWN:
                    self._parameters.popitem(last=False)
        if not query:
            return f"{path}?"
        known = self._parameters.get(path)
        if known is None:
            return None
        said = dict(each for each in parse_qsl(query, keep_blank_values=True) if each[0] in known) if known else {}
        return f"{path}?{_joined(said)}"

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._pages.clear()
            self._weights.clear()
            self._parameters.clear()
            self.weight = 0


def _joined(said: Mapping[str, str]) -> str:
    return urlencode(sorted(said.items()))


memory = Memory()
