"""The desk's plans for a story: who writes and edits it, until when, how long, and from when anybody may see it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from articles import messages, moments, moves, roles, watching
from articles.editing import locked
from articles.models import Article, Move, Snapshot
from articles.moves import Refused
from articles.workflow import Publication

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from staff.models import Person

PLANS = ("writer_id", "editor_id", "deadline", "length", "embargo_until")


class Replanned(Refused):
    """Raised where somebody changed the plans after a person saw them; the message says what they are now."""

    def __init__(self, article: Article) -> None:
        super().__init__(
            f"Somebody changed the plans in the meantime, to: {in_words(article)}. What you see here is yours; send "
            "it again if it is to stand."
        )


def seen(article: Article) -> dict[str, str]:
    """The plans as somebody sees them now, each as a text that can be sent along and compared."""
    return {name: as_seen(getattr(article, name)) for name in PLANS}


def as_seen(value: Any) -> str:
    """One of the plans as such a text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return "" if value is None else str(value)


def in_words(article: Article) -> str:
    """The plans in one line."""
    people = {"written by": article.writer, "edited by": article.editor}
    times = {"deadline": article.deadline, "embargo until": article.embargo_until}
    said = [f"{name} {person}" for name, person in people.items() if person]
    said += [f"{name} {moments.in_words(at)}" for name, at in times.items() if at]
    return ", ".join([*said, *([f"{article.length} words"] if article.length else [])]) or "nothing"


def writers(article: Article) -> "QuerySet[Person]":
    """Who may be asked to write a story of its section."""
    return roles.colleagues(article.section_id)


def editors(article: Article) -> "QuerySet[Person]":
    """Who may be asked to edit a story of its section."""
    return roles.colleagues(article.section_id, lambda role: "approve" in role.verbs)


@transaction.atomic
def plan(article: Article, plans: Mapping[str, Any], *, by: "Person", seen: Mapping[str, str]) -> None:
    """Set those of the desk's plans for a story that are given: `writer`, `editor`, `deadline`, `length`.

    The history says so, and who is given the story is told if it waits for them. `seen` is what the person saw of the
    plans, as `seen()` says it.

    Raises Replanned where one of those is not so any more, PermissionDenied for who may not assign the story, and
    Refused for a deadline that is past.
    """
    stored = locked(article.pk)
    if not roles.has_right(by, roles.ASSIGN, stored):
        raise PermissionDenied(f"{by} may not assign this story.")
    if any(as_seen(getattr(stored, name)) != value for name, value in seen.items() if name in PLANS):
        raise Replanned(stored)
    changed = {
        name: plans[name]
        for name in ("writer", "editor", "deadline", "length")
        if name in plans and plans[name] != getattr(stored, name)
    }
    if not changed:
        return
    deadline = changed.get("deadline")
    if deadline and deadline <= timezone.now():
        raise Refused(f"{moments.in_words(deadline)} is past: a deadline is still to come.")
    Article.objects.filter(pk=stored.pk).update(**changed)
    move = _record(stored, "plan", by, "; ".join(_said(name, value) for name, value in changed.items()))
    stored.refresh_from_db(fields=["writer", "editor"])
    messages.tell_of_assignment(move, [changed[name] for name in ("writer", "editor") if changed.get(name)])


def _said(name: str, value: Any) -> str:
    called = {"writer": "who writes", "editor": "who edits", "deadline": "deadline", "length": "length asked"}[name]
    if value is None:
        return f"no {called}" if name in {"deadline", "length"} else f"{called}: nobody"
    if isinstance(value, datetime):
        return f"{called}: {moments.in_words(value)}"
    return f"{called}: {value}{' words' if name == 'length' else ''}"


@transaction.atomic
def embargo(article: Article, until: datetime | None, *, by: "Person | None") -> None:
    """Set, lengthen, shorten or lift (None) the moment before which nobody outside may see a word of the story.

    Raises PermissionDenied: who may publish sets and lengthens, shortening takes its own right. Raises Refused for a
    moment that is past, for a story that readers have, and where a schedule would go out before it.
    """
    article = locked(article.pk)
    before = article.embargo_until
    if until == before:
        return
    shortens = before is not None and before > timezone.now() and (until is None or until < before)
    if by is not None and not (
        roles.has_right(by, roles.SHORTEN_EMBARGO, article) if shortens else roles.may(by, "publish", article)
    ):
        raise PermissionDenied(f"{by} may not {'shorten' if shortens else 'set'} the embargo of this story.")
    if until is not None:
        _require_unseen(article, until)
    Article.objects.filter(pk=article.pk).update(embargo_until=until)
    move = _record(article, "embargo", by, moments.in_words(until) if until else "")
    if shortens:
        watching.passed_over(move, "shortened an embargo" if until else "lifted an embargo")


def _require_unseen(article: Article, until: datetime) -> None:
    if until <= timezone.now():
        raise Refused(f"{moments.in_words(until)} is past: an embargo ends later than now.")
    if moves.was_seen(article) and article.publication_at() == Publication.LIVE:
        raise Refused("Readers have this story already; withdraw it before you embargo it.")
    early = Snapshot.objects.filter(article=article, live_from__lt=until).scheduled().first()
    if early:
        raise Refused(f"It is scheduled for {moments.in_words(early.live_from)}, before that. Unschedule it first.")


def _record(article: Article, verb: str, by: "Person | None", words: str) -> Move:
    return Move.objects.create(
        article=article, verb=verb, by=by, at=timezone.now(), version=article.version, from_stage=article.stage,
        to_stage=article.stage, reason=words,
    )  # fmt: skip
