"""Finding photos by the beginnings of their words: SQLite's FTS5, a `tsvector` of PostgreSQL.

Only here is it known which of the two it is. The latest come first, and whoever wants few waits for few: a word of
every photo costs no more than a word of some.
"""

from typing import TYPE_CHECKING, cast

from django.db import connections
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from media.words import words

if TYPE_CHECKING:
    from media.models.photo import PhotoQuerySet

WORDS_AT_MOST = 12


def matching(photos: "PhotoQuerySet", typed: str) -> "PhotoQuerySet":
    """Of these photos those in which a word begins with each of the words that were typed, the latest first.

    Whatever else was typed is passed over; nothing at all asks for all, and signs without a word in them for none.
    """
    sought = list(dict.fromkeys(words(typed)))[:WORDS_AT_MOST]
    if not sought:
        return photos.none() if typed.replace("\0", " ").strip() else photos
    # The words are letters and digits, and need no escape in either language.
    if connections[photos.db].vendor == "postgresql":
        asked = " & ".join(f"'{word}':*" for word in sought)
        has_all = RawSQL("media_photo.words @@ %s::tsquery", [asked], output_field=BooleanField())
        return photos.filter(has_all).order_by("-pk")
    # The index comes first and is read from its end: the plus sign keeps SQLite from asking it photo by photo.
    found = photos.extra(
        tables=["media_photo_words"],
        where=["media_photo_words MATCH %s", "media_photo.id = +media_photo_words.rowid"],
        params=[" AND ".join(f'"{word}" *' for word in sought)],
        order_by=["-media_photo_words.rowid"],
    )
    return cast("PhotoQuerySet", found)
