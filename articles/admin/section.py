"""Sections in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from articles.admin.deleting import KeptByStories
from articles.admin.forms import LastingAddress, SectionRowForm
from articles.models import Duty, Section
from media.admin.seen import SeenForm


@admin.register(Section)
class SectionAdmin(KeptByStories, LastingAddress, admin.ModelAdmin[Section]):
    """The parts of the paper, in their order; the order can be changed in the list."""

    form = SeenForm[Section]
    list_display = ("name", "position", "accent", "stories", "description")
    list_editable = ("position",)
    ordering = ("position", "name")
    actions = None
    search_fields = ("name",)

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[SectionRowForm]:
        """What can be changed in the list."""
        return SectionRowForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        """With the number of working copies, in the same query."""
        return super().get_queryset(request).annotate(story_count=Count("articles"))

    @admin.display(description="stories", ordering="story_count")
    def stories(self, section: Any) -> int:
        """How many stories the section has, published or not."""
        return int(section.story_count)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What would go with it, and what keeps it: stories, and the roles that somebody holds there."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        held = Duty.objects.filter(sections__in=[section.pk for section in objs]).select_related("person").distinct()
        return deleted, counts, lacking, [*protected, *(f"{duty.person}: {duty}" for duty in held)]
