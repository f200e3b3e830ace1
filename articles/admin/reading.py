"""A story's content as a page on which it is read: its words, its photos, and the desk's matters in words."""

from typing import Any

from articles import body, comparing
from articles.admin.pages import figure_of, figures_of
from articles.content import Content
from articles.models import Article
from media.models import Photo


def reading(shown: Content) -> dict[str, Any]:
    """What the page of a story to be read needs of a content."""
    lead = Photo.objects.filter(pk__in=[shown["lead_photo"]]).first()
    spoken = Article(kind=shown["kind"], language=shown["language"])
    return {
        "shown": shown,
        "byline": comparing.in_words("names", shown),
        "lead": figure_of(lead, caption=shown["lead_caption"] or None, alt=shown["lead_alt"] or None) if lead else "",
        "body": body.render(shown["body"], figures_of(shown["body"])),
        "matters": [
            ("Section", comparing.in_words("section", shown)),
            ("Kind", spoken.get_kind_display()),
            ("Tags", ", ".join(shown["tags"])),
            ("Dateline", shown["dateline"]),
            ("Language", spoken.get_language_display()),
            ("Slug", shown["slug"]),
            ("Translation of", comparing.in_words("translation_of", shown)),
            ("Original publication", shown["original_publication"]),
            ("Original address", shown["original_url"]),
        ],
    }
