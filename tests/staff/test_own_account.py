"""One's own page: who one is, how one likes to work, where one is signed in, and nobody else's."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from articles import comments
from articles.models import Article, Author, Message, Paper
from articles.tasks import mail_message
from staff.models import Event, Person
from tests.staff.signing_in import PASSWORD, code_of, give_app, recovery_codes, sign_in, work

pytestmark = pytest.mark.django_db
PAGE = "/admin/account/"
PROFILE = {"name": "Ana", "time_zone": "", "appearance": "", "wants_mail": "on"}


@pytest.fixture
def hers(client: Client, ana: Person) -> Client:
    """Ana's browser."""
    sign_in(client, ana)
    return client


def test_it_tells_who_one_is(hers: Client, ana: Person) -> None:
    author = Author.objects.create(name="Ana B.", slug="ana-b", account=ana)
    page = hers.get(PAGE).content.decode()
    for words in ("ana@paper.example", "Writer", author.get_absolute_url(), "this one", "None yet"):
        assert words in page
    assert hers.get(PAGE).headers["Cache-Control"] == "private, no-store"


def test_nothing_else_is_changed_by_it(hers: Client, ana: Person) -> None:
    more = {"email": "x@x.example", "is_superuser": "on", "is_staff": "", "password": "x", "left_at": "2020-01-01"}
    hers.post(PAGE, {**PROFILE, **more, "name": "Ana Brandt"})
    after = Person.objects.get(pk=ana.pk)
    assert (after.name, after.email, after.is_superuser, after.is_staff) == ("Ana Brandt", ana.email, False, True)
    assert after.password == ana.password


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "required"),
        ({"time_zone": "Atlantis/Harbour"}, "valid choice"),
        ({"appearance": "pink"}, "valid choice"),
    ],
)
def test_what_cannot_be_is_told(hers: Client, ana: Person, change: dict[str, str], words: str) -> None:
    assert words in hers.post(PAGE, {**PROFILE, **change}).content.decode()


def test_moments_are_told_in_ones_own_time_beside_the_newsrooms(ana: Person) -> None:
    at = datetime(2030, 1, 5, 20, 30, tzinfo=UTC)
    said = Template("{% load articles_desk %}{% moment at %}")
    assert "where you are" not in said.render(Context({"at": at, "user": ana}))
    ana.time_zone = "Europe/Lisbon"
    assert "where you are" not in said.render(Context({"at": at, "user": ana}))
    ana.time_zone = "Asia/Tokyo"
    assert "5 January 2030, 20:30 UTC</time> (6 January, 05:30 JST where you are)" in said.render(
        Context({"at": at, "user": ana})
    )


def test_the_appearance_goes_with_the_account(hers: Client) -> None:
    hers.post(PAGE, {**PROFILE, "appearance": "dark"})
    assert '<meta name="appearance" content="dark">' in hers.get("/admin/").content.decode()


def test_mail_is_sent_to_who_wants_it(ana: Person, ben: Person, story: Any) -> None:
    article: Article = story(by=ana)
    comments.say(article, "Is that so, @Ana?", by=ben, version=1)
    message = Message.objects.get(to=ana)
    assert mail_message.call(message.pk)
    Article.objects.update(writer=ben)
    assert not mail_message.call(message.pk)
    Article.objects.update(writer=ana)
    Person.objects.filter(pk=ana.pk).update(wants_mail=False)
    assert not mail_message.call(message.pk)


# --- Sessions ---


def test_one_signs_oneself_out_elsewhere(hers: Client, ana: Person) -> None:
    other = Client()
    sign_in(other, ana)
    (there,) = (each for each in hers.get(PAGE).context["sessions"] if not each.is_this)
    hers.post(f"{PAGE}sessions/", {"session": there.pk})
    assert other.get("/admin/").status_code == 302
    sign_in(other, ana)
    hers.post(f"{PAGE}sessions/", {"session": "others"})
    assert (other.get("/admin/").status_code, hers.get("/admin/").status_code) == (302, 200)


def test_somebody_elses_session_is_not_ones_own(hers: Client, ben: Person) -> None:
    his = Client()
    sign_in(his, ben)
    (session,) = his.get(PAGE).context["sessions"]
    for asked in (session.pk, "x", "²", "9" * 5_000):
        assert hers.post(f"{PAGE}sessions/", {"session": asked}).status_code == 404
    assert his.get("/admin/").status_code == 200
    assert hers.get(f"{PAGE}sessions/").status_code == 405


