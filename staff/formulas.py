"""Cells of a table that somebody opens in a spreadsheet."""

# What a spreadsheet would take for the beginning of a formula.
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: object) -> str:
    """The value as text that a spreadsheet shows and does not compute."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(BEGINNINGS) else text
