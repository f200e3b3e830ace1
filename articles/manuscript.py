"""Reading a manuscript: plain text as it arrives, and what a newsroom sees in it.

Blocks stand between blank lines. At the top stand, perhaps, the publication and “View Original”, then the headline
and perhaps a deck. In the text a short line alone without a full stop is a crosshead, and a line of the form
“caption - credit” is a photo. What was guessed can be put right before it is stored.
"""

import re
from dataclasses import dataclass

MAX_BYTES = 2 * 1024 * 1024

LONGEST_DECK = 300
LONGEST_CROSSHEAD = 80
LONGEST_CREDIT = 60

SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a Word document or another zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
)
INVISIBLE = re.compile("[\u200b\u00ad\u2060\ufeff]")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b]")
BLANKS = re.compile(r"[ \t\u00a0]{2,}|[ \t]")
ORIGINAL = re.compile(r"(?:view|read)(?: the)? original\b[:\s]*(?P<rest>.*)", re.IGNORECASE)
FIRST_PUBLISHED = re.compile(
    r"(?:originally|first) published (?:in|at|by|on)\s+(?P<name>.+?)[.:]?\s*(?P<rest>https?://\S+)?", re.IGNORECASE
)
URL = re.compile(r"<?(https?://[^\s<>]+)>?")
# An em dash is set without spaces in places, where words on both sides of it may be a crosshead as well.
DASH = re.compile(r"\s+[-–—]\s+|\s*—\s*")
SHORTEST_TIGHT_CAPTION = 3
MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DATE = re.compile(
    rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?{MONTHS}(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?,?(?:\s+\d{{4}})?|\d{{4}}|[\d./-]+)",
    re.IGNORECASE,
)
CLOSING = "\"'”’»)]"


class ManuscriptError(ValueError):
    """Raised where a manuscript cannot be read: names it, the line where there is one, and says what to do."""

    def __init__(self, name: str, message: str, line: int | None = None) -> None:
        super().__init__(f"{name}, line {line}: {message}" if line else f"{name}: {message}")
        self.name = name
        self.line = line
        self.message = message


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, and the line on which it begins."""

    text: str
    line: int


@dataclass(frozen=True)
class Crosshead:
    """A sub-heading, and its line."""

    text: str
    line: int


@dataclass(frozen=True)
class PhotoLine:
    """A photo: its number among the photos of the manuscript (from 1), caption, credit, and line."""

    number: int
    caption: str
    credit: str
    line: int


Block = Paragraph | Crosshead | PhotoLine


@dataclass(frozen=True)
class Manuscript:
    """What was read; texts that were not there are empty. `line` is that of the headline, 0 where nobody knows it."""

    publication: str
    original_url: str
    headline: str
    deck: str
    blocks: tuple[Block, ...]
    line: int = 0

    @property
    def photo_lines(self) -> list[PhotoLine]:
        """The photos, in their order."""
        return [block for block in self.blocks if isinstance(block, PhotoLine)]


@dataclass(frozen=True)
class _Chunk:
    """Lines that stand together, as one text, with the number of the first and how many they were."""

    text: str
    line: int
    lines: int


def read(data: bytes, *, name: str) -> Manuscript:
    """Read a file's bytes: UTF-8, UTF-16 with a byte order mark, or Windows-1252; raises ManuscriptError."""
    if len(data) > MAX_BYTES:
        raise ManuscriptError(name, "it is larger than 2 MiB, the most that a manuscript may have.")
    for signature, what in SIGNATURES:
        if data.startswith(signature):
            raise ManuscriptError(name, f"this is {what}, not plain text. Save it as plain text (.txt) and try again.")
    return read_text(_decoded(data, name), name=name)


def read_text(text: str, *, name: str) -> Manuscript:
    """Read pasted text; raises ManuscriptError."""
    if len(text) > MAX_BYTES:
        raise ManuscriptError(name, "it is larger than 2 MiB, the most that a manuscript may have.")
    chunks = _chunks(text)
    if not chunks:
        raise ManuscriptError(name, "it is empty.")
    publication, url, chunks = _front(chunks)
    if not chunks:
        raise ManuscriptError(name, "there is no headline.")
    headline, rest = chunks[0], chunks[1:]
    if not rest:
        raise ManuscriptError(
            name, "there is only a headline. A manuscript needs at least one paragraph below it.", headline.line
        )
    deck = ""
    if len(rest) > 1 and _is_deck(rest[0], rest[1]):
        deck, rest = rest[0].text, rest[1:]
    return Manuscript(publication, url, headline.text, deck, _blocks(rest), headline.line)


