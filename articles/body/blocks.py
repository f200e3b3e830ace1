"""From a tree to the stored form: a flat sequence of blocks."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from articles.body.inline import INLINE, Run, inline, marked, runs_of
from articles.body.tree import Node, is_photo
from articles.body.word_lists import gathered_lists

HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
LISTS = frozenset({"ul", "ol", "menu", "dir"})
DEEPEST_LIST = 3


@dataclass(frozen=True)
class PhotoReference:
    """A photo in a body: its id at the photo desk, and what this use says in place of the desk's own words.

    `caption` is inline HTML in stored form, None for the desk's caption; `alt` is plain text, None for the desk's alt
    text and empty where the photo is decorative in this use. Photos that follow one another and are `in_gallery` make a
    gallery.
    """

    photo_id: int
    caption: str | None = None
    alt: str | None = None
    in_gallery: bool = False


def blocks_of(root: Node) -> list[str]:
    """The blocks of a tree, each one line of the stored form."""
    return _Flow().blocks_of(root)


class _Flow:
    """Walks flow content and hands out serialised blocks."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.runs: list[Run] = []

    def blocks_of(self, root: Node) -> list[str]:
        self.walk(root, Run(""))
        self.flush()
        return self.blocks

    def flush(self, tag: str = "p") -> None:
        if words := inline(self.runs):
            self.blocks.append(f"<{tag}>{words}</{tag}>")
        self.runs = []

    def walk(self, node: Node, marks: Run) -> None:
        for child in gathered_lists(node.children):
            if isinstance(child, str):
                self.runs.append(replace(marks, text=child))
            elif child.tag in INLINE:
                self.walk(child, marked(child, marks))
            else:
                self.flush()
                self.block(child, marks)
                self.flush()

    def block(self, node: Node, marks: Run) -> None:
        match node.tag:
            case "br":
                pass
            case "hr":
                self.blocks.append("<hr>")
            case "figure":
                self.blocks.extend(figure_of(node))
                if not is_photo(node):
                    self.walk(node, marks)
            case "blockquote":
                self.blocks.extend(quote_of(node))
            case "table":
                self.blocks.extend(table_of(node))
            case tag if tag in LISTS:
                self.blocks.extend(list_of(node))
            case tag if tag in HEADINGS:
                self.heading(node)
            case _:
                self.walk(node, marks)

    def heading(self, node: Node) -> None:
        """A crosshead is plain words; what else was put into it follows it."""
        self.runs = [replace(run, strong=False) for run in runs_of(node)]
        self.flush(HEADINGS[node.tag])
        self.blocks.extend(strays_in(node))


def strays_in(node: Node) -> list[str]:
    """The photos and tables inside a block that can't hold them; they stand after it."""
    found: list[str] = []
    for child in node.children:
        if isinstance(child, Node):
            if is_photo(child):
                found.extend(figure_of(child))
            elif child.tag == "table":
                found.extend(table_of(child))
            else:
                found.extend(strays_in(child))
    return found


def figure(reference: PhotoReference) -> str:
    """The stored form of a photo in a body."""
    alt = "" if reference.alt is None else f' data-alt="{html.escape(reference.alt)}"'
    caption = f"<figcaption>{reference.caption}</figcaption>" if reference.caption else ""
    gallery = ' data-gallery=""' if reference.in_gallery else ""
    return f'<figure data-photo="{reference.photo_id}"{alt}{gallery}>{caption}</figure>'


def figure_of(node: Node) -> list[str]:
    """The stored form of a figure that refers to a photo: its caption is kept, whatever else stood in it is not."""
    if not is_photo(node):
        return []
    captions = [child for child in node.children if isinstance(child, Node) and child.tag == "figcaption"]
    alt = node.attrs.get("data-alt")
    return [
        figure(
            PhotoReference(
                photo_id=int(node.attrs["data-photo"]),
                caption=inline(runs_of(captions[0])) if captions else None,
                alt=None if alt is None else " ".join(alt.split()),
                in_gallery="data-gallery" in node.attrs,
            )
        )
    ]


def quote_of(node: Node) -> list[str]:
    """A block quote or pull quote: paragraphs only; photos and tables in it stand after it."""
    flow = _Flow()
    flow.walk(_without_strays(node), Run(""))
    flow.flush()
    paragraphs = [re.sub(r"^<(?:h2|h3)>(.*)</(?:h2|h3)>$", r"<p>\1</p>", block) for block in _lines_of(flow.blocks)]
    pull = ' class="pullquote"' if "pullquote" in node.attrs.get("class", "").split() else ""
    quote = [f"<blockquote{pull}>{''.join(paragraphs)}</blockquote>"] if paragraphs else []
    return [*quote, *strays_in(node)]


