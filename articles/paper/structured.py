"""What a story says of itself to machines, in the words of schema.org."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from articles.bylines import WRITERS
from articles.changes import Change
from articles.models.paper import Paper
from articles.models.snapshot import Snapshot
from media.structured import image_objects


def news_article(story: Snapshot, paper: Paper) -> dict[str, Any]:
    """The story as a schema.org NewsArticle: its dates and corrections are those that readers are told.

    https://schema.org/NewsArticle, https://schema.org/correction
    """
    site = settings.SITE_URL
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": f"{site}{story.path}",
        "headline": story.headline,
        "articleSection": story.section_name,
        "inLanguage": story.language,
        "datePublished": story.published_at.isoformat(),
        "dateModified": (story.updated_at or story.published_at).isoformat(),
        "author": [
            {"@type": "Person", "name": name.name, "url": f"{site}{reverse('paper:author', args=[name.slug])}"}
            for name in story.names
            if name.role in WRITERS
        ],
        "publisher": {"@type": "NewsMediaOrganization", "name": paper.name, "url": f"{site}/"},
    }
    if story.deck:
        said["description"] = story.deck
    if story.lead_picture:
        said["image"] = image_objects(story.lead_picture, site)
    corrections = [notice for notice in story.told if notice.change in {Change.CORRECTION, Change.CLARIFICATION}]
    if corrections:
        said["correction"] = [
            {"@type": "CorrectionComment", "text": notice.text, "datePublished": notice.at.isoformat()}
            for notice in corrections
        ]
    return said
