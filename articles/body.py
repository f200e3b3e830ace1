"""The one gate for HTML: what a body may hold, how anything becomes one, and how readers are shown it.

The stored form is a flat sequence of blocks, one a line: paragraphs, crossheads (h2, h3), lists, block quotes and pull
quotes, tables, rules, and photos by reference. `clean` turns any HTML into it, and cleaning twice equals cleaning once.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import TypeGuard

import nh3
from django.utils.safestring import SafeString, mark_safe

# Everything that has a meaning for the walk below; the rest is unwrapped or, with its text, thrown away by nh3.
INLINE = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "cite": "em", "dfn": "em", "span": "", "a": ""}
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
LISTS = frozenset({"ul", "ol", "menu", "dir"})
CONTAINERS = frozenset(
    {"address", "article", "aside", "body", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt"}
    | {"fieldset", "figcaption", "footer", "form", "header", "hgroup", "html", "legend", "li", "main", "nav"}
    | {"noscript", "p", "pre", "section", "summary", "tbody", "td", "tfoot", "th", "thead", "tr"}
)
KNOWN = {*INLINE, *HEADINGS, *LISTS, *CONTAINERS, "blockquote", "br", "figure", "hr", "table"}
ATTRIBUTES = {
    "*": {"style"},
    "a": {"href"},
    "blockquote": {"class"},
    "figure": {"data-photo", "data-alt"},
    "p": {"style", "class"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
SCHEMES = {"http", "https", "mailto"}
DROPPED = {
    "script",
    "style",
    "title",
    "head",
    "template",
    "iframe",
    "object",
    "svg",
    "math",
    "textarea",
    "select",
    "xmp",
}
# Nobody writes so many tags in a row; a parser that is made to nest them takes minutes.
TAGS_IN_A_ROW = re.compile(r"((?:<[a-z][^<>]*>\s*){100})(?:<[a-z][^<>]*>\s*)+", re.IGNORECASE)
DEEPEST_LIST = 3
DEEPEST = 60

SPACE = r"[ \t\n\r\f\v\u00a0\x85\u2028\u2029]"
# Controls, zero-width space, soft hyphen, word joiner and BOM; the joiners and marks of other scripts stay.
INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
# Word has its own mso-bidi-font-weight beside the one that counts.
BOLD = re.compile(r"(?<![\w-])font-weight:\s*(?:bold|bolder|[6-9]00)", re.IGNORECASE)
LIGHT = re.compile(r"(?<![\w-])font-weight:\s*(?:normal|lighter|[1-5]00)", re.IGNORECASE)
ITALIC = re.compile(r"(?<![\w-])font-style:\s*(?:italic|oblique)", re.IGNORECASE)
UPRIGHT = re.compile(r"(?<![\w-])font-style:\s*normal", re.IGNORECASE)
WORD_IGNORES = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
WORD_LIST = re.compile(r"mso-list:\s*l\d+\s+level(\d)", re.IGNORECASE)
WORD_NUMBER = re.compile(r"^\s*\(?(?:\d+|[a-z]|[ivx]+)[.)]", re.IGNORECASE)


@dataclass(frozen=True)
class PhotoReference:
    """A photo in a body: its id at the photo desk, and what this use says in place of the desk's own words.

    `caption` is inline HTML in stored form, None for the desk's caption; `alt` is plain text, None for the desk's alt
    text and empty where the photo is decorative in this use.
    """

    photo_id: int
    caption: str | None = None
    alt: str | None = None


@dataclass(frozen=True)
class Run:
    """Some characters with the marks they carry."""

    text: str
    strong: bool = False
    em: bool = False
    href: str = ""


@dataclass
class Node:
    """An element of the tree that the parser sees."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)


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


