"""What every answer says to a browser, and what a machine is told of the site's health."""

from unittest import mock

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client

pytestmark = pytest.mark.django_db


def test_reader_pages_allow_no_script(client: Client) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


def test_the_newsroom_stays_on_this_host_and_in_no_cache(client: Client) -> None:
    answer = client.get("/admin/login/")
    policy = answer.headers["Content-Security-Policy"]
    assert "http:" not in policy
    assert "https:" not in policy
    assert "connect-src 'self'" in policy
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/", "/admin/login/", "/no/such-page/"])
def test_every_answer_carries_the_headers(client: Client, address: str) -> None:
    headers = client.get(address).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_reader_pages_set_no_cookie(client: Client) -> None:
    assert not client.get("/").cookies


def test_well(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"well\n")


def test_unwell_without_its_database_and_without_details(client: Client) -> None:
    with mock.patch.object(connection, "cursor", side_effect=OperationalError("password authentication failed")):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"unwell\n")
