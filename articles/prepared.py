"""Questions that readers' pages ask again and again: put into SQL once, then sent with other values.

Django takes longer to write the SQL of such a question than the database takes to answer it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")
Value = int | str | datetime | date
# What stands for values while the SQL is written; no id, text, moment or day of ours is like it.
NUMBERS = 2_000_000_000
TEXT = "\ue000{}\ue000"
MOMENTS = datetime(1001, 1, 1, tzinfo=UTC)
DAYS = date(1002, 1, 1)
LOOKS_LIKE_A_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def reading(model: type[Model]) -> BaseDatabaseWrapper:
    """The connection by which rows of that model are read at this moment, for whoever writes SQL of their own."""
    return connections[router.db_for_read(model)]


class OwnClock(AssertionError):
    """Raised where a prepared question looked at the clock itself: its answer would stand still."""


class Prepared(Generic[Row]):
    """A question with its values left open: `build(**values)` makes the queryset, of rows of `model`.

    Values are texts, whole numbers, moments, days, and sequences of these. The SQL is written once for each database
    and for each length of the sequences; what `build` makes may depend on nothing else, and not on the clock.
    """

    def __init__(self, model: type[Model], build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._model = model
        self._build = build
        self._written: dict[tuple[Any, ...], _Written | None] = {}

    def __call__(self, **values: Value | Sequence[Value]) -> list[Row]:
        """The rows for these values; one query, none where nothing could answer. Raises OwnClock."""
        shape = tuple((name, None if isinstance(each, Value) else len(each)) for name, each in values.items())
        alias = router.db_for_read(self._model)
        if (alias, *shape) not in self._written:
            self._written[alias, *shape] = _write(self._build, values, alias)
        written = self._written[alias, *shape]
        return written.asked([*_flat(values)]) if written else []


@dataclass(frozen=True)
class _Written:
    """A question in SQL. `slots` says for each parameter which value it takes, None where it is always the same."""

    rows: Any
    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]
    slots: tuple[int | None, ...]

    def asked(self, values: Sequence[Value]) -> list[Any]:
        """The rows for these values. Connections belong to threads, so each time has a compiler of its own."""
        compiler: Any = copy(self.compiler)
        compiler.connection = connections[compiler.using]
        parameters = tuple(
            always if slot is None else _as_parameter(values[slot], like=always, connection=compiler.connection)
            for always, slot in zip(self.parameters, self.slots, strict=True)
        )
        compiler.as_sql = lambda *args, **kwargs: (self.sql, parameters)
        query: Any = copy(self.rows.query)
        query.get_compiler = lambda *args, **kwargs: compiler
        rows = self.rows.all()
        rows._query = query
        return list(rows)


def _write(build: Callable[..., QuerySet[Any, Any]], values: Mapping[str, Any], alias: str) -> _Written | None:
    """The question in SQL; None for one that no row could answer, such as for an id among none."""
    signs: list[Value] = [_sign(value, number) for number, value in enumerate(_flat(values))]
    each = iter(signs)
    stand_ins = {
        name: [next(each) for _ in value] if _is_several(value) else next(each) for name, value in values.items()
    }
    rows = build(**stand_ins).using(alias)
    compiler = rows.query.get_compiler(alias)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    connection = connections[alias]
    known = {_as_parameter(sign, like=0, connection=connection): slot for slot, sign in enumerate(signs)}
    slots = tuple(known.get(each) if isinstance(each, Value) else None for each in parameters)
    for parameter, slot in zip(parameters, slots, strict=True):
        if slot is None and (isinstance(parameter, date) or LOOKS_LIKE_A_DAY.match(str(parameter))):
            raise OwnClock(f"{build.__name__} has {parameter} written into its question.")
    return _Written(rows, compiler, sql, tuple(parameters), slots)


def _sign(value: Value, number: int) -> Value:
    if isinstance(value, datetime):
        return MOMENTS + timedelta(microseconds=number + 1)
    if isinstance(value, date):
        return DAYS + timedelta(days=number)
    return NUMBERS + number if isinstance(value, int) else TEXT.format(number)


def _as_parameter(value: Value, *, like: Any, connection: Any) -> Any:
    """The value as its database takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return type(like)(value) if isinstance(value, int) else value


def _is_several(value: Any) -> bool:
    return not isinstance(value, Value)


def _flat(values: Mapping[str, Any]) -> Iterator[Value]:
    for value in values.values():
        if _is_several(value):
            yield from value
        else:
            yield value