def clean(text: str) -> str:
    """The stored form of any HTML; empty where nothing is worth keeping. Cleaning twice equals cleaning once."""
    safe = nh3.clean(
        TAGS_IN_A_ROW.sub(r"\1", INVISIBLE.sub("", text)),
        tags=KNOWN,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        clean_content_tags=DROPPED,
        url_schemes=SCHEMES,
        link_rel=None,
        strip_comments=True,
    )
    builder = _Builder()
    builder.feed(safe)
    builder.close()
    return "\n".join(_Flow().blocks_of(builder.root))


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        # Browsers pass over tabs and line ends in an address, so "/<tab>/host" would leave the site.
        value = re.sub(r"[\t\n\r]", "", value).strip()
        return value if re.match(r"(?:https?://[^/]|mailto:.|/(?![/\\])|#)", value, re.IGNORECASE) else None
    return value


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
        for child in _with_word_lists(node.children):
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


def _with_word_lists(children: Iterable[Node | str]) -> Iterator[Node | str]:
    """Children with Word's list paragraphs gathered into lists: Word writes them as paragraphs with a marker."""
    gathered: Node | None = None
    for child in children:
        marker = _word_marker(child)
        if marker is None:
            if gathered and (isinstance(child, Node) or child.strip()):
                yield gathered
                gathered = None
            if gathered is None:
                yield child
            continue
        tag = "ol" if WORD_NUMBER.match(marker) else "ul"
        if gathered and gathered.tag != tag:
            yield gathered
            gathered = None
        gathered = gathered or Node(tag)
        gathered.children.append(_without_marker(child))
    if gathered:
        yield gathered


def _word_marker(child: Node | str) -> str | None:
    """What stands before the words of a Word list paragraph; None for anything else."""
    if isinstance(child, str) or child.tag != "p" or not WORD_LIST.search(child.attrs.get("style", "")):
        return None
    return "".join(run.text for node in child.children if _is_marker(node) for run in runs_of(node))


def _is_marker(node: Node | str) -> TypeGuard[Node]:
    if isinstance(node, str) or node.tag not in INLINE:
        return False
    return bool(WORD_IGNORES.search(node.attrs.get("style", ""))) or (
        len(node.children) == 1 and _is_marker(node.children[0])
    )


def _without_marker(child: Node | str) -> Node:
    children = child.children if isinstance(child, Node) else [child]
    return Node("li", {}, [node for node in children if not _is_marker(node)])


def marked(node: Node, marks: Run) -> Run:
    """The marks that hold inside `node`; styles speak louder than tags, as word processors mean it."""
    style = node.attrs.get("style", "")
    strong = (INLINE.get(node.tag) == "strong" or marks.strong or bool(BOLD.search(style))) and not LIGHT.search(style)
    em = (INLINE.get(node.tag) == "em" or marks.em or bool(ITALIC.search(style))) and not UPRIGHT.search(style)
    return replace(marks, strong=strong, em=em, href=node.attrs.get("href", "") or marks.href)


def runs_of(node: Node, marks: Run | None = None) -> list[Run]:
    """All words in a node as runs, with a space where a block or a line ends; photos, tables and rules left out."""
    runs: list[Run] = []
    marks = marks or Run("")
    for child in node.children:
        if isinstance(child, str):
            runs.append(replace(marks, text=child))
        elif child.tag in INLINE:
            runs.extend(runs_of(child, marked(child, marks)))
        elif child.tag in ("br", "hr"):
            runs.append(Run(" "))
        elif child.tag != "table" and not is_photo(child):
            runs.extend([Run(" "), *runs_of(child, marks), Run(" ")])
    return runs


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


def inline(runs: Iterable[Run]) -> str:
    """Runs as inline HTML: spaces collapsed, neighbours with the same marks merged, no mark on outer spaces."""
    merged: list[Run] = []
    for run in _spaced(runs):
        if merged and replace(merged[-1], text="") == replace(run, text=""):
            merged[-1] = replace(run, text=merged[-1].text + run.text)
        else:
            merged.append(run)
    return "".join(_serialised(merged))


def _spaced(runs: Iterable[Run]) -> Iterator[Run]:
    """Runs split into words and single spaces; a space carries a mark only between two words that carry it."""
    pieces: list[Run] = []
    for run in runs:
        pieces.extend(replace(run, text=piece) for piece in re.split(f"({SPACE}+)", run.text) if piece)
    words: list[Run] = []
    gap: str = ""
    for piece in pieces:
        if re.match(SPACE, piece.text):
            gap += piece.text
            continue
        if gap and words:
            before = words[-1]
            space = "\u00a0" if gap == "\u00a0" else " "
            words.append(
                Run(
                    space,
                    strong=before.strong and piece.strong,
                    em=before.em and piece.em,
                    href=before.href if before.href == piece.href else "",
                )
            )
        gap = ""
        words.append(piece)
    return iter(words)


