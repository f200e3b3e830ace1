"""Comments on a story: threads that are answered and resolved, and the people who are named in them."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from articles import messages, roles
from articles.models import Article, Comment

if TYPE_CHECKING:
    from staff.models import Person

LONGEST = 4000
LONGEST_QUOTE = 600


class Refused(ValueError):
    """Raised where a comment cannot stand; the message says why, in words for whoever wrote it."""


@dataclass(frozen=True)
class Thread:
    """A comment with its answers, the oldest first."""

    first: Comment
    answers: list[Comment]

    @property
    def is_open(self) -> bool:
        """Whether it still asks for something."""
        return self.first.resolved_at is None


def threads(article: Article) -> list[Thread]:
    """Everything said about a story: open threads first, each group in the order of its beginning; one query."""
    said = list(article.comments.select_related("by", "resolved_by"))
    found = [
        Thread(first, [answer for answer in said if answer.thread_id == first.pk])
        for first in said
        if first.thread_id is None
    ]
    return sorted(found, key=lambda thread: not thread.is_open)


@transaction.atomic
def say(
    article: Article, text: str, *, by: "Person", quote: str = "", answers: Comment | None = None, version: int
) -> Comment:
    """Begin a thread, or answer in one, which opens it again. Raises Refused."""
    first = (answers.thread or answers) if answers else None
    comment = Comment.objects.create(
        article=article, thread=first, by=by, at=timezone.now(), text=_words(text),
        quote="" if first else " ".join(quote.split())[:LONGEST_QUOTE], version=version,
    )  # fmt: skip
    if first and first.resolved_at:
        resolve(first, by=by, is_resolved=False)
    messages.tell_of_comment(comment, _named_in(comment.text, article))
    return comment


@transaction.atomic
def edit(comment: Comment, text: str, *, by: "Person", seen: str) -> None:
    """Write a comment anew; whoever is newly named in it is told. `seen` is what it said when it was opened.

    Raises PermissionDenied for somebody else's, and Refused where it says something else by now.
    """
    if comment.by_id != by.pk:
        raise PermissionDenied("Only who wrote a comment changes it.")
    comment = Comment.objects.select_for_update().select_related("article").get(pk=comment.pk)
    if comment.text.split() != seen.split():
        raise Refused(f"You changed this comment in another tab. What you wrote here was: {text.strip()}")
    before = {person.pk for person in _named_in(comment.text, comment.article)}
    comment.text, comment.edited_at = _words(text), timezone.now()
    comment.save(update_fields=["text", "edited_at"])
    if new := [person for person in _named_in(comment.text, comment.article) if person.pk not in before]:
        messages.tell_of_comment(comment, new)


def resolve(comment: Comment, *, by: "Person", is_resolved: bool) -> None:
    """Resolve the thread that a comment stands in, or open it again."""
    first = comment.thread or comment
    first.resolved_at = timezone.now() if is_resolved else None
    first.resolved_by = by if is_resolved else None
    first.save(update_fields=["resolved_at", "resolved_by"])


def _named_in(text: str, article: Article) -> "list[Person]":
    """The colleagues whose whole name stands after an @ in the text, and who may open the story."""
    if "@" not in text:
        return []
    found = []
    # The longest first: who writes “@Ana Brandt” does not mean another Ana.
    for person in sorted(roles.readers_of(article), key=lambda person: len(person.name), reverse=True):
        text, number = re.subn(rf"@{re.escape(person.name)}(?!\w)", "", text, flags=re.IGNORECASE)
        if number:
            found.append(person)
    return found


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise Refused("Write something first.")
    if len(words) > LONGEST:
        raise Refused(f"A comment has at most {LONGEST} characters.")
    return words
