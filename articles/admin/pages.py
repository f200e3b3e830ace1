"""What the pages of a story share: the frame of the newsroom, and how words and photos are shown to be read."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from csp.constants import SELF
from csp.utils import build_policy
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.clickjacking import xframe_options_sameorigin

from articles import body
from articles.body import PhotoReference
from articles.models import Article
from media.models import Photo

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin


def story_of(desk: "ArticleAdmin", request: HttpRequest, pk: int) -> Any:
    """The story, if this person may open it; raises PermissionDenied or Http404."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    return get_object_or_404(desk.get_queryset(request).select_related("section", "lead_photo", "updated_by"), pk=pk)


def typed(sent: QueryDict, name: str, most: int | None = None) -> str:
    """What was typed into a field that no form reads, without the sign that no database keeps; the first `most` signs
    of it, where a number is given.
    """
    return sent.get(name, "")[:most].replace("\0", "").strip()


def page(
    desk: "ArticleAdmin", request: HttpRequest, template: str, article: Article, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page about a story, in the frame of the newsroom."""
    frame = {**desk.admin_site.each_context(request), "opts": desk.opts, "article": article}
    return TemplateResponse(request, f"admin/articles/article/{template}", {**frame, **context}, status=status)


@xframe_options_sameorigin
def framed(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page as readers get it, under their own policy, to stand in a frame of ours."""
    answer = render(request, template, context)
    answer.headers["Content-Security-Policy"] = build_policy(replace={"frame-ancestors": [SELF]})
    return answer


def figures_of(*bodies: str) -> Callable[[PhotoReference], str]:
    """Shows the photos of these bodies as the newsroom sees them; one query for all."""
    photos = Photo.objects.in_bulk({reference.photo_id for text in bodies for reference in body.photos(text)})

    def figure(reference: PhotoReference) -> str:
        # A part of a body is as clean as the body.
        own = None if reference.caption is None else mark_safe(reference.caption)  # noqa: S308
        return figure_of(photos.get(reference.photo_id), caption=own, alt=reference.alt)

    return figure


def figure_of(photo: Photo | None, *, caption: str | None, alt: str | None) -> SafeString:
    """A photo with its caption and credit; None is one that is not in the photo desk."""
    context = {
        "photo": photo,
        "picture": photo.picture().for_use(caption=None, alt=alt) if photo and photo.has_file else None,
        "caption": caption if caption is not None or photo is None else photo.caption,
    }
    return render_to_string("admin/articles/article/stored_photo.html", context)
