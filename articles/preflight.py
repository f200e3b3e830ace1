"""What stands between a story and its readers."""

from collections.abc import Iterator
from dataclasses import dataclass

from articles import body
from articles.models import Address, Article
from media.models import Photo


@dataclass(frozen=True)
class Finding:
    """Something that must be mended before publication; `field` is where to jump to in the form."""

    code: str
    words: str
    field: str


class NotReady(ValueError):
    """Raised where a story cannot be published; `findings` says why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(" ".join(finding.words for finding in findings))
        self.findings = findings


def check(article: Article) -> list[Finding]:
    """Everything that keeps this story from being published, in the order in which one reads it."""
    return [*_missing_parts(article), *_address(article), *_photos(article)]


def require_ready(article: Article) -> None:
    """Raise NotReady with the findings, if there are any."""
    if findings := check(article):
        raise NotReady(findings)


def _missing_parts(article: Article) -> Iterator[Finding]:
    if not article.headline.strip():
        yield Finding("no-headline", "The story has no headline.", "headline")
    if not article.deck.strip():
        yield Finding("no-deck", "The story has no deck.", "deck")
    if article.section is None:
        yield Finding("no-section", "The story is in no section.", "section")
    if not article.bylines.exists():
        yield Finding("no-byline", "The story has no byline.", "bylines")
    if not body.plain_text(article.body).strip():
        yield Finding("no-body", "The story has no text.", "body")


def _address(article: Article) -> Iterator[Finding]:
    if not article.slug:
        yield Finding("no-slug", "The story has no address: give it a slug.", "slug")
    elif article.path and Address.objects.is_taken(article.path, but_by=article.pk):
        yield Finding("address-taken", f"The address {article.path} belongs to another story.", "slug")


def _photos(article: Article) -> Iterator[Finding]:
    references = body.photos(article.body)
    photos = Photo.objects.in_bulk({reference.photo_id for reference in references})
    if article.lead_photo:
        yield from _photo(article.lead_photo, described=bool(article.lead_alt), field="lead_photo")
    for reference in references:
        photo = photos.get(reference.photo_id)
        if photo is None:
            yield Finding("photo-gone", "A photo in the text is not in the photo desk any more.", "body")
        elif photo != article.lead_photo:
            yield from _photo(photo, described=reference.alt is not None, field="body")


def _photo(photo: Photo, *, described: bool, field: str) -> Iterator[Finding]:
    if not photo.has_file:
        yield Finding("photo-without-file", f"The photo “{photo}” still waits for its file.", field)
    if not photo.credit_line:
        yield Finding("photo-without-credit", f"The photo “{photo}” has no credit.", field)
    if not described and not photo.is_described:
        yield Finding(
            "photo-without-alt", f"The photo “{photo}” has no alt text, and nobody called it decorative.", field
        )
