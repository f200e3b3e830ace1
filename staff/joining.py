"""The page behind the link of an invitation."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from staff import invitations
from staff.models import Invitation, Person

TOKEN = "staff_invitation"  # noqa: S105
PASSWORD, PASSKEY = "password", "passkey"


class JoinForm(forms.Form):
    """Who somebody is, and how they want to sign in."""

    name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    way = forms.ChoiceField(
        label="How you sign in",
        choices=[(PASSWORD, "With a password, and a second factor"), (PASSKEY, "With a passkey alone")],
        widget=forms.RadioSelect(attrs={"class": "roles"}),
        initial=PASSWORD,
    )
    password1 = forms.CharField(
        label="Password", required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        # The validators' own words, made by Django of our settings.
        help_text=mark_safe(password_validators_help_text_html()),  # noqa: S308
    )  # fmt: skip
    password2 = forms.CharField(
        label="Password once more", required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, invitation: Invitation, data: Any = None) -> None:
        super().__init__(data, label_suffix="", initial={"name": invitation.name})
        self.invitation = invitation

    def clean(self) -> dict[str, Any] | None:
        """Where a password is chosen, it is a good one, and the same twice."""
        cleaned = super().clean() or {}
        if cleaned.get("way") == PASSWORD:
            person = Person(email=self.invitation.email, name=cleaned.get("name", ""))
            password = cleaned.get("password1") or ""
            try:
                get_adapter().clean_password(password, user=person)
            except forms.ValidationError as error:
                self.add_error("password1", error)
            else:
                if password != cleaned.get("password2"):
                    self.add_error("password2", "That is not the same password.")
        return cleaned


def join_link(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the token out of the address of the page that follows. Looking at it uses nothing up.

    A token that opens nothing is not kept: whoever guesses them would leave a session behind for each.
    """
    if invitations.found(token):
        request.session[TOKEN] = token
    else:
        request.session.pop(TOKEN, None)
    return HttpResponseRedirect(reverse("staff_join"))


def join(request: HttpRequest) -> HttpResponse:
    """The page on which an invitation is answered; 410 where it does not work any more."""
    token = request.session.get(TOKEN, "")
    invitation = invitations.found(token)
    if invitation is None:
        return render(request, "staff/join.html", {"title": "Join"}, status=410)
    form = JoinForm(invitation, request.POST if request.method == "POST" else None)
    if form.is_valid() and not request.user.is_authenticated:
        said = form.cleaned_data
        password = said["password1"] if said["way"] == PASSWORD else None
        try:
            person = invitations.accept(token, name=said["name"], password=password, request=request)
        except invitations.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            del request.session[TOKEN]
            record_authentication(request, person, method="invitation")
            onward = reverse("staff_set_up" if password else "mfa_add_webauthn")
            answer: HttpResponse = perform_login(request, Login(user=person, redirect_url=onward))
            return answer
    context = {"title": "Join", "form": form, "invitation": invitation, "duties": invitation.duties.all()}
    return render(request, "staff/join.html", context)
