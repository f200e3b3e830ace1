"""One verb for many stories: rehearsed first, so that each says beforehand what will happen to it, or why not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from articles import moves
from articles.editing import StaleVersion
from articles.models import Article
from articles.moves import Details, Refused
from articles.preflight import NotReady
from articles.workflow import BY_CODE, Asks, Verb

if TYPE_CHECKING:
    from staff.models import Person

MOST = 200
# What a single answer can't be given for many stories at once is moved one by one.
TOGETHER = frozenset({Asks.REASON, Asks.PERSON, Asks.MOMENT})
VERBS = tuple(verb for verb in BY_CODE.values() if verb.asks - {Asks.CHANGE} <= TOGETHER)


@dataclass(frozen=True)
class Outcome:
    """What becomes of one story, or became of it: `problem` says why nothing, empty where it moves."""

    article: Article
    problem: str = ""


def rehearse(verb: Verb, seen: Iterable[tuple[Article, int]], *, by: "Person", details: Details) -> list[Outcome]:
    """What `perform` would do, by doing it and taking it back: nothing is changed and nobody is told."""
    found = []
    for article, version in seen:
        with transaction.atomic():
            found.append(_one(verb, article, version, by, details))
            transaction.set_rollback(True)
    return found


def perform(verb: Verb, seen: Iterable[tuple[Article, int]], *, by: "Person", details: Details) -> Iterator[Outcome]:
    """Move each story by itself, from the version that the person saw: one that can't be moved holds up no other."""
    for article, version in seen:
        yield _one(verb, article, version, by, details)


def _one(verb: Verb, article: Article, version: int, by: "Person", details: Details) -> Outcome:
    try:
        moves.perform(verb.code, article, by=by, seen_version=version, details=details)
    except (Refused, NotReady) as problem:
        return Outcome(article, str(problem))
    except StaleVersion:
        return Outcome(article, "It was saved in the meantime. Look at it again first.")
    except PermissionDenied:
        return Outcome(article, "You may not do this to it as it stands.")
    return Outcome(article)
