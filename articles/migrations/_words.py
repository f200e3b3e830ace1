"""The databases' own indexes of words over a table of entries (`articles.models.searched.Entry`).

A word of the headline stands in them a second time as ^word, of the deck as ~word.

SQLite rebuilds a table, and forgets its triggers, when a migration alters it: such a migration must call `install` again.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

COLUMNS = ("headline", "deck", "body", "rest", "facets")
MARKS = {"headline": "^", "deck": "~"}
LOOKED_AT = "articles_words_looked_at"


def install(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Keep an index of the words of this table from now on."""
    remove(schema_editor, table)
    if schema_editor.connection.vendor == "postgresql":
        _as_tsvector(schema_editor, table)
    else:
        _as_fts5(schema_editor, table)


def remove(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Drop the index of the words of this table."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE {table} DROP COLUMN IF EXISTS words")
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_words_of(text, text, text, text, text)")
    else:
        for moment in ("insert", "delete", "update"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_words_{moment}")
        schema_editor.execute(f"DROP TABLE IF EXISTS {table}_words")


def _as_fts5(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    names = ", ".join(COLUMNS)
    # The words are folded and split before they come here; all that is left to know is what is one word. They stand in
    # the table already: the index keeps no text.
    schema_editor.execute(
        f"CREATE VIRTUAL TABLE {table}_words USING fts5({names}, content='', "
        "tokenize=\"ascii tokenchars ':-_^~'\", prefix='3 4')"
    )
    add = f"INSERT INTO {table}_words(rowid, {names}) VALUES (new.place, {_indexed('new')});"
    drop = f"INSERT INTO {table}_words({table}_words, rowid, {names}) VALUES ('delete', old.place, {_indexed('old')});"
    for moment, deed in (("insert", add), ("delete", drop), ("update", drop + add)):
        schema_editor.execute(
            f"CREATE TRIGGER {table}_words_{moment} AFTER {moment.upper()} ON {table} BEGIN {deed} END"
        )
    schema_editor.execute(f"INSERT INTO {table}_words(rowid, {names}) SELECT place, {_indexed(table)} FROM {table}")


def _indexed(row: str) -> str:
    """The columns of a row as FTS5 has them. To look for ^word stops where there is enough; to look for a word in one
    column would read about every story that has it anywhere.
    """
    texts = {column: f"{row}.{column}" for column in COLUMNS}
    for column, mark in MARKS.items():
        texts[column] += f" || replace(' ' || {texts[column]}, ' ', ' {mark}')"
    return ", ".join(texts.values())


def _as_tsvector(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    # One index for all columns. The text comes last, because positions end at 16,383.
    schema_editor.execute(
        f"CREATE FUNCTION {table}_words_of(headline text, deck text, body text, rest text, facets text) "
        "RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ "
        "SELECT coalesce(string_agg('''' || word || ''':' || least(place, 16383), ' '), '')::tsvector FROM ("
        + " UNION ALL ".join(
            f"SELECT '{mark}' || word AS word, {begin} + at AS place "
            f"FROM unnest(string_to_array({column}, ' ')) WITH ORDINALITY AS {column}_{begin}(word, at) WHERE word <> ''"
            for column, mark, begin in (
                ("headline", "", 0), ("headline", MARKS["headline"], 0), ("deck", "", 1000), ("deck", MARKS["deck"], 1000),
                ("facets", "", 2500), ("rest", "", 3000), ("body", "", 6000),
            )
        )
        + ") AS words $$"
    )  # fmt: skip
    schema_editor.execute(
        f"ALTER TABLE {table} ADD COLUMN words tsvector "
        f"GENERATED ALWAYS AS ({table}_words_of({', '.join(COLUMNS)})) STORED"
    )
    schema_editor.execute(f"CREATE INDEX {table}_words ON {table} USING gin (words)")


def tell_cost(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let a question that names LOOKED_AT know that the words of an entry are large and have to be unpacked. Of a word
    that it has not counted, PostgreSQL takes one entry in two hundred to have it. Where these are more than a question
    wants, it would look at every entry from the latest back rather than ask the index of words: a word of none would
    read a large archive to its end.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE FUNCTION {LOOKED_AT}(place bigint) RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 400 "
            "AS $$ BEGIN RETURN true; END $$"
        )


def forget_cost(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Undo `tell_cost`."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP FUNCTION {LOOKED_AT}(bigint)")
