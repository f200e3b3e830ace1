"""The settings of the paper in the admin: one page, because there is one paper."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from articles import time_zones
from articles.models import Paper
from articles.models.paper import ONLY
from media.admin.seen import SeenForm
from media.widgets import PhotoChooser


class TimeZoneInput(forms.TextInput):
    """The name of a time zone, typed, with those that there are to choose from."""

    template_name = "admin/articles/paper/time_zone.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What its template shows."""
        context = super().get_context(name, value, {**(attrs or {}), "list": "time-zones"})
        return {**context, "offered": time_zones.offered()}

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """The zone that is meant by what was typed."""
        typed = super().value_from_datadict(data, files, name)
        return time_zones.meant(typed) if typed else typed


class PaperForm(SeenForm[Paper]):
    """The settings."""

    class Meta:
        model = Paper
        fields = (
            "name", "nameplate", "motto", "accent", "footer", "social", "contact", "time_zone", "date_language",
            "feed_text", "ai_crawlers", "robots",
        )  # fmt: skip
        widgets = {
            "nameplate": PhotoChooser(),
            "name": forms.TextInput(attrs={"class": "vTextField", "dir": "auto"}),
            "motto": forms.TextInput(attrs={"class": "vTextField", "dir": "auto"}),
            "footer": forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
            "social": forms.Textarea(attrs={"rows": 4}),
            "time_zone": TimeZoneInput(attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false"}),
            "robots": forms.Textarea(attrs={"rows": 4}),
        }


@admin.register(Paper)
class PaperAdmin(admin.ModelAdmin[Paper]):
    """One page of settings, opened at once."""

    form = PaperForm
    fieldsets = (
        (None, {"fields": ("name", "nameplate", "motto", "accent")}),
        ("The foot of every page", {"fields": ("footer", "social", "contact")}),
        ("Days and hours", {"fields": ("time_zone", "date_language")}),
        ("Machines that read", {"fields": ("feed_text", "ai_crawlers", "robots", "told")}),
    )
    readonly_fields = ("told",)

    @admin.display(description="what they are told")
    def told(self, paper: Paper) -> SafeString:
        """Where the results stand."""
        addresses = ("robots.txt", ".well-known/security.txt", "feed.rss", "feed.atom", "feed.json", "sitemap.xml")
        return format_html_join(" · ", '<a href="/{}">{}</a>', ((address, address) for address in addresses))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Paper | None:
        """The one paper; with its first words while nobody has set it."""
        return Paper.objects.current() if object_id == str(ONLY) else None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is no list: the page itself."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:articles_paper_change", args=[ONLY]))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page under its own name, with one button."""
        frame = {
            "title": "Newsroom settings",
            "subtitle": None,
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
        }
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **frame})

    def response_change(self, request: HttpRequest, obj: Paper) -> HttpResponse:
        """Stay with the settings, and lead to what they made."""
        messages.success(request, SafeString('Saved. <a href="/">See the paper</a>'))
        return HttpResponseRedirect(reverse("admin:articles_paper_change", args=[ONLY]))
