"""Writing the security log: one line for each thing that somebody may have to account for."""

from typing import TYPE_CHECKING

from allauth.core import context
from django.http import HttpRequest
from django.utils import timezone

from articles.network import address_of
from staff.models import Event

if TYPE_CHECKING:
    from staff.models import Person

BROWSER_LENGTH = 200


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


def browser_of(request: HttpRequest) -> str:
    """What the browser calls itself, as much of it as is kept."""
    return request.headers.get("User-Agent", "").replace("\x00", "")[:BROWSER_LENGTH]
