"""Moves that matter are for those who have shown lately who they are, by their password, a code or a passkey."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from articles.roles import person_of
from staff import factors


def is_fresh(request: HttpRequest) -> bool:
    """Whether this person has shown it in this session, not longer ago than such moves allow."""
    return any(record["at"] > _lately() for record in get_authentication_records(request, request.user))


def require(request: HttpRequest) -> None:
    """Let this request go on only if the sign-in is fresh; whoever asks shows who they are, and is led back to it."""
    if not is_fresh(request):
        raise ReauthenticationRequired


def by_factor(request: HttpRequest) -> HttpResponseRedirect | None:
    """Where to send whoever has not shown their own second factor lately; None for who has, or has none to show."""
    state = factors.state(person_of(request))
    if not state.is_there:
        require(request)
        return None
    records = get_authentication_records(request, request.user)
    if any(record["method"] == "mfa" and record["at"] > _lately() for record in records):
        return None
    way = reverse("mfa_reauthenticate" if state.app else "mfa_reauthenticate_webauthn")
    return HttpResponseRedirect(f"{way}?{urlencode({'next': request.get_full_path()})}")


def _lately() -> float:
    return time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
