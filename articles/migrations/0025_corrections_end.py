"""A correction leaves the list of corrections on the minute on which its story ends, also where it is the first one."""

from django.db import migrations

from articles.migrations import _stamps


def raise_stamps(apps, schema_editor):
    _stamps.install(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0024_years_and_shelves"),
    ]

    operations = [
        migrations.RunPython(raise_stamps, migrations.RunPython.noop),
    ]