def _without_strays(node: Node) -> Node:
    children: list[Node | str] = []
    for child in node.children:
        if isinstance(child, str):
            children.append(child)
        elif not is_photo(child) and child.tag not in ("table", "hr"):
            children.append(_without_strays(child))
    return Node(node.tag, node.attrs, children)


def _lines_of(blocks: Iterable[str]) -> Iterator[str]:
    """Blocks as paragraphs: a quote holds no list and no other quote."""
    for block in blocks:
        if block.startswith(("<p>", "<h2>", "<h3>")):
            yield block
        else:
            for words in re.findall(r"<(?:p|li)>(.*?)(?=</?(?:p|li|ul|ol)>)", block):
                if words:
                    yield f"<p>{words}</p>"


def list_of(node: Node, depth: int = 1) -> list[str]:
    """A list with its items; a list nested deeper than DEEPEST_LIST joins the item it stands in."""
    tag = "ol" if node.tag == "ol" else "ul"
    items: list[str] = []
    for child in node.children:
        if isinstance(child, Node) and child.tag in LISTS:
            inner = list_of(child, depth + 1) if depth < DEEPEST_LIST else []
            if inner and items:
                items[-1] = items[-1].removesuffix("</li>") + inner[0] + "</li>"
            elif inner:
                items.append(f"<li>{inner[0]}</li>")
            elif words := inline(runs_of(child)):
                items.append(f"<li>{words}</li>")
        elif item := _item(child if isinstance(child, Node) else Node("li", {}, [child]), depth):
            items.append(item)
    whole = [f"<{tag}>{''.join(items)}</{tag}>"] if items else []
    return [*whole, *(strays_in(node) if depth == 1 else [])]


def _item(node: Node, depth: int) -> str:
    lists = [child for child in node.children if isinstance(child, Node) and child.tag in LISTS]
    own = Node(node.tag, node.attrs, [child for child in node.children if child not in lists]) if lists else node
    if depth >= DEEPEST_LIST:
        own, lists = node, []
    words = inline(runs_of(own))
    inner = "".join(block for found in lists for block in list_of(found, depth + 1)[:1])
    return f"<li>{words}{inner}</li>" if words or inner else ""


def table_of(node: Node) -> list[str]:
    """A table of words; one with a single cell was a frame around a text, and the text is what stays."""
    rows = list(_rows(node))
    cells = [cell for _, row in rows for cell in row]
    if len(cells) == 1:
        return _Flow().blocks_of(cells[0])
    head = [row for is_head, row in rows if is_head]
    rest = [row for is_head, row in rows if not is_head]
    caption = next((inline(runs_of(n)) for n in node.children if isinstance(n, Node) and n.tag == "caption"), "")
    if not any(inline(runs_of(cell)) for cell in cells):
        return [*([f"<p>{caption}</p>"] if caption else []), *strays_in(node)]
    parts = [f"<caption>{caption}</caption>" if caption else "", _part("thead", head), _part("tbody", rest)]
    return [f"<table>{''.join(parts)}</table>", *strays_in(node)]


def _rows(node: Node, *, is_head: bool = False) -> Iterator[tuple[bool, list[Node]]]:
    for child in node.children:
        if isinstance(child, Node):
            if child.tag == "tr":
                cells = [cell for cell in child.children if isinstance(cell, Node) and cell.tag in ("td", "th")]
                if cells:
                    yield is_head, cells
            elif child.tag in ("thead", "tbody", "tfoot"):
                yield from _rows(child, is_head=child.tag == "thead")


def _part(tag: str, rows: list[list[Node]]) -> str:
    lines = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in rows)
    return f"<{tag}>{lines}</{tag}>" if lines else ""


def _cell(cell: Node) -> str:
    attributes = ""
    for name in ("colspan", "rowspan"):
        value = cell.attrs.get(name, "")
        if re.fullmatch(r"[2-9]|[1-9][0-9]", value):
            attributes += f' {name}="{value}"'
    if cell.tag == "th" and cell.attrs.get("scope") in ("row", "col"):
        attributes += f' scope="{cell.attrs["scope"]}"'
    return f"<{cell.tag}{attributes}>{inline(runs_of(cell))}</{cell.tag}>"
