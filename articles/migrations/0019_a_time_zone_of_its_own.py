"""The paper's time zone is set in the admin; where the paper has been set already, it begins as the environment's."""

from django.db import migrations, models

import articles.models.paper
import articles.time_zones
from articles.migrations import _stamps


def raise_stamps(apps, schema_editor):
    _stamps.install(schema_editor)


def raise_none(apps, schema_editor):
    """SQLite rebuilds the table, which triggers of other tables name: they stand aside meanwhile."""
    _stamps.remove(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0018_found_by_index"),
    ]

    operations = [
        migrations.RunPython(raise_none, raise_stamps),
        migrations.AddField(
            model_name="paper",
            name="time_zone",
            field=models.CharField(
                default=articles.models.paper.first_time_zone,
                help_text="A place, such as Europe/Lisbon, or its city alone. Days begin by its clocks, and hours are told and typed as they show them. After a change everything stays planned for the same moment, whose hour is another.",
                max_length=60,
                validators=[articles.time_zones.refuse_unknown],
            ),
        ),
        migrations.RunPython(raise_stamps, raise_none),
    ]
