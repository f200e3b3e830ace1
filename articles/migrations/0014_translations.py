"""A story may be the translation of another one; whatever was written before is none."""

import django.db.models.deletion
from django.db import migrations, models

from articles.migrations import _frozen

BEFORE = (
    "id, article_id, version, live_from, published_at, path, section_id, section_name, kind, language, kicker, headline, "
    "deck, dateline, body, byline, tagged, lead, pictures, original_publication, original_url, change, revised_at, "
    "notices, uid"
)
COLUMNS = f"{BEFORE}, translation_of_id"
BATCH = 500


def complete(apps, schema_editor):
    for name in ("Revision", "Proposal"):
        kept = apps.get_model("articles", name).objects
        done = 0
        while batch := list(kept.filter(pk__gt=done).only("pk", "content").order_by("pk")[:BATCH]):
            for each in batch:
                each.content.setdefault("translation_of", None)
            kept.bulk_update(batch, ["content"])
            done = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("articles", "0013_pages_series_and_tag_addresses")]

    operations = [
        # Backwards this comes last, after SQLite has rebuilt the table.
        migrations.RunPython(
            migrations.RunPython.noop, lambda apps, schema_editor: _frozen.freeze(schema_editor, BEFORE)
        ),
        migrations.AddField(
            "article",
            "translation_of",
            models.ForeignKey(
                blank=True,
                help_text="The story as it was written first, where this one is its translation.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="translations",
                to="articles.article",
            ),
        ),
        migrations.AddField(
            "snapshot",
            "translation_of",
            models.ForeignKey(
                help_text="The story as it was written first, where this one is its translation.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="articles.article",
            ),
        ),
        migrations.RunPython(complete, migrations.RunPython.noop),
        migrations.RunPython(
            lambda apps, schema_editor: _frozen.freeze(schema_editor, COLUMNS),
            lambda apps, schema_editor: _frozen.freeze(schema_editor, BEFORE),
        ),
    ]
