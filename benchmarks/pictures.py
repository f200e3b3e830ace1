"""What a phone fetches of a story with five photos: `python benchmarks/pictures.py`.

Builds a paper of its own in a temporary folder, with photographs that are as hard to compress as those of a camera,
starts the production server, and reads the story to its end in Chromium as a phone. Prints the bytes of all pictures
and how much the page shifted. Exit code 1 where they are more than 250 kB, or where anything shifted.
"""

import argparse
import os
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PHOTOS = 5
MOST = 250_000
# How long a page may take on a machine that has other work, in seconds.
PATIENCE = 300
SIZE = (1500, 1000)
# CSS pixels, dots to each of them: an iPhone of the last years, a middling Android phone, and an old one.
PHONES = {
    "390 × 844, 3 dots": (390, 844, 3.0),
    "390 × 844, 2.75 dots": (390, 844, 2.75),
    "390 × 844, 2 dots": (390, 844, 2.0),
}
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
LISTEN = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def main() -> int:
    """Build, read, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results/ too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attache-bench-") as folder:
        sys.path.insert(0, str(ROOT))
        from benchmarks.serving import running, serve, settle

        os.environ.pop("DATABASE_URL", None)
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        port = settle(folder)
        path = _story()
        with running(serve(), port):
            return _read(f"http://127.0.0.1:{port}{path}", write=asked.write)


def _story() -> str:
    """A story with a lead photo and more in its body, before readers; its path."""

    from articles import editing, publishing
    from articles.content import Name
    from articles.models import Article, Author, Section
    from articles.workflow import Stage
    from benchmarks.photograph import as_jpeg, photograph
    from media import intake
    from media.models import Photo

    photos = []
    for number in range(PHOTOS):
        photo = Photo(caption="What it shows, in a sentence.", credit="Ana Ruiz/The Ledger", alt="What it shows")
        photos.append(intake.give_file(photo, as_jpeg(photograph(number, *SIZE)), name=f"{number}.jpg"))
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{number + 1} of {PHOTOS} photos ")
    text = "<p>" + "The first to cross was a dog, and nobody had asked it to. " * 12 + "</p>"
    body = "".join(f'{text}{text}<figure data-photo="{photo.pk}"></figure>' for photo in photos[1:]) + text
    section = Section.objects.create(name="City", slug="city", position=0)
    words: dict[str, Any] = {"headline": "The bridge opens", "deck": "It took nine years.", "stage": Stage.READY}
    draft = Article(**words, body=body, section=section, lead_photo=photos[0])
    names = [Name(author=Author.objects.create(name="Ana Ruiz", slug="ana-ruiz").pk, role="by", wording="")]
    article = editing.save(draft, by=None, seen_version=0, names=names, tags=())
    return str(publishing.publish(article, by=None, seen_version=article.version).path)


def _read(address: str, *, write: bool) -> int:
    from playwright.sync_api import sync_playwright

    from benchmarks.noting import machine, note

    lines = [
        f"# A story with {PHOTOS} photos on a phone",
        "",
        f"{machine()}. Scrolled to its end; the bytes of all pictures, and the layout shift.",
        "",
        "| phone | pictures | fetched | widths and formats | layout shift |",
        "|---|---|---|---|---|",
    ]
    failed = False
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for phone, (width, height, dots) in PHONES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, device_scale_factor=dots, is_mobile=True, has_touch=True
            )
            page = context.new_page()
            page.set_default_timeout(PATIENCE * 1_000)
            page.add_init_script(LISTEN)
            answers: list[Any] = []
            page.on("response", partial(_keep, answers))
            page.goto(address)
            _scroll(page)
            fetched = {
                answer.url.rpartition("/")[2]: len(answer.body())
                for answer in answers
                if answer.request.resource_type == "image" and "/photos/" in answer.url
            }
            shifted = page.evaluate("window.shifted")
            ways = sorted({name.partition("-")[2] for name in fetched})
            weight = sum(fetched.values())
            failed |= weight >= MOST or shifted > 0 or len(fetched) < PHOTOS
            lines.append(f"| {phone} | {len(fetched)} | {weight / 1000:.0f} kB | {', '.join(ways)} | {shifted:.4f} |")
            context.close()
        browser.close()
    note("pictures", lines, write=write)
    return int(failed)


def _keep(answers: list[Any], answer: Any) -> None:
    # Playwright marks what it calls, and a method of a list takes no mark.
    answers.append(answer)


def _scroll(page: Any) -> None:
    """Read to the end, a screen at a time, each picture until it is there."""
    end = page.evaluate("document.documentElement.scrollHeight")
    for top in range(0, end, 600):
        page.evaluate(f"window.scrollTo(0, {top})")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_function("[...document.images].every((image) => image.complete && image.naturalWidth)")


if __name__ == "__main__":
    sys.exit(main())
