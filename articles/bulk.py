"""One verb for many stories: rehearsed first, so that each says beforehand what will happen to it, or why not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from articles import moments, moves
from articles.editing import StaleVersion
from articles.models import Article, Move
from articles.moves import Details, Refused
from articles.preflight import NotReady
from articles.workflow import BY_CODE, Asks, Stage, Verb

if TYPE_CHECKING:
    from staff.models import Person

MOST = 200
# What a single answer can't be given for many stories at once is moved one by one.
TOGETHER = frozenset({Asks.REASON, Asks.PERSON, Asks.MOMENT})
VERBS = tuple(verb for verb in BY_CODE.values() if verb.asks - {Asks.CHANGE} <= TOGETHER)


@dataclass(frozen=True)
class Outcome:
    """What becomes of one story, or became of it: `did` in words, or `problem`, why nothing."""

    article: Article
    did: str = ""
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
        move = moves.perform(verb.code, article, by=by, seen_version=version, details=details)
    except (Refused, NotReady) as problem:
        return Outcome(article, problem=str(problem))
    except StaleVersion:
        return Outcome(article, problem="It was saved in the meantime. Look at it again first.")
    except PermissionDenied:
        return Outcome(article, problem="You may not do this to it as it stands.")
    return Outcome(article, did=_in_words(move))


def _in_words(move: Move) -> str:
    stages = [Stage(code).label for code in (move.from_stage, move.to_stage)]
    said = [f"from “{stages[0]}” to “{stages[1]}”" if stages[0] != stages[1] else f"stays at “{stages[0]}”"]
    if move.snapshot and move.snapshot.live_from > move.at:
        said.append(f"readers have it on {moments.with_distance(move.snapshot.live_from)}")
    elif move.snapshot:
        said.append("readers have it at once")
    if told := move.told.count():
        said.append(f"{told} {'person is' if told == 1 else 'people are'} told")
    return ", ".join(said)
