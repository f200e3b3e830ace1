"""Tags in the admin, in place of the tables that taggit brings."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from taggit.models import Tag

admin.site.unregister(Tag)


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin[Any]):
    """What stories are about, in single words."""

    list_display = ("name", "slug", "stories")
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "slug")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the number of stories, in the same query."""
        return super().get_queryset(request).annotate(story_count=Count("taggit_taggeditem_items"))

    @admin.display(description="stories", ordering="story_count")
    def stories(self, tag: Any) -> int:
        """How many stories have the tag, published or not."""
        return int(tag.story_count)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """An address that readers may have kept is not changed."""
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, tuple[str, ...]]:
        """The slug writes itself while the tag is new."""
        return {} if obj else {"slug": ("name",)}
