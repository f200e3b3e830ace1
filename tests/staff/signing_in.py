"""Coming in through the front door, as a browser does it."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from staff.models import Person

PASSWORD = "correct horse battery"
LOGIN = "/admin/login/"


def sign_in(client: Client, person: Person, password: str = PASSWORD, **extra: Any) -> Any:
    """Send the sign-in form, and follow nowhere."""
    return client.post(LOGIN, {"login": person.email, "password": password}, **extra)


def give_app(person: Person) -> str:
    """Set up an authenticator app and recovery codes; the app's key."""
    secret: str = generate_totp_secret()
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return secret


def code_of(secret: str) -> str:
    """What the app shows now."""
    code: str = format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))
    return code


def recovery_codes(person: Person) -> list[str]:
    """The codes that are left."""
    codes: list[str] = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()
    return codes


def work() -> list[Any]:
    """Let the worker do what waits; the mails that it sent."""
    mail.outbox.clear()
    for waiting in DBTaskResult.objects.ready().order_by("enqueued_at"):
        waiting.task.call(*waiting.args_kwargs["args"], **waiting.args_kwargs["kwargs"])
        waiting.delete()
    return mail.outbox
