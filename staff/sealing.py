"""What the way in must be able to read again, and nobody else: sealed with a key that is made of SECRET_KEY.

Whoever gets hold of the database, or of a backup, has no codes by it. SECRET_KEY_FALLBACKS open what earlier keys have
sealed.
"""

import base64
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

if TYPE_CHECKING:
    from django.db.models import QuerySet

# No secret of a second factor has a colon in it: what does not begin so was written before secrets were sealed.
SEALED = "sealed:"
PURPOSE = b"staff.sealing"
# Where in its data a second factor keeps a secret.
SECRETS = ("secret", "seed")


class Unreadable(PermissionDenied):
    """Raised for what another site, or an earlier key, has sealed; the message is for whose second factor it is."""

    def __init__(self) -> None:
        super().__init__(
            "This site can no longer read your second factor: it was set up under another signing key. Use a passkey, "
            "or ask an administrator to reset your second factor."
        )


def seal(text: str) -> str:
    """The text as it may stand in the database."""
    return SEALED + _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed. Raises Unreadable where no key of this site opens it."""
    if not sealed.startswith(SEALED):
        return sealed
    try:
        return _keys().decrypt(sealed.removeprefix(SEALED)).decode()
    except InvalidToken as error:
        raise Unreadable from error


def unreadable() -> int:
    """How many people have a second factor that this site can't read."""
    people = set()
    for factor in _with_secrets():
        try:
            [unseal(factor.data[name]) for name in SECRETS if name in factor.data]
        except Unreadable:
            people.add(factor.user_id)
    return len(people)


@transaction.atomic
def seal_again() -> tuple[int, int]:
    """Seal every second factor with today's SECRET_KEY: how many are, and how many could not be read."""
    done = lost = 0
    for factor in _with_secrets().select_for_update():
        try:
            anew = {name: seal(unseal(factor.data[name])) for name in SECRETS if name in factor.data}
        except Unreadable:
            lost += 1
            continue
        factor.data = {**factor.data, **anew}
        factor.save(update_fields=["data"])
        done += 1
    return done, lost


def _with_secrets() -> "QuerySet[Authenticator]":
    found: QuerySet[Authenticator] = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk")
    return found


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(_made_of(each)) for each in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _made_of(secret: str | bytes) -> bytes:
    material = secret if isinstance(secret, bytes) else secret.encode()
    return base64.urlsafe_b64encode(HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(material))
