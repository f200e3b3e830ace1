"""The newsroom's clock: the time zone in which its days begin, and hours are told and typed.

Code asks Django for the current time zone, as anywhere. Here it is made the paper's, for as long as a request is
answered or a command runs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import lazy

from articles.models.paper import Paper
from articles.paper.masthead import masthead

# The name of its zone, for words that are put together before anybody asks: “In the time of Europe/Lisbon.”
ZONE = lazy(timezone.get_current_timezone_name, str)()


class ZoneOnDemand(tzinfo):
    """A time zone that is looked up when an hour is first told or typed: a request without hours never asks for it."""

    def __init__(self, ask: Callable[[], tzinfo]) -> None:
        self._ask = ask

    @cached_property
    def zone(self) -> tzinfo:
        """The zone itself, which is the current one from now on: it tells hours without being asked through this."""
        zone = self._ask()
        current: tzinfo = timezone.get_current_timezone()
        if current is self:
            timezone.activate(zone)
        return zone

    def utcoffset(self, at: datetime | None) -> timedelta | None:
        """As the zone has it."""
        return self.zone.utcoffset(at)

    def dst(self, at: datetime | None) -> timedelta | None:
        """As the zone has it."""
        return self.zone.dst(at)

    def tzname(self, at: datetime | None) -> str | None:
        """As the zone has it."""
        return self.zone.tzname(at)

    def fromutc(self, at: datetime) -> datetime:
        """The moment on the zone's clock, in the zone itself."""
        return self.zone.fromutc(at.replace(tzinfo=self.zone))

    def __str__(self) -> str:
        return str(self.zone)

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy is the zone: it outlives the request."""
        return self.zone.__reduce__()  # type: ignore[return-value]


@contextmanager
def newsroom_time() -> Iterator[None]:
    """Let hours be the paper's meanwhile; around a command that tells or reads them."""
    with timezone.override(ZoneOnDemand(_zone)):
        yield


def _zone() -> tzinfo:
    """The paper's; the environment's where the database cannot say, because a migration is due, say."""
    try:
        return Paper.objects.current().zone
    except DatabaseError:
        return timezone.get_default_timezone()


class ClockMiddleware:
    """Lets hours be the paper's while a request is answered. The masthead tells the zone; pages ask for it anyway."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(ZoneOnDemand(lambda: masthead(request).paper.zone)):
            return self.get_response(request)