def test_a_session_that_has_run_out_leaves_nothing_behind(hers: Client, ana: Person, ben: Person) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=13), tick=True):
        sign_in(Client(), ben)
        assert UserSession.objects.filter(user=ana).count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=True):
        sign_in(Client(), ben)
        assert hers.get(PAGE).status_code == 302
        assert set(UserSession.objects.values_list("user", flat=True)) == {ben.pk}
        assert Session.objects.count() == 2


def test_a_new_password_signs_out_everywhere_else_and_is_told(hers: Client, ana: Person) -> None:
    other = Client()
    sign_in(other, ana)
    new = "a wholly new secret"
    wrong = hers.post(f"{PAGE}password/", {"oldpassword": "wrong", "password1": new, "password2": new})
    assert "current password" in wrong.content.decode()
    hers.post(f"{PAGE}password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (other.get("/admin/").status_code, hers.get("/admin/").status_code) == (302, 200)
    assert [session.is_this for session in hers.get(PAGE).context["sessions"]] == [True]
    assert "was changed" in work()[-1].subject
    assert Event.objects.filter(kind="password", person=ana).count() == 1


# --- Factors ---


def test_an_app_is_set_up_told_and_comes_with_recovery_codes(hers: Client, ana: Person) -> None:
    secret = hers.get(f"{PAGE}app/").context["form"].secret
    assert "not right" in hers.post(f"{PAGE}app/", {"code": "000000"}).content.decode()
    page = hers.post(f"{PAGE}app/", {"code": code_of(secret)}, follow=True).content.decode()
    for code in recovery_codes(ana):
        assert code in page
    assert "something new" in work()[0].subject
    assert hers.get(f"{PAGE}codes/download/").headers["Content-Disposition"].startswith("attachment")


def test_the_app_lists_the_paper_as_it_is_called_now(hers: Client, settings: Any) -> None:
    settings.NEWSROOM_NAME = "The First Name"
    for name in ("The First Name", "The Ledger & Mail"):
        if name != settings.NEWSROOM_NAME:
            Paper(pk=1, name=name).save()
        address = urlsplit(hers.get(f"{PAGE}app/").context["totp_url"])
        assert parse_qs(address.query)["issuer"] == [name]


def test_an_old_sign_in_shows_no_codes_and_changes_no_factor(hers: Client, ana: Person, settings: Any) -> None:
    give_app(ana)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    for name in ("codes/", "codes/new/", "codes/download/", "app/remove/", "passkeys/add/"):
        assert hers.get(f"{PAGE}{name}").headers["Location"].startswith("/admin/account/confirm/"), name
    hers.post(f"{PAGE}app/remove/")
    assert Authenticator.objects.filter(user=ana, type="totp").exists()


def test_a_first_password_is_set_by_who_has_shown_who_they_are(ana: Person) -> None:
    Authenticator.objects.create(user=ana, type="webauthn", data={"name": "Hers", "credential": {}})
    ana.set_unusable_password()
    ana.save()
    keyed = Client()
    keyed.force_login(ana)
    assert keyed.get(f"{PAGE}password/first/").headers["Location"].startswith("/admin/account/confirm/passkey/")
    assert not Person.objects.get(pk=ana.pk).has_usable_password()


def test_somebody_elses_passkey_is_not_found(hers: Client, ben: Person) -> None:
    key = Authenticator.objects.create(user=ben, type="webauthn", data={"name": "His", "credential": {}})
    for deed in ("", "remove/"):
        assert hers.get(f"{PAGE}passkeys/{key.pk}/{deed}").status_code == 404
        assert hers.post(f"{PAGE}passkeys/{key.pk}/{deed}", {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.get(pk=key.pk).data["name"] == "His"


def test_the_grace_is_told_on_every_page_until_there_is_a_factor(client: Client, ben: Person, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, ben)
    assert "ask for a second factor by" in client.get("/admin/").content.decode()
    secret = client.get(f"{PAGE}app/").context["form"].secret
    client.post(f"{PAGE}app/", {"code": code_of(secret)})
    assert "ask for a second factor by" not in client.get("/admin/").content.decode()
