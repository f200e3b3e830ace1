"""Saving a working copy: the one way that an edit is stored, and a revision is made of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from articles import body, content, lookup, merging, roles
from articles.addresses import SLUG_LENGTH, slug_for
from articles.content import Content, Name
from articles.merging import Merge
from articles.models import Article, PhotoUse, Proposal, Revision, SnapshotPhoto
from articles.prepared import Prepared
from articles.roles import Hand
from media.models import Photo

if TYPE_CHECKING:
    from staff.models import Person

# How often a new story is tried to be stored where somebody takes its slug at the same moment.
ATTEMPTS = 3
# What others may have changed of a story meanwhile, and no save does.
UNSAVED = (
    "stage", "writer_id", "editor_id", "deadline", "length", "embargo_until", "created_by_id", "created_at",
)  # fmt: skip
USES: Prepared[int] = Prepared(
    PhotoUse, lambda article: PhotoUse.objects.filter(article=article).values_list("photo", flat=True)
)


class StaleVersion(ValueError):
    """Raised where somebody saved the story after the version that a person saw."""

    def __init__(self, article: Article) -> None:
        super().__init__(f"“{article}” was saved by somebody else in the meantime; nothing was stored over it.")
        self.article = article


class NotYours(PermissionDenied):
    """Raised where a person may not, or no longer, change the story in this way; the message says why."""


@transaction.atomic
def save(
    article: Article,
    *,
    by: "Person | None",
    seen_version: int,
    names: Sequence[Name] | None = None,
    tags: Iterable[str] | None = None,
    restores: int | None = None,
    proposed_by: "Person | None" = None,
) -> Article:
    """Store the story as the instance has it, with this byline and these tags (None: as they are), as a revision.

    `seen_version` is the version that the edit was made from, 0 for a story not stored before. `by` is None for the
    operator at the command line. Where nothing is different from what is stored, nothing happens.

    Raises StaleVersion, and stores nothing, where the story has another version by now, and NotYours where `by` may
    not make this change.
    """
    before = None
    if article.pk is None:
        now = content.of(article, names=names, tags=tags)
        _require_section(by, now["section"], None)
        article.created_by = by
        article.writer = article.writer or by
    else:
        stored = locked(article.pk)
        if stored.version != seen_version:
            raise StaleVersion(stored)
        before = content.of(stored)
        for field in UNSAVED:
            setattr(article, field, getattr(stored, field))
        now = content.of(
            article, names=before["names"] if names is None else names, tags=before["tags"] if tags is None else tags
        )
        if now == before:
            article.version = stored.version
            return article
        _require_hand(by, stored, before, now)
        _require_section(by, now["section"], before["section"])
    wanted, used = body.photo_ids(now["body"]) | {now["lead_photo"] or 0} - {0}, photos_in_use(article)
    if refused := refused_photos(article, wanted - used):
        raise NotYours(" ".join(refused.values()))
    article.version = seen_version + 1
    article.updated_by = by
    article.is_settled = False
    article.slug = article.slug or _free_slug(article)
    article.save()
    if before is None or now["names"] != before["names"]:
        content.keep_names(article, now["names"])
    if before is None or now["tags"] != before["tags"]:
        article.tags.set(now["tags"])
    _keep_photo_uses(article, new=wanted - used, gone=used - wanted)
    Revision.objects.create(
        article=article,
        version=article.version,
        content={**now, "slug": article.slug},
        by=by,
        at=timezone.now(),
        restores=restores,
        proposed_by=proposed_by,
    )
    lookup.keep(article)
    return article


@dataclass(frozen=True)
class Saved:
    """What came of a save: the story, and what others had saved since the version that it was made from.

    `joined` is the last of their revisions, None for none; `before` and `meanwhile` are the story as the person saw
    it and as it stood when their save came.
    """

    article: Article
    before: Content
    meanwhile: Content
    joined: Revision | None = None


class Clash(Exception):
    """Raised where two people changed the same thing; nothing was stored, and every text is in here."""

    def __init__(self, article: Article, *, base: Content, theirs: Content, mine: Content, merge: Merge) -> None:
        super().__init__("Somebody else changed the same part of the story in the meantime.")
        self.article = article
        self.base = base
        self.theirs = theirs
        self.mine = mine
        self.merge = merge


@transaction.atomic
def save_content(
    article: Article,
    mine: Content,
    *,
    by: "Person | None",
    seen_version: int,
    restores: int | None = None,
    proposed_by: "Person | None" = None,
) -> Saved:
    """Store `mine`, made from `seen_version` of a stored story. What others saved since is brought together with it.
    Where its slug is another story's by now, the story keeps the one that it has.

    Raises Clash, storing nothing, where both changed the same thing, NotYours where `by` may not make this change, and
    Revision.DoesNotExist for a version that never was.
    """
    stored = locked(article.pk)
    base: Content = stored.revisions.get(version=seen_version).content
    theirs = content.of(stored)
    joined = None
    if stored.version != seen_version:
        merge = merging.merge(base, theirs, mine)
        if merge.collisions:
            raise Clash(stored, base=base, theirs=theirs, mine=mine, merge=merge)
        joined = stored.revisions.exclude(by=by).filter(version__gt=seen_version).first()
        mine = merge.content
    if mine["slug"] != stored.slug and Article.objects.filter(slug=mine["slug"]).exclude(slug="").exists():
        mine = {**mine, "slug": stored.slug}
    content.put(mine, stored)
    save(
        stored, by=by, seen_version=stored.version, names=mine["names"], tags=mine["tags"], restores=restores,
        proposed_by=proposed_by,
    )  # fmt: skip
    return Saved(stored, base, theirs, joined)


def begin(
    article: Article, *, by: "Person", names: Sequence[Name], tags: Iterable[str], tab: str, mine: Content
) -> Article:
    """Store a story that was never stored. The same form sent twice begins one story, with what it said last.

    `tab` names the form; `mine` is what it says. Raises NotYours where `by` may not put it there.
    """
    for _ in range(ATTEMPTS):
        begun = Article.objects.filter(created_by=by, begun_in=tab).first()
        if begun:
            return save_content(begun, {**mine, "slug": mine["slug"] or begun.slug}, by=by, seen_version=1).article
        article.begun_in = tab
        try:
            with transaction.atomic():
                return save(article, by=by, seen_version=0, names=names, tags=tags)
        except IntegrityError:
            # At the same moment the form came twice, or somebody took the slug.
            article.pk, article.slug = None, mine["slug"]
    raise StaleVersion(article)


@transaction.atomic
def delete(article: Article, *, by: "Person", seen_version: int) -> None:
    """Delete a story that readers never saw, with its history; what somebody typed for it and never saved stays theirs.

    Raises StaleVersion, NotYours for who may not publish it, and ProtectedError for one that readers saw.
    """
    stored = locked(article.pk)
    if not roles.may(by, "publish", stored):
        raise NotYours("Only who may publish a story deletes it.")
    if stored.version != seen_version:
        raise StaleVersion(stored)
    stored.delete()


def locked(pk: int) -> Article:
    """The working copy as it is stored, held until the transaction ends; raises Article.DoesNotExist."""
    return Article.objects.select_for_update().get(pk=pk)


@transaction.atomic
def propose(article: Article, wanted: Content, *, by: "Person", seen_version: int) -> Proposal:
    """Hand the desk a change to a story that readers have. Raises NotYours where `by` may not even propose."""
    stored = locked(article.pk)
    if roles.hand(by, stored, stored.publication_at()) not in {Hand.PROPOSES, Hand.EDITS}:
        raise NotYours("You may read this story, but not change it.")
    for twin in Proposal.objects.filter(article=stored, by=by, state=Proposal.State.OPEN, version=seen_version):
        if twin.content == wanted:
            # The same form sent twice proposes one change.
            return twin
    return Proposal.objects.create(article=stored, version=seen_version, content=wanted, by=by, at=timezone.now())


def _require_hand(by: "Person | None", stored: Article, before: Content, now: Content) -> None:
    """Raise NotYours unless `by` may turn the stored content into this one."""
    if by is None:
        return
    hand = roles.hand(by, stored, stored.publication_at())
    if hand == Hand.NONE:
        raise NotYours(
            f"The story is at the stage “{stored.get_stage_display()}” now, at which you may read it but not change it."
        )
    if hand == Hand.PROPOSES:
        raise NotYours("Readers have this story: you may propose a change, and the desk makes it.")
    if hand == Hand.PHOTOS and not _is_about_photos(before, now):
        raise NotYours("You may change the photos of this story, not its words.")


def photos_in_use(article: Article) -> set[int]:
    """The photos that the story has, as it is stored."""
    return set(USES(article=article.pk)) if article.pk else set()


def refused_photos(article: Article, wanted: set[int]) -> dict[int, str]:
    """Those of these photos, which the story has not yet, that it may not have, each with why: outside its terms, or
    used once already.
    """
    if not wanted:
        return {}
    found = Photo.objects.filter(pk__in=wanted)
    refused = {photo.pk: words for photo in found if (words := photo.refusal())}
    once = found.filter(is_one_time=True)
    others = PhotoUse.objects.filter(photo__in=once).exclude(article=article.pk)
    printed = SnapshotPhoto.objects.filter(photo__in=once).exclude(snapshot__article=article.pk)
    for photo in once.filter(Q(pk__in=others.values("photo")) | Q(pk__in=printed.values("photo"))):
        refused.setdefault(photo.pk, f"The photo “{photo}” is for a single use, and another story has it.")
    return refused


def _is_about_photos(before: Content, now: Content) -> bool:
    """Whether two contents differ in their photos alone."""
    if set(content.differing(before, now)) - content.PHOTO_FIELDS:
        return False
    return body.without_photos(before["body"]) == body.without_photos(now["body"])


def _require_section(by: "Person | None", section: int | None, before: int | None) -> None:
    if by is None or section in (None, before):
        return
    if not roles.sections_of(by).filter(pk=section).exists():
        raise NotYours("That section is not one of yours.")


def _free_slug(article: Article) -> str:
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


def _keep_photo_uses(article: Article, *, new: set[int], gone: set[int]) -> None:
    """Keep on record which photos the story has, passing over references to photos that don't exist."""
    if gone:
        PhotoUse.objects.filter(article=article, photo__in=gone).delete()
    if new:
        PhotoUse.objects.bulk_create(
            PhotoUse(article=article, photo=photo) for photo in Photo.objects.filter(pk__in=new)
        )
