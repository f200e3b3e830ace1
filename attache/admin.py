"""The newsroom's own admin site: it opens with the desk, and lists what there is in the order of the work."""

from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse

from articles.models import Article
from articles.roles import person_of
from articles.workflow import Publication

LATEST = 8
ORDER = ("Article", "Photo", "Author", "Section", "Tag", "Person")


class NewsroomSite(AdminSite):
    """Django's admin, opening with what this person works on."""

    site_header = "Newsroom"
    index_title = "Newsroom"
    site_url = "/"
    enable_nav_sidebar = False

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The first page: the ways to begin, and the stories that this person may open, the latest first."""
        latest: list[tuple[Any, Publication]] = []
        if request.user.has_perm("articles.view_article"):
            stories: QuerySet[Any] = Article.objects.visible_to(person_of(request)).with_publication()
            stories = stories.select_related("section", "updated_by")[:LATEST]
            latest = [(story, Publication(story.publication)) for story in stories]
        return super().index(request, {**(extra_context or {}), "latest": latest})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Everything this person may open, in the order of the work."""
        apps = super().get_app_list(request, app_label)
        for newsroom in [app for app in apps if app["app_label"] == "articles"]:
            # Tags are the newsroom's, whatever package they come from.
            for tags in [app for app in apps if app["app_label"] == "taggit"]:
                newsroom["models"] += tags["models"]
                apps.remove(tags)
        for app in apps:
            app["models"].sort(key=lambda model: _rank(model["object_name"]))
        return sorted(apps, key=lambda app: min(_rank(model["object_name"]) for model in app["models"]))


def _rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)
