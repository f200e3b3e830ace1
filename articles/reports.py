"""What becomes of an error that a reader reported: a correction in one step, or a word of why there is none."""

import html
import re
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.utils import timezone

from articles import content, editing, moves
from articles.content import Content
from articles.models import Article, Move, Report, Snapshot
from articles.moves import Details, Refused

if TYPE_CHECKING:
    from staff.models import Person

PLACES = ("headline", "deck", "body")
LONGEST_HEADLINE: int = getattr(Article._meta.get_field("headline"), "max_length", 0)


@transaction.atomic
def correct(report: Report, *, by: "Person", seen_version: int, wrong: str, right: str, details: Details) -> Move:
    """Put `right` in the place of `wrong`, publish that as an update, and close the report; all of it or nothing.

    Raises StaleVersion where the story is not at `seen_version` any more, Refused with words where that cannot be done
    in one step, and what `moves.perform` raises.
    """
    report = _open(report)
    article = editing.locked(report.article_id)
    if article.version != seen_version:
        raise editing.StaleVersion(article)
    live = Snapshot.objects.filter(article=article).live().first()
    if live is None:
        raise Refused("Readers do not have this story any more.")
    if live.version != article.version:
        raise Refused("The story was edited since it went out, and that would go out with it. Correct it on its page.")
    now = replaced(content.of(article), wrong, right)
    saved = editing.save_content(article, now, by=by, seen_version=article.version)
    move = moves.perform("update", saved.article, by=by, seen_version=saved.article.version, details=details)
    _close(report, Report.State.CORRECTED, by, details.telling.words if details.telling else "")
    return move


@transaction.atomic
def close(report: Report, state: Report.State, *, by: "Person", answer: str) -> None:
    """Close a report without changing the story: there was no error, or it is corrected already.

    Raises Refused without an answer, and where somebody has closed it.
    """
    if not answer.strip():
        raise Refused("Say why: whoever asks later finds it here.")
    _close(_open(report), state, by, answer)


def replaced(before: Content, wrong: str, right: str) -> Content:
    """The content with `right` in the one place where `wrong` stands; raises Refused where that is not one place."""
    wrong, right = " ".join(wrong.split()), " ".join(right.split())
    if not wrong:
        raise Refused("Say which words are wrong, as they stand in the story.")
    now: dict[str, Any] = dict(before)
    number = 0
    for place in PLACES:
        is_body = place == "body"
        old, new = (html.escape(words, quote=False) if is_body else words for words in (wrong, right))
        # In the text, not inside a tag; a headline has none.
        parts = re.split(re.escape(old) + (r"(?![^<>]*>)" if is_body else ""), now[place])
        number += len(parts) - 1
        now[place] = new.join(parts)
    if number != 1:
        times = "is nowhere in the story as it stands" if number == 0 else f"stands {number} times in the story"
        raise Refused(f"“{wrong}” {times}. Give a passage that stands there once.")
    if len(now["headline"]) > LONGEST_HEADLINE:
        raise Refused(f"That makes a headline of more than {LONGEST_HEADLINE} characters.")
    return cast(Content, now)


def _open(report: Report) -> Report:
    held = Report.objects.select_for_update().get(pk=report.pk)
    if held.state != Report.State.OPEN:
        raise Refused(f"Somebody has dealt with this report in the meantime: {held.get_state_display().lower()}.")
    return held


def _close(report: Report, state: Report.State, by: "Person", answer: str) -> None:
    report.state, report.closed_by, report.closed_at, report.answer = state, by, timezone.now(), answer.strip()
    report.save()
