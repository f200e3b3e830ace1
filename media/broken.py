"""Files that may lie about themselves: what is opened at all, and how a lie shows."""

import struct
from collections.abc import Mapping

# By Pillow's names. No other format is even tried: some of them take hundreds of megabytes for a file of a kilobyte.
EXTENSIONS: Mapping[str, str] = {
    "JPEG": "jpg", "PNG": "png", "WEBP": "webp", "TIFF": "tif", "AVIF": "avif", "GIF": "gif"
}  # fmt: skip
# Photographers' cameras write JPEGs with a small second picture inside; Pillow calls those MPO.
OPENED = (*EXTENSIONS, "MPO")

# What Pillow raises for files that lie about themselves, as seen with real ones.
BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    MemoryError,
    ZeroDivisionError,
    RuntimeError,
    struct.error,
)
