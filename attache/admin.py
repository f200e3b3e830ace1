"""The newsroom's own admin site: it opens with the desk, and lists what there is in the order of the work."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from articles.desk import my_desk
from articles.roles import person_of
from attache.worker import lateness

ORDER = (
    *("Article", "Photo", "Licence", "Report", "Author", "Section", "Tag", "StyleRule", "Paper"),
    *("Person", "Invitation", "Event"),
)


class NewsroomSite(AdminSite):
    """Django's admin, opening with what this person works on."""

    site_header = "Newsroom"
    index_title = "Newsroom"
    site_url = "/"
    enable_nav_sidebar = False

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The first page: the ways to begin, what waits for this person, and whether the worker is late."""
        is_editorial = request.user.has_perm("articles.view_article")
        desk = my_desk(person_of(request)) if is_editorial else None
        context = {"desk": desk, "now": timezone.now(), "late_worker": lateness()}
        return super().index(request, {**(extra_context or {}), **context})

    def get_urls(self) -> list[Any]:
        """Its own pages; passwords are changed where one's own account is kept."""
        return [
            page for page in super().get_urls() if not (getattr(page, "name", None) or "").startswith("password_change")
        ]

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
