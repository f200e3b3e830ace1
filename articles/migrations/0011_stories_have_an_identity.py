"""Give each story what it is known by outside, in feeds and the API, whatever becomes of its address."""

import uuid

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

from articles.migrations import _frozen

BEFORE = (
    "id, article_id, version, live_from, published_at, path, section_id, section_name, kind, language, kicker, headline, "
    "deck, dateline, body, byline, tagged, lead, pictures, original_publication, original_url, change, revised_at, notices"
)
COLUMNS = f"{BEFORE}, uid"
BATCH = 1000


def identify(apps, schema_editor):
    articles, snapshots = (apps.get_model("articles", name).objects for name in ("Article", "Snapshot"))
    waiting = articles.filter(uid=None).only("pk").order_by("pk")
    while batch := list(waiting[:BATCH]):
        for article in batch:
            article.uid = uuid.uuid4()
        articles.bulk_update(batch, ["uid"])
    snapshots.filter(uid=None).update(uid=Subquery(articles.filter(pk=OuterRef("article")).values("uid")))


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_the_paper")]

    operations = [
        # Backwards this comes last, after SQLite has rebuilt the table.
        migrations.RunPython(
            migrations.RunPython.noop, lambda apps, schema_editor: _frozen.freeze(schema_editor, BEFORE)
        ),
        migrations.AddField("article", "uid", models.UUIDField(null=True, editable=False)),
        migrations.AddField("snapshot", "uid", models.UUIDField(null=True)),
        migrations.RunPython(identify, migrations.RunPython.noop),
        migrations.AlterField("article", "uid", models.UUIDField(default=uuid.uuid4, unique=True, editable=False)),
        migrations.AlterField(
            "snapshot",
            "uid",
            models.UUIDField(help_text="What the story is known by outside, in all its snapshots."),
        ),
        migrations.RunPython(
            lambda apps, schema_editor: _frozen.freeze(schema_editor, COLUMNS),
            lambda apps, schema_editor: _frozen.freeze(schema_editor, BEFORE),
        ),
    ]
