"""What the newsroom and the paper remember."""

from articles.models.article import Article, Byline, PhotoUse
from articles.models.author import Author, ContactLink
from articles.models.section import Section
from articles.models.snapshot import Address, Snapshot, SnapshotAuthor, SnapshotPhoto, SnapshotTag

__all__ = [
    "Address",
    "Article",
    "Author",
    "Byline",
    "ContactLink",
    "PhotoUse",
    "Section",
    "Snapshot",
    "SnapshotAuthor",
    "SnapshotPhoto",
    "SnapshotTag",
]
