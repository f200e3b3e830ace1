"""The newsroom in the admin."""

from articles.admin.article import ArticleAdmin
from articles.admin.author import AuthorAdmin
from articles.admin.front import FrontAdmin
from articles.admin.page import PageAdmin
from articles.admin.paper import PaperAdmin
from articles.admin.report import ReportAdmin
from articles.admin.section import SectionAdmin
from articles.admin.series import SeriesAdmin
from articles.admin.style import StyleRuleAdmin
from articles.admin.tag import TagAdmin

__all__ = [
    "ArticleAdmin",
    "AuthorAdmin",
    "FrontAdmin",
    "PageAdmin",
    "PaperAdmin",
    "ReportAdmin",
    "SectionAdmin",
    "SeriesAdmin",
    "StyleRuleAdmin",
    "TagAdmin",
]
