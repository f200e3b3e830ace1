"""How a phone on a slow network comes to read: `python benchmarks/reading.py`.

Builds a small paper of its own in a temporary folder, starts the production server with nothing in front of it, and
opens the front page and a story in Chromium as a phone whose processor is four times as slow, with nothing kept, by a
slow 4G: 1.6 Mbit/s down, 150 ms there and back. Prints the medians. Exit code 1 where a budget is missed: the largest
thing on the screen after 1.2 s, a layout that shifts, any script, a story of 20 kB or more without its photos.
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import stories  # noqa: E402
from benchmarks.noting import machine, note  # noqa: E402
from benchmarks.pictures import CHROMIUM, PATIENCE  # noqa: E402
from benchmarks.serving import running, serve, settle  # noqa: E402

STORIES, TIMES = 60, 5
PAGES = {"front page": "/", "article": stories.story(1).path}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 3.0, "is_mobile": True, "has_touch": True,
}  # fmt: skip
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWER = 4
SOONEST, LIGHTEST = 1.2, 20_000
# What the browser calls a kind of file, by what we do.
KINDS = {"Document": "HTML", "Stylesheet": "CSS", "Font": "fonts", "Script": "scripts", "Image": "pictures"}
LISTEN = """
window.seen = { largest: 0, first: 0, shifted: 0, blocked: 0, what: "" };
const watch = (type, see) => new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({
  type, buffered: true });
watch("largest-contentful-paint", (entry) => {
  seen.largest = entry.startTime;
  seen.what = entry.element ? entry.element.tagName.toLowerCase() : "";
});
watch("paint", (entry) => { if (entry.name === "first-contentful-paint") seen.first = entry.startTime; });
watch("layout-shift", (entry) => { seen.shifted += entry.value; });
watch("longtask", (entry) => { seen.blocked += Math.max(0, entry.duration - 50); });
"""


@dataclass
class Opened:
    """A page as it came up once: seconds until its first words and its largest thing were there, and what that is, how
    far it shifted, seconds for which it was blocked, and the bytes as they were sent, by kind.
    """

    first: float
    largest: float
    what: str
    shifted: float
    blocked: float
    fetched: Counter[str] = field(default_factory=Counter)


def main() -> int:
    """Build, open, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results/ too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attache-bench-") as folder:
        os.environ.pop("DATABASE_URL", None)
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        port = settle(folder)
        _build()
        with running(serve(), port):
            found = _open(port)
    missed = list(_missed(found))
    lines = [
        "# Opening a page on a phone by a slow network",
        "",
        (
            f"{machine()}. 390 × 844 at 3 dots, a processor {SLOWER} times as slow, 1.6 Mbit/s and 150 ms there and "
            f"back, nothing kept; medians of {TIMES}. Bytes as sent, headers included."
        ),
        "",
        f"| page | first words | largest thing | shift | blocked | {' | '.join(KINDS.values())} |",
        f"|---|---|---|---|---|{'---|' * len(KINDS)}",
        *(_said(page, times) for page, times in found.items()),
        "",
        f"Largest: {', '.join(f'{page}: `{times[0].what}`' for page, times in found.items())}.",
        "",
        (
            f"Wanted: the largest thing within {SOONEST:g} s, no shift, no script, an article of less than "
            f"{LIGHTEST // 1000} kB without its photos. {'Missed: ' + '; '.join(missed) if missed else 'All met'}."
        ),
    ]
    note("reading", lines, write=asked.write)
    return int(bool(missed))


def _build() -> None:
    from benchmarks import seeding

    seeding.fill(STORIES)


def _open(port: int) -> dict[str, list[Opened]]:
    """Each page, in turns."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[Opened]] = {page: [] for page in PAGES}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for turn in range(TIMES + 1):
            for page, path in PAGES.items():
                opened = _opened(browser, f"http://127.0.0.1:{port}{path}")
                # With the first the server makes what it keeps.
                found[page] += [opened] if turn else []
        browser.close()
    return found


def _opened(browser: "Browser", address: str) -> Opened:
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1_000)
    page.add_init_script(LISTEN)
    wire = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    fetched: Counter[str] = Counter()

    def answered(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def ended(event: dict[str, Any]) -> None:
        fetched[kinds.get(event["requestId"], "")] += event["encodedDataLength"]

    wire.on("Network.responseReceived", answered)
    wire.on("Network.loadingFinished", ended)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", SLOW_4G)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="networkidle")
    seen = page.evaluate("window.seen")
    context.close()
    milliseconds = {name: seen[name] / 1000 for name in ("first", "largest", "blocked")}
    return Opened(**milliseconds, what=seen["what"], shifted=seen["shifted"], fetched=fetched)


def _missed(found: dict[str, list[Opened]]) -> Iterator[str]:
    for page, times in found.items():
        if (largest := _median(times, "largest")) > SOONEST:
            yield f"{page}: {largest:.2f} s"
        if any(opened.shifted for opened in times):
            yield f"{page}: it shifts"
        if any(opened.fetched["Script"] for opened in times):
            yield f"{page}: scripts"
    weight = max(sum(opened.fetched.values()) - opened.fetched["Image"] for opened in found["article"])
    if weight >= LIGHTEST:
        yield f"article: {weight / 1000:.1f} kB without photos"


def _said(page: str, times: Sequence[Opened]) -> str:
    seconds = " | ".join(f"{_median(times, name):.2f} s" for name in ("first", "largest"))
    weights = (statistics.median(opened.fetched[kind] for opened in times) for kind in KINDS)
    shown = " | ".join(f"{weight / 1000:.1f} kB" for weight in weights)
    blocked = f"{_median(times, 'blocked') * 1000:.0f} ms"
    return f"| {page} | {seconds} | {max(opened.shifted for opened in times):.4f} | {blocked} | {shown} |"


def _median(times: Sequence[Opened], name: str) -> float:
    return statistics.median(float(getattr(opened, name)) for opened in times)


if __name__ == "__main__":
    sys.exit(main())
