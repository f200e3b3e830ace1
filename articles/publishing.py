"""Publishing: the only door between working copies and readers."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Min, Q
from django.utils import timezone

from articles import body
from articles.editing import StaleVersion
from articles.models import Address, Article, Snapshot, SnapshotAuthor, SnapshotPhoto, SnapshotTag
from articles.preflight import require_ready
from articles.workflow import Stage
from media.models import Photo

if TYPE_CHECKING:
    from staff.models import Person


@transaction.atomic
def publish(
    article: Article,
    *,
    by: "Person | None",
    seen_version: int,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
) -> Snapshot:
    """Freeze `article` as readers will see it and make that what they see from `live_from` (now) to `live_until`.

    `by` is None for the operator at the command line. What readers saw before stays on record; a schedule that this
    one overtakes is called off. Where readers have exactly this already, that snapshot is returned and nothing else
    happens, so a second click does no harm.

    Raises PermissionDenied, StaleVersion if somebody saved since `seen_version`, and NotReady with the findings.
    """
    require_publisher(by)
    article = locked(article, seen_version)
    require_ready(article)
    live_from = live_from or timezone.now()
    content = freeze(article)
    if standing := standing_with(article, content, live_from=live_from, live_until=live_until):
        return standing
    end(article, at=live_from)
    snapshot = Snapshot.objects.create(
        article=article,
        version=article.version,
        live_from=live_from,
        live_until=live_until,
        published_at=first_publication(article) or live_from,
        published_by=by,
        **content,
    )
    Address.objects.claim(snapshot.path, article.pk)
    link(snapshot, article)
    # What goes to readers is ready, however short its way through the desk was.
    Article.objects.filter(pk=article.pk).update(stage=Stage.READY)
    return snapshot


@transaction.atomic
def withdraw(article: Article, *, by: "Person | None", seen_version: int) -> None:
    """Take the story from readers at once: its address says from now on that it was withdrawn.

    Whatever was scheduled for it is called off too. Raises PermissionDenied and StaleVersion.
    """
    require_publisher(by)
    end(locked(article, seen_version), at=timezone.now())


def require_publisher(by: "Person | None") -> None:
    """Raise PermissionDenied unless `by` may publish; None is the operator at the command line, who may."""
    if by is not None and not by.has_perm("articles.publish_article"):
        raise PermissionDenied(f"{by} may not publish.")


def locked(article: Article, seen_version: int) -> Article:
    """The working copy as it is stored, held until the transaction ends; raises StaleVersion if it is another one."""
    held = Article.objects.select_for_update().get(pk=article.pk)
    if held.version != seen_version:
        raise StaleVersion(held)
    return held


def freeze(article: Article) -> dict[str, Any]:
    """The content of a snapshot: everything that a reader page says, as it stands in the working copy now.

    The article must be ready; raises ValueError for one without a section or with a photo that has no file.
    """
    if article.section is None:
        raise ValueError(f"“{article}” is in no section.")
    lead = None
    if article.lead_photo:
        lead = article.lead_photo.picture().for_use(caption=article.lead_caption or None, alt=article.lead_alt or None)
    in_body = Photo.objects.filter(pk__in={reference.photo_id for reference in body.photos(article.body)})
    return {
        "path": article.path,
        "section": article.section,
        "section_name": article.section.name,
        "kind": article.kind,
        "language": article.language,
        "kicker": article.kicker,
        "headline": article.headline,
        "deck": article.deck,
        "dateline": article.dateline,
        "body": article.body,
        "byline": [name.as_record() for name in article.byline_names()],
        # A tag of signs alone (“!!!”) has no address that readers could follow.
        "tagged": [{"name": tag.name, "slug": tag.slug} for tag in article.tags.exclude(slug="").order_by("name")],
        "lead": lead.as_record() if lead else None,
        "pictures": {str(photo.pk): photo.picture().as_record() for photo in in_body.order_by("pk")},
        "original_publication": article.original_publication,
        "original_url": article.original_url,
    }


def standing_with(
    article: Article, content: dict[str, Any], *, live_from: datetime, live_until: datetime | None
) -> Snapshot | None:
    """The snapshot that says exactly this already for the whole of the time asked for, if there is one."""
    standing = Snapshot.objects.filter(article=article, live_until=live_until).live(live_from).first()
    if standing and all(getattr(standing, field) == value for field, value in content.items()):
        return standing
    return None


def end(article: Article, *, at: datetime) -> None:
    """End what readers have of the story at that moment; what would begin later is called off and never seen."""
    open_then = Snapshot.objects.filter(Q(live_until=None) | Q(live_until__gt=at), article=article)
    open_then.filter(live_from__gte=at).update(live_until=F("live_from"))
    open_then.filter(live_from__lt=at).update(live_until=at)


def first_publication(article: Article) -> datetime | None:
    """When readers first saw the story; None if they never did."""
    seen = Snapshot.objects.filter(Q(live_until=None) | Q(live_until__gt=F("live_from")), article=article)
    first: datetime | None = seen.aggregate(first=Min("published_at"))["first"]
    return first


def link(snapshot: Snapshot, article: Article) -> None:
    """Make the snapshot findable by its authors and tags, and its photos safe from deletion."""
    authors = {byline.author_id for byline in article.bylines.all()}
    SnapshotAuthor.objects.bulk_create(SnapshotAuthor(snapshot=snapshot, author_id=author) for author in authors)
    SnapshotTag.objects.bulk_create(SnapshotTag(snapshot=snapshot, tag=tag) for tag in article.tags.all())
    photos = {int(photo) for photo in snapshot.pictures}
    if snapshot.lead:
        photos.add(snapshot.lead["photo_id"])
    SnapshotPhoto.objects.bulk_create(SnapshotPhoto(snapshot=snapshot, photo_id=photo) for photo in photos)
