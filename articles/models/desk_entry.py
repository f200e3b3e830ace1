"""What the newsroom finds its working copies by."""

from django.db import models

from articles.models.article import Article
from articles.models.searched import Entry


class DeskEntry(Entry):
    """The words of a working copy as last saved, and those of its headlines before. `articles.lookup` keeps it."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="+")
