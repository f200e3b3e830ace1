"""Tags in the admin, in place of the tables that taggit brings."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from taggit.models import Tag

admin.site.unregister(Tag)


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin[Any]):
    """What stories are about, in single words."""

    list_display = ("name", "slug", "stories")
    actions = None
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "slug")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the number of stories, in the same query."""
        tags: QuerySet[Any] = super().get_queryset(request).annotate(story_count=Count("taggit_taggeditem_items"))
        return tags

    @admin.display(description="stories", ordering="story_count")
    def stories(self, tag: Any) -> int:
        """How many stories have the tag, published or not."""
        return int(tag.story_count)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """An address that readers may have kept is not changed."""
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Sequence[str]]:
        """The slug writes itself while the tag is new."""
        return {} if obj else {"slug": ("name",)}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list under its own name."""
        return super().changelist_view(request, {"title": "Tags", **(extra_context or {})})
