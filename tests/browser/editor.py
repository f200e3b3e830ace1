"""The page on which a story is written, in a browser."""

import pytest
from playwright.sync_api import Page


def until(page: Page, so: str) -> None:
    """Wait until this expression is true. Playwright's own way needs `eval`, which the page's policy forbids."""
    for _ in range(150):
        if page.evaluate(so):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never so: {so}")


def ready(page: Page) -> None:
    """Wait until the editor is there."""
    until(page, "window.CKEDITOR && CKEDITOR.instances.id_body && CKEDITOR.instances.id_body.status === 'ready'")


def written(page: Page) -> str:
    """What the editor would send."""
    return str(page.evaluate("CKEDITOR.instances.id_body.getData()"))


def save(page: Page) -> None:
    """Save, and wait for the page to come back."""
    with page.expect_navigation():
        page.click("[name=_continue]")
    ready(page)


def write(page: Page, html: str) -> None:
    """Put this into the editor in place of what is there, as if it was typed."""
    page.evaluate("html => CKEDITOR.instances.id_body.setData(html)", html)
    until(page, "CKEDITOR.instances.id_body.getData().length > 0")
