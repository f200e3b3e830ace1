"""Publishing: the only door between working copies and readers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from articles import content as contents
from articles import moments
from articles.addresses import story_path
from articles.bylines import BylineName
from articles.changes import Change
from articles.content import Content
from articles.editing import StaleVersion, locked
from articles.material import Material, makers
from articles.models import (
    Address,
    Article,
    Author,
    Correction,
    Snapshot,
    SnapshotAuthor,
    SnapshotPhoto,
    SnapshotTag,
    Stamp,
)
from articles.models.snapshot import Notice
from articles.preflight import require_ready
from articles.prepared import Prepared
from articles.search import entries
from media.models import Photo
from media.pictures import Picture

if TYPE_CHECKING:
    from staff.models import Person

# The fields of a content that a snapshot takes over as they are.
FROZEN_AS_THEY_ARE = (
    "kind", "language", "kicker", "headline", "deck", "dateline", "body", "original_publication", "original_url",
)  # fmt: skip
ANY_OF: Prepared[int] = Prepared(
    Snapshot, lambda article: Snapshot.objects.filter(article=article).order_by().values_list("pk", flat=True)[:1]
)


@dataclass(frozen=True)
class Telling:
    """What a publication after the first one is to readers: its kind, and the words of its notice."""

    change: Change = Change.UPDATE
    words: str = ""


@transaction.atomic
def publish(
    article: Article,
    *,
    by: "Person | None",
    seen_version: int,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
    telling: Telling | None = None,
) -> Snapshot:
    """Freeze `article` as readers will see it and make that what they see from `live_from` (now) to `live_until`.

    Who may do it is asked by `articles.moves`; `by` is None for the operator at the command line. What readers saw
    before stays on record; a schedule that this one overtakes is called off. Where readers have exactly this already,
    that snapshot is returned and nothing else happens, so a second click does no harm. `telling` says what readers are
    told of a change to what they have.

    Raises StaleVersion if somebody saved since `seen_version`, NotReady with what stops it, and Embargoed for a moment
    before the end of the story's embargo.
    """
    article = locked(article.pk)
    if article.version != seen_version:
        raise StaleVersion(article)
    content = contents.of(article)
    material = Material.of(content)
    # Not to be asked for again by the preflight.
    article.section, article.lead_photo = material.section, material.lead
    require_ready(article, is_named=bool(content["names"]), photos=material.in_body)
    live_from = live_from or timezone.now()
    if article.embargo_until and live_from < article.embargo_until:
        raise Embargoed(article.embargo_until)
    fields = freeze(content, material)
    was_out = bool(ANY_OF(article=article.pk))
    before = latest(article, live_from) if was_out else None
    if before and _stands(before, fields, live_from=live_from, live_until=live_until) and _says(before, telling):
        return before
    if before:
        fields |= _tell(before, telling or Telling(), live_from)
    if was_out:
        _end(article, at=live_from)
    snapshot = Snapshot.objects.create(
        article=article,
        uid=article.uid,
        version=article.version,
        live_from=live_from,
        live_until=live_until,
        published_at=before.published_at if before else live_from,
        published_by=by,
        **fields,
    )
    Article.objects.filter(pk=article.pk).update(is_settled=True)
    Address.objects.claim(snapshot.path, article.pk)
    _link(snapshot, material)
    if was_out:
        entries.forget_past(article.pk)
    entries.take_in(snapshot)
    Stamp.objects.forget_past(timezone.now())
    if before and telling and telling.change.is_told:
        Correction.objects.create(snapshot=snapshot, change=telling.change, text=telling.words.strip(), at=live_from)
    return snapshot


@transaction.atomic
def withdraw(article: Article, *, seen_version: int, farewell: str = "") -> None:
    """Take the story from readers at once: its address says from now on that it was withdrawn, and `farewell`.

    Whatever was scheduled for it is called off too. Raises StaleVersion.
    """
    article = locked(article.pk)
    if article.version != seen_version:
        raise StaleVersion(article)
    now = timezone.now()
    Snapshot.objects.filter(article=article).live(now).update(farewell=farewell.strip())
    _end(article, at=now)
    entries.forget_past(article.pk)


@transaction.atomic
def call_off(article: Article) -> None:
    """Take back what is scheduled and not yet seen; what readers have now, they keep, until the end that was agreed."""
    now = timezone.now()
    later = Snapshot.objects.filter(article=article).scheduled(now)
    called_off = list(later.values_list("live_from", "live_until"))
    if called_off:
        Article.objects.filter(pk=article.pk).update(is_settled=False)
    later.update(live_until=F("live_from"))
    for begin, end in called_off:
        # What was to be followed by the scheduled version goes on in its place.
        Snapshot.objects.filter(article=article, live_until=begin).live(now).update(live_until=end)
    entries.forget_past(article.pk)


class Embargoed(ValueError):
    """Raised where a story would come before readers while its embargo lasts."""

    def __init__(self, until: datetime) -> None:
        moment = moments.with_distance(until)
        super().__init__(f"The story is under embargo until {moment}; nobody outside may see a word of it before.")
        self.until = until


def _says(snapshot: Snapshot, telling: Telling | None) -> bool:
    """Whether nothing is to be told, or it is the last thing that readers are told there."""
    if telling is None or not telling.change.is_told:
        return True
    return any((told.change, told.text) == (telling.change, telling.words.strip()) for told in snapshot.told[:1])


def _tell(before: Snapshot, telling: Telling, at: datetime) -> dict[str, Any]:
    """The part of a snapshot that says what it is to those who saw the story as it was before."""
    notices = list(before.notices)
    if telling.change.is_told:
        notices.append(Notice(change=telling.change, text=telling.words.strip(), at=at).as_record())
    return {
        "change": telling.change,
        "notices": notices,
        "revised_at": before.revised_at if telling.change == Change.SILENT else at,
    }


def freeze(content: Content, material: Material) -> dict[str, Any]:
    """The fields of a snapshot: everything that a reader page says.

    A photo without a file is left out; `preflight` keeps a story that has one from being published.
    """
    section, lead = material.section, material.lead
    return {
        "path": story_path(section.slug, content["slug"]) if section and content["slug"] else "",
        "section": section,
        "section_name": section.name if section else "",
        **{field: value for field, value in content.items() if field in FROZEN_AS_THEY_ARE},
        "translation_of_id": _first_written(content["translation_of"]),
        "byline": [name.as_record() for name in _byline(content, material.authors)],
        # A tag of signs alone (“!!!”) has no address that readers could follow.
        "tagged": [{"name": tag.name, "slug": tag.slug} for tag in material.tags if tag.slug],
        "lead": _lead(lead, content).as_record() if lead and lead.has_file else None,
        "pictures": {str(pk): photo.picture().as_record() for pk, photo in material.in_body.items() if photo.has_file},
    }


def _byline(content: Content, authors: Mapping[int, Author]) -> list[BylineName]:
    return [
        BylineName(role=name["role"], name=author.name, slug=author.slug, wording=name["wording"])
        for name in content["names"]
        if (author := authors.get(name["author"]))
    ]


def _first_written(article_id: int | None) -> int | None:
    """The story that was written first, where that one is a translation too; `preflight` points that out."""
    if article_id is None:
        return None
    found = Article.objects.filter(pk=article_id).values_list("translation_of", "pk").first()
    return found and (found[0] or found[1])


def _lead(photo: Photo, content: Content) -> Picture:
    return photo.picture().for_use(caption=content["lead_caption"] or None, alt=content["lead_alt"] or None)


def latest(article: Article, at: datetime) -> Snapshot | None:
    """What readers will have seen of the story last by then, as things stand; None if they will have seen nothing."""
    return Snapshot.objects.filter(article=article).seen_by(at).order_by("-live_from", "-pk").first()


def agreed_end(article: Article) -> datetime | None:
    """When the last version that readers have, or are to have, ends by itself; None for not before it is withdrawn."""
    mine = Snapshot.objects.filter(article=article)
    last = (mine.live() | mine.scheduled()).order_by("-live_from", "-pk").first()
    return last.live_until if last else None


def _stands(snapshot: Snapshot, fields: dict[str, Any], *, live_from: datetime, live_until: datetime | None) -> bool:
    """Whether it says exactly this already for the whole of the time asked for."""
    if snapshot.live_until != live_until or (live_until and live_until <= live_from):
        return False
    return all(getattr(snapshot, field) == value for field, value in fields.items())


def _end(article: Article, *, at: datetime) -> None:
    """End what readers have of the story at that moment; what would begin later is called off and never seen."""
    open_then = Snapshot.objects.filter(Q(live_until=None) | Q(live_until__gt=at), article=article)
    open_then.update(live_until=Greatest("live_from", Value(at)))


def _link(snapshot: Snapshot, material: Material) -> None:
    """Make the snapshot findable by its authors and tags, and its photos safe from deletion."""
    first = snapshot.published_at
    SnapshotAuthor.objects.bulk_create(
        SnapshotAuthor(snapshot=snapshot, author_id=author, published_at=first) for author in material.authors
    )
    SnapshotTag.objects.bulk_create(
        SnapshotTag(snapshot=snapshot, tag=tag, published_at=first) for tag in material.tags
    )
    photos = material.photos
    ours = makers(photos.values())
    SnapshotPhoto.objects.bulk_create(
        SnapshotPhoto(snapshot=snapshot, photo=photo, author=ours.get(pk)) for pk, photo in photos.items()
    )
