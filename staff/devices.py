"""Browsers that are known: a cookie of the newsroom's own, which tells nothing and lets nobody in by itself."""

import hashlib
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from staff.log import browser_of
from staff.models import Device

if TYPE_CHECKING:
    from staff.models import Person

COOKIE = "newsroom-device"
LASTS = 60 * 60 * 24 * 400
AT_MOST = 30


def known(request: HttpRequest, person: "Person | None") -> Device | None:
    """The device of this browser, if this person has signed in with it before."""
    secret = request.COOKIES.get(COOKIE, "")
    if not secret or person is None:
        return None
    return Device.objects.filter(person=person, secret_hash=_hash(secret)).first()


def remember(request: HttpRequest, person: "Person") -> bool:
    """Make this browser a known one of the person's; whether it was not before. `hand_out` sends the cookie."""
    now = timezone.now()
    device = known(request, person)
    if device:
        Device.objects.filter(pk=device.pk).update(seen_at=now, browser=browser_of(request))
        return False
    secret = request.COOKIES.get(COOKIE, "")
    # One browser may be that of two people; a secret that is nobody's was not made here.
    if not Device.objects.filter(secret_hash=_hash(secret)).exists():
        secret = secrets.token_urlsafe(32)
    request.new_device_secret = secret  # type: ignore[attr-defined]
    Device.objects.create(person=person, secret_hash=_hash(secret), browser=browser_of(request), since=now, seen_at=now)
    theirs = Device.objects.filter(person=person)
    theirs.exclude(pk__in=list(theirs.values_list("pk", flat=True)[:AT_MOST])).delete()
    return True


def hand_out(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser its cookie, where `remember` made it known in this request."""
    secret: str = getattr(request, "new_device_secret", "")
    if secret:
        response.set_cookie(
            COOKIE, secret, max_age=LASTS, path="/admin/", secure=settings.PRODUCTION, httponly=True, samesite="Lax"
        )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
