from django.db import migrations

from articles.migrations import _frozen

COLUMNS = (
    "id, article_id, version, live_from, published_at, path, section_id, section_name, kind, language, kicker, headline, "
    "deck, dateline, body, byline, tagged, lead, pictures, original_publication, original_url"
)


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: _frozen.freeze(schema_editor, COLUMNS),
            lambda apps, schema_editor: _frozen.thaw(schema_editor),
        )
    ]
