"""What a picture brings with it: caption, creator, credit and the rest, as other programs wrote them into the file.

Read by the mapping of the IPTC Photo Metadata Standard 2023.2, from XMP, IPTC-IIM 4.2 and EXIF 2.32. Where they
disagree XMP wins, then IIM, then EXIF: XMP is what programs of today write, and its charset is never in doubt. Only
where the file itself says that its IIM was changed after the rest (its digest no longer fits), IIM wins.
https://www.iptc.org/std/photometadata/specification/
"""

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image, ImageFile, IptcImagePlugin

from media.broken import BROKEN, OPENED
from media.pictures import ORIGINS

LONGEST = 5_000
MOST = 100
# Some programs write the whole history of a picture into its XMP; this is far more than that.
LARGEST_PACKET = 2 * 1024 * 1024
UTF_8 = b"\x1b%G"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}


@dataclass(frozen=True)
class Mapped:
    """Where the standard keeps a field: its XMP property, its IIM dataset of record 2, its EXIF tag."""

    called: str
    xmp: str
    iim: int | None = None
    exif: int | None = None


FIELDS: Mapping[str, Mapped] = {
    "caption": Mapped("Caption", "dc:description", 120, 0x010E),
    "photographer": Mapped("Creator", "dc:creator", 80, 0x013B),
    "credit": Mapped("Credit line", "photoshop:Credit", 110),
    "source": Mapped("Source", "photoshop:Source", 115),
    "copyright": Mapped("Copyright notice", "dc:rights", 116, 0x8298),
    "usage_terms": Mapped("Usage terms", "xmpRights:UsageTerms"),
    "licensor": Mapped("Licensor", "plus:Licensor/plus:LicensorName"),
    "licensor_url": Mapped("Licensor’s address", "plus:Licensor/plus:LicensorURL"),
    "taken": Mapped("Date taken", "photoshop:DateCreated", 55, 0x9003),
    "city": Mapped("City", "photoshop:City", 90),
    "country": Mapped("Country", "photoshop:Country", 101),
    "keywords": Mapped("Keywords", "dc:subject", 25),
    "people": Mapped("People shown", "Iptc4xmpExt:PersonInImage"),
    "alt": Mapped("Alt text", "Iptc4xmpCore:AltTextAccessibility"),
    "described": Mapped("Extended description", "Iptc4xmpCore:ExtDescrAccessibility"),
    "source_type": Mapped("Digital source type", "Iptc4xmpExt:DigitalSourceType"),
}
EXIF_IFD = 0x8769
# Image resources of Photoshop: the IIM, and the MD5 of it as it was when the XMP was written; all zeros is none.
IIM_RESOURCE, DIGEST_RESOURCE = 0x0404, 0x0425


@dataclass(frozen=True)
class Brought:
    """What a file says for one field, and where in the file it says so: “XMP dc:description”, “IIM 2:120” ..."""

    values: tuple[str, ...]
    origin: str

    @property
    def text(self) -> str:
        """In one line, or as many as it has."""
        return ", ".join(self.values)


def read(data: bytes) -> dict[str, Brought]:
    """What the file brings, by the names of FIELDS; what is broken in it brings nothing, and is no reason to fail."""
    with suppress(*BROKEN), Image.open(io.BytesIO(data), formats=OPENED) as image:
        found: dict[str, Brought] = {}
        # The last one has the last word.
        for source in (_exif, _xmp, _iim) if _iim_is_newer(image) else (_exif, _iim, _xmp):
            with suppress(*BROKEN, ParseError, DefusedXmlException):
                found |= source(image)
        return {name: found[name] for name in FIELDS if name in found}
    return {}


# The fields of a photo that are made of other fields of the standard, in the order in which they are looked for.
MADE_OF = {"credit": ("credit", "photographer"), "agency": ("source",), "place": ("city", "country"),
           "origin": ("source_type",)}  # fmt: skip


def origin_of(field: str, found: Mapping[str, Brought]) -> str:
    """Where in the file the words stand that `words_of` takes for this field of a photo."""
    parts = [found[name].origin for name in MADE_OF.get(field, (field,)) if name in found]
    return parts[0] if field == "credit" else " and ".join(parts)


