"""Inviting: a link that works once and for a time, and an account made by whoever it is for."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from articles.models import Duty, Paper, Section
from staff import invitations
from staff.models import Event, Invitation, Person
from tests.staff.signing_in import sign_in, work

pytestmark = pytest.mark.django_db
LIST = "/admin/staff/invitation/"
SECRET = "a long enough secret"


@pytest.fixture
def office(client: Client, dee: Person) -> Client:
    """The administrator's browser."""
    sign_in(client, dee)
    return client


def form(**changes: Any) -> dict[str, Any]:
    """The form of an invitation, as a browser sends it."""
    rows = {"duties-TOTAL_FORMS": 1, "duties-INITIAL_FORMS": 0, "duties-0-role": "writer"}
    return {"name": "Jo Reyes", "email": "Jo@Paper.example", **rows, **changes}


def link() -> str:
    """The link of the mail that goes out now."""
    (sent,) = (each for each in work() if "invite" in each.body)
    found = re.search(r"http://127\.0\.0\.1:\d+(/admin/join/\S+)", sent.body)
    assert found
    return found[1]


def join(address: str, client: Client | None = None, /, **said: Any) -> Any:
    """Answer an invitation as somebody would."""
    client = client or Client()
    client.get(address)
    answer = {"name": "Jo Reyes", "way": "password", "password1": SECRET, "password2": SECRET}
    return client.post("/admin/join/", {**answer, **said})


def test_the_mail_comes_from_the_paper_as_it_is_called_now(office: Client, settings: Any) -> None:
    settings.NEWSROOM_NAME = "The First Name"
    for name in ("The First Name", "The Ledger & Mail"):
        if name != settings.NEWSROOM_NAME:
            Paper(pk=1, name=name).save()
        office.post(f"{LIST}add/", form(email=f"{len(name)}@paper.example"))
        (sent,) = work()
        assert sent.subject == f"Come and work with {name}"
        assert f"to the newsroom of {name}." in sent.body


def test_it_works(office: Client, world: Section) -> None:
    sections = {"duties-0-role": "section-editor", "duties-0-sections": [world.pk], "duties-0-until": "2031-06-30"}
    answer = office.post(f"{LIST}add/", form(**sections), follow=True)
    assert "Jo Reyes is invited" in answer.content.decode()
    assert "On its way" in answer.content.decode()
    hers = Client()
    address = link()
    assert "Not yet; until" in office.get(LIST).content.decode()
    page = hers.get(address, follow=True)
    assert page.redirect_chain == [("/admin/join/", 302)]
    assert "Section editor</strong> for World, until 30 June 2031" in page.content.decode()
    assert join(address, hers).headers["Location"] == "/admin/account/set-up/"
    jo = Person.objects.get(email="jo@paper.example")
    (duty,) = Duty.objects.filter(person=jo)
    assert (duty.role, list(duty.sections.all()), str(duty.until)) == ("section-editor", [world], "2031-06-30")
    assert jo.is_staff
    assert not jo.is_superuser
    # The second factor is set up at once, without asking again for what was just chosen.
    assert hers.get("/admin/account/app/").status_code == 200
    assert hers.get("/admin/account/passkeys/add/").status_code == 200
    assert "Answered" in office.get(LIST).content.decode()
    assert set(Event.objects.values_list("kind", flat=True)) >= {"invited", "joined"}


def test_a_link_works_once(office: Client) -> None:
    office.post(f"{LIST}add/", form())
    address = link()
    join(address)
    assert join(address, email="other@paper.example").status_code == 410
    assert Person.objects.filter(name="Jo Reyes").count() == 1


def test_opening_the_link_uses_nothing_up(office: Client) -> None:
    office.post(f"{LIST}add/", form())
    address = link()
    for _ in range(3):
        assert Client().get(address, follow=True).status_code == 200
    assert join(address).status_code == 302


def test_a_link_expires_and_another_can_be_sent(office: Client) -> None:
    office.post(f"{LIST}add/", form())
    address = link()
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=True):
        assert join(address).status_code == 410
        browser = Client()
        sign_in(browser, Person.objects.get(name="Dee"))
        assert "Expired" in browser.get(LIST).content.decode()
        browser.post(f"{LIST}{Invitation.objects.get().pk}/resend/")
        assert join(link()).status_code == 302


