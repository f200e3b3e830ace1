"""The darkroom: the one place where a picture file is opened. It runs in a process of its own.

`media.apart` starts it for one job. It sets its own limits, and knows nothing of Django, of the database or of any
secret of the site; what comes in is a job and a file, what goes out is an answer in JSON and pictures.
"""

import io
import json
import os
import sys
import warnings
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from html import escape
from itertools import groupby
from typing import Any, BinaryIO

from PIL import Image, ImageCms, ImageOps

from media import metadata
from media.broken import BROKEN, EXTENSIONS, OPENED
from media.card import card
from media.pictures import HINT_TYPE

MOST_MEMORY = 1536 * 1024 * 1024
# Of the processor. Somebody waits for the first look at a file; the rest is done in the background.
MOST_SECONDS = {"examine": 20, "develop": 60, "card": 30}
MAX_PIXELS = 80_000_000
LONGEST_SIDE = 30_000
# EXIF 2.32, tag 0x0112: the values at which width and height change places.
ORIENTATION = 0x0112
SIDEWAYS = (5, 6, 7, 8)
SRGB = ImageCms.createProfile("sRGB")
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
CLOCKWISE = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
HINT_SIDE = 16
# Pixels; no WebP can be higher.
HIGHEST = 16_383
# For each format that readers get: Pillow's name for it, and how it is written.
FORMATS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "avif": ("AVIF", {"quality": 50, "speed": 8}),
    "webp": ("WEBP", {"quality": 76, "method": 4}),
    "jpg": ("JPEG", {"quality": 80, "progressive": True, "optimize": True}),
}


class Refused(ValueError):
    """Raised for a file that is no usable picture; the message is one of the codes below."""


UNKNOWN, DAMAGED, TOO_MANY_PIXELS, NO_PIXELS, TOO_HEAVY = "unknown", "damaged", "pixels", "empty", "heavy"


def examine(data: bytes) -> dict[str, Any]:
    """What a file is: `extension` by its content, `width` and `height` upright in pixels, `hint` (see `_hint`).

    Of moving pictures it is the first one. Its dimensions are read before it is decoded whole. Raises Refused.
    """
    try:
        image = Image.open(io.BytesIO(data), formats=OPENED)
    except Image.DecompressionBombError as error:
        raise Refused(TOO_MANY_PIXELS) from error
    except MemoryError:
        raise
    except BROKEN as error:
        raise Refused(UNKNOWN) from error
    with image:
        width, height = image.size
        if width * height > MAX_PIXELS or max(width, height) > LONGEST_SIDE:
            raise Refused(TOO_MANY_PIXELS)
        try:
            orientation = _orientation(image)
            width, height = image.size
            extension = EXTENSIONS.get(image.format or "", "jpg")
            profile = image.info.get("icc_profile")
            # A JPEG is read to its end at an eighth of its size as well as whole.
            image.draft("RGB", (HINT_SIDE, HINT_SIDE))
            image.load()
            if not image.width or not image.height:
                raise Refused(NO_PIXELS)
            hint = _hint(image, profile, orientation)
        except (Refused, MemoryError):
            raise
        except BROKEN as error:
            raise Refused(DAMAGED) from error
    if orientation in SIDEWAYS:
        width, height = height, width
    return {"extension": extension, "width": width, "height": height, "hint": hint}


def describe(data: bytes) -> dict[str, Any]:
    """What a file says of itself: field to its values and where they stood."""
    return {name: {"values": each.values, "origin": each.origin} for name, each in metadata.read(data).items()}


