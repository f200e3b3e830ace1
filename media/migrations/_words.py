"""The databases' own indexes of the words that photos are found by (`media.finding`).

SQLite rebuilds a table, and forgets its triggers, when a migration alters it: one that alters photos must call `install`
again.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def install(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Keep an index of the words of photos from now on, beginning with those that are there."""
    remove(schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE media_photo ADD COLUMN words tsvector GENERATED ALWAYS AS "
            "(array_to_tsvector(array_remove(string_to_array(sought, ' '), ''))) STORED"
        )
        schema_editor.execute("CREATE INDEX media_photo_words ON media_photo USING gin (words)")
        return
    # Only which photos have a word is asked, never where in them; each beginning has a list of its own that can be left
    # where there is enough. Words are folded and split before they come here.
    schema_editor.execute(
        "CREATE VIRTUAL TABLE media_photo_words USING fts5(sought, content='media_photo', content_rowid='id', "
        "detail=none, columnsize=0, tokenize='ascii', prefix='1 2 3 4 5 6 7 8 9 10 11 12')"
    )
    add = "INSERT INTO media_photo_words(rowid, sought) VALUES (new.id, new.sought);"
    drop = "INSERT INTO media_photo_words(media_photo_words, rowid, sought) VALUES ('delete', old.id, old.sought);"
    for moment, deed in (("INSERT", add), ("DELETE", drop), ("UPDATE OF sought", drop + add)):
        name = f"media_photo_words_{moment.split()[0].lower()}"
        schema_editor.execute(f"CREATE TRIGGER {name} AFTER {moment} ON media_photo BEGIN {deed} END")
    schema_editor.execute("INSERT INTO media_photo_words(media_photo_words) VALUES ('rebuild')")


def remove(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the index of the words of photos."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE media_photo DROP COLUMN IF EXISTS words")
        return
    for moment in ("insert", "delete", "update"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS media_photo_words_{moment}")
    schema_editor.execute("DROP TABLE IF EXISTS media_photo_words")
