"""What the newsroom and the paper remember."""

from articles.models.article import Article, Byline, PhotoUse
from articles.models.at_work import Buffer, Presence
from articles.models.author import Author, ContactLink
from articles.models.desk_entry import DeskEntry
from articles.models.duty import Duty
from articles.models.paper import Paper
from articles.models.report import Report
from articles.models.review import ReviewLink, ReviewView
from articles.models.revision import Move, Proposal, Revision
from articles.models.searched import SearchEntry, Spelling
from articles.models.section import Section
from articles.models.snapshot import (
    Address,
    Correction,
    Snapshot,
    SnapshotAuthor,
    SnapshotPhoto,
    SnapshotTag,
)
from articles.models.style import StyleRule
from articles.models.talk import Comment, Message

__all__ = [
    "Address",
    "Article",
    "Author",
    "Buffer",
    "Byline",
    "Comment",
    "ContactLink",
    "Correction",
    "DeskEntry",
    "Duty",
    "Message",
    "Move",
    "Paper",
    "PhotoUse",
    "Presence",
    "Proposal",
    "Report",
    "ReviewLink",
    "ReviewView",
    "Revision",
    "SearchEntry",
    "Section",
    "Snapshot",
    "SnapshotAuthor",
    "SnapshotPhoto",
    "SnapshotTag",
    "Spelling",
    "StyleRule",
]
