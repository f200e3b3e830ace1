"""Links to tags and authors know the moment of their snapshot, so that each list is read in order from an index of its
own; shelves of sitemaps are small.
"""

from collections.abc import Iterator

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models import OuterRef, Subquery

import articles.models.snapshot
from articles.migrations import _stamps

MOMENTS = {
    "snapshotauthor": "The snapshot's, for the order of the author's stories.",
    "snapshottag": "The snapshot's, for the order of the tag's stories.",
}
SHELVES = {"articles_snapshot_shelf_came": "live_from", "articles_snapshot_shelf_went": "live_until"}


def raise_stamps(apps, schema_editor):
    _stamps.install(schema_editor)


def raise_none(apps, schema_editor):
    """SQLite rebuilds tables, which triggers of other tables name: they stand aside meanwhile."""
    _stamps.remove(schema_editor)


def date_the_links(apps, schema_editor):
    moments = apps.get_model("articles", "Snapshot").objects.filter(pk=OuterRef("snapshot")).values("published_at")
    for model in MOMENTS:
        apps.get_model("articles", model).objects.update(published_at=Subquery(moments))


def shelves() -> Iterator[Operation]:
    """The indexes of shelves are made with the number of stories that a shelf holds, which is now another."""
    for name, moment in SHELVES.items():
        shelf = articles.models.snapshot.Shelf("article")
        yield migrations.RemoveIndex("snapshot", name)
        yield migrations.AddIndex("snapshot", models.Index(shelf, models.F(moment), name=name))


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0020_many_rows_at_once"),
    ]

    operations = [
        migrations.RunPython(raise_none, raise_stamps),
        *(migrations.AddField(model, "published_at", models.DateTimeField(null=True)) for model in MOMENTS),
        migrations.RunPython(date_the_links, migrations.RunPython.noop),
        *(
            migrations.AlterField(model, "published_at", models.DateTimeField(help_text=said))
            for model, said in MOMENTS.items()
        ),
        migrations.AlterField(
            "snapshotauthor",
            "snapshot",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="author_links", to="articles.snapshot"
            ),
        ),
        migrations.AlterField(
            "snapshottag",
            "snapshot",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tag_links", to="articles.snapshot"
            ),
        ),
        migrations.AlterField(
            "snapshotauthor",
            "author",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="articles.author",
            ),
        ),
        migrations.AlterField(
            "snapshottag",
            "tag",
            models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="taggit.tag"
            ),
        ),
        migrations.AlterField(
            "snapshotphoto",
            "author",
            models.ForeignKey(
                db_index=False,
                help_text="Who made it, if one of ours.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="articles.author",
            ),
        ),
        migrations.AddIndex(
            "snapshotauthor",
            models.Index(fields=["author", "-published_at", "-snapshot"], name="articles_snapshotauthor_newest"),
        ),
        migrations.AddIndex(
            "snapshottag",
            models.Index(fields=["tag", "-published_at", "-snapshot"], name="articles_snapshottag_newest"),
        ),
        migrations.AddIndex(
            "snapshotphoto",
            models.Index(fields=["author", "-snapshot", "-photo"], name="articles_snapshotphoto_latest"),
        ),
        migrations.AddIndex(
            "snapshot",
            models.Index(fields=["language", "-published_at", "-id"], name="articles_snapshot_by_language"),
        ),
        *shelves(),
        migrations.RunPython(raise_stamps, raise_none),
    ]
