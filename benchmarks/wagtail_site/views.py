"""Pages that stand in no tree: authors, tags, the search, the feed."""

from typing import Any

from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from taggit.models import Tag

from benchmarks.wagtail_site.models import FEED, FOUND, ArticlePage, Author, listed, newest


def author(request: HttpRequest, slug: str) -> HttpResponse:
    """An author's newest stories."""
    here = get_object_or_404(Author, slug=slug)
    stories = ArticlePage.objects.filter(author=here)
    return render(request, "wagtail_site/list.html", listed(here.name, stories))


def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest stories of a tag."""
    here = get_object_or_404(Tag, slug=slug)
    stories = ArticlePage.objects.filter(tagged_items__tag=here)
    return render(request, "wagtail_site/list.html", listed(here.name, stories))


def search(request: HttpRequest) -> HttpResponse:
    """A page of what is found, as `wagtail start` writes it."""
    words = request.GET.get("q", "")
    found = Paginator(ArticlePage.objects.live().select_related("author").search(words), FOUND.stories)
    stories = found.get_page(request.GET.get("page"))
    context = {"title": words, "stories": stories, "pictured": FOUND.pictured}
    return render(request, "wagtail_site/list.html", context)


class Newest(Feed):
    """The newest stories for feed readers."""

    title = "The Ledger"
    link = "/"
    description = "News"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpRequest:
        """The request, by which addresses are made without asking again."""
        return request

    def items(self, request: HttpRequest) -> Any:
        """The stories."""
        return [(request, story) for story in newest(ArticlePage.objects.all(), FEED)]

    def item_title(self, item: Any) -> str:
        """The headline."""
        return str(item[1].title)

    def item_description(self, item: Any) -> str:
        """The deck."""
        return str(item[1].deck)

    def item_link(self, item: Any) -> str:
        """The address."""
        request, story = item
        return str(story.get_url(request))
