"""What stands between a story and its readers: what stops it, and what needs a reason to be waved through."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from django.conf import settings
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from articles import body, material, moments, wording
from articles.addresses import RESERVED
from articles.kinds import Kind
from articles.models import Address, Article, Snapshot, SnapshotPhoto, StyleRule
from media.models import Photo

# What stands well without a picture.
WITHOUT_PHOTO = frozenset({Kind.OPINION, Kind.LETTER})


@dataclass(frozen=True)
class Finding:
    """Something to mend before publication.

    `field` is where to jump to in the form, `passage` the words to look for there. What does not stop can be waved
    through with a reason that is kept.
    """

    code: str
    words: str
    field: str
    stops: bool = True
    passage: str = ""


class NotReady(ValueError):
    """Raised where a story cannot be published; `findings` says why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(" ".join(finding.words for finding in findings))
        self.findings = findings


def check(article: Article, *, is_named: bool | None = None, at: datetime | None = None) -> list[Finding]:
    """Everything that is to be mended before this story is published at that moment (now, unless told).

    What stops it comes first, in reading order. `is_named` says whether it has a byline, of a story that is not stored
    as it is here; None asks the database.
    """
    links = _links(article, at or timezone.now())
    stops = [*essentials(article, is_named=is_named), *_translation(article), *links]
    found = [*stops, *_warnings(article)]
    return sorted(found, key=lambda finding: not finding.stops)


def essentials(
    article: Article, *, is_named: bool | None = None, photos: Mapping[int, Photo] | None = None
) -> list[Finding]:
    """What a page for readers can't be made without; `is_named` as for `check`, `photos` those of its text by id (None
    asks the database).
    """
    if is_named is None:
        is_named = bool(article.bylines.all())
    if photos is None:
        photos = material.photos(body.photo_ids(article.body))
    return [*_missing_parts(article, is_named=is_named), *_address(article), *_photos(article, photos)]


def require_ready(article: Article, *, is_named: bool | None = None, photos: Mapping[int, Photo] | None = None) -> None:
    """Raise NotReady with what its page can't be made without, if anything is missing; as for `essentials`."""
    if findings := essentials(article, is_named=is_named, photos=photos):
        raise NotReady(findings)


def require_waved_through(article: Article, waived: Mapping[str, str], *, at: datetime | None = None) -> list[Finding]:
    """What is waved through with a reason for its code, at the moment that the story goes out (None: now).

    Raises NotReady with all that is left, unless nothing stops the story and each warning has such a reason.
    """
    found = check(article, at=at)
    if left := [each for each in found if each.stops or not waived.get(each.code, "").strip()]:
        raise NotReady(left)
    return found


def _missing_parts(article: Article, *, is_named: bool) -> Iterator[Finding]:
    if not article.headline.strip():
        yield Finding("no-headline", "The story has no headline.", "headline")
    if not article.deck.strip():
        yield Finding("no-deck", "The story has no deck.", "deck")
    if article.section is None:
        yield Finding("no-section", "The story is in no section.", "section")
    if not is_named:
        yield Finding("no-byline", "The story has no byline.", "bylines")
    if not body.plain_text(article.body).strip():
        yield Finding("no-body", "The story has no text.", "body")


def _translation(article: Article) -> Iterator[Finding]:
    first = article.translation_of
    if first is None:
        return
    if first.translation_of_id:
        yield Finding("translation-of-translation", f"“{first}” is a translation itself.", "translation_of")
    elif first.language == article.language:
        words = f"The story is in the language of “{first}”, of which it is said to be a translation."
        yield Finding("translation-in-same-language", words, "translation_of")
    if article.pk and article.translations.exists():
        words = "The story has translations of its own, and is said to be one."
        yield Finding("translation-with-translations", words, "translation_of")


