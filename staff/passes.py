"""Passes: a cookie by which a signed-in browser is known without a question to the database.

It goes with one session and lets nobody in: who has it is not answered with pages that are kept for readers.
"""

from collections.abc import Mapping

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponseBase

COOKIE = "newsroom-pass"
READING = ("GET", "HEAD")


def is_readers(request: HttpRequest) -> bool:
    """Whether a request asks and changes nothing, and comes from nobody who is signed in."""
    return request.method in READING and not ("HTTP_COOKIE" in request.META and holds(request.COOKIES))


def holds(cookies: Mapping[str, str]) -> bool:
    """Whether these cookies are of a browser that was signed in, in this session and not longer ago than one lasts."""
    session, value = cookies.get(settings.SESSION_COOKIE_NAME), cookies.get(COOKIE)
    if not session or not value:
        return False
    try:
        _signer().unsign(f"{session}:{value}", max_age=settings.SESSION_COOKIE_AGE)
    except BadSignature:
        return False
    return True


def hand_out(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give a signed-in browser its pass; take it from one that is not signed in any more."""
    session = request.session.session_key
    if not request.user.is_authenticated or session is None:
        if COOKIE in request.COOKIES:
            response.delete_cookie(COOKIE, samesite="Lax")
    elif not holds({**request.COOKIES, settings.SESSION_COOKIE_NAME: session}):
        value = _signer().sign(session).partition(":")[2]
        response.set_cookie(
            COOKIE,
            value,
            max_age=settings.SESSION_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="staff.passes")
