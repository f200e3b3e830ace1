"""The newsroom's own admin site: it opens with the desk, and lists what there is in the order of the work."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.desk import my_desk
from articles.roles import person_of
from attache import doctor
from attache.worker import lateness

ORDER = (
    *("Article", "Front", "Photo", "Licence", "Report", "Author", "Section", "Series", "Tag", "Page", "StyleRule"),
    "Paper",
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
        context = {"desk": my_desk(person_of(request)) if is_editorial else None, "late_worker": lateness()}
        return super().index(request, {**(extra_context or {}), **context})

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's addresses but those where passwords are changed, which one's own account has; and ours."""
        ours = [
            path("doctor/", self.admin_view(require_safe(self.doctor_view)), name="doctor"),
            path(
                "r/<int:content_type_id>/<path:object_id>/",
                self.admin_view(require_safe(self.on_site)), name="view_on_site",
            ),
        ]  # fmt: skip
        others = ("password_change", "view_on_site")
        kept = [page for page in super().get_urls() if not (getattr(page, "name", None) or "").startswith(others)]
        return [*ours, *kept]

    def on_site(self, request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponseBase:
        """Where readers find something, for who may open it here. Django's own tells whoever asks for any number, and
        the address of a story has the words of its headline.
        """
        known = ContentType.objects.filter(pk=content_type_id).first()
        model = known.model_class() if known else None
        desk = self._registry.get(model) if model else None
        found = desk.get_object(request, object_id) if desk else None
        if desk is None or found is None or not desk.has_view_permission(request, found):
            raise Http404("There is nothing for you at this address.")
        answer: HttpResponseBase = shortcut(request, content_type_id, object_id)
        return answer

    def doctor_view(self, request: HttpRequest) -> HttpResponse:
        """How the site is, for who may know; the worst first."""
        if not request.user.has_perm("attache.consult_doctor"):
            raise PermissionDenied("How the site is, is for administrators.")
        findings = sorted(doctor.examine(), key=lambda finding: -finding.grade)
        context = {
            **self.each_context(request),
            "title": "How the site is",
            "findings": findings,
            "worst": findings[0].grade,
            "now": timezone.now(),
        }
        return TemplateResponse(request, "admin/doctor.html", context)

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
