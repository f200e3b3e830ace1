"""What the worker does beside its tasks: what was done long ago is forgotten, whatever fails on the way."""

import logging
import threading
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from attache import worker
from attache.meanwhile import meanwhile
from tests.waiting import until


def done(days: float, status: str = TaskResultStatus.SUCCESSFUL) -> object:
    """The id of a mail that was sent, or given up, so many days ago, or that is still to be sent."""
    at = None if status in {TaskResultStatus.READY, TaskResultStatus.RUNNING} else timezone.now() - timedelta(days=days)
    made = DBTaskResult.objects.create(
        task_path="articles.tasks.mail_message", args_kwargs={"args": [], "kwargs": {}}, backend_name="default",
        run_after=timezone.now(), worker_ids=[], status=status, finished_at=at,
    )  # fmt: skip
    return made.pk


@pytest.mark.django_db(transaction=True)
def test_mail_that_was_sent_is_forgotten_after_two_weeks(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {done(13.9), done(30, TaskResultStatus.READY), done(30, TaskResultStatus.RUNNING)}
    done(14.1)
    done(14.1, TaskResultStatus.FAILED)
    monkeypatch.setattr(worker, "FORGETS_EVERY", 0.01)
    with worker.forgetting():
        until(lambda: DBTaskResult.objects.count() == len(kept))
    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == kept
    assert "forgetting" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_for_want_of_the_database_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    tries: list[int] = []
    was_done = threading.Event()

    def job() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("no answer")
        was_done.set()

    with caplog.at_level(logging.WARNING), meanwhile(job, every=0.01, name="a job"):
        assert was_done.wait(30)
    assert "a job could not be done, and is tried again: no answer" in caplog.text
