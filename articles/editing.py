"""Saving a working copy: the one way that an edit is stored."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from articles import body
from articles.addresses import SLUG_LENGTH, slug_for
from articles.models import Article, PhotoUse
from media.models import Photo

if TYPE_CHECKING:
    from staff.models import Person


class StaleVersion(ValueError):
    """Raised where somebody saved the story after the version that a person saw."""

    def __init__(self, article: Article) -> None:
        super().__init__(f"“{article}” was saved by somebody else in the meantime; nothing was stored over it.")
        self.article = article


@transaction.atomic
def save(article: Article, *, by: "Person | None", seen_version: int) -> Article:
    """Store an edit by `by` (None: the operator at the command line) and raise the version by one.

    `seen_version` is the version that the edit was made from, 0 for a story not stored before. Raises StaleVersion,
    and stores nothing, where the story has another version by now. Bylines and tags are saved by the caller in the
    same transaction.
    """
    if article.pk is None:
        article.created_by = by
    else:
        raised = Article.objects.filter(pk=article.pk, version=seen_version).update(version=F("version") + 1)
        if not raised:
            raise StaleVersion(article)
    article.version = seen_version + 1
    article.updated_by = by
    article.slug = article.slug or free_slug(article)
    article.save()
    keep_photo_uses(article)
    return article


def free_slug(article: Article) -> str:
    """A slug made from the headline that no other story has; empty for a headline that gives none."""
    wanted = slug_for(article.headline)
    if not wanted:
        return ""
    others = Article.objects.exclude(pk=article.pk)
    taken = set(others.filter(slug__startswith=wanted[: SLUG_LENGTH - 4]).values_list("slug", flat=True))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted[: SLUG_LENGTH - 1 - len(str(number))].rstrip('-')}-{number}"
    return slug


def keep_photo_uses(article: Article) -> None:
    """Make the uses on record equal to the photos in the story, passing over references to photos that don't exist."""
    wanted = {reference.photo_id for reference in body.photos(article.body)}
    if article.lead_photo_id:
        wanted.add(article.lead_photo_id)
    uses = PhotoUse.objects.filter(article=article)
    uses.exclude(photo__in=wanted).delete()
    missing = wanted.difference(uses.values_list("photo_id", flat=True))
    PhotoUse.objects.bulk_create(
        PhotoUse(article=article, photo=photo) for photo in Photo.objects.filter(pk__in=missing)
    )