def words_of(found: Mapping[str, Brought]) -> dict[str, Any]:
    """What a photo of the photo desk can take over of it: fields of the photo, cut to what they hold.

    The credit is the credit line; where there is none, whoever made the picture. Keywords are in one line, separated by
    commas. An extended description says too much to be an alt text, and stays where it is.
    """
    said = {name: each.text for name, each in found.items()}
    place = ", ".join(said[part] for part in ("city", "country") if part in said)
    words: dict[str, Any] = {
        "caption": said.get("caption", ""),
        "credit": (said.get("credit") or said.get("photographer", ""))[:200],
        "agency": "" if said.get("source", "") in said.get("credit", "") else said.get("source", "")[:120],
        "alt": said.get("alt", ""),
        "place": place[:200],
        "taken": day(found["taken"]) if "taken" in found else None,
        "people": said.get("people", "")[:500],
        "photographer": said.get("photographer", "")[:200],
        "copyright": said.get("copyright", "")[:300],
        "usage_terms": said.get("usage_terms", ""),
        "licensor": said.get("licensor", "")[:200],
        "licensor_url": _address(found["licensor_url"].values) if "licensor_url" in found else "",
        "origin": _source_type(said.get("source_type", "")),
        "keywords": said.get("keywords", ""),
    }
    return {name: value for name, value in words.items() if value}


def _address(said: Sequence[str]) -> str:
    """The first of them that can be opened."""
    return next((each for each in said if re.fullmatch(r"https?://\S+", each) and len(each) <= 300), "")


def _source_type(said: str) -> str:
    """The term of the IPTC's vocabulary that the address of a digital source type ends with, where it is told."""
    term = said.rstrip("/").rpartition("/")[2]
    return term if term in ORIGINS else ""


def day(brought: Brought) -> date | None:
    """The day that a value of `taken` names, whether written 2024-03-03T10:00, 20240303 or 2024:03:03 10:00:00."""
    named = re.match(r"(\d{4})[-:]?(\d\d)[-:]?(\d\d)", brought.text)
    try:
        return date(int(named[1]), int(named[2]), int(named[3])) if named else None
    except ValueError:
        return None


def _brought(values: Iterable[str], origin: str) -> Brought | None:
    lines = (re.sub(r"\r\n?", "\n", value[: 2 * LONGEST]) for value in values)
    clean = (re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "", value).strip()[:LONGEST] for value in lines)
    kept = tuple(dict.fromkeys(value for value in clean if value))[:MOST]
    return Brought(kept, origin) if kept else None


def _collect(ask: Callable[[Mapped], tuple[Iterable[str], str] | None]) -> dict[str, Brought]:
    found = {}
    for name, mapped in FIELDS.items():
        if (answer := ask(mapped)) and (brought := _brought(*answer)):
            found[name] = brought
    return found


# --- EXIF ---


def _exif(image: Image.Image) -> dict[str, Brought]:
    exif = image.getexif()
    inner = exif.get_ifd(EXIF_IFD)

    def ask(mapped: Mapped) -> tuple[Iterable[str], str] | None:
        value = exif.get(mapped.exif) or inner.get(mapped.exif) if mapped.exif else None
        if isinstance(value, str):
            # The standard knows ASCII only; Pillow gives each byte as a character, whatever was meant.
            value = value.encode("latin-1", "ignore")
        if isinstance(value, bytes):
            value = _decoded(value, is_utf_8=False)
        return ([value], f"EXIF {mapped.exif:#06x}") if isinstance(value, str) and mapped.exif else None

    return _collect(ask)


# --- IPTC-IIM ---


def _iim(image: Image.Image) -> dict[str, Brought]:
    assert isinstance(image, ImageFile.ImageFile)  # noqa: S101 - it was opened from a file
    records: Mapping[tuple[int, int], Any] = IptcImagePlugin.getiptcinfo(image) or {}
    is_utf_8 = UTF_8 in _listed(records.get((1, 90), b""))

    def ask(mapped: Mapped) -> tuple[Iterable[str], str] | None:
        if mapped.iim is None or (2, mapped.iim) not in records:
            return None
        values = _listed(records[2, mapped.iim])
        return [_decoded(value, is_utf_8=is_utf_8) for value in values if value], f"IIM 2:{mapped.iim:02}"

    return _collect(ask)


