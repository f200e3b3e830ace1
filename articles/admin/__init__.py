"""The newsroom in the admin."""

from articles.admin.article import ArticleAdmin
from articles.admin.author import AuthorAdmin
from articles.admin.section import SectionAdmin
from articles.admin.tag import TagAdmin

__all__ = ["ArticleAdmin", "AuthorAdmin", "SectionAdmin", "TagAdmin"]