def test_the_link_before_works_no_longer_once_another_is_sent(office: Client) -> None:
    office.post(f"{LIST}add/", form())
    first = link()
    office.post(f"{LIST}{Invitation.objects.get().pk}/resend/")
    assert join(first).status_code == 410
    assert join(link()).status_code == 302


def test_a_revoked_invitation_leads_nowhere(office: Client) -> None:
    office.post(f"{LIST}add/", form())
    address = link()
    office.post(f"{LIST}{Invitation.objects.get().pk}/revoke/")
    assert join(address).status_code == 410
    page = office.post(f"{LIST}{Invitation.objects.get().pk}/resend/", follow=True).content.decode()
    assert "cannot be changed any more" in page
    assert not work()


def test_the_token_is_kept_nowhere(office: Client) -> None:
    office.post(f"{LIST}add/", form())
    token = link().removeprefix("/admin/join/").strip("/")
    assert token not in str(list(Invitation.objects.values()))
    assert token not in str(list(Event.objects.values()))


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "'; DROP TABLE staff_person; --"])
def test_a_guessed_token_opens_nothing(client: Client, token: str) -> None:
    assert client.get(f"/admin/join/{token}/", follow=True).status_code in {404, 410}
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "password1234", "password2": "password1234"}, "too common"),
        ({"password2": "another long secret"}, "not the same"),
        ({"password1": "", "password2": ""}, "too short"),
        ({"name": ""}, "required"),
        ({"way": "magic"}, "not one of the available choices"),
    ],
)
def test_a_wrong_answer_is_told_and_the_link_still_works(office: Client, said: dict[str, Any], words: str) -> None:
    office.post(f"{LIST}add/", form())
    address = link()
    assert words in join(address, None, **said).content.decode()
    assert join(address).status_code == 302


def test_what_else_is_sent_changes_nothing(office: Client) -> None:
    office.post(f"{LIST}add/", form())
    more = {"is_superuser": "on", "role": "administrator", "email": "evil@paper.example"}
    join(link(), None, **more, **{"duties-0-role": "administrator"})
    jo = Person.objects.get(name="Jo Reyes")
    assert (jo.email, jo.is_superuser, [duty.role for duty in jo.duties.all()]) == (
        "jo@paper.example",
        False,
        ["writer"],
    )


def test_a_passkey_in_place_of_a_password(office: Client, settings: Any) -> None:
    office.post(f"{LIST}add/", form())
    hers = Client()
    assert (
        join(link(), hers, way="passkey", password1="", password2="").headers["Location"]
        == "/admin/account/passkeys/add/"
    )
    assert not Person.objects.get(name="Jo Reyes").has_usable_password()
    # Until there is a passkey the account opens nothing else, whatever the roles ask for.
    assert hers.get("/admin/").headers["Location"] == "/admin/account/set-up/"


def test_who_is_signed_in_does_not_answer_for_somebody_else(office: Client, ana: Person) -> None:
    office.post(f"{LIST}add/", form())
    address = link()
    assert "Sign out first" in join(address, office).content.decode()
    assert not Person.objects.filter(name="Jo Reyes").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "ana@PAPER.example"}, "There is an account"),
        ({"email": "nowhere"}, "valid email"),
        ({"name": ""}, "required"),
        ({"duties-0-role": "owner"}, "not one of the available choices"),
    ],
)
def test_a_wrong_invitation_is_refused_with_words(
    office: Client, ana: Person, change: dict[str, str], words: str
) -> None:
    assert words in office.post(f"{LIST}add/", form(**change)).content.decode()
    assert not Invitation.objects.exists()


def test_nobody_is_invited_twice(office: Client) -> None:
    office.post(f"{LIST}add/", form())
    assert "invited already" in office.post(f"{LIST}add/", form(email="JO@paper.example")).content.decode()


def test_what_is_no_number_is_no_invitation(office: Client) -> None:
    for asked in ("²", "9" * 30, "x"):
        assert office.get(f"/admin/staff/invitation/{asked}/change/").headers["Location"] == "/admin/"


def test_two_answers_at_once_make_one_account(office: Client) -> None:
    office.post(f"{LIST}add/", form())
    token = link().removeprefix("/admin/join/").strip("/")
    invitations.accept(token, name="Jo", password=SECRET)
    with pytest.raises(invitations.Refused):
        invitations.accept(token, name="Jo", password=SECRET)


