"""Packing what readers get that is not kept: searches, the API, pages that say that there is nothing.

What is kept is packed where it is kept (attache/pages/kept.py), once and harder.
"""

import gzip
from collections.abc import Callable
from http import HTTPStatus

import brotli
from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import has_vary_header, patch_vary_headers

from attache.pages.kept import BROTLI, GZIP, PLAIN

# Less than this fits into the same packet either way.
LEAST = 500
# Each answer is packed for one reader: that takes about a hundredth of what a search takes.
GZIP_LEVEL, BROTLI_QUALITY = 4, 2
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    GZIP: lambda plain: gzip.compress(plain, GZIP_LEVEL, mtime=0),
    BROTLI: lambda plain: bytes(brotli.compress(plain, quality=BROTLI_QUALITY)),
}


def pack(response: HttpResponseBase, encoding: str) -> HttpResponseBase:
    """The answer to a reader in that encoding, where it is a text and worth it.

    The length of a packed text tells something of what is in it to who may add words to it (BREACH). So whatever may
    show a secret stays as it is: what goes by a cookie, or may be stored nowhere. There is none in the rest.
    """
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        # A length would be taken for that of the bytes that the reader has (RFC 9110, 8.6); Django says 0.
        response.headers.pop("Content-Length", None)
    if (
        not isinstance(response, HttpResponse)
        or has_vary_header(response, "Accept-Encoding")
        or has_vary_header(response, "Cookie")
        or response.cookies
        or "no-store" in response.headers.get("Cache-Control", "")
    ):
        return response
    if encoding != PLAIN:
        _weaken(response)
    if response.has_header("Content-Encoding") or len(response.content) < LEAST or not _is_text(response):
        return response
    patch_vary_headers(response, ("Accept-Encoding",))
    if encoding != PLAIN:
        response.content = PACKERS[encoding](response.content)
        response.headers["Content-Encoding"] = encoding
        response.headers["Content-Length"] = str(len(response.content))
    return response


def _weaken(response: HttpResponse) -> None:
    """Other bytes of the same meaning may have the same ETag if it says that it is weak (RFC 9110, 8.8.3.3), and who
    asks with it gets a 304 like everybody. The 304 says it in the same words.
    """
    etag = response.headers.get("ETag", "")
    if etag.startswith('"'):
        response.headers["ETag"] = f"W/{etag}"


def _is_text(response: HttpResponse) -> bool:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
    return kind.startswith("text/") or kind.endswith(("json", "xml"))
