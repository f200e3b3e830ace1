"""Asking the database's own index for words: SQLite's FTS5, or a `tsvector` of PostgreSQL.

Only here is it known which of the two it is. A question is answered latest first and stops at its limit, so that a word
of every story costs no more than a word of some. Whether words stand side by side is looked up in each story that has
them all: who asks for a phrase should say how far back.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Model, Value

from articles.prepared import reading
from articles.search.asked import Asked, Term

ANYWHERE, HEADLINE, DECK = "", "headline", "deck"
TEXTS = (HEADLINE, DECK, "body", "rest")
# How the words of a column stand in the index once more.
MARKS = {ANYWHERE: "", HEADLINE: "^", DECK: "~"}


class Among(Func):
    """Whether a column is among the numbers of a list, which comes as one value: a question is the same however long
    the list is.
    """

    template = "%(expressions)s))"
    arg_joiner = " IN (SELECT value FROM json_each("
    output_field = BooleanField()

    def __init__(self, column: str, numbers: str) -> None:
        super().__init__(F(column), Value(numbers))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The same in PostgreSQL's words, as an array: of these it looks up all at once, in the order of an index."""
        template, joiner = "%(expressions)s, '[]', '{}')::bigint[])", " = ANY(translate("
        return super().as_sql(compiler, connection, template=template, arg_joiner=joiner, **context)

    @staticmethod
    def said(numbers: Iterable[int]) -> str:
        """These numbers as one value."""
        return json.dumps([*numbers])


def latest(entries: type[Model], asked: Asked, limit: int, *, columns: Iterable[str] = (ANYWHERE,)) -> list[int]:
    """The places of the latest of these entries that match, the latest first: at most `limit` for each of the columns
    in which one of the terms must stand.
    """
    table = entries._meta.db_table
    parts, values = [], []
    for column in columns:
        # Few have the words in a headline or a deck.
        is_read = connection.vendor == "sqlite" and asked.has_phrase and not column
        sql, mine = _read_through(table, asked) if is_read else statement(table, asked, column)
        parts.append(f"SELECT place FROM ({sql} ORDER BY place DESC LIMIT {limit:d}) AS latest_{column or 'anywhere'}")
        values += mine
    with reading(entries).cursor() as cursor:
        cursor.execute(f"{' UNION '.join(parts)} ORDER BY place DESC", values)
        return [found for (found,) in cursor.fetchall()]


def after_the_latest(entries: type[Model], asked: Asked, number: int) -> int | None:
    """The place of the entry that follows the latest so many of those that match; None where there are no more."""
    sql, values = statement(entries._meta.db_table, asked)
    with reading(entries).cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY place DESC LIMIT 1 OFFSET {number:d}", values)
        found = cursor.fetchone()
    return int(found[0]) if found else None


def statement(table: str, asked: Asked, column: str = ANYWHERE) -> tuple[str, list[Any]]:
    """SQL for the places of all entries that match, and its parameters."""
    if connection.vendor == "postgresql":
        # The last is always so, and looks at nothing after 1970. It tells what looking costs; see the migrations.
        cost = "CASE WHEN place < 0 THEN articles_words_looked_at(place) ELSE true END"
        sql = f"SELECT place FROM {table} WHERE words @@ %s::tsquery AND {cost}"
        place = "place"
        values: list[Any] = [_tsquery(asked, column)]
    else:
        sql, place = f"SELECT rowid AS place FROM {table}_words WHERE {table}_words MATCH %s", "rowid"
        values = [_fts5(asked, column)]
    if asked.begin is not None:
        sql, values = f"{sql} AND {place} >= %s", [*values, asked.begin]
    if asked.end is not None:
        sql, values = f"{sql} AND {place} < %s", [*values, asked.end]
    return sql, values


def _read_through(table: str, asked: Asked) -> tuple[str, list[Any]]:
    """The same where there are phrases, for SQLite. FTS5 goes on until it finds one, past `begin` to the first story of
    all; so it is asked for their words, and the texts of what it finds are read.
    """
    sql, values = statement(table, asked.loosened())
    stands = " OR ".join(f"instr(' ' || {text} || ' ', %s)" for text in TEXTS)
    for term in asked.terms:
        if len(term.words) > 1:
            sql = f"{sql} AND EXISTS (SELECT 1 FROM {table} WHERE place = {table}_words.rowid AND ({stands}))"
            values += [f" {' '.join(term.words)}{'' if term.is_prefix else ' '}"] * len(TEXTS)
    return sql, values


def _fts5(asked: Asked, column: str) -> str:
    """The question in the words of FTS5; the words themselves are letters and digits and need no escape."""

    def said(term: Term, mark: str = "") -> str:
        phrase = " ".join(f"{mark}{word}" for word in term.words)
        return f'"{phrase}"{" *" if term.is_prefix else ""}'

    parts = [" OR ".join(f'"{facet}"' for facet in group) for group in asked.groups]
    # Of a single term, that it stands in the column says all.
    parts += [said(term) for term in asked.terms if not column or len(asked.terms) > 1]
    if column and asked.terms:
        parts.append(" OR ".join(said(term, MARKS[column]) for term in asked.terms))
    return " AND ".join(f"({part})" for part in parts)


def _tsquery(asked: Asked, column: str) -> str:
    """The question in the words of PostgreSQL, past its parser, which would take words apart."""

    def said(term: Term, mark: str = "") -> str:
        phrase = " <-> ".join(f"'{mark}{word}'" for word in term.words)
        return f"({phrase}{':*' if term.is_prefix else ''})"

    parts = [" | ".join(f"'{facet}'" for facet in group) for group in asked.groups]
    parts += [said(term) for term in asked.terms if not column or len(asked.terms) > 1]
    if column and asked.terms:
        parts.append(" | ".join(said(term, MARKS[column]) for term in asked.terms))
    return " & ".join(f"({part})" for part in parts)


def took_in_many(table: str) -> None:
    """Let the database count anew what stands in its index, after many entries have come at once."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {table}")