def _address(article: Article) -> Iterator[Finding]:
    if not article.slug:
        yield Finding("no-slug", "The story has no address: give it a slug.", "slug")
    elif article.path and Address.objects.is_taken(article.path, but_by=article.pk):
        yield Finding("address-taken", f"The address {article.path} belongs to another story.", "slug")


def _photos(article: Article, photos: Mapping[int, Photo]) -> Iterator[Finding]:
    if article.lead_photo:
        yield from photo_findings(article.lead_photo, described=bool(article.lead_alt), field="lead_photo")
    for reference in body.photos(article.body):
        photo = photos.get(reference.photo_id)
        if photo is None:
            yield Finding("photo-gone", "A photo in the text is not in the photo desk any more.", "body")
        elif photo != article.lead_photo:
            yield from photo_findings(photo, described=reference.alt is not None, field="body")
    yield from _used_once(article, photos)


def photo_findings(photo: Photo, *, described: bool, field: str) -> Iterator[Finding]:
    """What keeps a photo from standing anywhere; `described` where the place has an alt text of its own."""
    if refusal := photo.refusal():
        yield Finding("photo-outside-terms", refusal, field)
    if not photo.has_file:
        yield Finding("photo-without-file", f"The photo “{photo}” still waits for its file.", field)
    if not photo.credit_line:
        yield Finding("photo-without-credit", f"The photo “{photo}” has no credit.", field)
    if not described and not photo.is_described:
        yield Finding(
            "photo-without-alt", f"The photo “{photo}” has no alt text, and nobody called it decorative.", field
        )


def _used_once(article: Article, photos: Mapping[int, Photo]) -> Iterator[Finding]:
    mine = [*photos.values(), *([article.lead_photo] if article.lead_photo else [])]
    once = {photo.pk: photo for photo in mine if photo.is_one_time}
    if once:
        elsewhere = SnapshotPhoto.objects.filter(photo__in=once).exclude(snapshot__article=article.pk)
        for pk in sorted(set(elsewhere.values_list("photo", flat=True))):
            words = f"The photo “{once[pk]}” was for a single use, and another story had it."
            yield Finding("photo-used-once", words, "lead_photo" if pk == article.lead_photo_id else "body")


def _links(article: Article, at: datetime) -> Iterator[Finding]:
    """A link to a story that is not there stops; one to a story that readers have only later may be meant."""
    wanted = {link: path for link in body.links(article.body) if (path := _story_path(link))}
    coming = Snapshot.objects.exclude(live_until__lte=at).exclude(live_until__lte=F("live_from"))
    begins = coming.filter(article=OuterRef("article")).order_by("live_from").values("live_from")[:1]
    known = dict(
        Address.objects.filter(path__in=wanted.values()).annotate(begins=Subquery(begins)).values_list("path", "begins")
    )
    for link, path in wanted.items():
        begin = known.get(path)
        if begin is None:
            yield Finding("link-to-nowhere", f"A link leads to {path}, where no story stands.", "body", passage=link)
        elif begin > at:
            words = f"A link leads to {path}, which readers have only from {moments.in_words(begin)} on."
            yield Finding("link-to-later", words, "body", stops=False, passage=link)


def _story_path(link: str) -> str | None:
    """The path of a link that can only lead to a story of ours; None for any other link."""
    own = link.removeprefix(settings.SITE_URL)
    path = re.split(r"[?#]", own, maxsplit=1)[0]
    parts = path.strip("/").split("/")
    if not own.startswith("/") or len(parts) != 2 or parts[0] in RESERVED:
        return None
    return f"/{unquote(parts[0])}/{unquote(parts[1])}/"


def _warnings(article: Article) -> Iterator[Finding]:
    if not article.lead_photo and article.kind not in WITHOUT_PHOTO:
        yield Finding("no-lead-photo", "The story has no lead photo.", "lead_photo", stops=False)
    for doubt in wording.doubts(article, StyleRule.objects.all()):
        yield Finding(doubt.code, doubt.words, doubt.field, stops=False, passage=doubt.passage)
