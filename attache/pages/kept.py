"""A kept page: its bytes as they are sent, and what it takes for them to be right."""

import gzip
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import brotli
from django.http import HttpResponse

from articles.asking import Numbers
from articles.models.stamp import ANY, GONE

MARKS = frozenset({ANY, GONE})
GZIP, BROTLI, PLAIN = "gzip", "br", "identity"
GZIP_LEVEL, BROTLI_QUALITY = 6, 5
# What a page weighs in memory besides its bytes: its headers, and the answers that are at hand.
AROUND = 9 * 1024


class Sent(NamedTuple):
    """An answer as the web server sends it: status line, headers, body."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @classmethod
    def of(cls, response: HttpResponse) -> "Sent":
        """What Django would have the web server send."""
        return cls(f"{response.status_code} {response.reason_phrase}", tuple(response.items()), response.content)


@dataclass
class KeptPage:
    """An answer to a reader, and when it may be given again.

    It is right while its stamps have `numbers` and before `until`; they had them when ANY, which is raised with each of
    them, had the numbers `latest`, None where that was not looked for here. From `ends` on something in it would be
    there that readers may no longer have; from `day_ends` on it would say the wrong day. `packed` has its bytes by
    encoding, `ready` whole answers. It is doubtful since the database has said that something it shows may be gone.
    """

    status: int
    headers: dict[str, str]
    etag: str
    names: tuple[str, ...]
    numbers: frozenset[int]
    gone: frozenset[int]
    made_at: datetime
    until: datetime
    ends: datetime | None
    day_ends: datetime
    packed: dict[str, bytes]
    was_right_at: datetime
    latest: frozenset[int] | None = field(default=None, compare=False)
    doubtful_since: datetime | None = field(default=None, compare=False)
    asked: tuple[str, ...] = field(init=False)
    ready: dict[str, Sent] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self.asked = (*self.names, *MARKS)

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes, once it was asked for in each encoding."""
        return AROUND + 2 * len(self.packed[GZIP]) + 80 * len(self.asked)

    def is_right(self, now: datetime, found: Numbers) -> bool:
        """Whether it is what the database would say at this moment, the numbers being what it says of `asked`."""
        return self.made_at <= now < self.until and self.numbers == numbers_of(found)

    def is_still_right(self, now: datetime, latest: frozenset[int]) -> bool:
        """Whether that is so since nothing at all has changed, the numbers of ANY being these."""
        return self.made_at <= now < self.until and self.latest == latest

    def may_stand_in(self, now: datetime, found: Numbers) -> bool:
        """Whether nothing that it shows is gone, so that somebody who comes while it is made anew may have it."""
        return self._still_holds(now) and now < self.day_ends and self.gone == numbers_of(found, {GONE})

    def may_bridge(self, now: datetime) -> bool:
        """Whether it may be shown where the database does not answer: not once anything in it is to be gone."""
        return self._still_holds(now) and self.doubtful_since is None

    def _still_holds(self, now: datetime) -> bool:
        return self.made_at <= now and (self.ends is None or now < self.ends)

    def bytes_in(self, encoding: str) -> bytes:
        """Its bytes in an encoding; made when they are first asked for."""
        found = self.packed.get(encoding)
        if found is None:
            plain = gzip.decompress(self.packed[GZIP])
            if encoding == PLAIN:
                # Few ask for it; it is not worth its place.
                return plain
            found = self.packed[encoding] = brotli.compress(plain, quality=BROTLI_QUALITY)
        return found

    def tag_in(self, encoding: str) -> str:
        """The ETag of those bytes."""
        return f'"{self.etag}"' if encoding == PLAIN else f'"{self.etag}-{encoding}"'

    def as_bytes(self) -> bytes:
        """It all, for another process."""
        said: dict[str, Any] = {
            "status": self.status, "headers": self.headers, "etag": self.etag, "names": self.names,
            "numbers": sorted(self.numbers), "gone": sorted(self.gone),
            "made_at": _said(self.made_at), "until": _said(self.until), "ends": self.ends and _said(self.ends),
            "day_ends": _said(self.day_ends), "was_right_at": _said(self.was_right_at),
        }  # fmt: skip
        return json.dumps(said).encode() + b"\n" + self.packed[GZIP]

    @classmethod
    def from_bytes(cls, data: bytes) -> "KeptPage":
        """What `as_bytes` wrote. Raises ValueError, KeyError or TypeError for anything else."""
        head, newline, packed = data.partition(b"\n")
        said = json.loads(head)
        if not newline:
            raise ValueError("That is no kept page.")
        return cls(
            status=int(said["status"]), headers=dict(said["headers"]), etag=str(said["etag"]),
            names=tuple(said["names"]), numbers=frozenset(said["numbers"]), gone=frozenset(said["gone"]),
            packed={GZIP: packed}, made_at=_moment(said["made_at"]), until=_moment(said["until"]),
            ends=_moment(said["ends"]) if said["ends"] else None, day_ends=_moment(said["day_ends"]),
            was_right_at=_moment(said["was_right_at"]),
        )  # fmt: skip


_said, _moment = datetime.isoformat, datetime.fromisoformat


def numbers_of(found: Numbers, names: Collection[str] | None = None) -> frozenset[int]:
    """The numbers of these names, or of all names but the marks, which are on no page."""
    if names is None:
        return frozenset([number for name, number in found if name not in MARKS])
    return frozenset([number for name, number in found if name in names])


def packed(plain: bytes) -> bytes:
    """Compressed, always to the same bytes."""
    return gzip.compress(plain, GZIP_LEVEL, mtime=0)


@lru_cache(maxsize=512)
def encoding_for(accepted: str) -> str:
    """The encoding that suits a reader best who accepts these."""
    offered = {}
    for each in accepted.lower().split(","):
        name, _, quality = each.partition(";")
        weight = quality.strip().removeprefix("q=").strip()
        offered[name.strip()] = weight.strip("0.") != "" if weight else True
    anything = offered.get("*", False)
    return next((each for each in (BROTLI, GZIP) if offered.get(each, anything)), PLAIN)
