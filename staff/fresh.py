"""Moves that matter are for those who have shown lately who they are."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from articles.roles import person_of
from staff import factors
from staff.entrance import is_fresh


def require(request: HttpRequest) -> None:
    """Let this request go on only if the sign-in is fresh; whoever asks shows who they are, and is led back to it."""
    if not is_fresh(request):
        raise ReauthenticationRequired


def by_factor(request: HttpRequest) -> HttpResponseRedirect | None:
    """Where to send whoever has not shown their own second factor lately; None for who has, or has none to show."""
    state = factors.state(person_of(request))
    lately = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    if not state.is_there:
        require(request)
        return None
    if any(record["method"] == "mfa" and record["at"] > lately for record in records):
        return None
    way = reverse("mfa_reauthenticate" if state.app else "mfa_reauthenticate_webauthn")
    return HttpResponseRedirect(f"{way}?{urlencode({'next': request.get_full_path()})}")
