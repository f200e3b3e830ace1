"""What stories are found by. All of it can be thrown away: `manage.py rebuild_search` makes it again."""

from django.db import models

# The lower half of a place is an id, so that no two places are the same.
IDS = 2**32


class Entry(models.Model):
    """The words of one story as they are looked for: folded, separated by spaces (`media.words`).

    `place` is where it stands in time: minutes since 1970 above, an id below. A search begins with the latest and may
    stop where it has enough. `facets` are words that nobody can type. The database keeps its own index of all this by
    a trigger (SQLite) or a generated column (PostgreSQL); see the migration.
    """

    place = models.BigIntegerField(primary_key=True)
    headline = models.TextField()
    deck = models.TextField()
    body = models.TextField()
    rest = models.TextField(help_text="Captions, names, tags.")
    facets = models.TextField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.headline


class SearchEntry(Entry):
    """What readers find a snapshot by. `articles.search.entries` keeps it; the clock decides whether it is found."""

    snapshot = models.OneToOneField("articles.Snapshot", on_delete=models.CASCADE, related_name="+")


class Spelling(models.Model):
    """A word of the paper, under itself and under each way to leave out one of its letters."""

    key = models.CharField(max_length=24)
    word = models.CharField(max_length=24)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["key", "word"], name="articles_spelling_once"),)

    def __str__(self) -> str:
        return self.word
