"""A front finds its kinds of stories by index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0017_page_stamps")]

    operations = [
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(fields=["kind", "-published_at", "-id"], name="articles_snapshot_by_kind"),
        ),
    ]
