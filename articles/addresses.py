"""Addresses of stories and of the pages around them."""

import re

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.text import slugify

SLUG_LENGTH = 80

# Validator for addresses that readers are sent to: the web's, and no file transfer or script.
web_address = URLValidator(schemes=["http", "https"])

# What the site itself answers at the top level; a section with one of these slugs could never be reached.
RESERVED = frozenset(
    (
        *("admin", "api", "archive", "author", "authors", "cards", "corrections", "feed", "feeds"),
        *("healthz", "home", "masthead", "photos", "preview", "readyz", "report", "review", "robots.txt", "search"),
        *("series", "sitemap", "sitemap.xml", "sitemaps", "static", "tag", "tags"),
    )
)


def slug_for(words: str) -> str:
    """A slug of at most SLUG_LENGTH ASCII characters, cut between words; other scripts are written in Latin letters.

    Empty where `words` has nothing that can be written so.
    """
    slug = slugify(anyascii(words))
    if len(slug) <= SLUG_LENGTH:
        return slug
    cut = slug[: SLUG_LENGTH + 1]
    return cut.rpartition("-")[0] if "-" in cut else cut[:SLUG_LENGTH]


# The highest id that is looked for: every database can hold it.
HIGHEST_ID = 10**18 - 1


def id_in(text: str) -> int:
    """The id that an address or a form names; 0, which nothing has, for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else 0


def version_in(text: str) -> int:
    """The version that an address or a form names; 0, which no stored story has, for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


def story_path(section_slug: str, slug: str) -> str:
    """Where a story stands on the site."""
    return f"/{section_slug}/{slug}/"


def refuse_reserved(slug: str) -> None:
    """Validator for slugs of sections: raises ValidationError for an address that the site needs for itself."""
    if slug in RESERVED:
        raise ValidationError(f"“{slug}” is an address that the site itself uses. Choose another one.", code="reserved")