def _decoded(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise ManuscriptError(name, "it begins like UTF-16 text and is not. Save it as UTF-8.") from error
    if len(CONTROLS.findall(data.decode("latin-1"))) > len(data) // 200:
        raise ManuscriptError(name, "this is not plain text. Save it as plain text (.txt) and try again.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("windows-1252")
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", data[: error.start])) + 1
        raise ManuscriptError(
            name, "a character is neither UTF-8 nor Windows-1252. Save the file as UTF-8.", line
        ) from error


def _chunks(text: str) -> list[_Chunk]:
    """The text in blocks. Where no blank line separates anything, each line is a block."""
    lines = [
        _tidy(line)
        for line in re.split(r"\r\n|[\r\n\u2028\u2029\x0b\x0c\x85]", INVISIBLE.sub("", CONTROLS.sub("", text)))
    ]
    while lines and not lines[-1]:
        lines.pop()
    numbered = [(number, line) for number, line in enumerate(lines, start=1)]
    first = next((index for index, line in enumerate(lines) if line), 0)
    if "" not in lines[first:]:
        return [_Chunk(line, number, 1) for number, line in numbered if line]
    chunks: list[_Chunk] = []
    gathered: list[tuple[int, str]] = []
    for number, line in [*numbered, (0, "")]:
        if line:
            gathered.append((number, line))
        elif gathered:
            chunks.append(_Chunk(" ".join(words for _, words in gathered), gathered[0][0], len(gathered)))
            gathered = []
    return chunks


def _tidy(line: str) -> str:
    """One space for each run of blanks; a single no-break space between words is typography and stays."""
    return BLANKS.sub(" ", line).strip()


def _front(chunks: list[_Chunk]) -> tuple[str, str, list[_Chunk]]:
    """What stands above the headline, the publication and the address of the original; and the blocks below."""
    for index, chunk in enumerate(chunks[:3]):
        published = FIRST_PUBLISHED.fullmatch(chunk.text)
        if published and len(chunk.text) < 200:
            found = URL.search(published["rest"] or "")
            return published["name"], found[1] if found else "", chunks[:index] + chunks[index + 1 :]
        original = ORIGINAL.fullmatch(chunk.text)
        if original and index < 2 and (not original["rest"] or URL.fullmatch(original["rest"].strip())):
            url, after = original["rest"].strip(), chunks[index + 1 :]
            if not url and after and URL.fullmatch(after[0].text):
                url, after = after[0].text, after[1:]
            found = URL.fullmatch(url)
            return chunks[0].text if index else "", found[1] if found else "", after
    return "", "", chunks


def _is_deck(chunk: _Chunk, following: _Chunk) -> bool:
    """A deck is one short block under the headline, with a text below it that is longer than itself."""
    if len(chunk.text) > LONGEST_DECK or _photo(chunk) or _photo(following):
        return False
    return len(chunk.text) < 140 or (chunk.lines == 1 and len(following.text) > len(chunk.text))


def _blocks(chunks: list[_Chunk]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    photos = 0
    last_words = max((chunk.line for chunk in chunks if not _photo(chunk)), default=0)
    for chunk in chunks:
        if photo := _photo(chunk):
            photos += 1
            blocks.append(PhotoLine(photos, *photo, chunk.line))
        elif chunk.line < last_words and _is_crosshead(chunk):
            blocks.append(Crosshead(chunk.text, chunk.line))
        else:
            blocks.append(Paragraph(chunk.text, chunk.line))
    return tuple(blocks)


def _is_crosshead(chunk: _Chunk) -> bool:
    """A short line alone that does not end like a sentence. A question may head a part of a story, so “?” is none."""
    words = chunk.text.rstrip(CLOSING)
    return chunk.lines == 1 and len(chunk.text) <= LONGEST_CROSSHEAD and bool(words) and words[-1] not in ".!…:;,—–-"


def _photo(chunk: _Chunk) -> tuple[str, str] | None:
    """Caption and credit of a photo line; None for anything else. The last dash before a plausible credit separates."""
    if chunk.lines != 1:
        return None
    dashes = list(DASH.finditer(chunk.text))
    if not dashes:
        return None
    caption, credit = chunk.text[: dashes[-1].start()], chunk.text[dashes[-1].end() :]
    if dashes[-1][0] == "—" and len(caption.split()) < SHORTEST_TIGHT_CAPTION:
        return None
    return (caption, credit) if caption and _is_credit(credit) else None


def _is_credit(words: str) -> bool:
    """A credit is a short name: it begins like one, does not end like a sentence, and is not a date."""
    bare = re.sub(r"^(?:photo(?:graph)?s?|credit|picture|image)(?: by)?:?\s+", "", words, flags=re.IGNORECASE).lstrip(
        "©( "
    )
    if not bare or len(words) > LONGEST_CREDIT or len(words.split()) > 8 or DATE.fullmatch(bare):
        return False
    return (bare[0].isupper() or not bare[0].isascii()) and words[-1] not in ".!?…:;,"
