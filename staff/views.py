"""Pages of the way in and of one's own account."""

from typing import Any

from allauth.account.views import LoginView
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from articles.roles import person_of
from staff import factors


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whoever is in goes on to where they wanted to; an account that may not enter is told so."""
        if request.user.is_authenticated and not person_of(request).is_staff:
            raise PermissionDenied("Your account does not open the newsroom.")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """One's own page."""
    return render(request, "staff/account.html", {"title": "Your account", "factor": factors.state(person_of(request))})


@login_required
def set_up(request: HttpRequest) -> HttpResponse:
    """Where a second factor is chosen: by whoever must before anything else, and by whoever has just come."""
    person = person_of(request)
    context = {"title": "Set up a second factor", "factor": factors.state(person)}
    return render(request, "staff/set_up.html", context)
