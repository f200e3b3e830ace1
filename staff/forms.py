"""Forms of the way in."""

from collections.abc import Callable
from typing import Any, ClassVar

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.http import HttpRequest

from staff import devices, factors, limits
from staff.log import record_locked
from staff.models import Person
from staff.tasks import send_reset_link


class SignInForm(LoginForm):  # type: ignore[misc]
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["login"].label = "Address"
        self.fields["login"].widget.attrs.update({"autocomplete": "username webauthn", "autofocus": True})
        self.fields["password"].help_text = ""
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)


class ResetPasswordForm(forms.Form):
    """Asks for a link to set a new password. What it answers is the same for every address, and so is its time."""

    email = forms.EmailField(label="Address", widget=forms.EmailInput(attrs={"autocomplete": "username"}))

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Leave it to the worker, which alone looks whether there is such an account."""
        email: str = self.cleaned_data["email"]
        send_reset_link.enqueue(email, asked_by_anybody=True)
        return email


class _Counted:
    """A code of the second factor, counted before it is looked at; `user` is whose it is said to be."""

    user: Person
    authenticator: Authenticator
    _emit_authentication_failed: Callable[[Authenticator], None]

    def clean_code(self) -> str:
        """The code, if it is right; raises ValidationError where it is not, or where there were too many."""
        request = context.request
        attempt = limits.attempt_code(request, self.user, devices.known(request, self.user))
        if attempt.is_refused:
            record_locked(self.user, said="codes", request=request)
            raise get_adapter().validation_error("too_many_codes")
        code: str = super().clean_code()  # type: ignore[misc]
        if not factors.is_used_for_the_first_time(self.authenticator, code):
            self._emit_authentication_failed(self.authenticator)
            raise get_adapter().validation_error("incorrect_code")
        attempt.succeeded()
        return code


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]
    """A code, after the password."""


class ConfirmCodeForm(_Counted, ReauthenticateForm):  # type: ignore[misc]
    """A code, before a move that matters."""


class Credential(forms.JSONField):
    """What a passkey says, as a browser writes it. Anybody may send anything: what cannot be read is no passkey."""

    widget = forms.HiddenInput
    default_error_messages: ClassVar = {"invalid": "That is no passkey."}

    def to_python(self, value: Any) -> Any:
        """The value; raises ValidationError for what is no JSON, or is too deep or has numbers too long to be read."""
        try:
            return super().to_python(value)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing: what was sent is not shown again, and need not be read for that."""
        return initial


class PasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey or a security key, after the password."""

    credential = Credential()


class PasskeyAloneForm(LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey in place of address and password."""

    credential = Credential()


class ConfirmPasskeyForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey, before a move that matters."""

    credential = Credential()


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, or a security key that is a second factor only."""

    credential = Credential()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["name"].label = "What you call it"
        self.fields["passwordless"].label = "Sign in by it alone"
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = (
            "A passkey asks for your finger, face or PIN. Untick this for a plain security key, which goes with a "
            "password."
        )

    def clean(self) -> dict[str, Any]:
        """What makes a passkey; raises ValidationError also where the library breaks on it."""
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValueError as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return cleaned
