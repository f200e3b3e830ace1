"""What a story under embargo must not be told by: its words, its address, its pictures."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from articles import body
from articles.models import Article, Snapshot
from articles.previewing import as_readers

IN_A_ROW = 6
WORD = re.compile(r"[\w’'-]+")
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Secret:
    """A story under embargo, and the signs by which a page would tell of it."""

    article: Article
    runs: frozenset[str]
    phrases: frozenset[str]
    marks: frozenset[str]

    def told_by(self, page: "Said") -> str:
        """What on that page tells of the story; empty for nothing."""
        found = sorted(self.runs & page.runs) or sorted(each for each in self.phrases if f" {each} " in page.words)
        return found[0] if found else next((mark for mark in sorted(self.marks) if mark in page.source), "")


class Said:
    """What a page says, once its tags are gone."""

    def __init__(self, source: str) -> None:
        words = _words(html.unescape(TAG.sub(" ", source)))
        self.source = source
        self.words = f" {' '.join(words)} "
        self.runs = frozenset(_runs(words))


def secrets(at: datetime | None = None) -> list[Secret]:
    """Every story that is under embargo at this moment, with what of it readers cannot know from elsewhere.

    They know what the story itself told them before, and what was published before it was begun.
    """
    at = at or timezone.now()
    live = Snapshot.objects.live(at)
    embargoed = Article.objects.filter(embargo_until__gt=at).select_related("section")
    found = [_secret(article) for article in embargoed]
    for story in live.iterator():
        found = [_but_for(secret, story) if _was_known(secret, story) else secret for secret in found]
    return found


def _secret(article: Article) -> Secret:
    story = as_readers(article, article.revisions.get(version=article.version))
    short = [_words(text) for text in (article.headline, article.deck)]
    return Secret(
        article,
        runs=frozenset(_runs(_words(_text(story)))),
        phrases=frozenset(" ".join(words) for words in short if 3 <= len(words) < IN_A_ROW),
        marks=frozenset([*_pictures(story), *(_addresses(article.path) if article.path else ())]),
    )


def _addresses(path: str) -> tuple[str, str]:
    """How pages and machines would be led there."""
    return f'href="{path}"', f"{settings.SITE_URL}{path}"


def _was_known(secret: Secret, story: Snapshot) -> bool:
    return story.article_id == secret.article.pk or story.live_from < secret.article.created_at


def _but_for(secret: Secret, story: Snapshot) -> Secret:
    """The secret without what readers have in that story anyway."""
    said = Said(_text(story))
    known = {phrase for phrase in secret.phrases if f" {phrase} " in said.words}
    return replace(
        secret, runs=secret.runs - said.runs, phrases=secret.phrases - known, marks=secret.marks - _pictures(story)
    )


def _pictures(story: Snapshot) -> set[str]:
    """What the addresses of a story's pictures begin with."""
    pictures = [*story.body_pictures.values(), *([story.lead_picture] if story.lead_picture else [])]
    return {picture.key for picture in pictures}


def _text(story: Snapshot) -> str:
    captions = [picture.caption for picture in story.body_pictures.values()]
    if story.lead_picture:
        captions.append(story.lead_picture.caption)
    # Two texts make no run of words together.
    return " \n".join([story.kicker, story.headline, story.deck, body.plain_text(story.body), *captions])


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def _runs(words: list[str]) -> Iterator[str]:
    for number in range(len(words) - IN_A_ROW + 1):
        yield " ".join(words[number : number + IN_A_ROW])
