"""Pictures as readers fetch them."""

import logging
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from media import renditions
from media.apart import Busy
from media.pictures import HINT_TYPE
from media.renditions import CONTENT_TYPES, Rendition
from media.shelves import Unreachable

# A file that is opened by itself can load, run and reach nothing, whatever it turns out to be.
ALONE = "default-src 'none'; frame-ancestors 'none'; sandbox"
FOR_EVER = int(timedelta(days=365).total_seconds())

log = logging.getLogger(__name__)


@require_safe
def rendition(request: HttpRequest, name: str) -> HttpResponse:
    """A rendition by its name, made now if nobody has asked for it before."""
    wanted = Rendition.named(name)
    if wanted is None:
        raise Http404("There is no such picture.")
    try:
        content = renditions.fetch(wanted)
    except Unreachable as error:
        log.error("The picture %s cannot be fetched: %s", wanted.name, error)
        return come_back_later()
    except Busy:
        return _for_now(wanted)
    except OSError as error:
        log.warning("The picture %s cannot be made: %s", wanted.name, error)
        raise Http404("There is no such picture.") from error
    return for_ever(content, CONTENT_TYPES[wanted.kind])


def _for_now(wanted: Rendition) -> HttpResponse:
    """A few pixels of the picture, so that no page is broken while many are made; nobody keeps them."""
    hint = renditions.hint_of(wanted)
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": ALONE}
    return HttpResponse(hint, content_type=HINT_TYPE, headers=headers) if hint else come_back_later()


def for_ever(content: bytes, content_type: str) -> HttpResponse:
    """An answer that may be kept by anybody for as long as they like: its address never means another file."""
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Cache-Control": f"public, max-age={FOR_EVER}, immutable",
            "Content-Disposition": "inline",
            "Content-Security-Policy": ALONE,
        },
    )


def come_back_later() -> HttpResponse:
    """The answer while the storage is away, which nobody may keep."""
    return HttpResponse(
        "The picture cannot be fetched just now.\n",
        status=503,
        content_type="text/plain",
        headers={"Cache-Control": "no-store", "Retry-After": "10"},
    )
