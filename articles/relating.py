"""Putting stories beside a story by hand. It takes effect at once: what stands beside is no word of the story."""

from django.db import transaction
from django.db.models import Max

from articles.models import Article, Related

MOST = 8


class TooMany(ValueError):
    """Raised where no more stories may stand beside one."""

    def __init__(self) -> None:
        super().__init__(f"{MOST} stories stand beside this one; take one away first.")


@transaction.atomic
def add(article: Article, other: Article) -> None:
    """Put the other story last beside this one; nothing happens where it stands there. Raises TooMany."""
    Article.objects.select_for_update().get(pk=article.pk)
    mine = Related.objects.filter(article=article)
    if other.pk == article.pk or mine.filter(other=other).exists():
        return
    if mine.count() >= MOST:
        raise TooMany
    last = mine.aggregate(last=Max("position"))["last"]
    Related.objects.create(article=article, other=other, position=0 if last is None else last + 1)


@transaction.atomic
def remove(article: Article, other_id: int) -> None:
    """Take the other story away from beside this one."""
    Related.objects.filter(article=article, other=other_id).delete()


@transaction.atomic
def raise_up(article: Article, other_id: int) -> None:
    """Let the other story stand one place higher."""
    Article.objects.select_for_update().get(pk=article.pk)
    rows = list(Related.objects.filter(article=article))
    at = next((at for at, row in enumerate(rows) if row.other_id == other_id), 0)
    if at:
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    for position, row in enumerate(rows):
        row.position = position
    Related.objects.bulk_update(rows, ["position"])
