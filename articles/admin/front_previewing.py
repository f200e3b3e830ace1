"""A front as readers will see it, or saw it, and the editions that it had."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from articles import fronts
from articles.addresses import id_in, version_in
from articles.admin.front_pages import front_page, section_at
from articles.admin.moving import MomentField
from articles.admin.pages import framed
from articles.arranging import Misplaced
from articles.fronts import Rearranged
from articles.models import Edition, Section
from articles.roles import person_of

if TYPE_CHECKING:
    from articles.admin.front import FrontAdmin

SHOWN = 60
DRAFT, PUBLISHED = "draft", "published"


class MomentForm(forms.Form):
    """Which front, at which moment, and how wide."""

    at = MomentField(label="At", required=False, help_text="Empty: now.")
    of = forms.ChoiceField(
        label="What", required=False, choices=[(DRAFT, "The draft"), (PUBLISHED, "What is published")]
    )
    on = forms.ChoiceField(label="On", required=False, choices=[("desk", "A desk"), ("phone", "A phone")])


def preview_view(desk: "FrontAdmin", request: HttpRequest, place: str) -> HttpResponse:
    """A front in a frame as wide as a desk's window or a phone's: at a moment to come, or as it was."""
    section = section_at(desk, request, place)
    form = MomentForm({"of": DRAFT, "on": "desk", **request.GET.dict()})
    at = form.cleaned_data["at"] if form.is_valid() else None
    return front_page(
        desk, request, "preview.html", section, form=form, query=request.GET.urlencode(), at=at,
        is_past=bool(at and at < timezone.now()), on=form["on"].value(), version=fronts.front_of(section).version,
    )  # fmt: skip


def as_readers_view(desk: "FrontAdmin", request: HttpRequest, place: str) -> HttpResponse:
    """The page that stands in the frame: the readers' own."""
    section = section_at(desk, request, place)
    form = MomentForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    at: datetime = asked.get("at") or timezone.now()
    edition = None
    if asked.get("of") != PUBLISHED:
        edition = fronts.as_edition(section, fronts.draft(fronts.front_of(section)))
    return framed(request, "paper/front_preview.html", _as_page(section, at, edition))


def _as_page(section: Section | None, at: datetime, edition: Edition | None) -> dict[str, Any]:
    front, page = fronts.as_readers(section, at, edition)
    template = "paper/home.html" if section is None else "paper/section.html"
    return {"section": section, "front": front, "page": page, "template": template}


def editions_view(desk: "FrontAdmin", request: HttpRequest, place: str) -> HttpResponse:
    """What the front was and will be. POST calls an edition off (`call_off`) or brings a moment back (`bring_back`)."""
    section = section_at(desk, request, place)
    if request.method == "POST":
        return _acted(request, section, place)
    editions = Edition.objects.of(section).select_related("made_by", "section")
    return front_page(
        desk, request, "editions.html", section, coming=list(editions.coming()),
        editions=list(editions.in_force()[:SHOWN]), version=fronts.front_of(section).version,
        called_off=list(editions.exclude(called_off_at=None).order_by("-called_off_at")[:10]),
    )  # fmt: skip


def _acted(request: HttpRequest, section: Section | None, place: str) -> HttpResponse:
    person, asked = person_of(request), request.POST
    try:
        if "call_off" in asked:
            edition = get_object_or_404(Edition.objects.of(section), pk=id_in(asked["call_off"]))
            fronts.call_off(edition, by=person)
            messages.success(request, "Called off.")
            return HttpResponseRedirect(reverse("admin:articles_front_editions", args=[place]))
        at = datetime.fromisoformat(asked.get("bring_back", ""))
        # A moment that the world's clock does not have is refused here: databases differ in what they make of it.
        at = (at if at.tzinfo else timezone.make_aware(at)).astimezone(UTC)
        fronts.bring_back(section, at, by=person, seen_version=version_in(asked.get("seen_version", "")))
        messages.success(request, "It is the draft again. Look it over, and publish it.")
        return HttpResponseRedirect(reverse("admin:articles_front_arrange", args=[place]))
    except Misplaced as problem:
        messages.error(request, str(problem))
    except (ValueError, OverflowError):
        messages.error(request, "Say which moment.")
    except Rearranged:
        messages.error(request, "Somebody arranged this front in the meantime. Look again.")
    return HttpResponseRedirect(reverse("admin:articles_front_editions", args=[place]))
