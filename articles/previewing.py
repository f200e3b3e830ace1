"""A version of a story as readers would see it, without their seeing it."""

from typing import TYPE_CHECKING

from django.utils import timezone

from articles.material import Material
from articles.models import Article, Revision, Section, Snapshot
from articles.publishing import freeze, latest

if TYPE_CHECKING:
    from articles.content import Content

NO_SECTION = Section(name="No section yet", slug="no-section")


def as_readers(article: Article, revision: Revision) -> Snapshot:
    """What would be published of this version now: a snapshot that is not stored, and has gaps where the story has."""
    content: Content = revision.content
    now = timezone.now()
    fields = freeze(content, Material.of(content))
    before = latest(article, now)
    return Snapshot(
        article=article,
        version=revision.version,
        live_from=now,
        published_at=before.published_at if before else now,
        notices=before.notices if before else [],
        **{
            **fields,
            "section": fields["section"] or NO_SECTION,
            "section_name": fields["section_name"] or NO_SECTION.name,
            "headline": fields["headline"] or str(article),
        },
    )
