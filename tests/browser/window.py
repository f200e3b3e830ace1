"""A window of the browser: what is done in it, and what went wrong."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Visit:
    """A browser window of its own (cookies, size, colours), and what went wrong in it."""

    def __init__(self, browser: Browser, address: str, *, width: int, dark: bool, script: bool) -> None:
        self.address = address
        self.problems: list[str] = []
        self.expected: list[str] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            base_url=address,
            reduced_motion="reduce",
        )
        self.context.route("**/*", self._guard)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error} {error.stack}"))

    def _guard(self, route: Route) -> None:
        url = route.request.url
        if url.startswith((self.address, "data:", "blob:")):
            route.continue_()
        else:
            self.problems.append(f"asked another host: {url}")
            route.abort()

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text}")

    def expect(self, words: str) -> None:
        """Let problems that contain these words pass: the test brings them about."""
        self.expected.append(words)

    def close(self) -> None:
        """Close the window and fail for what went wrong in it."""
        self.context.close()
        wrong = [problem for problem in self.problems if not any(words in problem for words in self.expected)]
        if wrong:
            pytest.fail("\n".join(wrong))


def barriers(page: Page, *, outside: str = "") -> list[str]:
    """What axe finds wrong on a page by WCAG 2.2 AA; `outside` is a selector of what is not ours to mend."""
    options = {"runOnly": {"type": "tag", "values": STANDARD}, "preload": False}
    context = {"exclude": [[outside]]} if outside else None
    # A page on which something was clicked may have its words before its styles.
    page.wait_for_load_state("load")
    found = Axe().run(page, context=context, options=options).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for each in found
        for node in each["nodes"]
    ]


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
