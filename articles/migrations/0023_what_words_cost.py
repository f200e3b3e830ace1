"""PostgreSQL is told what it takes to look at the words of an entry."""

from django.db import migrations

from articles.migrations import _words


class Migration(migrations.Migration):
    dependencies = [("articles", "0022_words_of_headlines")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: _words.tell_cost(schema_editor),
            lambda apps, schema_editor: _words.forget_cost(schema_editor),
        ),
    ]
