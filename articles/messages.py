"""Messages: somebody is told that a story waits for them, or that they were named, on their desk and by mail."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from articles import roles
from articles.models import Article, Comment, Message, Move
from articles.tasks import mail_message
from articles.waiting import waited_for
from articles.workflow import BY_CODE

if TYPE_CHECKING:
    from staff.models import Person


def tell_of_move(move: Move) -> None:
    """Tell whom the story waits for now that it has come to them; never whoever moved it, and so has seen it."""
    if move.by:
        read(move.by, move.article)
    if move.verb in BY_CODE:
        _tell([each for each in waited_for(move.article) if each.pk != move.by_id], move.article, move=move)


def tell_of_assignment(move: Move, given: "Iterable[Person]") -> None:
    """Tell those to whom the plans give the story, if it waits for them now; never whoever made the plans."""
    people = {person.pk for person in given} - {move.by_id}
    _tell([each for each in waited_for(move.article) if each.pk in people], move.article, move=move)


def tell_of_comment(comment: Comment, named: "Iterable[Person]") -> None:
    """Tell those who are named in a comment, or where nobody is, whom the story waits for."""
    to = {person.pk: person for person in named} or {person.pk: person for person in waited_for(comment.article)}
    to.pop(comment.by_id or 0, None)
    _tell(to.values(), comment.article, comment=comment)


def _tell(
    people: "Iterable[Person]", article: Article, *, move: Move | None = None, comment: Comment | None = None
) -> None:
    for person in people:
        message = Message.objects.create(to=person, article=article, move=move, comment=comment, at=timezone.now())
        transaction.on_commit(partial(mail_message.enqueue, message.pk))


def unread(person: "Person") -> QuerySet[Message]:
    """What this person has not looked at yet, the newest first, about stories that they may open."""
    mine = Message.objects.filter(roles.visible(person, of="article__"), to=person, read_at=None)
    return mine.select_related("article", "move__by", "comment__by").defer("article__body")


def read(person: "Person", article: Article) -> None:
    """Note that this person has looked at the story: what was told about it is read."""
    Message.objects.filter(to=person, article=article, read_at=None).update(read_at=timezone.now())


def said(message: Message) -> tuple[str, str]:
    """What a message says: who did what, and in what words (empty where there are none)."""
    if message.comment:
        return f"{message.comment.by or 'Somebody'} wrote", message.comment.text
    assert message.move is not None  # noqa: S101 - a constraint of the database
    did = BY_CODE[message.move.verb].told if message.move.verb in BY_CODE else "gave you the story"
    return f"{message.move.by or 'Somebody'} {did}", message.move.reason


def mail(message: Message) -> tuple[str, str]:
    """The subject and the text of a message's mail."""
    did, words = said(message)
    address = reverse("admin:articles_article_change", args=[message.article_id])
    lines = [f"{did}: “{message.article}”", "", *([words, ""] if words else []), f"{settings.SITE_URL}{address}"]
    return f"{did}: {message.article}"[:200].replace("\n", " "), "\n".join(lines)
