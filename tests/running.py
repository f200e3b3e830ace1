"""What a browser would run of an answer, as far as it was typed by somebody: nothing, or a leak.

A mark is a number in words that would run, `m(17)`, wherever the page forgot to escape them.
"""

import json
import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from typing import Any

MARK = re.compile(r"\bm\((\d+)\)")
RAW = re.compile(r"<(?:script>|img src=x|svg/onload)")
ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "xlink:href", "cite", "content"}


def breaking_out(number: int) -> str:
    """Words that run where they are not escaped, in a text as in an attribute. They fit into 60 signs."""
    return f"\"'><img src=x onerror=m({number})><script>m({number})</script>"


def in_an_address(number: int) -> str:
    """An address of the web whose end breaks out of an attribute."""
    return f"https://x.example/\"'><svg/onload=m({number})>"


def in_a_mailbox(number: int) -> str:
    """An address for mail, a proper one, that breaks out of an attribute."""
    return f'"><svg/onload=m({number})>"@x.example'


def in_a_body(number: int) -> str:
    """A body that runs as it is typed, and where what is escaped in it is unescaped."""
    words = breaking_out(number)
    return f"<p>{escape(words)} {words}</p><p><a href='javascript:m({number})' onclick='m({number})'>x</a></p>"


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[str] = []
        self._script: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self._script = said.get("type", "text/javascript") if tag == "script" else None
        self.runs += [f"{name}={value}" for name, value in said.items() if name.startswith("on") or name == "srcdoc"]
        for name in said.keys() & ADDRESSES:
            # Browsers pass over blanks and control signs before and within the scheme.
            address = re.sub(r"[\x00-\x20]", "", said[name]).lower()
            if address.startswith(("javascript:", "vbscript:", "data:text")):
                self.runs.append(f"{name}={said[name]}")

    def handle_endtag(self, tag: str) -> None:
        self._script = None

    def handle_data(self, data: str) -> None:
        if self._script in {"application/json", "application/ld+json"}:
            try:
                json.loads(data)
            except ValueError:
                self.runs.append(f"a block of data is broken: {data}")
        elif self._script is not None and MARK.search(data):
            self.runs.append(f"script: {data}")


def in_html(text: str) -> list[str]:
    """What of an HTML text would run."""
    page = _Page()
    page.feed(text)
    page.close()
    return page.runs


def in_answer(answer: Any) -> list[str]:
    """What of an answer would run, whatever kind it is of. Plain text and tables run nowhere."""
    kind, text = answer.headers.get("Content-Type", ""), text_of(answer)
    if "json" in kind:
        return [run for html in _html_in(json.loads(text)) for run in in_html(html)]
    if "html" in kind:
        return in_html(text) + RAW.findall(text)
    return RAW.findall(text) if "xml" in kind else []


def text_of(answer: Any) -> str:
    """All that came."""
    return b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode("utf-8", "replace")


def _html_in(said: Any, name: str = "") -> Iterator[str]:
    """What in JSON is HTML, by its name."""
    if isinstance(said, dict):
        for key, value in said.items():
            yield from _html_in(value, key)
    elif isinstance(said, list):
        for value in said:
            yield from _html_in(value, name)
    elif isinstance(said, str) and name.endswith("html"):
        yield said