def develop(
    data: bytes,
    *,
    rotation: int,
    boxes: Mapping[str, Sequence[float]],
    rights: Mapping[str, str],
    wanted: Sequence[tuple[str, int, str]],
) -> Iterator[bytes]:
    """The pictures that readers get: for each `wanted` (shape, width in pixels, format), in that order.

    They are upright, turned by `rotation` degrees clockwise, cut to the shape's box (left, top, width, height as
    fractions), never wider than the original, in 8-bit sRGB, and carry `rights` and nothing else of what the file says.
    """
    base = _base(data, rotation, max(width / boxes[shape][2] for shape, width, _ in wanted))
    packet = _packet(rights)
    for (shape, width), same in groupby(wanted, key=lambda each: each[:2]):
        picture = _cut(base, boxes[shape], width)
        for _, _, kind in same:
            yield _written(picture, kind, packet)


def draw_card(
    data: bytes, *, box: Sequence[float] | None, rotation: int, size: Sequence[int], **words: Any
) -> Iterator[bytes]:
    """A social card (see `media.card`) on the part `box` of the picture, or on paper where there is no box."""
    across, down = size
    picture = None
    if box:
        cut = _cut(_base(data, rotation, across / box[2]), box, across)
        picture = ImageOps.fit(cut.convert("RGB"), (across, down), Image.Resampling.LANCZOS)
    yield _written(card(picture, size=(across, down), **words), "jpg", b"")


def _base(data: bytes, rotation: int, width: float) -> Image.Image:
    """The whole picture, upright and in sRGB, not wider than needed."""
    with Image.open(io.BytesIO(data), formats=OPENED) as image:
        orientation = _orientation(image)
        across = image.height if (orientation in SIDEWAYS) != (rotation in (90, 270)) else image.width
        part = min(1.0, width / across)
        size = (max(1, round(image.width * part)), max(1, round(image.height * part)))
        profile = image.info.get("icc_profile")
        # A JPEG is decoded at the nearest scale that is large enough, which saves most of the time and memory.
        image.draft("RGB", size)
        small = _plain(image)
        if size < small.size:
            small = small.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        small.info = {}
        upright = _upright(_in_srgb(small, profile), orientation)
        return upright.transpose(CLOCKWISE[rotation]) if rotation else upright


def _orientation(image: Image.Image) -> int | None:
    """How it is still to be turned, in the words of EXIF. Pillow turns a TIFF by itself, while it loads it."""
    if image.format == "TIFF":
        image.load()
    return image.getexif().get(ORIENTATION)


def _upright(image: Image.Image, orientation: int | None) -> Image.Image:
    return image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image


