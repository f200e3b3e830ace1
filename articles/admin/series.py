"""Series in the admin."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse

from articles.admin.forms import PartOfThePage, RowFormSet
from articles.models import Part, Series


class PartInline(PartOfThePage, admin.TabularInline[Part, Series]):
    """The stories of the series in their order. Readers see those that are published, as soon as this is saved."""

    model = Part
    page_permission = "articles.change_series"
    formset = RowFormSet
    extra = 1
    autocomplete_fields = ("article",)
    fields = ("position", "article")


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin[Series]):
    """Stories that belong together in an order."""

    list_display = ("name", "stories", "description")
    ordering = ("name",)
    actions = None
    search_fields = ("name", "description")
    fields = ("name", "slug", "description")
    inlines = (PartInline,)

    class Media:
        js = ("articles/admin/boxes.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Series]:
        """With the number of stories, in the same query."""
        return super().get_queryset(request).annotate(story_count=Count("parts"))

    @admin.display(description="stories", ordering="story_count")
    def stories(self, series: Any) -> int:
        """How many stories the series has, published or not."""
        return int(series.story_count)

    def get_readonly_fields(self, request: HttpRequest, obj: Series | None = None) -> tuple[str, ...]:
        """An address that readers may have kept is not changed."""
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Series | None = None) -> dict[str, Sequence[str]]:
        """The slug writes itself while the series is new."""
        return {} if obj else {"slug": ("name",)}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list under its own name."""
        return super().changelist_view(request, {"title": "Series", **(extra_context or {})})