def _iim_is_newer(image: Image.Image) -> bool:
    """Whether the digest of the IIM, which Photoshop keeps beside it, is that of another one."""
    resources = image.info.get("photoshop")
    if not isinstance(resources, dict) or not resources.get(IIM_RESOURCE) or not resources.get(DIGEST_RESOURCE):
        return False
    digest = hashlib.md5(resources[IIM_RESOURCE], usedforsecurity=False).digest()
    return bool(digest != resources[DIGEST_RESOURCE] and resources[DIGEST_RESOURCE] != bytes(16))


def _listed(value: bytes | Sequence[bytes | None] | None) -> Sequence[bytes | None]:
    """The values of a dataset; one that is there without a value is None."""
    return value if isinstance(value, list) else [value]  # type: ignore[list-item]


def _decoded(value: bytes, *, is_utf_8: bool) -> str:
    """Text whose charset is said, or is guessed: many write UTF-8 or Windows-1252 and say neither."""
    for charset in ("utf-8",) if is_utf_8 else ("utf-8", "cp1252"):
        with suppress(UnicodeDecodeError):
            return value.decode(charset)
    return value.decode("latin-1")


# --- XMP ---


def _xmp(image: Image.Image) -> dict[str, Brought]:
    packet = image.info.get("xmp") or b""
    text = _packet_text(packet.encode() if isinstance(packet, str) else packet)
    # What stands around the packet is padding of programs that edit it in place.
    begin, end = text.find("<x:xmpmeta"), text.rfind("</x:xmpmeta>")
    root = fromstring(text[begin : end + 12] if 0 <= begin < end else text.strip("\ufeff\x00 \t\r\n"), forbid_dtd=True)
    # The outermost ones only: what is nested in a property belongs to it.
    descriptions = next(root.iter(f"{RDF}RDF"), root).findall(f"{RDF}Description")

    def ask(mapped: Mapped) -> tuple[Iterable[str], str] | None:
        values: list[str] = []
        for description in descriptions:
            values += _at(description, mapped.xmp.split("/"))
        return values, f"XMP {mapped.xmp.partition('/')[0]}"

    return _collect(ask)


def _packet_text(packet: bytes) -> str:
    """A packet in whichever of its charsets it is (XMP Specification Part 1, 7.3.2): its beginning tells."""
    if len(packet) > LARGEST_PACKET:
        return ""
    for charset, sign in (("utf-32-be", 4), ("utf-32-le", 4), ("utf-16-be", 2), ("utf-16-le", 2)):
        if packet[: 2 * sign].removeprefix("\ufeff".encode(charset)).startswith("<".encode(charset)):
            return packet[: len(packet) // sign * sign].decode(charset)
    return packet.decode()


def _at(node: Element, path: Sequence[str]) -> list[str]:
    """The texts of a property of a node, or of a property of that property."""
    prefix, _, name = path[0].partition(":")
    wanted = f"{{{NAMESPACES[prefix]}}}{name}"
    found = [node.attrib[wanted]] if wanted in node.attrib and len(path) == 1 else []
    for child in node.findall(wanted):
        items = list(child.iter(f"{RDF}li")) or [child]
        if len(path) > 1:
            for item in items:
                inside = [item, *item.findall(f"{RDF}Description")]
                found += [text for each in inside for text in _at(each, path[1:])]
        else:
            found += _in_ones_language(items)
    return found


def _in_ones_language(items: Sequence[Element]) -> list[str]:
    """The texts of a list; of alternatives in several languages, the one that is meant where none is asked for."""
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    if any(language in item.attrib for item in items):
        default = [item for item in items if item.attrib.get(language) == "x-default"]
        items = (default or list(items))[:1]
    return [item.text or "" for item in items]
