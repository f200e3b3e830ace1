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
        try:
            renditions.make(key, width)
        except FileNotFoundError as error:
            log.warning("There is no original whose content begins with %s.", key)
            raise Http404("There is no such picture.") from error
        except OSError as error:
            log.warning("No picture %s pixels wide can be made of the original %s: %s", width, key, error)
            raise Http404("There is no such picture.") from error
    answer = FileResponse(renditions.storage().open(wanted), content_type="image/webp")
    answer.headers["Cache-Control"] = f"public, max-age={FOR_EVER}, immutable"
    return answer
