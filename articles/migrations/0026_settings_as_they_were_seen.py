"""What somebody saw of the settings is known by its own name, as everywhere; they need no version."""

from django.db import migrations

from articles.migrations import _stamps


def raise_stamps(apps, schema_editor):
    # SQLite forgets the triggers of a table that it rebuilds.
    _stamps.install(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0025_corrections_end"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, raise_stamps),
        migrations.RemoveField("paper", "version"),
        migrations.RunPython(raise_stamps, migrations.RunPython.noop),
    ]
