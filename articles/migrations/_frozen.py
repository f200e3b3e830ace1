"""The trigger by which the database itself refuses to change what a snapshot says.

SQLite rebuilds a table, and forgets its triggers, when a migration alters it: such a migration must call `freeze` again.
A test tries every column.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MESSAGE = "a snapshot is what readers saw and cannot be changed"


def freeze(schema_editor: BaseDatabaseSchemaEditor, columns: str) -> None:
    """Refuse changes to these columns, and to no others."""
    thaw(schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION articles_snapshot_is_frozen() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        schema_editor.execute(
            f"CREATE OR REPLACE TRIGGER articles_snapshot_frozen BEFORE UPDATE OF {columns} ON articles_snapshot "
            "FOR EACH ROW EXECUTE FUNCTION articles_snapshot_is_frozen()"
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER IF NOT EXISTS articles_snapshot_frozen BEFORE UPDATE OF {columns} ON articles_snapshot "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def thaw(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let everything be changed again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS articles_snapshot_frozen ON articles_snapshot")
        schema_editor.execute("DROP FUNCTION IF EXISTS articles_snapshot_is_frozen()")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS articles_snapshot_frozen")
