"""Tests of the way in read the mail that comes of it."""

from collections.abc import Callable

import pytest
from django.db import transaction


@pytest.fixture(autouse=True)
def _what_waits_for_the_commit_is_done_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The transaction around a test is never committed."""

    def at_once(do: Callable[[], None], using: str | None = None, robust: bool = False) -> None:
        do()

    monkeypatch.setattr(transaction, "on_commit", at_once)
