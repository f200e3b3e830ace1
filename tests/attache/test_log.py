"""What the site writes to its log of what it answered."""

from collections.abc import Callable

import pytest
from django.test import Client

from articles import moves
from articles.models import Snapshot
from articles.moves import Details
from staff.models import Person

pytestmark = pytest.mark.django_db


def test_what_readers_do_not_find_is_no_warning_and_what_breaks_is_an_error(
    published: Callable[..., Snapshot], chen: Person, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = published()
    moves.perform("withdraw", gone.article, by=chen, seen_version=gone.version, details=Details(reason="It was wrong."))
    client = Client(raise_request_exception=False)
    assert client.get("/nowhere/at-all/").status_code == 404
    assert client.get(gone.path).status_code == 410
    assert caplog.text == ""
    assert client.post("/").status_code == 405
    assert "Method Not Allowed" in caplog.text

    def broken(*args: object) -> None:
        raise RuntimeError("Something broke.")

    monkeypatch.setattr("articles.paper.front.home", broken)
    assert client.get("/").status_code == 500
    assert [record.levelname for record in caplog.records if record.name == "django.request"] == ["WARNING", "ERROR"]
    assert "Something broke." in caplog.text
