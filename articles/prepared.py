"""Questions that readers' pages ask again and again: put into SQL once, then sent with other values.

Django takes longer to write the SQL of such a question than the database takes to answer it. PostgreSQL reads it once
for each connection too, and psycopg, which would look through all of it for each of its values, not at all.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from psycopg.sql import Literal
from psycopg.types.numeric import Int8

from articles import asking

Row = TypeVar("Row")
Value = int | str | datetime | date
# What stands for values while the SQL is written; no id, text, moment or day of ours is like it.
NUMBERS = 2_000_000_000
TEXT = "\ue000{}\ue000"
MOMENTS = datetime(1001, 1, 1, tzinfo=UTC)
DAYS = date(1002, 1, 1)
LOOKS_LIKE_A_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Where Django puts a value into SQL.
PLACE = re.compile("(?<!%)%s")
# How many rows are known again, of all questions of a process.
ROWS = 1_000
_known: dict[tuple[str, str, tuple[Any, ...]], Any] = {}


def reading(model: type[Model]) -> BaseDatabaseWrapper:
    """The connection by which rows of that model are read at this moment, for whoever writes SQL of their own."""
    return connections[router.db_for_read(model)]


class OwnClock(AssertionError):
    """Raised where a prepared question looked at the clock itself: its answer would stand still."""


class Prepared(Generic[Row]):
    """A question with its values left open: `build(**values)` makes the queryset, of rows of `model`.

    Values are texts, whole numbers, moments, days, and sequences of these. The SQL is written once for each database
    and for each length of the sequences; what `build` makes may depend on nothing else, and not on the clock.

    With `knows_rows`, a row that comes again as it was, to the last sign, is the same object again, which others have
    too: nobody may change it.
    """

    def __init__(
        self, model: type[Model], build: Callable[..., QuerySet[Any, Row]], *, knows_rows: bool = False
    ) -> None:
        self._model = model
        self._build = build
        self._knows_rows = knows_rows
        self._written: dict[tuple[Any, ...], _Written | None] = {}

    def first(self, **values: Value | Sequence[Value]) -> Row | None:
        """The first of the rows for these values; None where there is none."""
        return next(iter(self(**values)), None)

    def __call__(self, **values: Value | Sequence[Value]) -> list[Row]:
        """The rows for these values; one query, none where nothing could answer. Raises OwnClock."""
        shape = tuple((name, None if isinstance(each, Value) else len(each)) for name, each in values.items())
        alias = router.db_for_read(self._model)
        if (alias, *shape) not in self._written:
            self._written[alias, *shape] = _write(self._build, values, alias)
        written = self._written[alias, *shape]
        if written is None:
            return []
        rows = written.asked([*_flat(values)])
        if not rows:
            return []
        return written.known_of(rows) if self._knows_rows else written.made_of(rows)


@dataclass(frozen=True)
class _Written:
    """A question in SQL. `slots` says which values it takes, in the order of the numbers by which it names them; what
    is the same each time is among `always`. `by_heart` is the same in PostgreSQL's own words.
    """

    question: Any
    compiler: SQLCompiler
    alias: str
    sql: str
    slots: Sequence[int]
    always: dict[str, Any]
    by_heart: str

    def asked(self, values: Sequence[Value]) -> list[tuple[Any, ...]]:
        """The rows for these values, as the database's library gives them."""
        database: Any = connections[self.alias]
        taken = [_adapted(values[slot], database) for slot in self.slots]
        # Whoever has questions written down is to read what was asked.
        if self.by_heart and not database.queries_logged:
            return asking.by_connection(database, lambda: self._by_heart(database, taken))
        with database.cursor() as cursor:
            cursor.execute(self.sql, {f"v{number}": value for number, value in enumerate(taken)} | self.always)
            return list(cursor.fetchall())

    def _by_heart(self, database: Any, taken: Sequence[Any]) -> list[tuple[Any, ...]]:
        database.ensure_connection()
        with database._prepare_cursor(psycopg.RawCursor(database.connection)) as cursor:
            return list(cursor.execute(self.by_heart, taken).fetchall())

    def made_of(self, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        """What Django makes of these rows. Connections belong to threads, so each time has a compiler of its own."""
        compiler: Any = copy(self.compiler)
        compiler.connection = connections[self.alias]
        compiler.execute_sql = lambda *args, **kwargs: [rows]
        query: Any = copy(self.question.query)
        query.get_compiler = lambda *args, **kwargs: compiler
        found = self.question.all()
        found._query = query
        return list(found)

    def known_of(self, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        """The same, of which nothing is made twice."""
        here = {row: _known.get((self.alias, self.sql, row)) for row in rows}
        new = [row for row, known in here.items() if known is None]
        if new:
            here |= zip(new, self.made_of(new), strict=True)
            if len(_known) + len(new) > ROWS:
                _known.clear()
            _known.update({(self.alias, self.sql, row): here[row] for row in new})
        return [here[row] for row in rows]


def _write(build: Callable[..., QuerySet[Any, Any]], values: Mapping[str, Any], alias: str) -> _Written | None:
    """The question in SQL; None for one that no row could answer, such as for an id among none."""
    signs: list[Value] = [_sign(value, number) for number, value in enumerate(_flat(values))]
    each = iter(signs)
    stand_ins = {
        name: [next(each) for _ in value] if _is_several(value) else next(each) for name, value in values.items()
    }
    question = build(**stand_ins).using(alias)
    compiler = question.query.get_compiler(alias)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    database = connections[alias]
    known = {_adapted(sign, database): slot for slot, sign in enumerate(signs)}
    slots: dict[int, str] = {}
    always: dict[tuple[type, Any], str] = {}

    def named(parameter: Any) -> str:
        slot = known.get(parameter) if isinstance(parameter, Value) else None
        if slot is not None:
            return slots.setdefault(slot, f"v{len(slots)}")
        if isinstance(parameter, date) or LOOKS_LIKE_A_DAY.match(str(parameter)):
            raise OwnClock(f"{build.__name__} has {parameter} written into its question.")
        return always.setdefault((type(parameter), parameter), f"a{len(always)}")

    first, *others = PLACE.split(sql)
    said = first + "".join(f"%({named(each)})s{after}" for each, after in zip(parameters, others, strict=True))
    constants = {name: value for (_, value), name in always.items()}
    by_heart = said % _for_postgresql(slots.values(), constants, database) if database.vendor == "postgresql" else ""
    return _Written(question, compiler, alias, said, tuple(slots), constants, by_heart)


def _for_postgresql(values: Iterable[str], constants: Mapping[str, Any], database: Any) -> dict[str, str]:
    """How PostgreSQL itself names values; what is the same each time is written out, so that it can plan with it."""
    database.ensure_connection()
    written_out = {name: Literal(value).as_string(database.connection) for name, value in constants.items()}
    return {name: f"${number}" for number, name in enumerate(values, start=1)} | written_out


def _sign(value: Value, number: int) -> Value:
    if isinstance(value, datetime):
        return MOMENTS + timedelta(microseconds=number + 1)
    if isinstance(value, date):
        return DAYS + timedelta(days=number)
    return NUMBERS + number if isinstance(value, int) else TEXT.format(number)


def _adapted(value: Value, database: Any) -> Any:
    """The value as its database takes it."""
    if isinstance(value, datetime):
        return database.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return database.ops.adapt_datefield_value(value)
    if isinstance(value, int):
        # To PostgreSQL, numbers of another width would make it another question.
        return Int8(value) if database.vendor == "postgresql" else int(value)
    return value


def _is_several(value: Any) -> bool:
    return not isinstance(value, Value)


def _flat(values: Mapping[str, Any]) -> Iterator[Value]:
    for value in values.values():
        if _is_several(value):
            yield from value
        else:
            yield value
