"""A load program for one core: asks for one page after another over some connections that stay open."""

import os
import selectors
import socket
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from pathlib import Path

from benchmarks.serving import children

SERVER, DATABASE = "server", "database"
# The processes of each part of a site; None where they are not known.
Parts = Mapping[str, Sequence[int | None]]


@dataclass
class Load:
    """What one round brought: answers a second, how long each took, and how long each part worked for them (the
    processes of the web server, of the database), in seconds.
    """

    rate: float
    took: Sequence[float]
    worked: Mapping[str, float] = field(default_factory=dict)

    @property
    def rate_of_processor(self) -> float:
        """Answers for each second that all parts worked, whatever else the machine did meanwhile."""
        worked = sum(self.worked.values())
        return len(self.took) / worked if worked else self.rate

    @property
    def rate_of_server(self) -> float:
        """Answers for each second that the server worked, as if the database were elsewhere."""
        worked = self.worked.get(SERVER)
        return len(self.took) / worked if worked else self.rate

    @property
    def p50(self) -> float:
        """Half of the answers took no longer."""
        return statistics.median(self.took)

    @property
    def p99(self) -> float:
        """All but a hundredth took no longer."""
        return sorted(self.took)[int(len(self.took) * 0.99)]


def median(loads: Sequence[Load], name: str) -> float:
    """The median of what so many rounds say under that name."""
    return statistics.median(float(getattr(load, name)) for load in loads)


@dataclass
class _Reader:
    door: socket.socket
    asked_at: float = 0.0
    got: bytearray = field(default_factory=bytearray)


def ask(ports: Sequence[int], paths: Iterator[str], *, seconds: float, readers: int) -> Load:
    """Ask for one path after another for so long, each reader as soon as its last answer is there; until none is left.

    Of several servers each reader stays with one, and all know the site by the same name. Every answer must be a 200
    with the length that it says. Raises AssertionError for any other.
    """
    head = f"HTTP/1.1\r\nHost: 127.0.0.1:{ports[0]}\r\nAccept-Encoding: gzip\r\nUser-Agent: bench\r\n\r\n"
    requests = (f"GET {path} {head}".encode() for path in paths)
    took: list[float] = []
    with selectors.DefaultSelector() as waiting, ExitStack() as doors:
        began = now = time.perf_counter()
        for port, request in zip(cycle(ports), islice(requests, readers)):
            door = doors.enter_context(socket.create_connection(("127.0.0.1", port)))
            door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            reader = _Reader(door)
            waiting.register(door, selectors.EVENT_READ, reader)
            _send(reader, request)
        # What was asked for is waited for: nobody who comes next is to share the server with it.
        while waiting.get_map():
            for key, _ in waiting.select(timeout=1):
                reader = key.data
                received = reader.door.recv(1 << 18)
                assert received, "The server hung up."
                reader.got += received
                if not _is_whole(reader.got):
                    continue
                now = time.perf_counter()
                took.append(now - reader.asked_at)
                reader.got.clear()
                goes_on = now < began + seconds or len(took) < readers
                if goes_on and (next_one := next(requests, None)):
                    _send(reader, next_one)
                else:
                    waiting.unregister(reader.door)
    return Load(rate=len(took) / (now - began), took=took)


def ask_of(parts: Parts, ports: Sequence[int], paths: Iterator[str], *, seconds: float, readers: int) -> Load:
    """The same, with what it took of the processor; each part is the processes named here and their children."""
    before = _worked_by(parts)
    load = ask(ports, paths, seconds=seconds, readers=readers)
    return replace(load, worked={part: worked - before[part] for part, worked in _worked_by(parts).items()})


def _worked_by(parts: Parts) -> dict[str, float]:
    return {part: sum(map(_worked, processes)) for part, processes in parts.items()}


def _worked(process: int | None) -> float:
    """Seconds that a process and its children have worked, those that have ended included; 0 where the system does not
    tell.
    """
    if process is None:
        return 0.0
    try:
        numbers = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    own, of_ended = (sum(map(int, numbers[at : at + 2])) / os.sysconf("SC_CLK_TCK") for at in (11, 13))
    with suppress(OSError):
        # The clock of what it has worked (clock_getcpuclockid(3)); the others go by hundredths of a second.
        own = time.clock_gettime(~process << 3 | 2)
    return own + of_ended + sum(map(_worked, children(process)))


def _send(reader: _Reader, request: bytes) -> None:
    reader.asked_at = time.perf_counter()
    reader.door.sendall(request)


def _is_whole(got: bytearray) -> bool:
    end = got.find(b"\r\n\r\n")
    if end < 0:
        return False
    assert got.startswith(b"HTTP/1.1 200"), bytes(got[:200])
    at = got.lower().find(b"content-length: ", 0, end)
    assert at > 0, bytes(got[:end])
    return len(got) >= end + 4 + int(got[at + 16 : got.find(b"\r", at)])
