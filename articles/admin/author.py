"""Authors in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from articles.admin.deleting import KeptByStories
from articles.admin.forms import LastingAddress, PartOfThePage, RowFormSet
from articles.models import Author, ContactLink
from articles.roles import may_link, person_of
from media.admin.seen import SeenForm
from media.widgets import PhotoChooser


class ContactLinkInline(PartOfThePage, admin.TabularInline[ContactLink, Author]):
    """Ways to reach the author, in the order in which readers see them."""

    model = ContactLink
    page_permission = "articles.change_author"
    formset = RowFormSet
    extra = 1
    fields = ("position", "label", "url")


class AuthorForm(SeenForm[Author]):
    """An author, with the ways to reach them on the same page."""

    shown_besides = {"links": "ways to reach the author"}


@admin.register(Author)
class AuthorAdmin(KeptByStories, LastingAddress, admin.ModelAdmin[Author]):
    """The names that readers know, with or without a staff account."""

    form = AuthorForm
    list_display = ("name", "role", "account", "stories")
    list_select_related = ("account",)
    ordering = ("name",)
    actions = None
    search_fields = ("name", "role", "bio")
    fields = ("name", "slug", "role", "bio", "portrait", "account", "is_on_masthead", "masthead_position")
    inlines = (ContactLinkInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Author]:
        """With the number of stories, in the same query."""
        return super().get_queryset(request).annotate(story_count=Count("articles", distinct=True))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The account of an author who has stories perhaps, but for who assigns those of every section."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None or may_link(person_of(request)) else (*fixed, "account")

    @admin.display(description="stories", ordering="story_count")
    def stories(self, author: Any) -> int:
        """How many stories have the author in their byline, published or not."""
        return int(author.story_count)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The portrait comes from the photo desk."""
        if db_field.name == "portrait":
            kwargs["widget"] = PhotoChooser()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
