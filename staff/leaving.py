"""Somebody leaves, or comes back. Nothing that carries their name is touched by either."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from articles import handing_on
from articles.handing_on import Handed
from staff import sessions
from staff.log import record
from staff.models import Event, Invitation, Person
from staff.personal_data import is_erased
from staff.rights import keeping_an_administrator, may_keep
from staff.tasks import send_reset_link


def leave(person: Person, *, by: Person, to: Person | None) -> Handed:
    """Suspend the account, end every session of it at once, and hand what it holds to `to` (None: back to the desks).

    Their invitations that nobody has answered are revoked with it. Bylines, profile, roles and history stay, so that
    `revive` undoes it. Raises PermissionDenied, and LastAdministrator.
    """
    if not may_keep(by, person):
        raise PermissionDenied(f"{by} may not suspend {person}.")
    now = timezone.now()
    with keeping_an_administrator():
        Person.objects.filter(pk=person.pk).update(is_active=False, left_at=now)
        sessions.end_all(person, by=by)
        Invitation.objects.waiting().filter(by=person).update(revoked_at=now, token_hash="")
        handed = handing_on.hand_on(person, to, by=by)
        said = f"{handed.to_colleague} stories to {to}, {handed.put_back} put back" if to else (
            f"{handed.put_back} stories put back"
        )  # fmt: skip
        record(Event.Kind.LEFT, person=person, by=by, said=said)
    return handed


@transaction.atomic
def revive(person: Person, *, by: Person) -> None:
    """Open the account again with the roles that have not ended, and mail a link to set a new password.

    What was handed on stays with whoever has it. Raises PermissionDenied.
    """
    if not may_keep(by, person) or is_erased(person):
        raise PermissionDenied(f"{by} may not open the account of {person}.")
    Person.objects.filter(pk=person.pk).update(is_active=True, left_at=None)
    record(Event.Kind.REVIVED, person=person, by=by)
    transaction.on_commit(lambda: send_reset_link.enqueue(person.email))
