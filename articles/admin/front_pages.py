"""What the pages of a front share."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from articles.fronts import HOME, place_of
from articles.models import Front, Section
from articles.roles import may_arrange, person_of

if TYPE_CHECKING:
    from articles.admin.front import FrontAdmin


def section_at(desk: "FrontAdmin", request: HttpRequest, place: str) -> Section | None:
    """The section whose front stands at that place, None for the front page; raises Http404, and PermissionDenied for
    one that the person does not arrange.
    """
    if not desk.has_view_or_change_permission(request):
        raise PermissionDenied
    section = None if place == HOME else get_object_or_404(Section, slug=place)
    if not may_arrange(person_of(request), section):
        raise PermissionDenied
    return section


def front_page(
    desk: "FrontAdmin", request: HttpRequest, template: str, section: Section | None, *, status: int = 200, **said: Any
) -> HttpResponse:
    """A page about a front, in the frame of the newsroom."""
    name = str(Front(section=section))
    frame = {**desk.admin_site.each_context(request), "opts": desk.opts, "name": name, "title": name}
    context = {**frame, "section": section, "place": place_of(section), **said}
    return TemplateResponse(request, f"admin/articles/front/{template}", context, status=status)
