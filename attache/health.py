"""Answers for machines that ask whether the site is well.

`python -m attache.health http://127.0.0.1:8000` asks a web server on this machine: exit code 0 if it is well, else 1.
"""

import os
import sys
import urllib.request
from urllib.parse import urlsplit

from django.db import connection
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 where the process and its database answer, else 503; it tells a stranger nothing more."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("unwell\n", status=503, content_type="text/plain")
    return HttpResponse("well\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 where requests can be served: the database, its schema and the storages; else 503, and nothing more.

    Anybody may ask, so that the storages are written to at most once in a few seconds.
    """
    # Here, because the container's health check runs this file without the site.
    from attache import doctor

    if doctor.is_ready():
        return HttpResponse("ready\n", content_type="text/plain")
    return HttpResponse("not ready\n", status=503, content_type="text/plain")


def ask(address: str) -> bool:
    """Whether the web server at `address` answers that it is well, asked under the site's own name."""
    host = urlsplit(os.environ.get("SITE_URL", address)).netloc
    request = urllib.request.Request(f"{address}/healthz", headers={"Host": host})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(0 if ask(sys.argv[1]) else 1)
