"""The database itself refuses to change what a snapshot says.

SQLite rebuilds a table, and forgets its triggers, when a later migration alters it: such a migration must run `freeze`
again. A test tries every column.
"""

from django.db import migrations

COLUMNS = (
    "id, article_id, version, live_from, published_at, path, section_id, section_name, kind, language, kicker, headline, "
    "deck, dateline, body, byline, tagged, lead, pictures, original_publication, original_url"
)
MESSAGE = "a snapshot is what readers saw and cannot be changed"


def freeze(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION articles_snapshot_is_frozen() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        schema_editor.execute(
            f"CREATE OR REPLACE TRIGGER articles_snapshot_frozen BEFORE UPDATE OF {COLUMNS} ON articles_snapshot "
            "FOR EACH ROW EXECUTE FUNCTION articles_snapshot_is_frozen()"
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER IF NOT EXISTS articles_snapshot_frozen BEFORE UPDATE OF {COLUMNS} ON articles_snapshot "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def thaw(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS articles_snapshot_frozen ON articles_snapshot")
        schema_editor.execute("DROP FUNCTION IF EXISTS articles_snapshot_is_frozen()")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS articles_snapshot_frozen")


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]

    operations = [migrations.RunPython(freeze, thaw)]
