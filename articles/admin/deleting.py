"""Deleting what stories may need, in the admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from articles.models import Article
from articles.roles import person_of

NAMED = 10


class KeptByStories:
    """For pages of what cannot be deleted while a story needs it. A story is named to who may open it; there may be a
    hundred thousand, so that most are counted.
    """

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What would go with it, in numbers, and the stories that keep it."""
        needing = Article.objects.needing(objs)
        kept: list[str] = [
            format_html('Story: <a href="{}" dir="auto">{}</a>', _page_of(story), story)
            for story in needing.visible_to(person_of(request)).defer("body")[:NAMED]
        ]
        if others := needing.count() - len(kept):
            kept.append(f"{others} {'more ' if kept else ''}{'story' if others == 1 else 'stories'}")
        if kept:
            return [], {}, set(), kept
        _, counts, lacking, protected = super().get_deleted_objects(objs, request)  # type: ignore[misc]
        return [str(each) for each in objs], counts, lacking, protected


def _page_of(story: Article) -> str:
    return reverse("admin:articles_article_change", args=[story.pk])
