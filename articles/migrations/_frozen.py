"""The triggers by which the database itself refuses to change what a snapshot says, and to delete one.

SQLite rebuilds a table, and forgets its triggers, when a migration alters it: such a migration must call `freeze` again.
A test tries every column.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MESSAGE = "a snapshot is what readers saw and cannot be changed or deleted"
TRIGGERS = {"articles_snapshot_frozen": "UPDATE OF {columns}", "articles_snapshot_kept": "DELETE"}


def freeze(schema_editor: BaseDatabaseSchemaEditor, columns: str) -> None:
    """Refuse deletion, and changes to these columns and no others."""
    thaw(schema_editor)
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    if is_postgresql:
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION articles_snapshot_is_frozen() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for name, event in TRIGGERS.items():
        before = f"CREATE TRIGGER {name} BEFORE {event.format(columns=columns)} ON articles_snapshot "
        if is_postgresql:
            schema_editor.execute(f"{before} FOR EACH ROW EXECUTE FUNCTION articles_snapshot_is_frozen()")
        else:
            schema_editor.execute(f"{before} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END")


def thaw(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let everything be changed and deleted again."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for name in TRIGGERS:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{' ON articles_snapshot' if is_postgresql else ''}")
    if is_postgresql:
        schema_editor.execute("DROP FUNCTION IF EXISTS articles_snapshot_is_frozen()")
