"""The question that every kept page asks, as PostgreSQL is asked it: in few steps, and not for ever.

It goes by the library below psycopg, on Django's connection: what cursors do for it takes ten times as long as its
answer.
"""

from collections.abc import Callable, Collection, Sequence
from select import POLLIN, poll
from time import monotonic
from typing import Any, TypeVar

import psycopg
from django.db import InterfaceError, OperationalError
from psycopg.pq import DiagnosticField, ExecStatus

# Names have no sign that would mean something in an array.
QUESTION = b"SELECT name, number FROM articles_stamp WHERE at IS NULL AND name = ANY ($1::varchar[])"
# The server reads and plans it once for each connection.
BY_HEART = b"stamps"
UNKNOWN = b"26000"
# In seconds; where it is right to wait longer for a page, it is not for this.
ANSWERED_WITHIN = 2.0
Numbers = Sequence[tuple[str, int]]
Answer = TypeVar("Answer")


class Silent(OperationalError):
    """Raised where a database that is reached gives no answer in time: whoever else asks would wait for it too."""


def by_connection(database: Any, ask: Callable[[], Answer]) -> Answer:
    """What `ask` says by that connection. One that has ended since it was last used, since the database was started
    again, say, is opened anew. Raises what `ask` raises.

    The question itself shows whether the connection is well: the one that Django would put before it, once in each
    request, takes longer than many an answer.
    """
    if database.connection is None or database.health_check_done or database.in_atomic_block:
        return ask()
    database.health_check_done = True
    try:
        return ask()
    except Silent:
        # A server that is reached and says nothing would say nothing on a new connection.
        raise
    except (OperationalError, InterfaceError):
        database.close()
        return ask()


def numbers(database: Any, names: Collection[str]) -> Numbers:
    """These names with the numbers they have; a connection that is silent is closed. Raises Silent, and
    django.db.OperationalError.
    """
    _connect(database)
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


def _connect(database: Any) -> None:
    try:
        database.ensure_connection()
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.ConnectionTimeout):
            raise Silent(*error.args) from error
        raise


def _knows(connection: Any) -> bool:
    """Have the server learn the question, if it has not; whether it has."""
    if not getattr(connection, "_knows_stamps", False):
        connection.pgconn.send_prepare(BY_HEART, QUESTION)
        connection._knows_stamps = _answer(connection.pgconn).status == ExecStatus.COMMAND_OK
    return bool(connection._knows_stamps)


def _answer(server: Any) -> Any:
    """What the server says to what was sent, which is short enough to be sent at once. Raises Silent."""
    waiting, until = poll(), monotonic() + ANSWERED_WITHIN
    waiting.register(server.socket, POLLIN)
    said = None
    # It has ended, and may be asked again, once it says nothing more.
    while True:
        while server.is_busy():
            if not waiting.poll(max(0, until - monotonic()) * 1000):
                raise Silent(f"The database said nothing for {ANSWERED_WITHIN:g} seconds.")
            server.consume_input()
        result = server.get_result()
        if result is None:
            return said
        said = result


def _numbers(result: Any) -> Numbers:
    if result.status != ExecStatus.TUPLES_OK:
        raise psycopg.OperationalError(result.get_error_message())
    return [(result.get_value(row, 0).decode(), int(result.get_value(row, 1))) for row in range(result.ntuples)]
