"""What the box at the head of the newsroom finds."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from articles import lookup
from articles.admin.pages import typed
from articles.roles import person_of

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin

MOST_SIGNS = 300


def find_view(desk: "ArticleAdmin", request: HttpRequest) -> HttpResponse:
    """Stories, photos and authors that answer to `?q=`."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    words = typed_in(request)
    context = {
        **desk.admin_site.each_context(request),
        "title": f"“{words}”" if words else "Find",
        "typed": words,
        "found": lookup.look_up(person_of(request), words),
    }
    return TemplateResponse(request, "admin/articles/article/find.html", context)


def typed_in(request: HttpRequest) -> str:
    """What was typed into a box for words; what nobody would type is cut off."""
    return typed(request.GET, "q", MOST_SIGNS)
