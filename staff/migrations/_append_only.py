"""The triggers by which the database itself refuses to change the security log, or to lose what is young in it.

SQLite rebuilds a table, and forgets its triggers, when a migration alters it: such a migration must call `close` again.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MESSAGE = "the security log is written once"
YOUNG = 30
TABLE = "staff_event"


def close(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Refuse every change of an entry, and to delete those of the last YOUNG days."""
    open_again(schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION staff_event_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER staff_event_unchanged BEFORE UPDATE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION staff_event_is_kept()"
        )
        schema_editor.execute(
            f"CREATE TRIGGER staff_event_kept BEFORE DELETE ON {TABLE} FOR EACH ROW "
            f"WHEN (OLD.at > now() - interval '{YOUNG} days') EXECUTE FUNCTION staff_event_is_kept()"
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER staff_event_unchanged BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        schema_editor.execute(
            f"CREATE TRIGGER staff_event_kept BEFORE DELETE ON {TABLE} "
            f"WHEN OLD.at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-{YOUNG} days') "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def open_again(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let everything be changed and deleted."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS staff_event_unchanged ON {TABLE}")
        schema_editor.execute(f"DROP TRIGGER IF EXISTS staff_event_kept ON {TABLE}")
        schema_editor.execute("DROP FUNCTION IF EXISTS staff_event_is_kept()")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS staff_event_unchanged")
        schema_editor.execute("DROP TRIGGER IF EXISTS staff_event_kept")
