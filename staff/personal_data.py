"""A person's own data: all of it handed out in one file, or erased while the paper's history stays whole."""

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from articles.models import Article, Author, Comment, Move, Presence, Revision
from articles.models.at_work import Buffer
from articles.models.talk import Message
from staff import duties, sessions
from staff.log import record
from staff.models import Device, Event, Invitation, Person
from staff.rights import keeping_an_administrator, may_keep

ERASED_NAME = "Former colleague"


class StillHere(ValueError):
    """Raised where somebody's data would be erased who has not left; the message says so."""


def exported(person: Person) -> dict[str, Any]:
    """Everything that is kept about this person, as it can be written as JSON; no secret of theirs is among it."""
    return {
        "account": {
            "name": person.name, "address": person.email, "joined": person.date_joined, "left": person.left_at,
            "last signed in": person.last_login, "time zone": person.time_zone, "appearance": person.appearance,
            "wants mail": person.wants_mail,
        },
        "roles": [duties.in_words(duty) for duty in person.duties.prefetch_related("sections")],
        "author's profile": _rows(Author.objects.filter(account=person), "name", "slug", "role", "bio"),
        "invitation": _rows(Invitation.objects.filter(person=person), "name", "email", "at", "answered_at"),
        "second factors": [
            {"what": str(each), "since": each.created_at, "last used": each.last_used_at}
            for each in Authenticator.objects.filter(user=person)
        ],
        "devices": _rows(Device.objects.filter(person=person), "browser", "since", "seen_at"),
        "sessions": _rows(UserSession.objects.filter(user=person), "ip", "user_agent", "created_at", "last_seen_at"),
        "security log": _rows(
            Event.objects.filter(Q(person=person) | Q(by=person)), "at", "kind", "said", "address", "browser"
        ),
        "stories": _rows(
            Article.objects.filter(Q(writer=person) | Q(editor=person) | Q(created_by=person)), "pk", "headline",
            "created_at",
        ),
        "saves": _rows(Revision.objects.filter(by=person), "article_id", "version", "at"),
        "moves": _rows(Move.objects.filter(by=person), "article_id", "verb", "at", "reason"),
        "comments": _rows(Comment.objects.filter(by=person), "article_id", "at", "text", "quote"),
        "typed and not saved": _rows(Buffer.objects.filter(person=person), "article_id", "saved_at", "fields"),
    }  # fmt: skip


def erase(person: Person, *, by: Person) -> None:
    """Take from the account everything that tells who it was; what it did stays, by “Former colleague”.

    Bylines, the author's profile, snapshots, revisions, moves and comments stay, and so do the entries of the security
    log, until they are as old as is set. It cannot be undone. Raises PermissionDenied, and StillHere unless the person
    has left.
    """
    if not may_keep(by, person):
        raise PermissionDenied(f"{by} may not erase the data of {person}.")
    with keeping_an_administrator():
        held = Person.objects.select_for_update().get(pk=person.pk)
        if held.is_active:
            raise StillHere(f"{held} has an open account. Let them leave first.")
        sessions.end_all(held, by=by)
        for theirs in _theirs_alone(held):
            theirs.delete()
        Author.objects.filter(account=held).update(account=None)
        Invitation.objects.filter(person=held).update(name=ERASED_NAME, email=_address(held))
        held.name, held.email = f"{ERASED_NAME} {held.pk}", _address(held)
        held.time_zone = held.appearance = ""
        held.wants_mail, held.is_staff, held.is_superuser, held.last_login = False, False, False, None
        held.set_unusable_password()
        held.save()
        record(Event.Kind.ERASED, person=held, by=by)


def is_erased(person: Person) -> bool:
    """Whether this account tells nothing of anybody any more."""
    return person.email == _address(person)


def _theirs_alone(person: Person) -> "Iterable[QuerySet[Any]]":
    """What is about this person and nobody else, and tells nothing of a story."""
    return (
        Authenticator.objects.filter(user=person), Device.objects.filter(person=person),
        Buffer.objects.filter(person=person), Presence.objects.filter(person=person),
        Message.objects.filter(to=person), person.duties.all(),
    )  # fmt: skip


def _address(person: Person) -> str:
    # A name that is kept free for what shall lead nowhere: RFC 2606, section 2.
    return f"erased-{person.pk}@newsroom.invalid"


def _rows(found: "QuerySet[Any]", *columns: str) -> list[dict[str, Any]]:
    return list(found.order_by("pk").values(*columns))
