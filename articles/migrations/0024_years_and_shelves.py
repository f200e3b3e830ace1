"""What comes leaves the archive's other years, and the other shelves of the sitemaps, as they are."""

from django.db import migrations

from articles.migrations import _stamps


def raise_stamps(apps, schema_editor):
    _stamps.install(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0023_what_words_cost"),
    ]

    operations = [
        migrations.RunPython(raise_stamps, migrations.RunPython.noop),
    ]
