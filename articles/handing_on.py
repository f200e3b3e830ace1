"""What becomes of somebody's work when they go: it is handed to a colleague, or put back where the desk takes it up."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles import messages
from articles.editing import locked
from articles.models import Article, Move, Presence
from articles.models.article import ArticleQuerySet
from articles.moves import may_take
from articles.workflow import AT_THE_DESK, Stage

if TYPE_CHECKING:
    from staff.models import Person


@dataclass(frozen=True)
class Held:
    """What somebody holds, in numbers: who keeps accounts need not read the stories."""

    drafts: int
    at_the_desk: int
    open_now: int

    def __bool__(self) -> bool:
        return bool(self.drafts or self.at_the_desk)


@dataclass(frozen=True)
class Handed:
    """What became of it, in numbers."""

    to_colleague: int
    put_back: int


def held_by(person: "Person") -> Held:
    """What this person holds now, and how many stories they have open."""
    stories = _held(person)
    return Held(
        drafts=stories.filter(stage=Stage.DRAFT).count(),
        at_the_desk=stories.filter(stage__in=AT_THE_DESK).count(),
        open_now=Presence.objects.here().filter(person=person.pk).count(),
    )


@transaction.atomic
def hand_on(person: "Person", to: "Person | None", *, by: "Person") -> Handed:
    """Give every story at work that `person` writes or edits to `to`, each as a move on record.

    What `to` could not hold by their roles, or everything where that is None, is put back: a draft is nobody's, and a
    story at the desk waits for whoever takes it up there.
    """
    to_colleague = put_back = 0
    for pk in _held(person).values_list("pk", flat=True):
        article = locked(pk)
        receiver = to if to and may_take(to, article) else None
        if article.writer_id == person.pk:
            article.writer = receiver
        if article.editor_id == person.pk:
            article.editor = receiver
        Article.objects.filter(pk=pk).update(writer=article.writer_id, editor=article.editor_id)
        reason = "Who held it has left." if receiver else "Who held it has left; nobody holds it now."
        move = Move.objects.create(
            article=article, verb="hand_over", by=by, at=timezone.now(), version=article.version,
            from_stage=article.stage, to_stage=article.stage, to=receiver, reason=reason,
        )  # fmt: skip
        messages.tell_of_move(move)
        to_colleague, put_back = to_colleague + bool(receiver), put_back + (not receiver)
    return Handed(to_colleague, put_back)


def _held(person: "Person") -> ArticleQuerySet:
    mine = Article.objects.filter(Q(writer=person.pk) | Q(editor=person.pk), is_settled=False)
    return mine.exclude(stage=Stage.SPIKED).order_by("pk")
