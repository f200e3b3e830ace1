"""The line for breaking news above every front."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from articles import roles
from articles.arranging import Misplaced
from articles.models import Article, BreakingLine

if TYPE_CHECKING:
    from staff.models import Person

LONGEST = timedelta(days=2)


def break_news(words: str, *, until: datetime, by: "Person", article: Article | None = None) -> BreakingLine:
    """Put a line above every front, in place of the one that is there. Raises PermissionDenied and Misplaced."""
    now = timezone.now()
    if not roles.may_arrange(by, None):
        raise PermissionDenied
    if not words.strip():
        raise Misplaced("Say what has happened.")
    if not now < until <= now + LONGEST:
        raise Misplaced("Its end lies after now, and within two days.")
    with transaction.atomic():
        BreakingLine.objects.live(now).order_by().update(live_until=now)
        return BreakingLine.objects.create(
            words=words.strip(), article=article, live_from=now, live_until=until, made_by=by
        )


def end_line(line: BreakingLine, *, by: "Person") -> None:
    """Take a line down before its end. Raises PermissionDenied."""
    if not roles.may_arrange(by, None):
        raise PermissionDenied
    BreakingLine.objects.live().filter(pk=line.pk).order_by().update(live_until=timezone.now())