def test_an_account_that_was_made_meanwhile_is_not_taken_over(office: Client) -> None:
    office.post(f"{LIST}add/", form())
    address = link()
    Person.objects.create_user("jo@paper.example", "Jo", "another secret here", is_staff=True)
    assert "There is an account with this address already" in join(address).content.decode()
    assert not Duty.objects.filter(person__email="jo@paper.example").exists()


def test_a_section_that_goes_makes_no_role_one_for_every_section(
    office: Client, chen: Person, world: Section, city: Section
) -> None:
    office.post(f"{LIST}add/", form(**{"duties-0-role": "section-editor", "duties-0-sections": [world.pk]}))
    first = link()
    both = {"duties-0-role": "section-editor", "duties-0-sections": [world.pk, city.pk]}
    office.post(f"{LIST}add/", form(email="mo@paper.example", name="Mo", **both))
    second = link()
    chief = Client()
    sign_in(chief, chen)
    chief.post(f"/admin/articles/section/{world.pk}/delete/", {"post": "yes"})
    assert not Section.objects.filter(pk=world.pk).exists()
    join(first)
    join(second, name="Mo")
    assert not Duty.objects.filter(person__email="jo@paper.example").exists()
    assert list(Duty.objects.get(person__email="mo@paper.example").sections.all()) == [city]


def test_only_an_administrator_invites(client: Client, chen: Person) -> None:
    sign_in(client, chen)
    invitation = Invitation.objects.create(name="Jo", email="jo@paper.example", at=timezone.now())
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}add/", form()).status_code == 403
    for deed in ("resend", "revoke"):
        assert client.post(f"{LIST}{invitation.pk}/{deed}/").status_code == 403


def test_an_old_sign_in_is_asked_again_and_nothing_typed_is_lost(office: Client, settings: Any) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    answer = office.post(f"{LIST}add/", form())
    assert answer.headers["Location"].startswith("/admin/account/confirm/?next=")
    assert not Invitation.objects.exists()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    office.post(answer.headers["Location"], {"password": "correct horse battery", "next": f"{LIST}add/"})
    assert Invitation.objects.get().email == "jo@paper.example"


# --- The first person ---


def owner(monkeypatch: pytest.MonkeyPatch, *options: str, **environment: str) -> str:
    """Call the command in that environment; what it printed."""

    for name in ("OWNER_EMAIL", "OWNER_NAME", "OWNER_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    output = io.StringIO()
    call_command("create_owner", *options, stdout=output)
    return output.getvalue()


def test_the_first_person_takes_the_environment(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    owner(monkeypatch, OWNER_EMAIL="O@Paper.example", OWNER_NAME="Olu", OWNER_PASSWORD=SECRET)
    olu = Person.objects.get(email="o@paper.example")
    assert {duty.role for duty in olu.duties.all()} == {"administrator", "editor-in-chief"}
    assert not olu.is_superuser
    sign_in(client, olu, SECRET)
    assert client.get(f"{LIST}add/").status_code == 200


def test_without_a_password_a_link_is_printed_that_works_once(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = owner(monkeypatch, "--administrator-only", OWNER_EMAIL="o@paper.example", OWNER_NAME="Olu")
    address = "/admin/join/" + printed.strip().rpartition("/admin/join/")[2]
    assert join(address, name="Olu").status_code == 302
    assert [duty.role for duty in Person.objects.get().duties.all()] == ["administrator"]
    assert join(address).status_code == 410


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "OWNER_EMAIL is not set"),
        ({"OWNER_EMAIL": "o@paper.example"}, "OWNER_NAME is not set"),
        ({"OWNER_EMAIL": "nowhere", "OWNER_NAME": "O"}, "no e-mail address"),
        ({"OWNER_EMAIL": "o@paper.example", "OWNER_NAME": "O", "OWNER_PASSWORD": "short"}, "too short"),
    ],
)
def test_a_wrong_environment_is_told(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        owner(monkeypatch, **environment)
    assert not Person.objects.exists()


def test_there_is_one_first_person(monkeypatch: pytest.MonkeyPatch, dee: Person) -> None:
    known = {"OWNER_EMAIL": "o@paper.example", "OWNER_NAME": "Olu", "OWNER_PASSWORD": SECRET}
    with pytest.raises(CommandError, match="Somebody keeps the accounts already"):
        owner(monkeypatch, **known)
    owner(monkeypatch, "--another", **known)
    assert Person.objects.filter(email="o@paper.example").exists()
