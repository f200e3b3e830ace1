"""Pages of the way in and of one's own account."""

from typing import Any

from allauth.account.views import LoginView, PasswordResetView
from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from articles import time_zones
from articles.addresses import id_in
from articles.clock import ZONE
from articles.models import Duty
from articles.roles import person_of
from staff import duties, factors, fresh, limits, sessions
from staff.log import record
from staff.models import Event, Person
from staff.personal_data import exported


def choices() -> list[tuple[str, str]]:
    """The time zones that somebody may choose from, the newsroom's first."""
    return [("", f"The newsroom’s ({ZONE})"), *((name, name.replace("_", " ")) for name in time_zones.offered())]


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whoever is in goes on to where they wanted to; an account that may not enter is told so."""
        if request.user.is_authenticated and not person_of(request).is_staff:
            raise PermissionDenied("Your account does not open the newsroom.")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class ForgottenPassword(PasswordResetView):  # type: ignore[misc]
    """Asks for a link to set a new password."""

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Leave it to the worker, unless the same network asks for the same address again and again."""
        whose = limits.asker(self.request, form.cleaned_data["email"])
        refused = ratelimit.consume_or_429(self.request, action="reset_password_of_one", key=whose)
        response: HttpResponseBase = refused or super().form_valid(form)
        return response


class ProfileForm(forms.ModelForm[Person]):
    """What somebody says of themselves, and how they like to work."""

    time_zone = forms.ChoiceField(
        label="Time zone", required=False, choices=choices,
        help_text="Moments are told in the newsroom’s time, and beside it in yours. What you type is the newsroom’s.",
    )  # fmt: skip

    class Meta:
        model = Person
        fields = ("name", "time_zone", "appearance", "wants_mail")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """One's own page."""
    person = person_of(request)
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=person)
    if form.is_valid():
        form.save()
        messages.success(request, "It is kept.")
        return HttpResponseRedirect(reverse("staff_account"))
    context = {
        "title": "Your account",
        "form": form,
        "holds": [(duties.in_words(duty), duty.as_role().allows) for duty in _duties(person)],
        "author": getattr(person, "author", None),
        "factor": factors.state(person),
        "sessions": sessions.open_sessions(person, request.session.session_key),
    }
    return render(request, "staff/account.html", context)


@login_required
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """Sign oneself out elsewhere: of one session, or of all but this one."""
    person, asked = person_of(request), request.POST.get("session", "")
    if asked == "others":
        sessions.end_all(person, by=person, but=request.session.session_key)
        messages.success(request, "You are signed out everywhere else.")
    elif sessions.end(person, id_in(asked), by=person):
        messages.success(request, "You are signed out there.")
    else:
        raise Http404("There is no such session of yours.")
    return HttpResponseRedirect(reverse("staff_account"))


@login_required
def export(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about oneself, as a file."""
    fresh.require(request)
    return handed_out(request, person_of(request))


def handed_out(request: HttpRequest, person: Person) -> HttpResponse:
    """The file of what is kept about somebody; that it was handed out, and to whom, is logged."""
    record(Event.Kind.EXPORTED, person=person, by=person_of(request), said="what is kept about them", request=request)
    answer = JsonResponse(exported(person), json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer.headers["Content-Disposition"] = f'attachment; filename="person-{person.pk}.json"'
    return answer


def _duties(person: Person) -> QuerySet[Duty]:
    return Duty.objects.current().filter(person=person).prefetch_related("sections")


@login_required
def set_up(request: HttpRequest) -> HttpResponse:
    """Where a second factor is chosen: by whoever must before anything else, and by whoever has just come."""
    person = person_of(request)
    context = {"title": "Set up a second factor", "factor": factors.state(person)}
    return render(request, "staff/set_up.html", context)
