"""A mail server that does not take a mail is asked again later, and what was to be said may be over by then."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends import locmem
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles import comments
from articles.mailing import AGAIN_AFTER
from articles.models import Article, Message
from attache.worker import lateness
from staff.models import Invitation, Person
from staff.tasks import send_invitation, send_mail_to, send_reset_link

pytestmark = pytest.mark.django_db(transaction=True)


class Server(locmem.EmailBackend):
    """A mail server that refuses until it is well."""

    is_well = False

    def send_messages(self, messages: Any) -> int:
        """Take them, or not."""
        if not Server.is_well:
            raise smtplib.SMTPServerDisconnected("please try again later")
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def server(settings: Any) -> type[Server]:
    """The site's mail server, which is ill."""
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.is_well = False
    return Server


def work(later: timedelta = timedelta()) -> list[str]:
    """Let the worker do what there is to do by then; to whom mail went."""
    with time_machine.travel(timezone.now() + later):
        call_command("worker", batch=True, verbosity=0, interval=0, startup_delay=False)
    sent = [message.to[0] for message in mail.outbox]
    mail.outbox.clear()
    return sent


@pytest.fixture
def waiting(ana: Person, ben: Person, dee: Person, story: Callable[..., Article]) -> set[str]:
    """One mail of each kind that waits for the worker; to whom."""
    comments.say(story(by=ana), "Is that so, @Ana?", by=ben, version=1)
    send_mail_to.enqueue("somebody@paper.example", "A subject", "A text.")
    send_reset_link.enqueue(ben.email, asked_by_anybody=True)
    jo = Invitation.objects.create(name="Jo", email="jo@paper.example", by=dee, at=timezone.now())
    send_invitation.enqueue(jo.pk)
    return {ana.email, "somebody@paper.example", ben.email, jo.email}


def test_each_mail_is_tried_again_later_and_sent_once(server: type[Server], waiting: set[str]) -> None:
    assert work() == []
    server.is_well = True
    assert work(AGAIN_AFTER[0] / 2) == []
    assert set(work(2 * AGAIN_AFTER[0])) == waiting
    assert work(2 * sum(AGAIN_AFTER, timedelta())) == []


def test_it_is_given_up_after_the_last_time_and_said(waiting: set[str], caplog: Any) -> None:
    later = timedelta()
    for each in (timedelta(), *AGAIN_AFTER):
        later += each + timedelta(seconds=1)
        work(later)
    assert not DBTaskResult.objects.ready().exists()
    failed = DBTaskResult.objects.failed()
    assert failed.count() == len(waiting)
    assert {each.exception_class_path for each in failed} == {"smtplib.SMTPServerDisconnected"}
    assert "please try again later" in caplog.text


def test_what_is_over_by_then_is_not_mailed(server: type[Server], waiting: set[str], ana: Person) -> None:
    work()
    Message.objects.filter(to=ana).update(read_at=timezone.now())
    server.is_well = True
    assert set(work(2 * AGAIN_AFTER[0])) == waiting - {ana.email}


def test_mail_that_was_put_off_does_not_make_the_worker_late(waiting: set[str]) -> None:
    work()
    for later in (AGAIN_AFTER[0] / 2, AGAIN_AFTER[0] + timedelta(seconds=10)):
        with time_machine.travel(timezone.now() + later):
            assert not lateness()
    with time_machine.travel(timezone.now() + AGAIN_AFTER[0] + timedelta(hours=1)):
        assert "mail (1)" in lateness()
