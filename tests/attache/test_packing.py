"""What readers get that is not kept comes packed as well, and is the same text as ever."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Snapshot
from attache.pages.kept import encoding_for
from attache.pages.packing import LEAST, pack
from staff.models import Person
from tests.staff.signing_in import sign_in

Published = Callable[..., Snapshot]
UNPACK: dict[str | None, Callable[[bytes], bytes]] = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}
NAMES = st.sampled_from(["br", "gzip", "GZIP", "deflate", "zstd", "identity", "*", "", "x-gzip", "\xe9"])
WEIGHTS = st.sampled_from(["", ";q=0", ";q=1", "; q=0.5", ";q=0.000", ";q=", ";q=x", "; q = 0.3"])
ACCEPTED = st.lists(st.tuples(NAMES, WEIGHTS).map("".join)).map(", ".join)


def unpacked(answer: Any) -> str:
    """The text of an answer; its length is what it says."""
    assert answer.headers["Content-Length"] == str(len(answer.content))
    return UNPACK[answer.headers.get("Content-Encoding")](answer.content).decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/search/", "/search/?q=bridge", "/nowhere/at-all/", "/api/v1/", "/api/v1/stories/", "/api/v1/openapi.json",
        "/api/v1/nothing/", "/robots.txt", "/sitemaps/pages.xml", "/sitemaps/news.xml", "/world/not-yet/",
    ],
)  # fmt: skip
def test_what_is_not_kept_comes_packed(client: Client, published: Published, address: str) -> None:
    for _ in range(3):
        published()
    plain = client.get(address)
    assert "Cache-Status" not in plain.headers
    assert "Content-Encoding" not in plain.headers
    for accepted, encoding in (("gzip", "gzip"), ("gzip, deflate, br, zstd", "br"), ("br;q=0, gzip", "gzip")):
        answer = client.get(address, headers={"Accept-Encoding": accepted})
        assert answer.status_code == plain.status_code
        assert unpacked(answer) == plain.content.decode()
        if len(plain.content) < LEAST:
            assert "Content-Encoding" not in answer.headers
            continue
        assert answer.headers["Content-Encoding"] == encoding
        assert len(answer.content) < len(plain.content)
        assert plain.headers["Vary"] == answer.headers["Vary"] == "Accept-Encoding"
        same = {name for name in plain.headers if name not in ("Content-Length", "ETag")}
        assert {name: answer.headers[name] for name in same} == {name: plain.headers[name] for name in same}
        head = client.head(address, headers={"Accept-Encoding": accepted})
        assert (head.content, dict(head.headers)) == (b"", dict(answer.headers))


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/api/v1/stories/", "/robots.txt"])
def test_who_has_it_packed_is_told_so_too(client: Client, published: Published, address: str) -> None:
    published()
    tags = {client.get(address, headers={"Accept-Encoding": each}).headers["ETag"] for each in ("", "br", "gzip")}
    strong = {each for each in tags if not each.startswith("W/")}
    # Bytes that differ have no strong one in common.
    assert (len(tags), len(strong)) == (2, 1)
    assert {f"W/{each}" for each in strong} == tags - strong
    for accepted in ("", "br"):
        for tag in tags:
            seen = client.get(address, headers={"Accept-Encoding": accepted, "If-None-Match": tag})
            assert (seen.status_code, seen.content) == (304, b"")
            assert "Content-Length" not in seen.headers
            assert seen.headers["ETag"] == client.get(address, headers={"Accept-Encoding": accepted}).headers["ETag"]
        other = client.get(address, headers={"Accept-Encoding": accepted, "If-None-Match": 'W/"else"'})
        assert other.status_code == 200


@pytest.mark.django_db
def test_what_is_kept_is_packed_once(client: Client, published: Published) -> None:
    for address in (published().path, "/", "/feed.rss"):
        plain = client.get(address)
        for accepted in ("gzip", "br"):
            for _ in range(2):
                answer = client.get(address, headers={"Accept-Encoding": accepted})
                assert unpacked(answer) == plain.content.decode()
                assert answer.headers["ETag"].startswith('"')


@pytest.mark.django_db
def test_what_may_show_a_secret_is_not_packed(client: Client, published: Published, ben: Person) -> None:
    path = published().path
    signed_in = Client()
    sign_in(signed_in, ben)
    for reader, addresses in (
        (signed_in, ("/", path, "/search/?q=bridge", "/nowhere/at-all/", "/admin/", "/api/v1/stories/")),
        (client, ("/admin/login/", f"/report{path}", "/healthz")),
    ):
        for address in addresses:
            answer = reader.get(address, headers={"Accept-Encoding": "gzip, br"})
            assert "Content-Encoding" not in answer.headers, address


@given(st.text(max_size=3000), ACCEPTED)
def test_whatever_is_accepted_the_text_is_the_same(text: str, accepted: str) -> None:
    encoding = encoding_for(accepted)
    answer = pack(HttpResponse(text, headers={"Content-Length": str(len(text.encode())), "ETag": '"x"'}), encoding)
    assert isinstance(answer, HttpResponse)
    assert unpacked(answer) == text
    named = answer.headers.get("Content-Encoding")
    assert named is None or named in accepted.lower() or "*" in accepted
    assert (named is None) == (encoding == "identity" or len(text.encode()) < LEAST)


def test_what_is_no_text_or_packed_already_is_left_alone() -> None:
    long = b"a" * 2 * LEAST
    for answer in (
        HttpResponse(long, content_type="image/webp"),
        HttpResponse(long, headers={"Content-Encoding": "gzip"}),
        HttpResponse(long, headers={"Vary": "Cookie"}),
        HttpResponse(long, headers={"Cache-Control": "private, no-store"}),
        HttpResponse(b"a" * (LEAST - 1)),
        HttpResponse(status=304),
    ):
        before = answer.content, dict(answer.headers)
        assert pack(answer, "br") is answer
        assert (answer.content, dict(answer.headers)) == before
    streamed = StreamingHttpResponse(iter([long]))
    assert pack(streamed, "br") is streamed
    assert "Content-Encoding" not in streamed.headers
    assert streamed.getvalue() == long
    assert not pack(FileResponse([long]), "gzip").has_header("Content-Encoding")


def test_every_kind_of_text_is_packed() -> None:
    for kind in ("text/html; charset=utf-8", "text/plain", "application/json", "application/problem+json",
                 "application/xml", "application/rss+xml", "image/svg+xml"):  # fmt: skip
        answer = pack(HttpResponse(json.dumps(["a"] * LEAST), content_type=kind), "gzip")
        assert answer.headers["Content-Encoding"] == "gzip", kind
        assert answer.headers["Content-Type"] == kind
