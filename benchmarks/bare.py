"""A bare Django view under Django's default middleware, that sends pages as they lie in BARE_PAGES: `/0/`, `/1/`, …"""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    ROOT_URLCONF=__name__,
    SECRET_KEY="of no use outside of a benchmark",
    ALLOWED_HOSTS=["127.0.0.1"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
PAGES = {int(file.stem): file.read_bytes() for file in Path(os.environ["BARE_PAGES"]).glob("*.gz")}


def page(request: HttpRequest, number: int) -> HttpResponse:
    """The page, packed as it is."""
    return HttpResponse(PAGES[number], content_type="text/html; charset=utf-8", headers={"Content-Encoding": "gzip"})


urlpatterns = [path("<int:number>/", page)]
application = get_wsgi_application()
