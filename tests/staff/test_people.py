"""Staff accounts: made, given roles, suspended; and nobody raises themselves."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from articles.models import Article, Author
from articles.roles import ROLES
from staff.models import Person

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/staff/person/"


@pytest.fixture
def office(client: Client, dee: Person) -> Client:
    """The administrator's browser."""
    client.force_login(dee)
    return client


def sent(person: Person, **changes: object) -> dict[str, object]:
    """The form of an account, with some changes."""
    duties = list(person.duties.all())
    form: dict[str, object] = {"name": person.name, "email": person.email, "is_active": "on", "is_staff": "on"}
    rows: dict[str, object] = {"duties-TOTAL_FORMS": len(duties), "duties-INITIAL_FORMS": len(duties)}
    for number, duty in enumerate(duties):
        rows |= {
            f"duties-{number}-id": duty.pk,
            f"duties-{number}-person": person.pk,
            f"duties-{number}-role": duty.role,
        }
    return {**form, **rows, **changes}


def role(code: str, *, after: int = 0) -> dict[str, object]:
    """The row of a new role in the form of an account that holds `after` roles."""
    return {"duties-TOTAL_FORMS": after + 1, "duties-INITIAL_FORMS": after, f"duties-{after}-role": code}


def test_an_account_is_made_and_can_come_in_with_its_role(office: Client, client: Client) -> None:
    page = office.get(f"{PEOPLE}add/").content.decode()
    for each in ROLES:
        assert each.allows in page
    form = {
        "name": "Jo",
        "email": "Jo@Paper.example",
        "password1": "a very long secret",
        "password2": "a very long secret",
    }
    response = office.post(f"{PEOPLE}add/", {**form, "usable_password": "true", **role("writer")})
    assert response.status_code == 302
    jo = Person.objects.get(name="Jo")
    assert jo.is_staff
    assert not jo.is_superuser
    assert [duty.role for duty in jo.duties.all()] == ["writer"]
    client.logout()
    assert client.login(username="jo@paper.example", password="a very long secret")
    assert client.get("/admin/articles/article/").status_code == 200


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "password1234", "password2": "password1234"}, "too common"),
        ({"password2": "another long secret"}, "didn’t match"),
        ({"email": "dee@PAPER.example"}, "already exists"),
        ({"email": "nowhere"}, "valid email"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_a_wrong_account_is_refused_with_words(office: Client, change: dict[str, str], words: str) -> None:
    secret = "a very long secret"
    form = {"name": "Jo", "email": "jo@paper.example", "password1": secret, "password2": secret}
    page = office.post(
        f"{PEOPLE}add/", {**form, "usable_password": "true", **role("writer"), **change}
    ).content.decode()
    assert words in page
    assert not Person.objects.filter(name="Jo").exists()


def test_a_suspended_person_is_out_at_once_and_the_byline_stays(
    office: Client, ana: Person, story: Callable[..., Article]
) -> None:
    Author.objects.create(name="Ana", slug="ana", account=ana)
    hers = Client()
    hers.force_login(ana)
    assert hers.get("/admin/").status_code == 200
    form = sent(ana)
    del form["is_active"]
    office.post(f"{PEOPLE}{ana.pk}/change/", form)
    assert hers.get("/admin/").status_code == 302
    assert Author.objects.get(slug="ana").account == ana


def test_deleting_an_account_touches_no_story_and_no_byline(
    office: Client, ana: Person, story: Callable[..., Article]
) -> None:
    author = Author.objects.create(name="Ana", slug="ana", account=ana)
    article = story(by=ana)
    office.post(f"{PEOPLE}{ana.pk}/delete/", {"post": "yes"})
    assert not Person.objects.filter(pk=ana.pk).exists()
    author.refresh_from_db()
    article.refresh_from_db()
    assert (author.account, article.created_by) == (None, None)


def test_nobody_changes_their_own_roles_or_shuts_themselves_out(office: Client, dee: Person) -> None:
    form = sent(dee, name="Dee W", is_superuser="on", **role("editor-in-chief", after=dee.duties.count()))
    del form["is_active"]
    office.post(f"{PEOPLE}{dee.pk}/change/", form)
    dee.refresh_from_db()
    assert (dee.name, dee.is_active, dee.is_superuser) == ("Dee W", True, False)
    assert [duty.role for duty in dee.duties.all()] == ["administrator"]
    assert office.get(f"{PEOPLE}{dee.pk}/delete/").status_code == 403


def test_an_account_with_every_right_is_out_of_an_administrators_reach(office: Client) -> None:
    owner = Person.objects.create_superuser("owner@paper.example", "Owner", "correct horse battery")
    office.post(f"{PEOPLE}{owner.pk}/change/", sent(owner, name="Taken"))
    owner.refresh_from_db()
    assert owner.name == "Owner"
    assert office.get(f"{PEOPLE}{owner.pk}/delete/").status_code == 403
    assert office.get(f"{PEOPLE}{owner.pk}/password/").status_code == 403


def test_nobody_can_be_made_to_have_every_right_by_a_form(office: Client, ana: Person) -> None:
    office.post(f"{PEOPLE}{ana.pk}/change/", sent(ana, is_superuser="on", user_permissions=[1, 2]))
    ana.refresh_from_db()
    assert not ana.is_superuser
    assert not ana.user_permissions.exists()


def test_an_address_is_one_account_whatever_its_case(ana: Person) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(email="ANA@paper.example", name="Other")


def test_a_new_password_is_set_and_never_shown(office: Client, ana: Person) -> None:
    page = office.get(f"{PEOPLE}{ana.pk}/change/").content.decode()
    assert ana.password not in page
    assert f"{PEOPLE}{ana.pk}/password/" in page
    new = "another long secret"
    form = {"usable_password": "true", "password1": new, "password2": new}
    assert office.post(f"{PEOPLE}{ana.pk}/password/", form).status_code == 302
    ana.refresh_from_db()
    assert ana.check_password(new)
