"""What the newsroom and the paper remember."""

from articles.models.address import Address
from articles.models.article import Article, Byline, PhotoUse
from articles.models.at_work import Buffer, Presence
from articles.models.author import Author, ContactLink
from articles.models.beside import Part, Related, Series
from articles.models.correction import Correction
from articles.models.desk_entry import DeskEntry
from articles.models.duty import Duty
from articles.models.edition import BreakingLine, Edition, EditionPhoto
from articles.models.front import Arrangement, Front
from articles.models.page import Page
from articles.models.paper import Paper
from articles.models.report import Report
from articles.models.review import ReviewLink, ReviewView
from articles.models.revision import Move, Proposal, Revision
from articles.models.searched import SearchEntry, Spelling
from articles.models.section import Section
from articles.models.snapshot import Snapshot, SnapshotAuthor, SnapshotPhoto, SnapshotTag
from articles.models.stamp import Stamp
from articles.models.style import StyleRule
from articles.models.tag_address import TagAddress
from articles.models.talk import Comment, Message

__all__ = [
    "Address",
    "Arrangement",
    "Article",
    "Author",
    "BreakingLine",
    "Buffer",
    "Byline",
    "Comment",
    "ContactLink",
    "Correction",
    "DeskEntry",
    "Duty",
    "Edition",
    "EditionPhoto",
    "Front",
    "Message",
    "Move",
    "Page",
    "Paper",
    "Part",
    "PhotoUse",
    "Presence",
    "Proposal",
    "Related",
    "Report",
    "ReviewLink",
    "ReviewView",
    "Revision",
    "SearchEntry",
    "Section",
    "Series",
    "Snapshot",
    "SnapshotAuthor",
    "SnapshotPhoto",
    "SnapshotTag",
    "Spelling",
    "Stamp",
    "StyleRule",
    "TagAddress",
]
