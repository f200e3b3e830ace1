"""A story as it is stored now, to be read beside a page that holds other words."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString, mark_safe

from articles import body, bylines
from articles.body import PhotoReference
from media.models import Photo

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin


def stored_view(desk: "ArticleAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """The words, photos and desk matters of a story, with nothing on the page that could change them."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    article = get_object_or_404(desk.get_queryset(request).select_related("lead_photo", "updated_by"), pk=pk)
    photos = Photo.objects.in_bulk({reference.photo_id for reference in body.photos(article.body)})

    def figure(reference: PhotoReference) -> str:
        photo = photos.get(reference.photo_id)
        # A part of a body is as clean as the body.
        own = None if reference.caption is None else mark_safe(reference.caption)  # noqa: S308
        return _figure(photo, caption=own, alt=reference.alt)

    lead = article.lead_photo
    context = {
        "title": f"{article}, as it is stored",
        "opts": desk.opts,
        "article": article,
        "byline": bylines.text(name.as_name() for name in article.bylines.all()),
        "lead": _figure(lead, caption=article.lead_caption or None, alt=article.lead_alt or None) if lead else "",
        "body": body.render(article.body, figure),
        "desk": [
            ("Section", article.section),
            ("Kind", article.get_kind_display()),
            ("Tags", ", ".join(article.tags.names())),
            ("Dateline", article.dateline),
            ("Language", article.get_language_display()),
            ("Slug", article.slug),
            ("Original publication", article.original_publication),
            ("Original address", article.original_url),
        ],
    }
    frame = desk.admin_site.each_context(request)
    return TemplateResponse(request, "admin/articles/article/stored.html", {**frame, **context})


def _figure(photo: Photo | None, *, caption: str | None, alt: str | None) -> SafeString:
    context = {
        "photo": photo,
        "picture": photo.picture().for_use(caption=None, alt=alt) if photo and photo.has_file else None,
        "caption": caption if caption is not None or photo is None else photo.caption,
    }
    return render_to_string("admin/articles/article/stored_photo.html", context)