def _serialised(runs: Sequence[Run]) -> Iterator[str]:
    """Tags in one order, links outermost, opened and closed as late and as early as can be."""
    open_tags: list[tuple[str, str]] = []
    for run in [*runs, Run("")]:
        wanted = [("a", run.href)] * bool(run.href) + [("strong", "")] * run.strong + [("em", "")] * run.em
        keep = 0
        while keep < len(open_tags) and keep < len(wanted) and open_tags[keep] == wanted[keep]:
            keep += 1
        for tag, _ in reversed(open_tags[keep:]):
            yield f"</{tag}>"
        for tag, href in wanted[keep:]:
            yield f'<a href="{html.escape(href)}">' if tag == "a" else f"<{tag}>"
        open_tags = wanted
        yield html.escape(run.text, quote=False)


def is_photo(node: Node) -> bool:
    """Whether a figure refers to a photo of the photo desk."""
    return node.tag == "figure" and bool(re.fullmatch(r"[1-9][0-9]{0,17}", node.attrs.get("data-photo", "")))


def figure(reference: PhotoReference) -> str:
    """The stored form of a photo in a body."""
    alt = "" if reference.alt is None else f' data-alt="{html.escape(reference.alt)}"'
    caption = f"<figcaption>{reference.caption}</figcaption>" if reference.caption else ""
    return f'<figure data-photo="{reference.photo_id}"{alt}>{caption}</figure>'


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


PHOTO = re.compile(
    r'<figure data-photo="(?P<id>\d+)"(?: data-alt="(?P<alt>[^"]*)")?>'
    r"(?:<figcaption>(?P<caption>.*?)</figcaption>)?</figure>"
)
TAG = re.compile(r"<[^>]*>")
HREF = re.compile(r'<a href="([^"]*)">')
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
WORD = re.compile(r"\w(?:[\w'’.,\-\u00ad\u200c\u200d]*\w)?")


def photos(body: str) -> list[PhotoReference]:
    """The photos of a stored body, in order of appearance."""
    return [_reference(found) for found in PHOTO.finditer(body)]


def links(body: str) -> list[str]:
    """The addresses that a stored body links to, in order."""
    return [html.unescape(found) for found in HREF.findall(body)]


def plain_text(body: str) -> str:
    """The words of a stored body, paragraphs separated by blank lines, photo captions left out."""
    blocks = re.sub(
        r"</(p|li|tr|caption|h2|h3)>", "\n\n", PHOTO.sub("", body).replace("</td>", " ").replace("</th>", " ")
    )
    text = html.unescape(TAG.sub("", blocks))
    return "\n\n".join(
        words for words in (" ".join(block.split(" ")).strip() for block in re.split(r"\n+", text)) if words
    )


def word_count(body: str) -> int:
    """How many words a reader counts; in scripts without spaces, two characters count as a word."""
    text = plain_text(body)
    dense = len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", text))
    spaced = re.sub(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", " ", text)
    return len(WORD.findall(spaced)) + (dense + 1) // 2


def render(body: str, figure: Callable[[PhotoReference], str]) -> SafeString:
    """What readers get of a stored body: photos as `figure` shows them ("" leaves one out), tables that can scroll."""
    page = PHOTO.sub(lambda found: figure(_reference(found)), body)
    page = TABLE.sub(
        lambda found: f'<div class="table-scroll" tabindex="0" role="region" aria-label="Table">{found[0]}</div>', page
    )
    return mark_safe(re.sub(r'<a href="(?=https?:)', '<a rel="noopener" href="', page))  # noqa: S308 - clean by `clean`


def _reference(found: re.Match[str]) -> PhotoReference:
    alt = found["alt"]
    return PhotoReference(int(found["id"]), found["caption"], None if alt is None else html.unescape(alt))
