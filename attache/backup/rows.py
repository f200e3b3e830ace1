"""Rows as lines of JSON, a file for each model: `rows/articles.Article.jsonl.gz`. A batch at most is in memory."""

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.duration import duration_string

from articles import body
from attache.backup.refusal import Refused
from attache.backup.schema import MATCHED, columns

BATCH = 500
# Bytes of a line: a few of a file can unfold to more than the memory holds.
LONGEST = 64 * 1024 * 1024
Row = dict[str, Any]


def write_lines(file: Path, lines: Iterator[Row]) -> int:
    """Write one object a line, compressed; how many there were. The same lines make the same bytes."""
    count = 0
    with file.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0, compresslevel=6) as packed:
        for line in lines:
            packed.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
            count += 1
    return count


def read_lines(file: Path) -> Iterator[Row]:
    """What `write_lines` wrote; Refused for a line that is not an object, or longer than any row."""
    with gzip.open(file, "rb") as packed:
        for number, line in enumerate(iter(partial(packed.readline, LONGEST), b""), start=1):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise Refused(f"{file.name}, line {number}: {error}.") from error
            if not isinstance(row, dict):
                raise Refused(f"{file.name}, line {number} is not a row.")
            yield row


def rows_of(model: type[models.Model], using: str) -> Iterator[Row]:
    """Every row of a model, by its key, streamed."""
    names = [field.attname for field in columns(model)]
    found = model._base_manager.using(using).order_by("pk").values_list(*names)
    for values in found.iterator(chunk_size=BATCH):
        yield {name: plain(value) for name, value in zip(names, values, strict=True)}


def plain(value: Any) -> Any:
    """A value as JSON can say it, to the microsecond and the last digit."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, timedelta):
        return duration_string(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


def batches(model: type[models.Model], rows: Iterator[Row], ids: "Ids") -> Iterator[list[models.Model]]:
    """The rows as instances that were never stored, a batch at a time."""
    read = _reader(model, ids)
    while batch := [read(row) for row in islice(rows, BATCH)]:
        yield batch


class Ids:
    """The ids that matched rows have here, by the ids that they had where the backup was taken."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Any], Any] = {}

    def learn(self, label: str, there: Any, here: Any) -> None:
        """A row of this model has another id here."""
        self._known[label, there] = here

    def here(self, label: str, there: Any) -> Any:
        """The id of a matched row; Refused where the backup did not bring it."""
        if there is None:
            return None
        try:
            return self._known[label, there]
        except KeyError:
            raise Refused(f"A row refers to {label} {there}, which is not in the backup.") from None


def _reader(model: type[models.Model], ids: Ids) -> Callable[[Row], models.Model]:
    fields = {field.attname: field for field in columns(model)}
    matched = {
        name: field.related_model._meta.label
        for name, field in fields.items()
        if field.related_model and field.related_model._meta.label in MATCHED
    }
    gate = THROUGH_THE_GATE.get(model._meta.label)

    def read(row: Row) -> models.Model:
        if row.keys() != fields.keys():
            wrong = ", ".join(sorted(row.keys() ^ fields.keys()))
            raise Refused(f"A row of {model._meta.label} does not fit its table: {wrong}.")
        try:
            values = {name: valued(field, row[name]) for name, field in fields.items()}
            for name, label in matched.items():
                values[name] = ids.here(label, values[name])
            if gate:
                gate(values)
        except (TypeError, ValueError, AttributeError) as error:
            raise Refused(f"A row of {model._meta.label} does not fit its table: {error}.") from error
        return model(**values)

    return read


def valued(field: "models.Field[Any, Any]", said: Any) -> Any:
    """What `plain` was given."""
    if said is None:
        # JSON's null in a column that must have a value.
        is_json = isinstance(field, models.JSONField) and not field.null
        return models.Value(None, models.JSONField()) if is_json else None
    try:
        return said if isinstance(field, models.JSONField) else field.to_python(said)
    except ValidationError as error:
        raise Refused(f"A row of {field.model._meta.label} has no {field.name}: {' '.join(error.messages)}") from error


def _clean_body(values: Row) -> None:
    values["body"] = body.clean(values["body"])


def _clean_content(values: Row) -> None:
    values["content"]["body"] = body.clean(values["content"].get("body", ""))


# A folder is no proof of who wrote it: bodies are cleaned on this way as on every other. Those of working copies clean
# themselves (articles/editor.py). What is clean is left as it is.
THROUGH_THE_GATE: dict[str, Callable[[Row], None]] = {
    "articles.Snapshot": _clean_body,
    "articles.Revision": _clean_content,
    "articles.Proposal": _clean_content,
}
