"""Pages of the news site. Each shows as many stories and pictures as ours of its kind, and asks for everything that it
shows in as few queries as Wagtail lets it.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpRequest
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.fields import RichTextField
from wagtail.images.models import Image
from wagtail.models import Page
from wagtail.search import index
from wagtail.snippets.models import register_snippet


@dataclass(frozen=True)
class Length:
    """How many stories a page shows, and how many of these with their pictures."""

    stories: int
    pictured: int


FRONT, SECTION, LISTED, FOUND = Length(55, 44), Length(24, 24), Length(20, 20), Length(20, 0)
BESIDE, FEED = 4, 30


@register_snippet
class Author(models.Model):
    """Who writes."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.name


def newest(stories: Any, number: int) -> Any:
    """The newest of these stories, with all that a list shows of them."""
    found = stories.live().select_related("author", "lead_photo").prefetch_related("lead_photo__renditions")
    return found.order_by("-published")[:number]


def listed(title: str, stories: Any, length: Length = LISTED) -> dict[str, Any]:
    """What a page that lists the newest of these stories says."""
    return {"title": title, "stories": newest(stories, length.stories), "pictured": length.pictured}


class FrontPage(Page):
    """The front page, and above the sections."""

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the newest stories of all sections."""
        return super().get_context(request, *args, **kwargs) | listed(self.title, ArticlePage.objects.all(), FRONT)


class SectionPage(Page):
    """A section, and above its stories."""

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With its newest stories."""
        stories = ArticlePage.objects.child_of(self)
        return super().get_context(request, *args, **kwargs) | listed(self.title, stories, SECTION)


class ArticleTag(TaggedItemBase):
    """A tag of a story."""

    content_object = ParentalKey("ArticlePage", related_name="tagged_items", on_delete=models.CASCADE)


class ArticlePage(Page):
    """A story."""

    deck = models.TextField(blank=True)
    body = RichTextField()
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="stories")
    lead_photo = models.ForeignKey(Image, null=True, on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(max_length=300, blank=True)
    credit = models.CharField(max_length=100, blank=True)
    published = models.DateTimeField(db_index=True)
    tags = ClusterTaggableManager(through=ArticleTag, blank=True)

    search_fields = [*Page.search_fields, index.SearchField("deck"), index.SearchField("body")]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With its section and what stands beside it there."""
        section = self.get_parent()
        beside = newest(ArticlePage.objects.child_of(section).exclude(pk=self.pk), BESIDE)
        return super().get_context(request, *args, **kwargs) | {"section": section, "beside": beside}
