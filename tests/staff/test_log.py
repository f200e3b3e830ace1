"""The security log: what stands in it, who reads it, and that nobody changes it."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles import moves, planning, preflight
from articles.models import Article, Move
from articles.moves import Details
from staff.formulas import BEGINNINGS, harmless
from staff.models import Event, Person
from tests.staff.signing_in import sign_in

pytestmark = pytest.mark.django_db
LOG = "/admin/staff/event/"


@pytest.fixture
def office(client: Client, dee: Person) -> Client:
    """The administrator's browser."""
    sign_in(client, dee)
    return client


def event(days: int = 0, **fields: Any) -> Event:
    """An entry from so many days ago."""
    return Event.objects.create(**{"kind": "failed", "at": timezone.now() - timedelta(days=days), **fields})


def table(client: Client, query: str = "") -> list[list[str]]:
    """The log as somebody takes it along."""
    answer: Any = client.get(f"{LOG}csv/{query}")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_it_is_read_filtered_and_taken_along(office: Client, ana: Person) -> None:
    event(person=ana, said="wrong password", address="2001:db8::1", browser="Firefox/140.0 Windows")
    page = office.get(LOG).content.decode()
    for words in ("Ana &lt;ana@paper.example&gt;", "wrong password", "2001:db8::1", "Firefox on Windows", "400 days"):
        assert words in page
    assert "wrong password" not in office.get(f"{LOG}?kind__exact=signed-in").content.decode()
    assert "wrong password" in office.get(f"{LOG}?q=ana").content.decode()
    rows = table(office, "?kind__exact=failed")
    assert [row[1] for row in rows] == ["what", "Failed to sign in"]
    assert Event.objects.filter(kind="exported").count() == 1


def test_the_list_costs_the_same_however_long_it_is(
    office: Client, ana: Person, django_assert_num_queries: Any
) -> None:
    for number in (1, 40):
        for _ in range(number):
            event(person=ana, by=ana)
        with django_assert_num_queries(8):
            office.get(LOG)


def test_an_account_that_was_deleted_keeps_its_entries(office: Client, ana: Person) -> None:
    event(person=ana)
    pk = ana.pk
    ana.delete()
    assert f"account {pk}, deleted" in office.get(LOG).content.decode()


@pytest.mark.parametrize("column", [field.column for field in Event._meta.fields])
def test_the_database_changes_no_entry(ana: Person, column: str) -> None:
    event(person=ana, by=ana, said="x", address="1.2.3.4", browser="b")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE staff_event SET {column} = {column}")  # noqa: S608


def test_the_database_deletes_no_young_entry(ana: Person) -> None:
    event(days=29)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.update(said="nothing happened")
    assert Event.objects.count() == 1


def test_it_is_kept_as_long_as_is_set(settings: Any) -> None:
    settings.SECURITY_LOG_DAYS = 100
    event(days=99)
    event(days=101)
    output = io.StringIO()
    call_command("trim_security_log", stdout=output)
    assert "Deleted 1 entries" in output.getvalue()
    assert Event.objects.count() == 1


def test_signing_in_trims_it(client: Client, ana: Person) -> None:
    old = event(days=401)
    sign_in(client, ana)
    assert not Event.objects.filter(pk=old.pk).exists()


def test_nobody_changes_it_in_the_admin_whatever_their_rights(client: Client) -> None:
    owner = Person.objects.create_superuser("owner@paper.example", "Owner", "correct horse battery")
    sign_in(client, owner)
    pk = event(days=40).pk
    for address in (f"{LOG}add/", f"{LOG}{pk}/delete/"):
        assert client.post(address, {"post": "yes"}).status_code == 403, address
    assert client.post(f"{LOG}{pk}/change/", {"said": "nothing"}).status_code == 403
    client.post(LOG, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    assert Event.objects.filter(pk=pk, said="").exists()


def test_it_is_the_administrators_to_read(client: Client, chen: Person) -> None:
    sign_in(client, chen)
    assert client.get(LOG).status_code == 403
    assert client.get(f"{LOG}csv/").status_code == 403
    assert client.get(f"{LOG}{Event.objects.latest('pk').pk}/change/").status_code == 403


def test_taking_it_along_asks_again_when_the_sign_in_is_old(office: Client, settings: Any) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert office.get(f"{LOG}csv/").headers["Location"].startswith("/admin/account/confirm/")


def test_no_cell_is_a_formula(office: Client, ana: Person) -> None:
    hostile = '=HYPERLINK("https://evil.example";"x")'
    Person.objects.filter(pk=ana.pk).update(name=hostile)
    event(person=ana, said="=1+1", browser="@SUM(A1)")
    event(said="\t=1+1", browser="-2+3", address=None)
    cells = [cell for row in table(office)[1:] for cell in row]
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(BEGINNINGS)]
    assert "'=1+1" in cells


@given(st.text())
def test_a_cell_keeps_its_words(text: str) -> None:
    assert harmless(text).removeprefix("'") in {text, text.removeprefix("'")}
    assert not harmless(text).lstrip(" ").startswith(BEGINNINGS)


def test_names_do_not_run_in_it(office: Client, ana: Person) -> None:
    Person.objects.filter(pk=ana.pk).update(name="<script>alert(1)</script>")
    event(person=ana, said="<img src=x onerror=alert(1)>", browser="<b>")
    page = office.get(LOG).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_passing_over_a_rule_is_logged(chen: Person, story: Callable[..., Article], settings: Any) -> None:
    settings.FOUR_EYES = True
    article = story(by=chen)
    waived = {finding.code: "Not today." for finding in preflight.check(article)}
    details = Details(override="Nobody else is here.", waived=waived)
    moves.perform("publish", article, by=chen, seen_version=1, details=details)
    entry = Event.objects.get(kind="override")
    assert (entry.by, entry.said) == (chen, f"story {article.pk}, four eyes: Nobody else is here.")
    later = timezone.now() + timedelta(days=2)
    embargoed = story()
    planning.embargo(embargoed, later, by=chen)
    planning.embargo(embargoed, None, by=chen)
    assert Event.objects.filter(kind="override", said=f"story {embargoed.pk}, lifted an embargo").count() == 1
    assert Move.objects.filter(verb="embargo").count() == 2
