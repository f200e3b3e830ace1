"""Pictures as readers fetch them."""

import logging
from datetime import timedelta

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from media import renditions
from media.renditions import CONTENT_TYPES, Rendition

FOR_EVER = int(timedelta(days=365).total_seconds())

log = logging.getLogger(__name__)


@require_safe
def rendition(request: HttpRequest, name: str) -> HttpResponseBase:
    """A rendition by its name, made now if nobody has asked for it before."""
    wanted = Rendition.named(name)
    if wanted is None:
        raise Http404("There is no such picture.")
    if not renditions.storage().exists(wanted.name):
        try:
            renditions.make(wanted)
        except OSError as error:
            log.warning("The picture %s cannot be made: %s", wanted.name, error)
            raise Http404("There is no such picture.") from error
    answer = FileResponse(renditions.storage().open(wanted.name), content_type=CONTENT_TYPES[wanted.kind])
    answer.headers["Cache-Control"] = f"public, max-age={FOR_EVER}, immutable"
    return answer
