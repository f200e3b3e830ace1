"""Pages on which several photos are changed at once, or one is put in the place of another everywhere."""

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from media import bulk, uses
from media.admin.forms import KeywordsField
from media.bulk import Change
from media.models import Licence, Photo
from media.widgets import PhotoChooser

if TYPE_CHECKING:
    from media.admin.photo import PhotoAdmin


class ChangeForm(forms.Form):
    """What is to become of the words of the chosen photos."""

    credit = forms.CharField(required=False, max_length=200, help_text="In place of the one that each has.")
    agency = forms.CharField(required=False, max_length=120)
    find = forms.CharField(label="In captions, replace", required=False, max_length=200)
    put = forms.CharField(label="by", required=False, max_length=200)
    append = forms.CharField(
        label="Add to captions", required=False, max_length=500, help_text="At the end of each, after a space."
    )
    keywords = KeywordsField(required=False, help_text="Added to those that each has, separated by commas.")
    licence = forms.ModelChoiceField(queryset=Licence.objects.all(), required=False)
    allowed_until = forms.DateField(
        label="Allowed until", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        """Something must be asked for."""
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError("Say what is to be changed.")
        return cleaned

    def change(self) -> Change:
        """What was asked for, once the form is valid."""
        return Change(**self.cleaned_data)


def bulk_view(desk: "PhotoAdmin", request: HttpRequest) -> HttpResponse:
    """The chosen photos (`?ids=1,2`), what is to change, what would become of each, then the doing of it (`do`)."""
    if not desk.has_change_permission(request):
        raise PermissionDenied
    seen = _seen(request)
    ids = list(seen) or [int(each) for each in request.GET.get("ids", "").split(",")[: bulk.MOST] if _is_id(each)]
    photos = list(Photo.objects.filter(pk__in=ids).prefetch_related("keywords"))
    form = ChangeForm(request.POST if request.method == "POST" else None)
    outcomes = None
    if form.is_valid():
        if "do" in request.POST:
            return _do(request, list(bulk.perform(seen, form.change())))
        outcomes = bulk.rehearse(photos, form.change())
    context = {
        **desk.admin_site.each_context(request), "opts": desk.opts, "title": "Change several photos", "form": form,
        "photos": photos, "outcomes": outcomes, "changing": [each for each in outcomes or [] if not each.problem],
    }  # fmt: skip
    return TemplateResponse(request, "admin/media/photo/bulk.html", context)


def _do(request: HttpRequest, outcomes: list[bulk.Outcome]) -> HttpResponse:
    changed = [outcome for outcome in outcomes if not outcome.problem]
    messages.success(request, f"{len(changed)} of {len(outcomes)} are changed.")
    for outcome in outcomes:
        if outcome.problem:
            messages.warning(request, f"“{outcome.photo}” stays as it is. {outcome.problem}")
    return HttpResponseRedirect(reverse("admin:media_photo_changelist"))


def _seen(request: HttpRequest) -> dict[int, datetime]:
    """When each chosen photo was changed last, as the person saw it."""
    found = {}
    for pair in request.POST.getlist("seen")[: bulk.MOST]:
        pk, _, moment = pair.partition("@")
        with suppress(ValueError):
            if _is_id(pk):
                found[int(pk)] = datetime.fromisoformat(moment)
    return found


def _is_id(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) <= 18


class ReplaceForm(forms.Form):
    """The photo that is to stand in the place of another one."""

    new = forms.ModelChoiceField(
        label="Put this photo in its place", queryset=Photo.objects.exclude(file=""), widget=PhotoChooser()
    )

    def __init__(self, old: Photo, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.old = old

    def clean_new(self) -> Photo:
        """Another photo, and one that may be used."""
        new: Photo = self.cleaned_data["new"]
        if new == self.old:
            raise forms.ValidationError("This is the photo itself. Choose another one.")
        if refusal := new.refusal():
            raise forms.ValidationError(refusal)
        return new


def replace_view(desk: "PhotoAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """Another photo for every use of one: chosen, then what would become of each use, then the doing of it (`do`)."""
    old = get_object_or_404(Photo, pk=pk)
    if not desk.has_change_permission(request, old):
        raise PermissionDenied
    form = ReplaceForm(old, request.POST if request.method == "POST" else None)
    outcomes = None
    if form.is_valid():
        is_done = "do" in request.POST
        with transaction.atomic():
            outcomes = uses.replace(old, form.cleaned_data["new"], by=request.user)
            # Rehearsed by doing it and taking it back.
            transaction.set_rollback(not is_done)
        if is_done:
            for outcome in outcomes:
                told = messages.warning if outcome.problem else messages.success
                told(request, f"“{outcome.name}”: {outcome.problem or outcome.done}")
            return HttpResponseRedirect(reverse("admin:media_photo_change", args=[old.pk]))
    context = {
        **desk.admin_site.each_context(request), "opts": desk.opts, "title": "Replace it everywhere", "form": form,
        "original": old, "uses": uses.of(old, by=request.user), "outcomes": outcomes, "media": form.media,
    }  # fmt: skip
    return TemplateResponse(request, "admin/media/photo/replace.html", context)
