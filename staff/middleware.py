"""What is asked of each request to the newsroom: that a second factor stands where one is needed."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from articles.roles import person_of
from staff import devices, factors, passes

NULL = "\x00"
SEEN = "staff_seen"
HAS_FACTOR = "staff_has_factor"
SEEN_EVERY = timedelta(minutes=5)
# Where a factor is set up, and the way out.
OPEN = ("/admin/account/", "/admin/logout/", "/admin/login/", "/admin/jsi18n/")


class StaffMiddleware:
    """Leads whoever needs a second factor to where it is set up, and notes when a session was last seen.

    The paper's own pages never get this far into it: they know no session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        if NULL in request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""):
            raise BadRequest("No session of ours has a null character in its name.")
        response: HttpResponseBase | None = None
        if request.user.is_authenticated:
            self._note(request)
            if not request.path_info.startswith(OPEN) and self._must_set_up(request):
                response = HttpResponseRedirect(reverse("staff_set_up"))
        if response is None:
            response = self.get_response(request)
        devices.hand_out(request, response)
        passes.hand_out(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Raises BadRequest where an address asks PostgreSQL for a null character, which it cannot hold."""
        if isinstance(exception, DataError) and NULL in unquote(request.META.get("QUERY_STRING", "")):
            raise BadRequest("No database holds a null character.") from exception

    def _note(self, request: HttpRequest) -> None:
        """Write down now and then that the session is alive."""
        now = timezone.now()
        seen = request.session.get(SEEN, 0)
        if now.timestamp() - seen >= SEEN_EVERY.total_seconds():
            request.session[SEEN] = now.timestamp()
            UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)

    def _must_set_up(self, request: HttpRequest) -> bool:
        """Whether nothing else is open to whoever asks; asked of the database until the session knows of a factor."""
        person = person_of(request)
        if request.session.get(HAS_FACTOR) or not factors.is_needed(person):
            return False
        if factors.has_one(person):
            request.session[HAS_FACTOR] = True
            return False
        # The frame of the page says until when.
        request.factor_due = factors.due(person)  # type: ignore[attr-defined]
        return factors.due(person) <= timezone.now()
