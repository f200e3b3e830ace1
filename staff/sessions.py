"""Open sessions: where somebody is signed in, and ending that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from staff import arrivals
from staff.log import record
from staff.models import Event

if TYPE_CHECKING:
    from staff.models import Person


@dataclass(frozen=True)
class Open:
    """A session in words: which browser, from where, since when, and when it was last heard of."""

    pk: int
    browser: str
    address: str
    since: datetime
    seen_at: datetime
    is_this: bool


def open_sessions(person: "Person", this: str | None = None) -> list[Open]:
    """Where this person is signed in, the latest first; `this` is the key of the session that asks."""
    known = UserSession.objects.filter(user=person.pk).order_by("-last_seen_at", "-pk")
    alive = Session.objects.filter(session_key__in=known.values("session_key"), expire_date__gt=timezone.now())
    keys = set(alive.values_list("session_key", flat=True))
    return [
        Open(each.pk, arrivals.in_words(each.user_agent), each.ip, each.created_at, each.last_seen_at,
             each.session_key == this)
        for each in known
        if each.session_key in keys
    ]  # fmt: skip


def last_seen(person: "Person") -> datetime | None:
    """When this person was last heard of, within five minutes; None for never."""
    latest = UserSession.objects.filter(user=person.pk).order_by("-last_seen_at").first()
    seen: datetime | None = latest.last_seen_at if latest else None
    return max(filter(None, (seen, person.last_login)), default=None)


def trim() -> None:
    """Forget the sessions that have run out, with the network address and the browser of each."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    gone = UserSession.objects.filter(created_at__lt=now - timedelta(seconds=settings.SESSION_COOKIE_AGE))
    gone.exclude(session_key__in=Session.objects.values("session_key")).delete()


def end(person: "Person", pk: int, *, by: "Person") -> bool:
    """End one session of this person; whether there was such a one."""
    session = UserSession.objects.filter(user=person.pk, pk=pk).first()
    if session is None:
        return False
    session.end()
    record(Event.Kind.SESSION_ENDED, person=person, by=by, said=arrivals.in_words(session.user_agent))
    return True


def end_all(person: "Person", *, by: "Person", but: str | None = None) -> int:
    """End every session of this person, `but` for the one with this key; how many there were."""
    number = 0
    for session in UserSession.objects.filter(user=person.pk).exclude(session_key=but or ""):
        session.end()
        number += 1
    if number:
        record(Event.Kind.SESSION_ENDED, person=person, by=by, said=f"{number} of them")
    return number
