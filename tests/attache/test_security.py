"""What every answer says to a browser, whatever kind of answer it is."""

import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.finders import find
from django.http import HttpResponseBase
from django.template.loader import get_template
from django.test import Client
from django.test.client import encode_multipart

from articles import publishing
from articles.models import Article, Snapshot
from attache.pages.memory import memory
from media import renditions
from media.models import Photo
from staff.models import Person

pytestmark = pytest.mark.django_db
EVERY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# What has to do with people who work here, or with whoever was sent a link.
INSIDE = ("account_", "admin:", "mfa_", "staff_", "review")
YEAR = "max-age=31536000; includeSubDomains; preload"


@pytest.fixture
def production(settings: Any) -> Any:
    """The settings that an https:// SITE_URL brings."""
    settings.SITE_URL = "https://news.example"
    settings.PRODUCTION = True
    settings.ALLOWED_HOSTS = ["news.example"]
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    # Files are served where whitenoise finds them.
    css = settings.STATIC_ROOT / "articles" / "paper" / "paper.css"
    css.parent.mkdir(parents=True)
    css.write_bytes(Path(str(find("articles/paper/paper.css"))).read_bytes())
    return settings


@pytest.fixture
def reader(production: Any) -> Client:
    """A reader's browser, on TLS. What breaks on the server is answered, not raised."""
    return Client(headers={"host": "news.example"}, raise_request_exception=False, enforce_csrf_checks=True)


def policy(answer: HttpResponseBase) -> dict[str, str]:
    """The Content-Security-Policy of an answer by directive."""
    said = [part.partition(" ") for part in answer.headers["Content-Security-Policy"].split("; ")]
    return {name: sources for name, _, sources in said}


