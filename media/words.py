"""Words as they are looked for: one rule for photos and for stories."""

import unicodedata


def folded(words: str) -> str:
    """Words as they are looked for: without accents, in no case."""
    plain = unicodedata.normalize("NFKD", words)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
