"""The same change to the words of many photos, shown before it is made."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from media import intake
from media.models import Licence, Photo
from media.models.photo import ENDS_BEFORE

MOST = 200
CALLED = {
    "caption": "caption",
    "credit": "credit",
    "agency": "agency",
    "licence": "licence",
    "allowed_until": "allowed until",
}


@dataclass(frozen=True)
class Change:
    """What is to become of each photo; what is empty stays as it is.

    In captions `find` is replaced by `put` wherever it stands, then `append` is added at the end.
    """

    credit: str = ""
    agency: str = ""
    find: str = ""
    put: str = ""
    append: str = ""
    keywords: Sequence[str] = ()
    licence: Licence | None = None
    allowed_until: date | None = None

    def of(self, photo: Photo) -> dict[str, Any]:
        """The fields of the photo that would be other than they are, with what they would be."""
        caption = photo.caption.replace(self.find, self.put) if self.find else photo.caption
        if self.append:
            caption = f"{caption} {self.append}".strip()
        wanted = {
            "caption": caption,
            "credit": self.credit or photo.credit,
            "agency": self.agency or photo.agency,
            "licence": self.licence or photo.licence,
            "allowed_until": self.allowed_until or photo.allowed_until,
        }
        return {name: value for name, value in wanted.items() if value != getattr(photo, name)}


@dataclass(frozen=True)
class Outcome:
    """What would become, or became, of one photo: each changed field with its words before and after."""

    photo: Photo
    fields: Sequence[tuple[str, str, str]] = field(default=())
    problem: str = ""


def rehearse(photos: Iterable[Photo], change: Change) -> list[Outcome]:
    """What `perform` would do; nothing is stored."""
    return [_outcome(photo, change) for photo in photos]


def perform(seen: Mapping[int, datetime], change: Change) -> Iterator[Outcome]:
    """Change each photo by itself; one that somebody changed since it was `seen` (id to moment) stays as it is."""
    for pk, moment in seen.items():
        with transaction.atomic():
            photo = Photo.objects.select_related(None).select_for_update().filter(pk=pk).first()
            if photo is None:
                continue
            if photo.updated_at != moment:
                yield Outcome(photo, problem="Somebody changed it in the meantime. Look at it again first.")
                continue
            outcome = _outcome(photo, change)
            if outcome.problem:
                yield outcome
                continue
            for name, value in change.of(photo).items():
                setattr(photo, name, value)
            intake.keep(photo)
            if change.keywords:
                photo.name_keywords([*photo.keywords.names(), *change.keywords])
        yield outcome


def _outcome(photo: Photo, change: Change) -> Outcome:
    if change.allowed_until and photo.allowed_from and change.allowed_until < photo.allowed_from:
        return Outcome(photo, problem=ENDS_BEFORE)
    fields = [(CALLED[name], _words(getattr(photo, name)), _words(value)) for name, value in change.of(photo).items()]
    if change.keywords:
        before = sorted(photo.keywords.names()) if photo.pk else []
        after = sorted({*before, *change.keywords})
        if after != before:
            fields.append(("keywords", ", ".join(before), ", ".join(after)))
    if not fields:
        return Outcome(photo, problem="It is so already.")
    return Outcome(photo, fields)


def _words(value: Any) -> str:
    return "" if value is None else str(value)