READERS = {
    "default-src": "'none'",
    "img-src": "'self' data:",
    "style-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
NEWSROOM = {
    **READERS,
    "script-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
}
WITH_EDITOR = {**NEWSROOM, "script-src": "'self' 'unsafe-inline'", "style-src": "'self' 'unsafe-inline'"}
DOOR = {**NEWSROOM, "img-src": "'self' data:", "frame-src": "'none'"}
PICTURE = {"default-src": "'none'", "frame-ancestors": "'none'", "sandbox": ""}


def test_every_kind_of_answer_carries_its_headers(
    reader: Client, published: Callable[..., Snapshot], story: Callable[..., Article], photo: Callable[..., Photo],
    ana: Person, chen: Person, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Pages, pictures, files, redirects, errors and what is refused before anything looked at it: one table."""
    live, gone = published(lead_photo=photo()), published()
    publishing.withdraw(Article.objects.get(pk=gone.article_id), seen_version=1, farewell="It was not so.")
    picture = renditions.address(live.lead_picture, 320)  # type: ignore[arg-type]
    draft = story(by=ana)
    writer, chief = (Client(headers={"host": "news.example"}, raise_request_exception=False) for _ in range(2))
    writer.force_login(ana)
    chief.force_login(chen)
    desk = "/admin/articles/article/"
    tls: dict[str, Any] = {"secure": True}
    broken = mock.Mock(side_effect=ZeroDivisionError)
    answers: list[tuple[Any, int, dict[str, str]]] = [
        (reader.get("/", **tls), 200, READERS),
        (reader.get(live.path, **tls), 200, READERS),
        (reader.get("/healthz"), 200, READERS),
        (reader.get(f"{live.path.rstrip('/')}", **tls), 301, READERS),
        (reader.get("/no/such-page/", **tls), 404, READERS),
        (reader.get(gone.path, **tls), 410, READERS),
        (reader.post("/", **tls), 403, READERS),
        (reader.get(live.path), 301, READERS),
        (reader.get("/", headers={"host": "evil.example"}, **tls), 400, READERS),
        (reader.get("/", headers={"host": "evil.example"}), 400, READERS),
        (reader.get("/static/articles/paper/paper.css", **tls), 200, READERS),
        (reader.get("/static/no-such.css", **tls), 404, READERS),
        (reader.get(picture, **tls), 200, PICTURE),
        (reader.get("/photos/no-such.jpg", **tls), 404, READERS),
        (reader.get("/admin/", **tls), 302, NEWSROOM),
        (reader.get("/admin/login/", **tls), 200, DOOR),
        (reader.post("/admin/login/", {"login": "x"}, **tls), 403, DOOR),
        (writer.get("/admin/", **tls), 200, NEWSROOM),
        (writer.get(desk, **tls), 200, NEWSROOM),
        (writer.get(f"{desk}{draft.pk}/change/", **tls), 200, WITH_EDITOR),
        (writer.get(f"{desk}add/", **tls), 200, WITH_EDITOR),
        (writer.get(f"{desk}import/", **tls), 200, WITH_EDITOR),
        (writer.get(f"{desk}{draft.pk}/preview/", **tls), 200, NEWSROOM),
        (writer.get("/admin/staff/person/", **tls), 403, NEWSROOM),
        (writer.get("/admin/no-such/", **tls), 404, NEWSROOM),
        (chief.get("/admin/media/photo/", **tls), 200, NEWSROOM),
        (chief.get("/admin/articles/page/add/", **tls), 200, WITH_EDITOR),
        (writer.get(f"{desk}{draft.pk}/as-readers/", **tls), 200, {**READERS, "frame-ancestors": "'self'"}),
    ]
    # The front page is kept by now.
    memory.clear()
    monkeypatch.setattr("articles.paper.views.fronts.home", broken)
    monkeypatch.setattr("attache.admin.my_desk", broken)
    answers += [(reader.get("/", **tls), 500, READERS), (writer.get("/admin/", **tls), 500, NEWSROOM)]
    assert broken.call_count == 2
    for answer, status, said in answers:
        address = f"{answer.request['wsgi.url_scheme']} {answer.request['PATH_INFO']}"
        # A file is closed once it is read to its end.
        answer.getvalue()
        assert answer.status_code == status, address
        assert policy(answer) == said, address
        assert EVERY.items() <= dict(answer.headers.items()).items(), address
        assert "camera=()" in answer.headers["Permissions-Policy"], address
        frames = "SAMEORIGIN" if said["frame-ancestors"] == "'self'" else "DENY"
        assert answer.headers["X-Frame-Options"] == frames, address
        is_private = "/admin/" in address
        assert ("no-store" in answer.headers.get("Cache-Control", "")) is (is_private or "healthz" in address), address
        # What is refused before the host was looked at says nothing of TLS for it.
        if address.startswith("https") and status != HTTPStatus.BAD_REQUEST:
            assert answer.headers["Strict-Transport-Security"] == YEAR, address


def test_reader_pages_have_no_script_in_them_and_set_no_cookie(
    reader: Client, published: Callable[..., Snapshot]
) -> None:
    for address in ("/", published().path, "/no/such-page/", "/corrections/"):
        answer = reader.get(address, secure=True)
        page = answer.content.decode()
        assert not answer.cookies
        assert not re.search(r"<script(?! type=\"application/ld\+json\")|\son\w+=|javascript:|\sstyle=", page), address


def test_no_address_of_the_paper_sets_a_cookie(client: Client, house: dict[str, str]) -> None:
    addresses = [address for name, address in house.items() if not name.startswith(INSIDE)]
    assert len(addresses) > 30
    # Made, kept, and with what makes no page of its own.
    asked = [f"{address}{query}" for address in addresses for query in ("", "", "?utm_source=letter")]
    assert [address for address in asked if client.get(address).cookies] == []
    assert not client.cookies


def test_templates_are_compiled_once() -> None:
    folder = Path(django_settings.BASE_DIR, "templates")
    names = [str(file.relative_to(folder)) for file in folder.glob("paper/**/*.html")]
    assert len(names) > 10
    assert not django_settings.DEBUG
    twice: list[tuple[Any, Any]] = [(get_template(name), get_template(name)) for name in names]
    assert [one.template.name for one, other in twice if one.template is not other.template] == []


def test_cookies_are_for_this_site_over_tls_and_for_no_script(reader: Client, ana: Person) -> None:
    page = reader.get("/admin/login/", secure=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert token
    sent = {"login": ana.email, "password": "correct horse battery", "csrfmiddlewaretoken": token[1]}
    answer = reader.post("/admin/login/", sent, secure=True, headers={"referer": "https://news.example/admin/login/"})
    assert answer.status_code == 302
    assert {"sessionid", "csrftoken"} <= answer.cookies.keys()
    for cookie in answer.cookies.values():
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["domain"]


def test_a_picture_is_never_taken_for_anything_else(reader: Client, published: Any, photo: Any) -> None:
    picture = published(lead_photo=photo()).lead_picture
    for kind, content_type in renditions.CONTENT_TYPES.items():
        answer = reader.get(renditions.address(picture, 320, kind=kind), secure=True)
        assert answer.getvalue()
        assert answer.headers["Content-Type"] == content_type
        assert answer.headers["Content-Disposition"].startswith("inline")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("place", ["originals", ""])
def test_originals_have_no_address(reader: Client, photo: Callable[..., Photo], place: str) -> None:
    name = photo().file.name
    for address in (f"/{place}/{name}", f"/photos/{name}", f"/photos/../originals/{name}", f"/static/{name}"):
        assert reader.get(address.replace("//", "/"), secure=True).status_code == 404


def test_nginx_says_the_same_of_what_it_serves_itself() -> None:
    text = (django_settings.BASE_DIR / "attache" / "deploy" / "nginx.conf").read_text()
    places = dict(re.findall(r"location (\S+) \{(.*?)\n    \}", text, re.DOTALL))
    header = re.compile(r"add_header (\S+) .* always;")
    whole = set(header.findall(text.partition("location")[0]))
    assert whole == {
        "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options",
        "Strict-Transport-Security",
    }  # fmt: skip
    # A place that adds one header gets none of those of the whole.
    adding = [place for place, said in places.items() if "add_header" in said]
    assert {place for place in adding if whole - set(header.findall(places[place]))} == set()
    assert {"/static/", "/photos/"} <= places.keys()
    assert (
        "add_header Content-Security-Policy \"default-src 'none'; frame-ancestors 'none'; sandbox\""
        in places["/photos/"]
    )


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["rot13", "base64", "punycode", "undefined", "utf-16"])
def test_a_charset_that_a_sender_names_is_passed_over(client: Client, charset: str) -> None:
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    page = client.get("/search/?q=harbour", headers={"Content-Type": kind})
    assert (page.status_code, page.context["form"].data["q"]) == (200, "harbour")
    refused = client.generic("POST", "/admin/login/", b"login=nobody%40paper.example&password=x", content_type=kind)
    assert (refused.status_code, refused.context["form"].data["login"]) == (200, "nobody@paper.example")


def test_a_form_whose_parts_are_divided_by_the_word_charset_is_read(client: Client) -> None:
    sent = encode_multipart("charset", {"login": "nobody@paper.example", "password": "x"})
    refused = client.generic("POST", "/admin/login/", sent, content_type="multipart/form-data; boundary=charset")
    assert (refused.status_code, refused.context["form"].data["login"]) == (200, "nobody@paper.example")
