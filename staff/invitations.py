"""Inviting people: the administrator chooses who and what for, the person chooses how to sign in."""

import hashlib
import secrets
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from articles.models import Duty
from staff import duties
from staff.log import record
from staff.models import Event, Invitation, Person
from staff.models.invitation import State

if TYPE_CHECKING:
    from django.http import HttpRequest


class Refused(ValueError):
    """Raised where an invitation cannot be used so; the message says why, in words for whoever tried."""


@transaction.atomic
def send(invitation: Invitation, *, by: Person | None) -> None:
    """Let the worker mail a link that works once, for INVITATION_DAYS; an earlier link of it works no longer.

    Raises Refused where it was answered or revoked.
    """
    held = _waiting(invitation)
    Invitation.objects.filter(pk=held.pk).update(token_hash="", expires_at=None)
    said = f"{held.name} <{held.email}> as {duties.all_in_words(held.duties.all())}"
    record(Event.Kind.INVITED, by=by, said=said)
    from staff.tasks import send_invitation

    transaction.on_commit(partial(send_invitation.enqueue, held.pk))


def make_link(invitation: Invitation) -> str:
    """The link that lets somebody answer. It is made to be told at once, and can be made again but never looked up."""
    token = secrets.token_urlsafe(32)
    until = timezone.now() + timedelta(days=settings.INVITATION_DAYS)
    Invitation.objects.filter(pk=invitation.pk).update(token_hash=_hash(token), expires_at=until)
    return f"{settings.SITE_URL}{reverse('staff_join_link', args=[token])}"


@transaction.atomic
def revoke(invitation: Invitation, *, by: Person) -> None:
    """Let the link lead nowhere. Raises Refused where it was answered or revoked."""
    held = _waiting(invitation)
    Invitation.objects.filter(pk=held.pk).update(revoked_at=timezone.now(), token_hash="")
    record(Event.Kind.REVOKED, by=by, said=f"{held.name} <{held.email}>")


def found(token: str) -> Invitation | None:
    """The open invitation with this token in its link."""
    invitation = Invitation.objects.filter(token_hash=_hash(token)).first() if token else None
    return invitation if invitation and invitation.state() == State.OPEN else None


@transaction.atomic
def accept(token: str, *, name: str, password: str | None, request: "HttpRequest | None" = None) -> Person:
    """Make the account with its roles, and close the invitation; None is no password, to sign in by a passkey.

    Raises Refused where it was answered in the meantime, or the address has an account by now.
    """
    held = Invitation.objects.select_for_update().filter(token_hash=_hash(token)).first()
    if held is None or held.state() != State.OPEN:
        raise Refused("This invitation does not work any more.")
    try:
        with transaction.atomic():
            person = Person.objects.create_user(held.email, name, password, is_staff=True)
    except IntegrityError as taken:
        raise Refused("There is an account with this address already. Sign in with it.") from taken
    for invited in held.duties.all():
        duty = Duty.objects.create(person=person, role=invited.role, until=invited.until)
        duty.sections.set(invited.sections.all())
    Invitation.objects.filter(pk=held.pk).update(answered_at=timezone.now(), person=person, token_hash="")
    said = duties.all_in_words(person.duties.all())
    record(Event.Kind.JOINED, person=person, by=person, said=f"as {said}", request=request)
    return person


def _waiting(invitation: Invitation) -> Invitation:
    held = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if held.state() in {State.ANSWERED, State.REVOKED}:
        raise Refused(f"This invitation cannot be changed any more: {held.state().label.lower()}.")
    return held


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
