"""What a benchmark does within a paper's own program: fill it, count the queries of its pages, publish in it.

A paper says how (`Ways`), and `main` does it from the command line, so that papers whose libraries cannot be in one
process are measured by the same lines. What was found is printed as JSON.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks import stories


@dataclass(frozen=True)
class Ways:
    """How a paper is filled with as many stories, how a draft is made, saved again, and what was saved is published."""

    fill: Callable[[int], None]
    draft: Callable[[stories.Story], Any]
    save: Callable[[Any, str], Any]
    publish: Callable[[Any], None]


def main(ways: Ways, called: str) -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog=f"python -m {called}", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    commands.add_parser("fill", help="make the paper as large as that").add_argument("stories", type=int)
    commands.add_parser("queries", help="count the queries of each page, asked for the first time and again")
    publishing = commands.add_parser("publish", help="publish some stories and say how long each took")
    publishing.add_argument("stories", type=int)
    publishing.add_argument("first", type=int, help="the number of the first of them, far from those of the filling")
    asked = parser.parse_args()
    if asked.command == "fill":
        ways.fill(asked.stories)
        sys.stdout.write("null\n")
    elif asked.command == "queries":
        sys.stdout.write(f"{json.dumps(_queries())}\n")
    else:
        found = _publish(ways, range(asked.first, asked.first + asked.stories))
        sys.stdout.write(f"{json.dumps(found)}\n")


def _queries() -> dict[str, tuple[int, int]]:
    """By the page, its queries when it is asked for first, and once more."""
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    # What a process learns once: where sites and types of content are.
    client.get(stories.story(stories.READ + len(stories.SECTIONS)).path)
    return {name: (_asked_by(client, path), _asked_by(client, path)) for name, path in stories.PAGES.items()}


def _asked_by(client: Any, path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return len(asked)


def _publish(ways: Ways, numbers: range) -> dict[str, Any]:
    """Seconds that each took, to save it and to publish what was saved; and the queries of one more."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    saving, publishing = [], []
    for number in numbers:
        draft = ways.draft(stories.story(number))
        began = time.perf_counter()
        saved = ways.save(draft, "Another headline")
        was_saved = time.perf_counter()
        ways.publish(saved)
        ended = time.perf_counter()
        saving.append(was_saved - began)
        publishing.append(ended - was_saved)
    draft = ways.draft(stories.story(numbers.stop))
    with CaptureQueriesContext(connection) as saves:
        saved = ways.save(draft, "Another headline")
    with CaptureQueriesContext(connection) as publishes:
        ways.publish(saved)
    return {"save": saving, "publish": publishing, "queries": {"save": len(saves), "publish": len(publishes)}}
