"""What an administrator does to an account: each deed a page or a button, and those that matter only for who has shown
lately who they are.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from articles import handing_on, roles
from articles.addresses import id_in
from articles.roles import person_of
from staff import factors, fresh, leaving, personal_data, rights, sessions
from staff.models import Person
from staff.tasks import send_reset_link
from staff.views import handed_out

if TYPE_CHECKING:
    from staff.admin.person import PersonAdmin


class LeaveForm(forms.Form):
    """To whom somebody's work goes."""

    to = forms.ModelChoiceField(
        Person.objects.none(), label="What they hold goes to", required=False,
        empty_label="The desks, for whoever takes it up",
        help_text="What this colleague could not hold by their roles goes back to the desk of its section.",
    )  # fmt: skip

    def __init__(self, person: Person, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = roles.colleagues(None).exclude(pk=person.pk)


def leave_view(request: HttpRequest, pk: int, desk: "PersonAdmin") -> HttpResponse:
    """The leaver wizard: what they hold, to whom it goes, and what happens."""
    person = _person(request, pk)
    if not person.is_active:
        return _back(person)
    fresh.require(request)
    form = LeaveForm(person, request.POST if request.method == "POST" else None)
    if form.is_valid():
        to = form.cleaned_data["to"]
        try:
            handed = leaving.leave(person, by=person_of(request), to=to)
        except rights.LastAdministrator as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{person} is out. {_told(handed, to)}")
        return _back(person)
    context = {
        "held": handing_on.held_by(person),
        "number_of_sessions": len(sessions.open_sessions(person)),
        "author": getattr(person, "author", None),
    }
    return _page(request, desk, "leave.html", person, title="Leaves or is suspended", form=form, **context)


def revive_view(request: HttpRequest, pk: int, desk: "PersonAdmin") -> HttpResponse:
    """Open the account again."""
    person = _person(request, pk)
    if request.method == "POST" and not person.is_active:
        fresh.require(request)
        leaving.revive(person, by=person_of(request))
        messages.success(request, f"{person} may come in again. A link to set a new password goes to {person.email}.")
    return _back(person)


def reset_view(request: HttpRequest, pk: int, desk: "PersonAdmin") -> HttpResponse:
    """Reset the second factor of somebody, having shown one's own."""
    person = _person(request, pk)
    if elsewhere := fresh.by_factor(request):
        return elsewhere
    if request.method == "POST":
        factors.reset(person, by=person_of(request))
        messages.success(request, f"The second factor of {person} is reset, and they are told so by mail.")
        return _back(person)
    return _page(request, desk, "factor_reset.html", person, title="Reset the second factor")


def password_view(request: HttpRequest, pk: int, desk: "PersonAdmin") -> HttpResponse:
    """Mail somebody a link to set a new password; the administrator never sees it."""
    person = _person(request, pk)
    if request.method == "POST" and person.is_active:
        send_reset_link.enqueue(person.email)
        messages.success(request, f"A link to set a new password goes to {person.email}.")
    return _back(person)


def end_session_view(request: HttpRequest, pk: int, desk: "PersonAdmin") -> HttpResponse:
    """Sign somebody out of one session, or of all of them."""
    person = _person(request, pk)
    if request.method == "POST":
        asked = request.POST.get("session", "")
        if asked == "all":
            number = sessions.end_all(person, by=person_of(request))
            messages.success(request, f"{person} is signed out everywhere ({number}).")
        elif sessions.end(person, id_in(asked), by=person_of(request)):
            messages.success(request, f"{person} is signed out there.")
        else:
            raise Http404("There is no such session.")
    return _back(person)


def export_view(request: HttpRequest, pk: int, desk: "PersonAdmin") -> HttpResponse:
    """Everything that is kept about somebody, as a file."""
    person = _person(request, pk)
    fresh.require(request)
    return handed_out(request, person)


def erase_view(request: HttpRequest, pk: int, desk: "PersonAdmin") -> HttpResponse:
    """Erase who somebody was, once they have left."""
    person = _person(request, pk)
    fresh.require(request)
    if request.method == "POST":
        try:
            personal_data.erase(person, by=person_of(request))
        except (personal_data.StillHere, rights.LastAdministrator) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "It is erased. What they did stands under “Former colleague”.")
        return _back(person)
    return _page(request, desk, "erase.html", person, title="Erase their data")


PAGES = (
    ("export", "export", export_view),
    ("erase", "erase", erase_view),
    ("leave", "leave", leave_view),
    ("revive", "revive", revive_view),
    ("factor_reset", "factor", reset_view),
    ("password_link", "password", password_view),
    ("end_session", "sessions", end_session_view),
)


def _person(request: HttpRequest, pk: int) -> Person:
    """The person whose account it is, if whoever asks may change it; raises PermissionDenied or Http404."""
    if not request.user.has_perm("staff.change_person"):
        raise PermissionDenied
    person = get_object_or_404(Person, pk=pk)
    if not rights.may_keep(person_of(request), person):
        raise PermissionDenied("Nobody changes their own access, or that of an account that may do everything.")
    return person


def _back(person: Person) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:staff_person_change", args=[person.pk]))


def _page(request: HttpRequest, desk: "PersonAdmin", template: str, person: Person, **context: Any) -> TemplateResponse:
    frame = {**desk.admin_site.each_context(request), "opts": desk.opts, "person": person}
    return TemplateResponse(request, f"admin/staff/person/{template}", {**frame, **context})


def _told(handed: handing_on.Handed, to: Person | None) -> str:
    parts = [f"{handed.to_colleague} went to {to}"] if handed.to_colleague else []
    parts += [f"{handed.put_back} went back to the desks"] if handed.put_back else []
    return f"Of their stories, {' and '.join(parts)}." if parts else "They held no story."
