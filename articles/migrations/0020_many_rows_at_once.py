"""Few rows are looked up, and after many every page is made anew: no import waits for a plan that does not fit it."""

from django.db import migrations

from articles.migrations import _stamps


class Migration(migrations.Migration):
    dependencies = [("articles", "0019_a_time_zone_of_its_own")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: _stamps.install(schema_editor),
            lambda apps, schema_editor: _stamps.install(schema_editor),
        ),
    ]
