"""Tags get other names and are brought together; no address that a tag had is lost."""

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify
from taggit.models import Tag, TaggedItem

from articles.models import SnapshotTag, TagAddress

ADDRESS_LENGTH = 100


class NameTaken(ValueError):
    """Raised where a tag may not have that name."""


def refusal(tag: Tag, name: str) -> str:
    """Why the tag may not have that name; empty where it may."""
    slug = _slug(name)
    if not slug:
        return f"“{name}” has no letter or figure in it; a tag needs one."
    others = Tag.objects.exclude(pk=tag.pk)
    if others.filter(Q(name__iexact=name) | Q(slug=slug)).exists():
        return f"Another tag is called “{name}” already. Merge the two instead."
    return ""


def _slug(name: str) -> str:
    return slugify(name, allow_unicode=True)[:ADDRESS_LENGTH]


@transaction.atomic
def rename(tag: Tag, name: str) -> None:
    """Give the tag another name, and the address that goes with it; the old address leads to the new one.

    What is printed under stories that readers have keeps the old name until they are published anew. Raises NameTaken
    with the refusal, where there is one.
    """
    if why := refusal(tag, name):
        raise NameTaken(why)
    before = tag.slug
    tag.name, tag.slug = name, _slug(name)
    tag.save()
    TagAddress.objects.filter(slug=tag.slug).delete()
    if before and before != tag.slug:
        TagAddress.objects.update_or_create(slug=before, defaults={"tag": tag})


@transaction.atomic
def merge(tag: Tag, into: Tag) -> None:
    """Put `into` where `tag` was, in working copies and before readers, and let the tag's addresses lead there."""
    if tag.pk == into.pk:
        return
    both = TaggedItem.objects.filter(tag=into)
    for item in TaggedItem.objects.filter(tag=tag):
        if both.filter(object_id=item.object_id, content_type=item.content_type_id).exists():
            item.delete()
    TaggedItem.objects.filter(tag=tag).update(tag=into)
    SnapshotTag.objects.filter(tag=tag, snapshot__in=SnapshotTag.objects.filter(tag=into).values("snapshot")).delete()
    SnapshotTag.objects.filter(tag=tag).update(tag=into)
    TagAddress.objects.filter(tag=tag).update(tag=into)
    slug = tag.slug
    tag.delete()
    if slug:
        TagAddress.objects.update_or_create(slug=slug, defaults={"tag": into})
