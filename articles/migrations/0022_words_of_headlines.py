"""SQLite's index knows the words of headlines and decks by a mark, as PostgreSQL's does."""

from django.db import migrations

from articles.migrations import _words

TABLES = ("articles_searchentry", "articles_deskentry")


def index_anew(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            _words.install(schema_editor, table)


class Migration(migrations.Migration):
    dependencies = [("articles", "0021_lists_are_indexes")]

    operations = [migrations.RunPython(index_anew, migrations.RunPython.noop)]
