"""The house style in the admin."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from articles.models import StyleRule


@admin.register(StyleRule)
class StyleRuleAdmin(admin.ModelAdmin[StyleRule]):
    """The words that the preflight points out."""

    list_display = ("wrong", "right", "why")
    search_fields = ("wrong", "right", "why")
    ordering = ("wrong",)
    actions = None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, str] | None = None) -> HttpResponse:
        """The list under its own name."""
        return super().changelist_view(request, {"title": "House style", **(extra_context or {})})
