"""How people come in: what allauth is told to do otherwise than by itself."""

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from articles.models import Paper
from articles.network import address_of
from staff import arrivals, devices, fresh, limits, mail, sealing, sessions
from staff.log import record, record_locked
from staff.models import Event, Person

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator

# What allauth would tell by mail: what it is in the log, and which mail of ours says it.
NOTICES = {
    "account/email/password_changed": (Event.Kind.PASSWORD, "password_changed", ""),
    "account/email/password_set": (Event.Kind.PASSWORD, "password_changed", "set for the first time"),
    "account/email/password_reset": (Event.Kind.PASSWORD, "password_changed", "by a link sent by mail"),
    "mfa/email/totp_activated": (Event.Kind.FACTOR_ADDED, "factor_added", "an authenticator app"),
    "mfa/email/totp_deactivated": (Event.Kind.FACTOR_REMOVED, "factor_removed", "the authenticator app"),
    "mfa/email/webauthn_added": (Event.Kind.FACTOR_ADDED, "factor_added", "a passkey"),
    "mfa/email/webauthn_removed": (Event.Kind.FACTOR_REMOVED, "factor_removed", "a passkey"),
    "mfa/email/recovery_codes_generated": (Event.Kind.FACTOR_ADDED, "factor_added", "new recovery codes"),
}


class Entrance(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by address and password, counted; nobody signs up by themselves."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "That address and password do not go together.",
        "too_many_login_attempts": (
            "Too many attempts. Wait a quarter of an hour, use your passkey, or ask for a new password by mail."
        ),
        "incorrect_password": "That is not your password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people are invited."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Only paths on this site, whatever host the request claims to be for."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request: HttpRequest) -> str:
        """As everywhere else in the house."""
        return address_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before the password is looked at; raises ValidationError where there were too many."""
        person = Person.objects.at(credentials.get("email", ""))
        self._attempt = limits.attempt(request, credentials.get("email", ""), devices.known(request, person))
        if self._attempt.is_refused:
            record_locked(person, request=request)
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        self._attempt.succeeded()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write it down, for whose account it was if there is one; what was typed is not kept."""
        person = Person.objects.at(credentials.get("email", ""))
        record(Event.Kind.FAILED, person=person, said="wrong password" if person else "no such account")

    def reauthenticate(self, user: Person, password: str) -> bool:
        """Whether that is the password of whoever is signed in."""
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        """Somebody is in: their session is listed, their device becomes known."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        arrivals.arrived(request, user)
        sessions.trim()
        return response

    def logout(self, request: HttpRequest) -> None:
        """Somebody goes out by themselves."""
        if request.user.is_authenticated:
            record(Event.Kind.SIGNED_OUT, person=request.user, by=request.user, request=request)
        super().logout(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's own page."""
        return reverse("staff_account")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether the sign-in is older than what a move that matters allows; the sign-in itself counts."""
        return not fresh.is_fresh(context.request)

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Log what changed in somebody's way in, and tell them."""
        kind, name, said = NOTICES[template_prefix]
        record(kind, person=user, by=user, said=said, request=self.request)
        mail.tell(user, name, what=said)
        if kind == Event.Kind.PASSWORD:
            # The new password makes the others worthless; they are not listed any more either.
            here = self.request.session.session_key if self.request.user.is_authenticated else None
            sessions.end_all(user, by=user, but=here)
        if template_prefix == "account/email/password_reset":
            # Whoever reads the person's mail is the person: the browser may try again.
            devices.remember(self.request, user)


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That code is not right. It changes every half minute, and each is good for once.",
        "too_many_codes": "Too many codes. Wait a quarter of an hour, or use your passkey.",
    }

    def _get_site_name(self) -> str:
        return Paper.objects.name_now()

    def encrypt(self, text: str) -> str:
        """A secret as it stands in the database."""
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again. Raises Unreadable, which says what to do."""
        return sealing.unseal(encrypted_text)

    def generate_authenticator_name(self, user: Person, type: "Authenticator.Type") -> str:  # noqa: A002
        """What a passkey is called until somebody calls it otherwise: by the system it was made on."""
        return arrivals.system_of(context.request)
