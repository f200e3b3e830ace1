"""Writing the security log: one line for each thing that somebody may have to account for."""

from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.core import context
from django.http import HttpRequest
from django.utils import timezone

from articles.network import address_of
from staff.models import Event

if TYPE_CHECKING:
    from articles.models import Move
    from staff.models import Person

BROWSER_LENGTH = 200
LOCKED_EVERY = timedelta(minutes=15)


def record(
    kind: Event.Kind, *, person: "Person | None" = None, by: "Person | None" = None, said: str = "",
    request: HttpRequest | None = None,
) -> Event:  # fmt: skip
    """Write that it happened now, to `person`, by `by`; neither where nobody known was there.

    Where it came from is taken from the request that is being answered, if one is.
    """
    request = request or context.request
    return Event.objects.create(
        kind=kind, at=timezone.now(), person_id=person.pk if person else None, by_id=by.pk if by else None, said=said,
        address=address_of(request) if request else None, browser=browser_of(request) if request else "",
    )  # fmt: skip


def record_locked(person: "Person | None", *, said: str = "", request: HttpRequest | None = None) -> None:
    """Write that too much was tried: once in LOCKED_EVERY for an account, so that nobody fills the log by going on."""
    since = timezone.now() - LOCKED_EVERY
    locked = Event.objects.filter(kind=Event.Kind.LOCKED, person=person.pk if person else None, said=said)
    if not locked.filter(at__gt=since).exists():
        record(Event.Kind.LOCKED, person=person, said=said, request=request)


class Watcher:
    """What the newsroom tells of rules that were passed over comes into the log."""

    def passed_over(self, move: "Move", said: str) -> None:
        """Write down which rule, for which story."""
        record(Event.Kind.OVERRIDE, person=move.by, by=move.by, said=f"story {move.article_id}, {said}")


def browser_of(request: HttpRequest) -> str:
    """What the browser calls itself, as much of it as is kept."""
    return request.headers.get("User-Agent", "").replace("\x00", "")[:BROWSER_LENGTH]
