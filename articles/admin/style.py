"""The house style in the admin."""

from django.contrib import admin

from articles.models import StyleRule
from media.admin.seen import SeenForm


@admin.register(StyleRule)
class StyleRuleAdmin(admin.ModelAdmin[StyleRule]):
    """The words that the preflight points out."""

    form = SeenForm[StyleRule]
    list_display = ("wrong", "right", "why")
    search_fields = ("wrong", "right", "why")
    ordering = ("wrong",)
    actions = None
