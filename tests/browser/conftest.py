"""A browser for the tests that need one: the system's Chromium, driven by Playwright against a live server.

Where no Chromium is found these tests are skipped with a notice, and fail with CI=true. Every page opened here fails
its test if it asks another host for anything, or if the console shows an error.
"""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from staff.models import Person
from tests.browser.window import Visit

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    found = next((path for name in CHROMIUMS if (path := shutil.which(name))), None)
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("No Chromium was found, and with CI=true the browser tests must run.")
    pytest.skip("no Chromium was found: install one (Debian: apt-get install chromium) to run the browser tests")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """The running browser. Playwright runs an event loop in this thread, which Django must put up with."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Browser, live_server: object) -> Iterator[Callable[..., Visit]]:
    """Opens windows: `visit(width=390, dark=True, script=False, person=ana)`."""
    opened: list[Visit] = []

    def open_window(
        *, width: int = 1280, dark: bool = False, script: bool = True, person: Person | None = None
    ) -> Visit:
        window = Visit(browser, str(live_server), width=width, dark=dark, script=script)
        opened.append(window)
        if person:
            window.page.goto("/admin/login/")
            window.page.fill("[name=login]", person.email)
            window.page.fill("[name=password]", PASSWORD)
            window.page.click("[type=submit]")
            window.page.wait_for_url("**/admin/")
        return window

    yield open_window
    for window in opened:
        window.close()
