"""Pages that were made before learn from stamps whether they still hold; the database raises them itself."""

from django.db import migrations, models

from articles.migrations import _stamps


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0016_fronts"),
        ("media", "0003_photos_are_found_at_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=40)),
                ("at", models.DateTimeField(null=True)),
                ("is_end", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name", "at", "number"], name="articles_stamp_by_name"),
                    models.Index(condition=models.Q(("at__isnull", False)), fields=["at"], name="articles_stamp_past"),
                ],
            },
        ),
        migrations.RunPython(
            lambda apps, schema_editor: _stamps.install(schema_editor),
            lambda apps, schema_editor: _stamps.remove(schema_editor),
        ),
    ]
