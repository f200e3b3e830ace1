"""Checks what is stored of photos against what the database says, and removes what nothing needs."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from itertools import islice
from pathlib import PurePosixPath

from django.core.files.storage import storages
from django.utils import timezone

from media import renditions, uses
from media.models import Photo, Print
from media.models.photo import originals
from media.renditions import Rendition
from media.shelves import PART, Found, Unreachable

OURS = re.compile(r"(?P<folder>[0-9a-f]{2})/(?P<digest>(?P=folder)[0-9a-f]{62})\.[a-z]{3,4}")
# What is younger may belong to a transaction that has not ended.
SETTLED_AFTER = timedelta(days=1)
ORIGINALS, RENDITIONS, CARDS = "originals", "renditions", "cards/"
AT_ONCE = 1000


class Kind(Enum):
    """What can be wrong with a file: what it is called, and whether something is lost by it."""

    MISSING = "missing", True
    CHANGED = "changed", True
    UNREADABLE = "unreadable", True
    LOST = "lost", True
    ORPHANED = "orphaned", False
    LEFT_OVER = "left over", False
    STRANGE = "strange", False

    def __init__(self, called: str, is_loss: bool) -> None:
        self.called = called
        self.is_loss = is_loss


ADVICE: Mapping[Kind, str] = {
    Kind.MISSING: "Put them back from a backup, under these names. A photo's own file can also be given to it again in "
    "the photo desk. Pictures that were made of them before are shown as long as the renditions are kept.",
    Kind.CHANGED: "Their content is not what was uploaded. Put them back from a backup, or give the photo the very "
    "same file again in the photo desk. Don't run “renditions --force” before.",
    Kind.UNREADABLE: "Let the user that runs the site read them, and look at the disk they are on.",
    Kind.LOST: "Stories show these pictures and the database does not know how they were made. It was brought back "
    "from a backup that is older than the stories, or not whole: bring back a later one.",
    Kind.ORPHANED: "No photo and no picture of earlier was made from them: an upload was broken off, or the database "
    "is an older one. “check_media --delete-orphans” removes them.",
    Kind.LEFT_OVER: "Nothing refers to them. “check_media --delete-leftovers” removes them.",
    Kind.STRANGE: "Attaché did not put them there and leaves them alone. See whose they are.",
}


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be with one file on a shelf, and what is known of it."""

    kind: Kind
    name: str
    shelf: str
    about: str = ""


@dataclass(frozen=True)
class Rows:
    """What the database says: the digests that photos have for each original, and the prints that readers see."""

    digests: Mapping[str, set[str]]
    shown: set[str]

    @classmethod
    def read(cls) -> "Rows":
        """As they are now. Read before the shelves are looked at: a file is stored before its row can be seen."""
        found: dict[str, set[str]] = {name: set() for name in Print.objects.values_list("original", flat=True)}
        for name, digest in Photo.objects.exclude(file="").values_list("file", "sha256").iterator():
            found.setdefault(name, set()).add(digest)
        return cls(found, uses.shown())

    def about(self, name: str) -> str:
        """Whose original it is, and whether readers see pictures of it."""
        photos = [f"photo {photo.pk} “{photo}”" for photo in Photo.objects.filter(file=name)[:3]]
        keys = set(Print.objects.filter(original=name).values_list("key", flat=True))
        whose = ", ".join(photos) or "an earlier file of a photo"
        return f"{whose}; readers see it" if keys & self.shown else whose


def check_prints(rows: Rows) -> Iterator[Finding]:
    """The pictures that readers see, now or as is scheduled, and of which no print is known."""
    shown = sorted(rows.shown)
    for some in range(0, len(shown), AT_ONCE):
        keys = shown[some : some + AT_ONCE]
        known = set(Print.objects.filter(key__in=keys).values_list("key", flat=True))
        yield from (Finding(Kind.LOST, key, RENDITIONS) for key in keys if key not in known)


def check_originals(rows: Rows, *, reads: bool, since: str, seen: Callable[[int, int, str], None]) -> Iterator[Finding]:
    """What is wrong with the originals from the name `since` on, in the order of their names.

    `reads` has each one read, to compare what is in it with its name; `seen` is told how many of how many have been
    looked at, and the name of the next. Raises Unreachable.
    """
    there = {found.name: found for found in originals().walk()}
    names = sorted(name for name in rows.digests.keys() | there.keys() if name >= since)
    for number, name in enumerate(names):
        seen(number, len(names), name)
        if name not in rows.digests:
            finding = _unknown(there[name], ORIGINALS)
        elif name not in there:
            finding = Finding(Kind.MISSING, name, ORIGINALS, rows.about(name))
        else:
            finding = _differing(name, rows, reads=reads)
        if finding:
            yield finding


def check_renditions(*, seen: Callable[[int], None]) -> Iterator[Finding]:
    """What is kept among the renditions and is none of a print, or not one that is offered any more.

    Social cards are not looked into. `seen` is told how many files have been looked at. Raises Unreachable.
    """
    files, number = renditions.storage().walk(), 0
    while some := list(islice(files, AT_ONCE)):
        named = {file.name: Rendition.named(file.name) for file in some}
        prints = Print.objects.in_bulk({each.key for each in named.values() if each}, field_name="key")
        offered = {each.name for found in prints.values() for each in renditions.all_of(found)}
        for file in some:
            if named[file.name] and file.name not in offered:
                yield Finding(Kind.LEFT_OVER, file.name, RENDITIONS)
            elif not named[file.name] and (finding := _unknown(file, RENDITIONS)):
                yield finding
        number += len(some)
        seen(number)


def delete_leftovers(findings: Iterable[Finding]) -> None:
    """Remove files that were found to be left over. Raises Unreachable."""
    for each in findings:
        if each.kind is Kind.LEFT_OVER:
            storages[each.shelf].delete(each.name)


def _unknown(file: Found, shelf: str) -> Finding | None:
    """What a file is to which no row refers; None for one that is too young to tell, and for social cards."""
    if PurePosixPath(file.name).name.startswith(PART):
        kind = Kind.LEFT_OVER
    elif shelf == ORIGINALS and OURS.fullmatch(file.name):
        kind = Kind.ORPHANED
    else:
        is_card = shelf == RENDITIONS and file.name.startswith(CARDS)
        return None if is_card else Finding(Kind.STRANGE, file.name, shelf)
    return Finding(kind, file.name, shelf) if file.stored_at < timezone.now() - SETTLED_AFTER else None


def _differing(name: str, rows: Rows, *, reads: bool) -> Finding | None:
    wanted = PurePosixPath(name).stem
    if rows.digests[name] - {wanted}:
        return Finding(Kind.CHANGED, name, ORIGINALS, f"{rows.about(name)}; its row names another content")
    if not reads:
        return None
    try:
        is_same = hashlib.sha256(originals().read(name)).hexdigest() == wanted
    except FileNotFoundError:
        return Finding(Kind.MISSING, name, ORIGINALS, rows.about(name))
    except Unreachable:
        raise
    except OSError as error:
        return Finding(Kind.UNREADABLE, name, ORIGINALS, f"{rows.about(name)}; {error.strerror}")
    return None if is_same else Finding(Kind.CHANGED, name, ORIGINALS, rows.about(name))
