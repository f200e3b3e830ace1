"""Series in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from articles.admin.forms import LastingAddress, PartOfThePage, RowFormSet
from articles.models import Article, Part, Series
from articles.roles import person_of
from media.admin.seen import SeenForm


class PartInline(PartOfThePage, admin.TabularInline[Part, Series]):
    """The stories of the series in their order. Readers see those that are published, as soon as this is saved."""

    model = Part
    page_permission = "articles.change_series"
    formset = RowFormSet
    extra = 1
    autocomplete_fields = ("article",)
    fields = ("position", "article")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The stories that this person may open, and, without their names, the others that stand in it already."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        person = person_of(request)
        mine = Article.objects.visible_to(person).order_by().values("pk")
        there = Article.objects.filter(pk__in=Part.objects.filter(series=obj).values("article"))
        hidden = set(there.hidden_from(person).values_list("pk", flat=True))
        field = formset.form.base_fields["article"]
        field.queryset = Article.objects.filter(Q(pk__in=mine) | Q(pk__in=there.order_by().values("pk")))
        field.label_from_instance = lambda story: "A story that you may not open" if story.pk in hidden else str(story)
        return formset


class SeriesForm(SeenForm[Series]):
    """A series, with its stories on the same page."""

    shown_besides = {"parts": "the stories"}


@admin.register(Series)
class SeriesAdmin(LastingAddress, admin.ModelAdmin[Series]):
    """Stories that belong together in an order."""

    form = SeriesForm
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
