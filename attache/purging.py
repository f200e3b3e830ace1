"""Telling a CDN in front of the site to let go of pages that have changed, sooner than it would by itself.

Nothing is right because of it: what a CDN holds it holds for EDGE_SECONDS at most, and never past a turn by the clock.
What has changed is known from the stamps. The worker looks again and again; where the CDN does not answer it tries
later. What it remembers lies in Redis, without one in the database; where that is lost everything is purged once.
"""

import logging
import urllib.request
from array import array
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError

from django.conf import settings
from django.core.cache import DEFAULT_CACHE_ALIAS, BaseCache, caches
from django.utils import timezone

from articles.models import Stamp
from articles.models.stamp import ANY, PAPER
from attache.meanwhile import meanwhile
from attache.pages import shared
from attache.pages.edge import key_of
from attache.pages.kept import MARKS, numbers_of

# The key that every page has.
EVERYTHING = key_of(PAPER)
# Keys that one request names; where more have changed everything is purged.
AT_MOST = 100
LOOKED_EVERY = 2.0
PATIENCE = 5
LONGEST_WAIT = timedelta(minutes=5)
LAST, NUMBERS, TURN = "purging:last", "purging:numbers", "purging:turn"
log = logging.getLogger(__name__)


class NotPurged(Exception):
    """Raised where the CDN did not take a purge; says why, in words for operators."""


@dataclass(frozen=True)
class Last:
    """How it went the last time: what had changed by then (`marks`), when a purge was taken and of how many keys.

    Where the CDN has taken none since `failing_since`: why, and the moment before which none is tried again.
    """

    marks: frozenset[int] = frozenset()
    at: datetime | None = None
    keys: int = 0
    failing_since: datetime | None = None
    why: str = ""
    failures: int = 0
    again_at: datetime | None = None

    @classmethod
    def known(cls) -> "Last":
        """What is remembered."""
        return cls(**(_memory().get(LAST) or {}))

    def remember(self) -> None:
        """For whoever looks next."""
        _memory().set(LAST, asdict(self), None)


def last() -> Last | None:
    """How it went the last time; None where there is no CDN to be told."""
    return Last.known() if settings.PURGE_URL else None


def has_changed(since: Last) -> bool:
    """Whether anything has changed since then."""
    return _marks() != since.marks


def look() -> None:
    """Purge what has changed since the last time, if anything has; one process at a time, the others go on.

    A failure is remembered and not raised, and nothing counts as purged.
    """
    before = Last.known()
    now = timezone.now()
    if not has_changed(before) or (before.again_at and now < before.again_at):
        return
    if not _memory().add(TURN, True, 6 * PATIENCE):
        return
    try:
        _purge_changed(Last.known(), now)
    finally:
        _memory().delete(TURN)


def purge(keys: Collection[str]) -> None:
    """Have the CDN let go of every page that has one of these keys; NotPurged where it does not say that it has.

    One request, to PURGE_URL, with the keys in Surrogate-Key and the header that PURGE_HEADER says.
    """
    headers = {"Surrogate-Key": " ".join(keys)} | dict([settings.PURGE_HEADER] if settings.PURGE_HEADER else [])
    request = urllib.request.Request(settings.PURGE_URL, data=b"", method="POST", headers=headers)  # noqa: S310
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=PATIENCE) as answer:
            answer.read(1)
    except HTTPError as error:
        with error:
            raise NotPurged(f"it answers {error.code} {error.reason}") from error
    except (OSError, HTTPException) as error:
        raise NotPurged(f"it cannot be reached: {getattr(error, 'reason', error)}") from error


def watching() -> AbstractContextManager[None]:
    """Look every few seconds meanwhile, beside whatever is done here; where there is no CDN, nobody looks."""
    return meanwhile(look, every=LOOKED_EVERY, name="purging") if settings.PURGE_URL else nullcontext()


class _Stay(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else with the secret."""

    def redirect_request(self, *args: Any) -> None:
        return None


def _memory() -> BaseCache:
    return caches[shared.ALIAS if shared.is_there() else DEFAULT_CACHE_ALIAS]


def _marks() -> frozenset[int]:
    return numbers_of(Stamp.objects.numbers([ANY]), {ANY})


def _purge_changed(before: Last, now: datetime) -> None:
    # First the mark: what is raised between the two is found now, or once more the next time.
    marks = _marks()
    standing = Stamp.objects.all_numbers()
    known = _memory().get(NUMBERS)
    names = _new_names(standing, array("q", known)) if known is not None else {PAPER}
    keys = [EVERYTHING] if PAPER in names or len(names) > AT_MOST else sorted(map(key_of, names))
    if keys:
        try:
            purge(keys)
        except NotPurged as error:
            _failed(before, now, str(error))
            return
        log.info("Purged: %s", " ".join(keys))
    _memory().set(NUMBERS, array("q", sorted(number for _, number in standing)).tobytes(), None)
    Last(marks=marks, at=now if keys else before.at, keys=len(keys) or before.keys).remember()


def _new_names(standing: Sequence[tuple[str, int]], known: Collection[int]) -> set[str]:
    """The names that were raised since those numbers stood: they have one that was never there before."""
    seen = frozenset(known)
    return {name for name, number in standing if number not in seen and name not in MARKS}


def _failed(before: Last, now: datetime, why: str) -> None:
    log.warning("The CDN has not taken a purge: %s", why)
    wait = min(timedelta(seconds=LOOKED_EVERY * 2**before.failures), LONGEST_WAIT)
    replace(
        before,
        failing_since=before.failing_since or now,
        why=why,
        failures=min(before.failures + 1, 16),
        again_at=now + wait,
    ).remember()
