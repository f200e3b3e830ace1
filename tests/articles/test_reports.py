"""Readers report errors, and the desk corrects them in one step."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from articles import editing, publishing, reports
from articles.models import Article, Correction, Duty, Move, Report, Section, Snapshot
from articles.models.report import ABOUT_ONE, FROM_ONE, WITHIN
from articles.moves import Details, Refused
from articles.workflow import Stage
from staff.models import Person

pytestmark = pytest.mark.django_db
QUEUE = "/admin/articles/report/"


@pytest.fixture
def live(published: Callable[..., Snapshot], photo: Callable[..., Any]) -> Snapshot:
    """A story before readers, with a mistake in it."""
    return published(body="<p>The bridge is 300 metres long &amp; wide.</p><p>It is red.</p>", lead_photo=photo())


def form(client: Client, story: Snapshot) -> dict[str, str]:
    """The form as a reader gets it, filled in."""
    page = client.get(f"/report{story.path}").content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket
    return {"ticket": ticket[1], "text": "It is 320 metres long.", "passage": "300 metres", "email": "", "website": ""}


def page_of(report: Report) -> str:
    """The report in the admin."""
    return f"{QUEUE}{report.pk}/change/"


def test_a_browser_may_fill_in_the_address_of_a_reader(live: Snapshot) -> None:
    # WCAG 1.3.5: a field for what is the reader's own says what it is for.
    [field] = re.findall(r'<input type="email"[^>]*>', Client().get(f"/report{live.path}").content.decode())
    assert 'autocomplete="email"' in field


def test_a_reader_reports_an_error_without_an_account_or_a_cookie(live: Snapshot) -> None:
    reader = Client(enforce_csrf_checks=True)
    assert f'href="/report{live.path}"' in reader.get(live.path).content.decode()
    answer = reader.post(f"/report{live.path}", form(reader, live))
    assert "Thank you" in answer.content.decode()
    assert not reader.cookies
    report = Report.objects.get()
    assert (report.text, report.passage, report.snapshot) == ("It is 320 metres long.", "300 metres", live)
    assert "127.0.0.1" not in report.sender


def test_what_is_missing_is_said_and_nothing_else_is_lost(client: Client, live: Snapshot) -> None:
    answer = client.post(f"/report{live.path}", {**form(client, live), "text": "", "email": "no address"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "300 metres" in page
    assert page.count('class="problem"') == 2
    assert not Report.objects.exists()


def test_an_address_that_is_too_long_to_be_kept_is_told(client: Client, live: Snapshot) -> None:
    sent = {**form(client, live), "email": f"{'a' * 250}@paper.example"}
    assert client.post(f"/report{live.path}", sent).status_code == 422
    assert not Report.objects.exists()


def test_a_form_that_lay_open_for_long_is_sent_once_more(client: Client, live: Snapshot) -> None:
    old = form(client, live)
    with time_machine.travel(timezone.now() + timedelta(hours=7)):
        answer = client.post(f"/report{live.path}", old)
        page = answer.content.decode()
        assert "once more" in page
        assert "It is 320 metres long." in page
        fresh = re.search(r'name="ticket" value="([^"]+)"', page)
        assert fresh
        assert "Thank you" in client.post(f"/report{live.path}", {**old, "ticket": fresh[1]}).content.decode()


def test_machines_are_thanked_and_not_heard(client: Client, live: Snapshot) -> None:
    assert "Thank you" in client.post(f"/report{live.path}", {**form(client, live), "website": "x"}).content.decode()
    assert client.post(f"/report{live.path}", {**form(client, live), "ticket": "forged"}).status_code == 422
    assert not Report.objects.exists()


def test_a_flood_is_held_off_and_others_are_still_heard(client: Client, live: Snapshot, settings: Any) -> None:
    settings.BEHIND_PROXY = True
    sent = form(client, live)

    def send(number: int) -> int:
        return client.post(
            f"/report{live.path}", sent, headers={"X-Forwarded-For": f"6.6.6.6, 10.0.0.{number}"}
        ).status_code

    assert [send(1) for _ in range(FROM_ONE + 1)] == [200] * FROM_ONE + [429]
    assert send(2) == 200
    with time_machine.travel(timezone.now() + WITHIN + timedelta(seconds=1)):
        assert send(1) == 200
        assert [send(number) for number in range(10, 40)].count(200) == ABOUT_ONE - FROM_ONE - 2


def test_there_is_no_form_for_what_readers_do_not_have(client: Client, live: Snapshot) -> None:
    publishing.withdraw(Article.objects.get(), seen_version=1)
    assert client.get(f"/report{live.path}").status_code == 404
    assert client.get("/report/no/where/").status_code == 404


@pytest.fixture
def report(live: Snapshot) -> Report:
    """A report that waits."""
    return Report.objects.create(
        article_id=live.article_id, snapshot=live, text="It is 320 metres long.", passage="300 metres", sender="x",
        at=timezone.now(),
    )  # fmt: skip


def test_a_report_turns_into_a_correction_in_one_step(client: Client, report: Report, ben: Person) -> None:
    client.force_login(ben)
    assert "It is 320 metres" in client.get("/admin/").content.decode()
    page = client.get(page_of(report)).content.decode()
    assert "300 metres</textarea>" in page
    seen = re.search(r'name="seen_version" value="(\d+)"', page)
    assert seen
    words = "We gave the bridge 300 metres. It has 320."
    sent = {"wrong": "300 metres", "right": "320 metres", "change": "correction", "words": words, "correct": "1"}
    client.post(page_of(report), {**sent, "seen_version": seen[1]})
    story = client.get(report.snapshot.path).content.decode()
    assert "320 metres long &amp; wide" in story
    assert words in story
    assert words in client.get("/corrections/").content.decode()
    report.refresh_from_db()
    assert (report.state, report.closed_by, report.answer) == ("corrected", ben, words)
    assert Move.objects.get().verb == "update"
    again = client.post(page_of(report), {**sent, "seen_version": 2}, follow=True).content.decode()
    assert "dealt with this report in the meantime" in again
    assert Correction.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [("the moon", "is nowhere in the story"), ("is", "stands 2 times"), (" ", "which words are wrong"), ("p", "times")],
)
def test_what_cannot_be_corrected_in_one_step_says_why(report: Report, ben: Person, wrong: str, said: str) -> None:
    article = Article.objects.get()
    with pytest.raises(Refused, match=said):
        reports.correct(
            report, by=ben, seen_version=Article.objects.get().version, wrong=wrong, right="x", details=Details()
        )
    assert Article.objects.get().version == article.version
    assert Snapshot.objects.count() == 1


def test_words_with_signs_are_replaced_as_words(report: Report, ben: Person) -> None:
    from articles import content

    now = reports.replaced(content.of(Article.objects.get()), "long & wide", "<b>long</b> & wide")
    assert "&lt;b&gt;long&lt;/b&gt; &amp; wide" in now["body"]


def test_unpublished_edits_do_not_go_out_with_a_correction(report: Report, ben: Person) -> None:
    article = Article.objects.get()
    article.deck = "Half written"
    editing.save(article, by=ben, seen_version=1)
    with pytest.raises(Refused, match="edited since it went out"):
        reports.correct(
            report, by=ben, seen_version=Article.objects.get().version, wrong="300", right="320", details=Details()
        )


def test_a_correction_that_the_preflight_stops_changes_nothing(client: Client, report: Report, ben: Person) -> None:
    Article.objects.update(deck="")
    client.force_login(ben)
    sent = {"wrong": "300", "right": "320", "change": "correction", "words": "320.", "correct": "1", "seen_version": 1}
    page = client.post(page_of(report), sent).content.decode()
    assert "no deck" in page
    assert Article.objects.get().version == 1
    report.refresh_from_db()
    assert report.state == "open"


def test_a_report_is_closed_with_a_reason(client: Client, report: Report, ben: Person) -> None:
    client.force_login(ben)
    assert "Say why" in client.post(page_of(report), {"dismiss": "1", "answer": " "}).content.decode()
    client.post(page_of(report), {"dismiss": "1", "answer": "It is 300: the harbour office confirms."})
    report.refresh_from_db()
    assert (report.state, report.answer) == ("dismissed", "It is 300: the harbour office confirms.")
    assert "No error" in client.get(f"{QUEUE}?state__exact=dismissed").content.decode()


def test_reports_are_seen_by_who_publishes_the_story(
    client: Client, report: Report, ana: Person, ben: Person, chen: Person, city: Section
) -> None:
    client.force_login(ana)
    assert client.get(QUEUE).status_code == 403
    Duty.objects.get(person=ben).sections.add(city)
    client.force_login(ben)
    assert "320 metres" not in client.get(QUEUE).content.decode()
    assert client.get(page_of(report)).status_code == 404
    client.force_login(chen)
    assert "320 metres" in client.get(QUEUE).content.decode()


def test_the_stage_of_a_corrected_story_stays_settled(report: Report, ben: Person) -> None:
    reports.correct(
        report, by=ben, seen_version=Article.objects.get().version, wrong="300", right="320", details=Details()
    )
    assert (Article.objects.get().stage, Article.objects.get().is_settled) == (Stage.READY, True)


def test_a_headline_is_corrected_whatever_signs_it_has_and_has_its_room(
    client: Client, published: Callable[..., Snapshot], photo: Callable[..., Any], ben: Person
) -> None:
    live = published(headline="Bridges > ferries", lead_photo=photo())
    report = Report.objects.create(article_id=live.article_id, snapshot=live, text="x", sender="x", at=timezone.now())
    client.force_login(ben)
    sent = {"wrong": "Bridges", "change": "correction", "words": "Corrected.", "correct": "1", "seen_version": "1"}
    answer = client.post(page_of(report), {**sent, "right": "x" * 300})
    assert "more than 300 characters" in answer.content.decode()
    assert client.post(page_of(report), {**sent, "right": "Tunnels"}).status_code == 302
    assert Article.objects.get().headline == "Tunnels > ferries"
