"""Fronts in the admin: which there are, what stands on them, and the line for breaking news."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from articles import breaking, fronts
from articles.addresses import id_in
from articles.admin.arranging import arrange_view
from articles.admin.front_previewing import as_readers_view, editions_view, preview_view
from articles.admin.moving import MomentField
from articles.arranging import Misplaced
from articles.clock import ZONE
from articles.models import Arrangement, Article, BreakingLine, Edition, Front, Section, Snapshot
from articles.roles import may_arrange, person_of

OFFERED = 30
USUAL = timedelta(hours=3)


@dataclass(frozen=True)
class Listed:
    """A front in the list: where it is arranged, what readers see of it, and what is to come."""

    front: Front
    place: str
    edition: Edition | None
    coming: Edition | None
    draft: Arrangement | None

    @property
    def is_ahead(self) -> bool:
        """Whether the draft has been worked on since anything was published."""
        newest = self.coming or self.edition
        return bool(self.draft and (newest is None or self.draft.at > newest.made_at))


class BreakingForm(forms.Form):
    """A line for breaking news."""

    words = forms.CharField(
        label="What has happened", max_length=160, widget=forms.TextInput(attrs={"dir": "auto", "class": "vTextField"})
    )
    story = forms.ChoiceField(
        label="Its story", required=False, help_text="The line leads to it. It may come later: then put the line anew."
    )
    until = MomentField(label="Until", help_text="At most two days from now.")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"until": timezone.now() + USUAL})
        newest = Snapshot.objects.live().newest_first().values_list("article", "headline")[:OFFERED]
        story = self.fields["story"]
        if isinstance(story, forms.ChoiceField):
            story.choices = [("", "None yet"), *((str(pk), headline) for pk, headline in newest)]


@admin.register(Front)
class FrontAdmin(admin.ModelAdmin[Front]):
    """The front page and the sections' pages; each has a page of its own on which it is arranged."""

    def get_urls(self) -> list[URLPattern]:
        """The ways that Django's own admin does not have."""
        views: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
            "breaking/": ("breaking", require_POST(partial(_break, self))),
            "of/<slug:place>/": ("arrange", partial(arrange_view, self)),
            "of/<slug:place>/preview/": ("preview", partial(preview_view, self)),
            "of/<slug:place>/as-readers/": ("as_readers", partial(as_readers_view, self)),
            "of/<slug:place>/editions/": ("editions", partial(editions_view, self)),
        }
        own = [
            path(address, self.admin_site.admin_view(view), name=f"articles_front_{name}")
            for address, (name, view) in views.items()
        ]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one for each section, and one for the paper."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Front | None = None) -> bool:
        """A front goes with its section."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The fronts that this person arranges, and the line for breaking news."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return self.list_page(request, BreakingForm())

    def list_page(self, request: HttpRequest, form: BreakingForm, *, status: int = 200) -> HttpResponse:
        """The list, with the form as it was typed."""
        person = person_of(request)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Fronts",
            "listed": [_listed(section) for section in fronts.arranged_by(person)],
            "form": form,
            "line": BreakingLine.objects.live().select_related("made_by").first(),
            "may_break": may_arrange(person, None),
            "time_zone": ZONE,
        }
        return TemplateResponse(request, "admin/articles/front/list.html", context, status=status)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A front by its number: the page on which it is arranged."""
        return self._by_number(request, object_id, "arrange")

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its editions."""
        return self._by_number(request, object_id, "editions")

    def _by_number(self, request: HttpRequest, number: str, page: str) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        front = get_object_or_404(Front.objects.select_related("section"), pk=id_in(number))
        return HttpResponseRedirect(reverse(f"admin:articles_front_{page}", args=[fronts.place_of(front.section)]))


def _listed(section: Section | None) -> Listed:
    front, editions = fronts.front_of(section), Edition.objects.of(section).select_related("made_by")
    return Listed(
        front=front,
        place=fronts.place_of(section),
        edition=editions.in_force().first(),
        coming=editions.coming().first(),
        draft=front.arrangements.select_related("by").first() if front.pk else None,
    )


def _break(desk: FrontAdmin, request: HttpRequest) -> HttpResponse:
    """Put a line above every front, or (`end`) take one down."""
    if not desk.has_change_permission(request):
        raise PermissionDenied
    person, here = person_of(request), HttpResponseRedirect(reverse("admin:articles_front_changelist"))
    if "end" in request.POST:
        breaking.end_line(get_object_or_404(BreakingLine, pk=id_in(request.POST["end"])), by=person)
        messages.success(request, "The line is gone.")
        return here
    form = BreakingForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        article = Article.objects.filter(pk=id_in(said["story"])).first()
        try:
            breaking.break_news(said["words"], until=said["until"], by=person, article=article)
        except Misplaced as problem:
            form.add_error("until", str(problem))
        else:
            messages.success(request, "The line stands above every front.")
            return here
    return desk.list_page(request, form, status=422)
