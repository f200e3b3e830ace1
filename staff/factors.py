"""The second factor: who needs one, from when, and whether they have it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from articles import roles
from articles.roles import ROLES, Role
from staff import mail, sealing, sessions
from staff.log import record
from staff.models import Event
from staff.rights import may_keep

if TYPE_CHECKING:
    from staff.models import Person

KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def asks_for_one(role: Role) -> bool:
    """Whether somebody with this role needs a second factor."""
    if settings.SECOND_FACTOR_ROLES:
        return role.code in settings.SECOND_FACTOR_ROLES
    return "publish" in role.verbs or role.code == "administrator"


def unknown_roles() -> list[str]:
    """What SECOND_FACTOR_ROLES names that is no role."""
    return [code for code in settings.SECOND_FACTOR_ROLES if code not in {role.code for role in ROLES}]


def has_one(person: "Person") -> bool:
    """Whether this person has set up an authenticator app or a passkey."""
    return bool(Authenticator.objects.filter(user=person.pk, type__in=KINDS).exists())


def is_needed(person: "Person") -> bool:
    """Whether this person needs one: by the roles that they hold today, or because they have no password."""
    if not person.has_usable_password():
        return True
    return bool(settings.SECOND_FACTOR_REQUIRED) and any(asks_for_one(held.role) for held in roles.held(person))


def due(person: "Person") -> datetime:
    """Until when somebody who needs one may do without: no time at all where nothing else would let them in."""
    grace = timedelta(days=settings.SECOND_FACTOR_GRACE_DAYS) if person.has_usable_password() else timedelta()
    return person.date_joined + grace


@dataclass(frozen=True)
class State:
    """What a person has of second factors; `due` is None where none is asked for, or one is there."""

    app: Authenticator | None
    passkeys: list[Authenticator]
    codes_left: int
    is_needed: bool
    keeps_out: bool
    due: datetime | None

    @property
    def is_there(self) -> bool:
        """Whether there is one."""
        return bool(self.app or self.passkeys)


def state(person: "Person") -> State:
    """All of a person's second factors, in one query beside that for their roles."""
    held = list(Authenticator.objects.filter(user=person.pk).order_by("pk"))
    app = next((each for each in held if each.type == Authenticator.Type.TOTP), None)
    passkeys = [each for each in held if each.type == Authenticator.Type.WEBAUTHN]
    codes = next((each for each in held if each.type == Authenticator.Type.RECOVERY_CODES), None)
    is_there = bool(app or passkeys)
    needed = is_needed(person)
    return State(
        app=app,
        passkeys=passkeys,
        codes_left=_left(codes) if codes else 0,
        is_needed=needed,
        keeps_out=needed and not is_there and due(person) <= timezone.now(),
        due=due(person) if needed and not is_there else None,
    )


def _left(codes: Authenticator) -> int:
    """How many recovery codes were not used yet; none of those that can't be read any more."""
    try:
        return len(codes.wrap().get_unused_codes())
    except sealing.Unreadable:
        return 0


def is_used_for_the_first_time(factor: Authenticator, code: str) -> bool:
    """Whether the code, which is right, was not used before; by asking it is. Recovery codes know it by themselves.

    The library remembers a code of an app for one period only, and takes it for as many more as clocks may differ by.
    """
    if factor.type != Authenticator.Type.TOTP:
        return True
    good_for = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return bool(cache.add(f"staff.code:{factor.pk}:{normalize_user_code(code)}", "used", good_for))


@transaction.atomic
def reset(person: "Person", *, by: "Person") -> None:
    """Take away everything but the password, end every session, and tell the person. Raises PermissionDenied."""
    if not may_keep(by, person):
        raise PermissionDenied(f"{by} may not reset the second factor of {person}.")
    Authenticator.objects.filter(user=person.pk).delete()
    sessions.end_all(person, by=by)
    record(Event.Kind.FACTOR_RESET, person=person, by=by)
    mail.tell(person, "factor_reset", by=by)
