"""What the box at the head of the newsroom finds."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from articles import lookup
from articles.roles import person_of

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin

MOST_SIGNS = 300


def find_view(desk: "ArticleAdmin", request: HttpRequest) -> HttpResponse:
    """Stories, photos and authors that answer to `?q=`."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    typed = typed_in(request)
    context = {
        **desk.admin_site.each_context(request),
        "title": f"“{typed}”" if typed else "Find",
        "typed": typed,
        "found": lookup.look_up(person_of(request), typed),
    }
    return TemplateResponse(request, "admin/articles/article/find.html", context)


def typed_in(request: HttpRequest) -> str:
    """What was typed into a box for words; what nobody would type is cut off."""
    return request.GET.get("q", "")[:MOST_SIGNS].replace("\x00", "").strip()
