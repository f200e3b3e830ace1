"""What the box at the head of the newsroom finds."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from articles import lookup
from articles.roles import person_of

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin

MOST_SIGNS = 300


def find_view(desk: "ArticleAdmin", request: HttpRequest) -> HttpResponse:
    """Stories, photos and authors that answer to `?q=`."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    return _page(request, desk)


@require_safe
def _page(request: HttpRequest, desk: "ArticleAdmin") -> HttpResponse:
    typed = request.GET.get("q", "")[:MOST_SIGNS].replace("\x00", "").strip()
    context = {
        **desk.admin_site.each_context(request),
        "title": f"“{typed}”" if typed else "Find",
        "typed": typed,
        "found": lookup.look_up(person_of(request), typed),
    }
    return TemplateResponse(request, "admin/articles/article/find.html", context)
