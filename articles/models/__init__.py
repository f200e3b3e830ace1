"""What the newsroom and the paper remember."""

from articles.models.article import Article, Byline, PhotoUse
from articles.models.at_work import Buffer, Presence
from articles.models.author import Author, ContactLink
from articles.models.duty import Duty
from articles.models.revision import Move, Proposal, Revision
from articles.models.section import Section
from articles.models.snapshot import (
    Address,
    Correction,
    Snapshot,
    SnapshotAuthor,
    SnapshotPhoto,
    SnapshotTag,
)

__all__ = [
    "Address",
    "Article",
    "Author",
    "Buffer",
    "Byline",
    "ContactLink",
    "Correction",
    "Duty",
    "Move",
    "PhotoUse",
    "Presence",
    "Proposal",
    "Revision",
    "Section",
    "Snapshot",
    "SnapshotAuthor",
    "SnapshotPhoto",
    "SnapshotTag",
]
