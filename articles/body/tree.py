"""The tree that a text in HTML is, after the sanitiser has balanced its tags."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

DEEPEST = 60


@dataclass
class Node:
    """An element of the tree that the parser sees."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)


def parse(html: str) -> Node:
    """The tree of HTML whose tags are balanced; what is nested deeper than DEEPEST joins its ancestor."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


class _Builder(HTMLParser):
    """Turns nh3's output, whose tags are balanced, into nodes; what is nested too deep joins its ancestor."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("div")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        if len(self.open) < DEEPEST:
            self.open[-1].children.append(node)
        if tag not in ("br", "hr"):
            self.open.append(node if len(self.open) < DEEPEST else self.open[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("br", "hr") and len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def is_photo(node: Node) -> bool:
    """Whether a figure refers to a photo of the photo desk."""
    return node.tag == "figure" and bool(re.fullmatch(r"[1-9][0-9]{0,17}", node.attrs.get("data-photo", "")))
