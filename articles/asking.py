"""The question that every kept page asks, as PostgreSQL is asked it: in few steps, together, and not for ever.

It goes by the library below psycopg, on Django's connection: what cursors do for it takes ten times as long as its
answer.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from select import POLLIN, poll
from threading import Lock
from time import monotonic
from typing import Any

import psycopg
from django.db import OperationalError
from psycopg.pq import DiagnosticField, ExecStatus

# Names have no sign that would mean something in an array.
QUESTION = b"SELECT name, number FROM articles_stamp WHERE at IS NULL AND name = ANY ($1::varchar[])"
# The server reads and plans it once for each connection.
BY_HEART = b"stamps"
UNKNOWN = b"26000"
# In seconds; where it is right to wait longer for a page, it is not for this.
ANSWERED_WITHIN = 2.0
Numbers = Sequence[tuple[str, int]]


class Silent(OperationalError):
    """Raised where a database that is reached gives no answer in time: whoever else asks would wait for it too."""


@dataclass
class _Question:
    """What several requests ask at once. `is_open` is held until it is answered, or has failed with an error."""

    names: set[str] = field(default_factory=set)
    is_open: Lock = field(default_factory=Lock)
    found: Numbers = ()
    error: Exception | None = None


class _Questions:
    """The questions of one database: one is under way at a time, and whoever comes meanwhile shares the next."""

    def __init__(self) -> None:
        self.door, self.turn = Lock(), Lock()
        self.next: _Question | None = None


_questions: defaultdict[str, _Questions] = defaultdict(_Questions)


def numbers(database: Any, names: Collection[str]) -> Numbers:
    """These names with the numbers they have, asked by this connection, or by that of another request of this process.

    Requests that wait at the same moment ask one question between them, begun after each of them asked: under load, to
    ask and to wait for another process takes longer than anything else that a kept page needs. Raises Silent, and
    django.db.OperationalError.
    """
    if database.in_atomic_block:
        # It may have raised some that nobody else can see.
        return _asked(database, names)
    questions = _questions[database.alias]
    with questions.door:
        is_first = questions.next is None
        question = questions.next or _Question()
        questions.next = question
        question.names.update(names)
        if is_first:
            question.is_open.acquire()
    if is_first:
        _ask(questions, question, database)
    else:
        with question.is_open:
            pass
        if isinstance(question.error, Silent):
            raise Silent(*question.error.args)
        if question.error:
            # It was another request's connection that failed.
            return _asked(database, names)
    if len(question.names) == len(names):
        return question.found
    wanted = set(names)
    return [(name, number) for name, number in question.found if name in wanted]


def _ask(questions: _Questions, question: _Question, database: Any) -> None:
    """Ask for all who share the question, once the one before is answered."""
    try:
        with questions.turn:
            with questions.door:
                questions.next = None
            question.found = _asked(database, question.names)
    except Exception as error:
        question.error = error
        raise
    finally:
        question.is_open.release()


def _asked(database: Any, names: Collection[str]) -> Numbers:
    database.ensure_connection()
    server, values = database.connection.pgconn, [f"{{{','.join(names)}}}".encode()]
    try:
        with database.wrap_database_errors:
            if not database.in_atomic_block and _knows(database.connection):
                server.send_query_prepared(BY_HEART, values)
                result = _answer(server)
                if result.error_field(DiagnosticField.SQLSTATE) != UNKNOWN:
                    return _numbers(result)
                # Forgotten since, with all that the connection knew, or known to another server behind a pool.
                database.connection._knows_stamps = False
            # Within a transaction whatever fails would end it.
            server.send_query_params(QUESTION, values)
            return _numbers(_answer(server))
    except Silent:
        # What it still says would be taken for the answer to the next question.
        database.close()
        raise


def _knows(connection: Any) -> bool:
    """Have the server learn the question, if it has not; whether it has."""
    if not getattr(connection, "_knows_stamps", False):
        connection.pgconn.send_prepare(BY_HEART, QUESTION)
        connection._knows_stamps = _answer(connection.pgconn).status == ExecStatus.COMMAND_OK
    return bool(connection._knows_stamps)


def _answer(server: Any) -> Any:
    """What the server says to what was sent. Raises Silent."""
    server.flush()
    waiting, until = poll(), monotonic() + ANSWERED_WITHIN
    waiting.register(server.socket, POLLIN)
    while True:
        if not waiting.poll(max(0, until - monotonic()) * 1000):
            raise Silent(f"The database said nothing for {ANSWERED_WITHIN:g} seconds.")
        server.consume_input()
        if not server.is_busy():
            break
    result = server.get_result()
    while not server.is_busy() and server.get_result():
        pass
    return result


def _numbers(result: Any) -> Numbers:
    if result.status != ExecStatus.TUPLES_OK:
        raise psycopg.OperationalError(result.get_error_message())
    return [(result.get_value(row, 0).decode(), int(result.get_value(row, 1))) for row in range(result.ntuples)]