def _plain(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be made smaller: grey, colour, colour with transparency, or CMYK; 8 bits each."""
    image.load()
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "PA", "LA", "La", "RGBa") or "transparency" in image.info:
        # A copy of a large one would be more than the memory holds.
        whole = image if image.mode == "RGBA" else image.convert("RGBA")
        # Many programs write a transparency in which nothing shines through.
        return whole.convert("RGB") if whole.getchannel("A").getextrema() == (255, 255) else whole
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in the colours that screens expect; what shines through stays so."""
    if image.mode == "RGBA":
        coloured = _in_srgb(image.convert("RGB"), profile)
        coloured.putalpha(image.getchannel("A"))
        return coloured
    if profile:
        # A profile that nobody can read, or that is of another kind of colours, says nothing about these.
        with suppress(ImageCms.PyCMSError, OSError, TypeError, ValueError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
            if converted is not None:
                image = converted
    plain = image.convert("RGB")
    plain.info = {}
    return plain


def _cut(base: Image.Image, box: Sequence[float], width: int) -> Image.Image:
    left, top, wide, high = box
    edges = (left * base.width, top * base.height, (left + wide) * base.width, (top + high) * base.height)
    across, down = edges[2] - edges[0], edges[3] - edges[1]
    part = min(1.0, width / across, HIGHEST / down)
    size = (max(1, round(across * part)), max(1, round(down * part)))
    return base.resize(size, Image.Resampling.LANCZOS, box=edges, reducing_gap=3.0)


def _written(picture: Image.Image, kind: str, packet: bytes) -> bytes:
    name, options = FORMATS[kind]
    if kind == "jpg" and picture.mode == "RGBA":
        # What shines through is paper.
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        picture = paper
    buffer = io.BytesIO()
    picture.save(buffer, name, **options, **({"xmp": packet} if packet else {}))
    return buffer.getvalue()


def _hint(image: Image.Image, profile: bytes | None, orientation: int | None) -> str:
    """The picture at a few pixels as a data address, to stand there until the whole has come; "" if it is not solid."""
    plain = _plain(image)
    if plain.mode == "RGBA":
        return ""
    small = plain.copy() if max(plain.size) <= HINT_SIDE else plain.resize(_fitted(plain.size), reducing_gap=2.0)
    upright = _upright(_in_srgb(small, profile), orientation)
    buffer = io.BytesIO()
    upright.save(buffer, "WEBP", quality=20, method=6)
    return f"data:{HINT_TYPE};base64,{b64encode(buffer.getvalue()).decode()}"


def _fitted(size: tuple[int, int]) -> tuple[int, int]:
    part = HINT_SIDE / max(size)
    return max(1, round(size[0] * part)), max(1, round(size[1] * part))


def _packet(rights: Mapping[str, str]) -> bytes:
    """An XMP packet of creator, credit, copyright, usage terms and licensor; empty where nothing is known.

    XMP Specification Part 1 (ISO 16684-1), IPTC Photo Metadata Standard 2023.2, PLUS License Data Format 1.2.
    """
    # Cut as when they are read: a packet of more than 64 kB fits no JPEG (XMP Specification Part 3, 1.1.3).
    said = {name: escape(value[: metadata.LONGEST], quote=False) for name, value in rights.items() if value}
    one = '<rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt>'
    patterns = {
        "creator": "<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>",
        "credit": "<photoshop:Credit>{}</photoshop:Credit>",
        "copyright": f"<dc:rights>{one}</dc:rights>",
        "usage_terms": f"<xmpRights:UsageTerms>{one}</xmpRights:UsageTerms>",
        "licensor": "<plus:LicensorName>{}</plus:LicensorName>",
        "licensor_url": "<plus:LicensorURL>{}</plus:LicensorURL>",
    }
    written = {name: pattern.format(said[name]) for name, pattern in patterns.items() if name in said}
    licensor = written.pop("licensor", "") + written.pop("licensor_url", "")
    if licensor:
        resource = f'<rdf:li rdf:parseType="Resource">{licensor}</rdf:li>'
        written["licensor"] = f"<plus:Licensor><rdf:Seq>{resource}</rdf:Seq></plus:Licensor>"
    words = "".join(written.values())
    if not words:
        return b""
    spaces = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in metadata.NAMESPACES.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        f'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" {spaces}>{words}'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


# --- One job, from the standard input to the standard output ---


def work(job: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Do what the job says to the file; the answer, and the pictures that belong to it."""
    asked = dict(job["asked"])
    try:
        match job["what"]:
            case "examine":
                return {"examined": examine(data), "brought": describe(data)}, []
            case "develop":
                return {}, list(develop(data, **asked))
            case _:
                return {}, list(draw_card(data, **asked))
    except Refused as refusal:
        return {"refused": str(refusal)}, []
    except MemoryError:
        return {"refused": TOO_HEAVY}, []
    except BROKEN as error:
        return {"refused": DAMAGED, "because": repr(error)[:300]}, []


def limit(seconds: int) -> None:
    """Never more memory or time than these, no file written, and no memory left on the disk when it dies.

    It stands back for the site, whose readers wait for their pages.
    """
    try:
        import resource
    except ImportError:
        return
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(given: BinaryIO, taken: BinaryIO) -> None:
    """Read a job (one line of JSON) and its file, and write the answer (one line of JSON) and its pictures."""
    warnings.simplefilter("ignore")
    job = json.loads(given.readline())
    limit(MOST_SECONDS[job["what"]])
    answer, pictures = work(job, given.read())
    answer["lengths"] = [len(picture) for picture in pictures]
    taken.write(json.dumps(answer).encode() + b"\n" + b"".join(pictures))


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
