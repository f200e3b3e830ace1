"""A job that is done again and again beside the tasks of the worker."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import Error, close_old_connections, connections
from redis.exceptions import RedisError

# How long one that is being done when all is over may still take, in seconds.
PATIENCE = 10
log = logging.getLogger(__name__)


@contextmanager
def meanwhile(job: Callable[[], object], *, every: float, name: str) -> Iterator[None]:
    """Do the job every so many seconds, as long as this lasts. Where database or Redis do not answer, that is logged
    under the name, and the job is tried again the next time.
    """
    is_over = threading.Event()

    def again_and_again() -> None:
        while not is_over.wait(every):
            close_old_connections()
            try:
                job()
            except (Error, RedisError) as error:
                log.warning("%s could not be done, and is tried again: %s", name, error)
        connections.close_all()

    thread = threading.Thread(target=again_and_again, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(PATIENCE)
