"""Files that lie about themselves."""

import struct

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
