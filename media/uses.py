"""Where photos are used. The photo desk knows nothing of stories: an app that uses photos registers here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from media.models import Photo

Asking = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class Use:
    """One place where a photo is used: what it is (“story”, “portrait”), its name, and where to look at it.

    Places that the person who asks may not see are one use without an address, whose name says only how many they are.
    `is_public` says that readers see the photo there now.
    """

    what: str
    name: str
    url: str = ""
    is_public: bool = False


@dataclass(frozen=True)
class Replaced:
    """What became of one use when a photo was to be replaced: what was done, or why nothing was."""

    name: str
    done: str = ""
    problem: str = ""


class UsesPhotos(Protocol):
    """What an app that uses photos can be asked."""

    def uses(self, photo: Photo, *, by: Asking) -> Iterable[Use]:
        """Its uses of a photo, all that keep it from being deleted: named as far as this person may see them, or
        readers do, and otherwise counted.
        """

    def referring(self) -> Iterable[QuerySet[Any]]:
        """Its rows that refer to photos, each with a `photo_id`."""

    def shown(self) -> Iterable[str]:
        """The keys of the prints that its readers see, now or as is scheduled."""

    def replace(self, old: Photo, new: Photo, *, by: Asking) -> Iterable[Replaced]:
        """Put `new` in the place of `old` wherever this person may, each use by itself; what they may not see stays,
        and is counted.
        """


_all: list[UsesPhotos] = []


def register(users: UsesPhotos) -> None:
    """Have an app asked from now on; called once, when the app is ready."""
    _all.append(users)


def of(photo: Photo, *, by: Asking) -> list[Use]:
    """Where a photo is used, as this person may know it, what readers see first."""
    found = [use for users in _all for use in users.uses(photo, by=by)]
    return sorted(found, key=lambda use: not use.is_public)


def is_used() -> Q:
    """The photos that are used anywhere."""
    used = Q(pk__in=[])
    for users in _all:
        for rows in users.referring():
            used |= Q(Exists(rows.filter(photo_id=OuterRef("pk"))))
    return used


def shown() -> set[str]:
    """The keys of the prints that readers see, now or as is scheduled; also of what a photo was earlier."""
    return {key for users in _all for key in users.shown()}


def replace(old: Photo, new: Photo, *, by: Asking) -> Sequence[Replaced]:
    """Put a photo in the place of another one, everywhere where this person may."""
    return [each for users in _all for each in users.replace(old, new, by=by)]
