"""A person's data: handed out whole, or erased, while the paper's own history stays."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from articles import comments, editing, moves
from articles.models import Article, Author, Move, Revision, Snapshot
from staff import leaving
from staff.models import Event, Invitation, Person
from tests.staff.signing_in import give_app, recovery_codes, sign_in

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/staff/person/"


@pytest.fixture
def office(client: Client, dee: Person) -> Client:
    """The administrator's browser."""
    sign_in(client, dee)
    return client


@pytest.fixture
def noor(ana: Person, story: Callable[..., Article], published: Callable[..., Snapshot]) -> Person:
    """Somebody with a name that would be found anywhere, who has worked here."""
    Person.objects.filter(pk=ana.pk).update(name="Noor Quillon", email="noor@quillon.example")
    ana.refresh_from_db()
    Author.objects.create(name="N. Quillon", slug="n-quillon", account=ana)
    article = story(by=ana)
    editing.save(Article.objects.get(pk=article.pk), by=ana, seen_version=1, names=[])
    moves.perform("submit", Article.objects.get(pk=article.pk), by=ana, seen_version=2)
    comments.say(article, "Is that so?", by=ana, version=1)
    browser = Client()
    sign_in(browser, ana)
    give_app(ana)
    return ana


def test_all_that_is_kept_is_handed_out_and_that_is_logged(office: Client, dee: Person, noor: Person) -> None:
    answer = office.get(f"{PEOPLE}{noor.pk}/export/")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="person-{noor.pk}.json"'
    said = answer.json()
    assert said["account"]["address"] == "noor@quillon.example"
    assert said["roles"] == ["Writer"]
    for what in ("devices", "sessions", "security log", "stories", "saves", "moves", "comments", "second factors"):
        assert said[what], what
    text = answer.content.decode()
    for secret in (noor.password, *recovery_codes(noor)):
        assert secret not in text
    assert Event.objects.filter(kind="exported", person=noor, by=dee).count() == 1


def test_one_gets_ones_own(client: Client, noor: Person, dee: Person) -> None:
    hers = Client()
    hers.force_login(noor)
    assert hers.get("/admin/account/data/").headers["Location"].startswith("/admin/account/confirm/")
    sign_in(client, dee)
    assert client.get("/admin/account/data/").json()["account"]["name"] == "Dee"
    assert client.get(f"{PEOPLE}{dee.pk}/export/").status_code == 403


def test_what_tells_who_it_was_is_erased_and_what_they_did_stays(office: Client, dee: Person, noor: Person) -> None:
    Invitation.objects.create(name="Noor Quillon", email="noor@quillon.example", at=noor.date_joined, person=noor)
    counted = {model: model._default_manager.count() for model in (Revision, Move, Author, Snapshot)}
    leaving.leave(noor, by=dee, to=None)
    counted[Move] += 1  # her draft went back to the desk
    answer = office.post(f"{PEOPLE}{noor.pk}/erase/", follow=True).content.decode()
    assert "It is erased" in answer
    assert {model: model._default_manager.count() for model in counted} == counted
    assert Revision.objects.filter(by=noor).exists()
    assert Author.objects.get(slug="n-quillon").account is None
    kept = {"articles.Author", "staff.Event", "django_tasks_database.DBTaskResult"}
    for model in apps.get_models():
        for row in model._default_manager.values():
            told = [value for value in row.values() if "uillon" in str(value)]
            assert not told or model._meta.label in kept, (model, told)
    assert not sign_in(Client(), noor).headers.get("Location")


def test_the_erased_do_not_come_back(office: Client, dee: Person, noor: Person) -> None:
    leaving.leave(noor, by=dee, to=None)
    office.post(f"{PEOPLE}{noor.pk}/erase/")
    assert office.post(f"{PEOPLE}{noor.pk}/revive/").status_code == 403
    page = office.get(f"{PEOPLE}{noor.pk}/change/").content.decode()
    assert "Comes back" not in page
    assert f"Former colleague {noor.pk}" in page


def test_who_is_here_is_not_erased(office: Client, noor: Person) -> None:
    page = office.post(f"{PEOPLE}{noor.pk}/erase/", follow=True).content.decode()
    assert "Let them leave first" in page
    assert Person.objects.get(pk=noor.pk).name == "Noor Quillon"


def test_it_is_an_administrators_who_has_shown_who_they_are(
    client: Client, office: Client, chen: Person, noor: Person, settings: Any
) -> None:
    theirs = Client()
    sign_in(theirs, chen)
    for deed in ("export", "erase"):
        assert theirs.get(f"{PEOPLE}{noor.pk}/{deed}/").status_code == 403
        assert theirs.post(f"{PEOPLE}{noor.pk}/{deed}/").status_code == 403
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    for deed in ("export", "erase"):
        assert office.post(f"{PEOPLE}{noor.pk}/{deed}/").headers["Location"].startswith("/admin/account/confirm/")
