"""Tags in the admin, in place of the tables that taggit brings."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from taggit.models import Tag

from articles import tags
from articles.admin.deleting import KeptByStories
from articles.admin.forms import LastingAddress
from media.admin.seen import SeenForm

admin.site.unregister(Tag)


class TagForm(SeenForm[Any]):
    """A tag. Another name brings another address; the old one leads there."""

    class Meta:
        model = Tag
        fields = ("name", "slug")

    def clean_name(self) -> str:
        """A name that no other tag has; raises ValidationError otherwise."""
        name: str = self.cleaned_data["name"].strip()
        if why := tags.refusal(self.instance, name):
            raise forms.ValidationError(why)
        return name


class MergeForm(forms.Form):
    """Which tag takes the place of this one."""

    into = forms.CharField(label="Into the tag", max_length=100, help_text="Its name, as it is spelt.")

    def __init__(self, tag: Any, *args: Any) -> None:
        super().__init__(*args)
        self.tag = tag

    def clean_into(self) -> Any:
        """The tag of that name; raises ValidationError for none, and for the tag itself."""
        found = Tag.objects.filter(name__iexact=self.cleaned_data["into"].strip()).first()
        if found is None:
            raise forms.ValidationError("There is no tag of that name.")
        if found.pk == self.tag.pk:
            raise forms.ValidationError("That is the tag itself. Name another one.")
        return found


@admin.register(Tag)
class TagAdmin(KeptByStories, LastingAddress, admin.ModelAdmin[Any]):
    """What stories are about, in single words."""

    form = TagForm
    list_display = ("name", "slug", "stories")
    actions = None
    search_fields = ("name",)
    ordering = ("name",)
    change_form_template = "admin/articles/tag/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the number of stories, in the same query."""
        found: QuerySet[Any] = super().get_queryset(request).annotate(story_count=Count("taggit_taggeditem_items"))
        return found

    @admin.display(description="stories", ordering="story_count")
    def stories(self, tag: Any) -> int:
        """How many stories have the tag, published or not."""
        return int(tag.story_count)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A tag that is there already is renamed, with its address kept."""
        if not change:
            super().save_model(request, obj, form, change)
        elif "name" in form.changed_data:
            tags.rename(Tag.objects.get(pk=obj.pk), obj.name)

    def get_urls(self) -> list[URLPattern]:
        """With the page on which two tags are made one."""
        merge = path("<int:pk>/merge/", self.admin_site.admin_view(self.merge), name="taggit_tag_merge")
        return [merge, *super().get_urls()]

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put another tag in the place of this one, everywhere."""
        tag = get_object_or_404(Tag, pk=pk)
        if not self.has_change_permission(request, tag):
            raise PermissionDenied
        form = MergeForm(tag, request.POST if request.method == "POST" else None)
        if form.is_valid():
            into = form.cleaned_data["into"]
            tags.merge(tag, into)
            messages.success(request, format_html("“{}” is “{}” now, and its address leads there.", tag, into))
            return HttpResponseRedirect(reverse("admin:taggit_tag_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Merge “{tag}” into another tag",
            "tag": tag,
            "form": form,
            "known": Tag.objects.exclude(pk=pk).order_by("name").values_list("name", flat=True)[:2_000],
        }
        return TemplateResponse(request, "admin/articles/tag/merge.html", context)
