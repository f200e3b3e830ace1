from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from media.framing import shaped
from media.migrations import _words
from media.words import joined

BATCH = 1_000
SAID = ("caption", "credit", "alt", "agency", "place", "people", "photographer")


def describe(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write down the shape and the words of the photos that are there."""
    photos = apps.get_model("media", "Photo")._base_manager
    keywords = apps.get_model("media", "PhotoKeyword")._base_manager
    for batch in _batches(photos):
        named: dict[int, list[str]] = {}
        mine = keywords.filter(content_object__in=[photo.pk for photo in batch]).order_by("tag__name")
        for pk, name in mine.values_list("content_object", "tag__name"):
            named.setdefault(pk, []).append(name)
        for photo in batch:
            photo.sought = joined(*(getattr(photo, name) for name in SAID), *named.get(photo.pk, ()))
            if photo.width:
                turned = photo.rotation in (90, 270)
                width, height = (photo.height, photo.width) if turned else (photo.width, photo.height)
                photo.shape = shaped(width, height)
        photos.bulk_update(batch, ["sought", "shape"], batch_size=200)


def _batches(photos: Any) -> Iterator[list[Any]]:
    after = 0
    wanted = photos.order_by("pk").only(*SAID, "width", "height", "rotation")
    while batch := list(wanted.filter(pk__gt=after)[:BATCH]):
        yield batch
        after = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("media", "0002_the_photo_desk"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="photo",
            options={"ordering": ("-pk",)},
        ),
        migrations.RemoveIndex(
            model_name="photo",
            name="media_photo_newest",
        ),
        migrations.RemoveIndex(
            model_name="photo",
            name="media_photo_ends",
        ),
        migrations.AddField(
            model_name="photo",
            name="shape",
            field=models.CharField(
                blank=True, editable=False, help_text="Wide, tall or square, as it is turned.", max_length=8
            ),
        ),
        migrations.RunPython(describe, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(("allowed_from__isnull", False)),
                fields=["allowed_from", "id"],
                name="media_photo_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(("allowed_until__isnull", False)),
                fields=["allowed_until", "id"],
                name="media_photo_ends",
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(fields=["taken", "id"], name="media_photo_taken"),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(fields=["kind", "id"], name="media_photo_kind"),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(fields=["shape", "id"], name="media_photo_shape"),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(condition=models.Q(("file", "")), fields=["id"], name="media_photo_awaited"),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(("alt", ""), ("decorative", False)), fields=["id"], name="media_photo_undescribed"
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(("agency", ""), ("credit", "")), fields=["id"], name="media_photo_uncredited"
            ),
        ),
        migrations.RunPython(
            lambda apps, schema_editor: _words.install(schema_editor),
            lambda apps, schema_editor: _words.remove(schema_editor),
        ),
    ]
