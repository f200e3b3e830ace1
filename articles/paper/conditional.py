"""Answers for machines that ask again and again: what they have already is not sent twice."""

import hashlib
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date


def answer(
    request: HttpRequest, data: bytes, content_type: str, *, last_modified: datetime | None = None
) -> HttpResponseBase:
    """The data with its ETag and, where it is known, the moment of its last change; 304 for who has it already.

    Caches keep it and ask each time whether it still holds, so that what is withdrawn is gone with the next request.
    """
    response = HttpResponse(data, content_type=content_type)
    etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    moment = int(last_modified.timestamp()) if last_modified else None
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, no-cache"
    if moment is not None:
        response.headers["Last-Modified"] = http_date(moment)
    found: HttpResponseBase | None = get_conditional_response(request, etag, moment, response)
    return found or response
