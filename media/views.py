"""Pictures as readers fetch them."""

import logging
from datetime import timedelta

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from media import renditions

FOR_EVER = int(timedelta(days=365).total_seconds())

log = logging.getLogger(__name__)


@require_safe
def rendition(request: HttpRequest, key: str, width: int) -> HttpResponseBase:
    """A rendition by its name, made now if nobody has asked for it before."""
    if width not in renditions.WIDTHS:
        raise Http404("There is no picture of this width.")
    wanted = renditions.name(key, width)
    if not renditions.storage().exists(wanted):
        photo = renditions.photo_of(key)
        if photo is None or width not in renditions.widths(photo.picture()):
            raise Http404("There is no such picture.")
        try:
            renditions.make(photo, width)
        except OSError as error:
            log.exception("The original of photo %s cannot be read.", photo.pk)
            raise Http404("The picture is missing.") from error
    answer = FileResponse(renditions.storage().open(wanted), content_type="image/webp")
    answer.headers["Cache-Control"] = f"public, max-age={FOR_EVER}, immutable"
    return answer
