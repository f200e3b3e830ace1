"""Pages that editors write, in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from articles import body
from articles.admin.forms import LastingAddress
from articles.editor import with_editor
from articles.models import Page
from articles.roles import person_of
from media.admin.seen import SeenForm


class PageForm(SeenForm[Page]):
    """A page; its text holds words."""

    class Meta:
        model = Page
        fields = ("title", "slug", "body", "in_footer", "position")

    def in_words(self, thing: Page, name: str, value: Any) -> str:
        """Of the text, its words."""
        return body.plain_text(value) if name == "body" else super().in_words(thing, name, value)

    def clean_body(self) -> str:
        """The text as it is stored; raises ValidationError where a photo stands in it."""
        cleaned = body.clean(self.cleaned_data["body"])
        if body.photos(cleaned):
            raise forms.ValidationError("A page holds words alone: take the photo out. Photos belong to stories.")
        return cleaned


@admin.register(Page)
class PageAdmin(LastingAddress, admin.ModelAdmin[Page]):
    """About the paper, imprint, privacy. What is saved is before readers; the history says who changed it when."""

    form = PageForm
    slug_from = "title"
    list_display = ("title", "address", "in_footer", "position", "updated_at", "updated_by")
    list_select_related = ("updated_by",)
    ordering = ("position", "title")
    actions = None
    search_fields = ("title", "body")

    @admin.display(description="address")
    def address(self, page: Page) -> str:
        """Where readers find it."""
        return page.get_absolute_url()

    def save_model(self, request: HttpRequest, obj: Page, form: Any, change: bool) -> None:
        """Remember who it was."""
        obj.updated_by = person_of(request)
        super().save_model(request, obj, form, change)

    @with_editor
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of a page, with the editor on it."""
        return super().changeform_view(request, object_id, form_url, extra_context)
