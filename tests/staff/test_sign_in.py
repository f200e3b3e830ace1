"""Coming in: by address and password, with a second factor, and not by guessing or by being led elsewhere."""

import json
import re
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import MD5PasswordHasher as Hasher
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from staff import limits
from staff.models import Device, Event, Failure, Person
from staff.tasks import send_reset_link
from tests.staff.signing_in import LOGIN, PASSWORD, code_of, give_app, recovery_codes, sign_in, work

pytestmark = pytest.mark.django_db
FORGOTTEN = "/admin/account/password/forgotten/"


def kinds() -> list[str]:
    """What the log says, the oldest first."""
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_it_works(client: Client, ana: Person) -> None:
    assert sign_in(client, ana).headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert kinds() == ["signed-in"]


def test_the_admins_own_door_is_this_one(client: Client) -> None:
    answer = client.get("/admin/articles/article/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(f"{LOGIN}?next=/admin/articles/article/")
    assert "passkey" in answer.content.decode()
    assert reverse("admin:login") == reverse("account_login") == LOGIN


@pytest.mark.parametrize(("email", "password"), [("ana@paper.example", "wrong"), ("nobody@paper.example", PASSWORD)])
def test_a_wrong_address_and_a_wrong_password_are_told_the_same(
    client: Client, ana: Person, email: str, password: str
) -> None:
    page = client.post(LOGIN, {"login": email, "password": password}).content.decode()
    assert "That address and password do not go together." in page
    assert "_auth_user_id" not in client.session
    assert kinds() == ["failed"]


def test_what_was_typed_in_a_failed_attempt_is_kept_nowhere(client: Client, ana: Person) -> None:
    client.post(LOGIN, {"login": "my-secret@typed.example", "password": "hunter22hunter22"})
    for model in (Event, Failure):
        for row in model._default_manager.values():
            assert "typed.example" not in str(row)
            assert "hunter22" not in str(row)


def test_a_suspended_account_is_told_what_a_stranger_is_told(client: Client, ana: Person) -> None:
    Person.objects.filter(pk=ana.pk).update(is_active=False)
    assert "do not go together" in sign_in(client, ana).content.decode()


def test_nobody_signs_up(client: Client) -> None:
    assert client.get("/admin/signup/").status_code in {302, 404}
    assert client.get("/admin/account/signup/").status_code in {302, 404}


def test_an_account_that_may_not_enter_is_told_so_and_not_sent_in_circles(client: Client, ana: Person) -> None:
    Person.objects.filter(pk=ana.pk).update(is_staff=False)
    sign_in(client, ana)
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "does not open the newsroom" in answer.content.decode()


# --- Where one is led ---


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:evil.example",
        "https:///evil.example", "\thttps://evil.example", "http://testserver@evil.example/", "http://localhost/x",
    ],
)  # fmt: skip
def test_nobody_is_led_to_another_site(client: Client, ana: Person, target: str) -> None:
    answer = client.post(LOGIN, {"login": ana.email, "password": PASSWORD, "next": target})
    assert answer.headers["Location"] == "/admin/"
    assert client.get(LOGIN, {"next": target}).headers["Location"] == "/admin/"
    assert client.post("/admin/logout/", {"next": target}).headers["Location"] == LOGIN


def test_one_is_led_where_one_wanted_to_go_past_the_second_factor(client: Client, ana: Person) -> None:
    secret = give_app(ana)
    answer = client.post(LOGIN, {"login": ana.email, "password": PASSWORD, "next": "/admin/articles/article/"})
    assert answer.headers["Location"] == "/admin/login/code/"
    answer = client.post("/admin/login/code/", {"code": code_of(secret)})
    assert answer.headers["Location"] == "/admin/articles/article/"


# --- The session ---


def test_a_session_that_was_planted_is_not_the_one_that_is_signed_in(client: Client, ana: Person) -> None:
    client.get(LOGIN)
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = str(session.session_key)
    client.cookies["sessionid"] = planted
    sign_in(client, ana)
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_signing_out_ends_the_session_and_needs_the_token(ana: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ana)
    key = str(strict.session.session_key)
    assert strict.post("/admin/logout/").status_code == 403
    client = Client()
    client.cookies["sessionid"] = key
    assert client.get("/admin/logout/").status_code == 200
    client.post("/admin/logout/")
    assert not Session.objects.filter(session_key=key).exists()


def test_the_cookies_of_a_production_site_are_kept_close(client: Client, ana: Person, settings: Any) -> None:
    settings.PRODUCTION = settings.SESSION_COOKIE_SECURE = True
    sign_in(client, ana)
    for name in ("sessionid", "newsroom-device", "newsroom-pass"):
        assert client.cookies[name]["secure"], name
        assert client.cookies[name]["httponly"], name
        assert client.cookies[name]["samesite"] == "Lax", name
    assert client.cookies["newsroom-device"]["path"] == "/admin/"


def test_the_page_of_a_password_runs_nothing_that_is_written_into_it(client: Client) -> None:
    for address in (LOGIN, FORGOTTEN):
        policy = client.get(address).headers["Content-Security-Policy"]
        # The directives have no order.
        assert "script-src 'self'" in policy.split("; ")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


def test_a_null_character_breaks_no_database(client: Client, dee: Person) -> None:
    planted = Client(headers={"cookie": r'sessionid="\000no-session-of-ours"'})
    for address in ("/admin/", LOGIN):
        assert planted.get(address).status_code == 400
    sign_in(client, dee)
    for asked in ("person/?duties__role__exact=", "person/?name=", "event/?kind__exact=", "event/csv/?kind__exact="):
        assert client.get(f"/admin/staff/{asked}%00").status_code in {200, 400}, asked


# --- The second factor ---


def test_a_code_is_good_for_once(client: Client, ana: Person) -> None:
    secret = give_app(ana)
    sign_in(client, ana)
    assert client.get("/admin/").status_code == 302
    code = code_of(secret)
    assert client.post("/admin/login/code/", {"code": code}).headers["Location"] == "/admin/"
    other = Client()
    sign_in(other, ana)
    assert "not right" in other.post("/admin/login/code/", {"code": code}).content.decode()
    assert other.get("/admin/").status_code == 302


def test_a_code_is_good_for_once_as_long_as_it_is_taken(client: Client, ana: Person) -> None:
    secret = give_app(ana)
    period = timezone.now().replace(second=0, microsecond=0)
    with time_machine.travel(period, tick=False) as clock:
        sign_in(client, ana)
        clock.shift(timedelta(seconds=30))
        ahead = code_of(secret)
        # By a clock that is ahead it is shown already.
        clock.move_to(period)
        assert client.post("/admin/login/code/", {"code": ahead}).headers["Location"] == "/admin/"
        for seconds in (31, 61, 89):
            clock.move_to(period + timedelta(seconds=seconds))
            other = Client()
            sign_in(other, ana)
            spaced = f"{ahead[:3]} {ahead[3:]}"
            assert "not right" in other.post("/admin/login/code/", {"code": spaced}).content.decode(), seconds
    assert Event.objects.filter(kind="failed", said="wrong code").count() == 3


def test_a_recovery_code_lets_in_once_and_is_logged(client: Client, ana: Person) -> None:
    give_app(ana)
    code, *rest = recovery_codes(ana)
    sign_in(client, ana)
    client.post("/admin/login/code/", {"code": code})
    assert client.get("/admin/").status_code == 200
    assert recovery_codes(ana) == rest
    assert Event.objects.get(kind="recovered").said == "9 left"
    other = Client()
    sign_in(other, ana)
    assert "not right" in other.post("/admin/login/code/", {"code": code}).content.decode()


def test_codes_are_not_guessed(client: Client, ana: Person) -> None:
    secret = give_app(ana)
    sign_in(client, ana)
    for number in range(limits.FROM_ONE_NETWORK):
        client.post("/admin/login/code/", {"code": f"00000{number}"})
    answer = client.post("/admin/login/code/", {"code": code_of(secret)}).content.decode()
    assert "Too many codes" in answer
    assert Event.objects.get(kind="locked").person == ana


def test_who_needs_a_second_factor_is_led_to_it_when_the_grace_is_over(
    client: Client, ben: Person, ana: Person, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED, settings.SECOND_FACTOR_GRACE_DAYS = True, 7
    sign_in(client, ben)
    assert client.get("/admin/").status_code == 200
    settings.SECOND_FACTOR_GRACE_DAYS = 0
    for address in ("/admin/", "/admin/articles/article/", "/admin/articles/article/add/"):
        assert client.get(address).headers["Location"] == "/admin/account/set-up/", address
    assert "needs one before you go on" in client.get("/admin/account/set-up/").content.decode()
    page = client.get("/admin/account/app/")
    secret = page.context["form"].secret
    client.post("/admin/account/app/", {"code": code_of(secret)})
    assert client.get("/admin/").status_code == 200
    writer = Client()
    sign_in(writer, ana)
    assert writer.get("/admin/").status_code == 200


def test_the_roles_that_need_one_are_set_in_one_place(client: Client, ana: Person, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED, settings.SECOND_FACTOR_GRACE_DAYS = True, 0
    settings.SECOND_FACTOR_ROLES = ("writer",)
    sign_in(client, ana)
    assert client.get("/admin/").headers["Location"] == "/admin/account/set-up/"
    settings.SECOND_FACTOR_ROLES = ("wirter",)
    with pytest.raises(BaseException, match="These are: contributor, writer, section-editor"):
        call_command("check")


def test_removing_the_factor_is_felt_in_the_same_session(client: Client, ben: Person, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED, settings.SECOND_FACTOR_GRACE_DAYS = True, 0
    secret = give_app(ben)
    sign_in(client, ben)
    client.post("/admin/login/code/", {"code": code_of(secret)})
    assert client.get("/admin/").status_code == 200
    client.post("/admin/account/app/remove/")
    assert client.get("/admin/").headers["Location"] == "/admin/account/set-up/"
    assert [sent.subject for sent in work()] == ["The Newsroom: a second factor was removed"]


def test_removing_the_last_factor_signs_out_elsewhere(client: Client, ben: Person, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED, settings.SECOND_FACTOR_GRACE_DAYS = True, 0
    secret = give_app(ben)
    other = Client()
    for browser, code in ((client, code_of(secret)), (other, recovery_codes(ben)[0])):
        sign_in(browser, ben)
        browser.post("/admin/login/code/", {"code": code})
        assert browser.get("/admin/").status_code == 200
    client.post("/admin/account/app/remove/")
    # It knew of a factor, and would have gone on without one for as long as it stayed signed in.
    assert other.get("/admin/").headers["Location"].startswith(LOGIN)
    assert client.get("/admin/").headers["Location"] == "/admin/account/set-up/"
    assert Event.objects.filter(kind="session-ended", person=ben).count() == 1


NO_PASSKEYS = (
    "[" * 100_000,
    "1" * 5_000,
    "{",
    "[]",
    "null",
    '{"response": {"userHandle": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}}',
)


@pytest.mark.parametrize("sent", NO_PASSKEYS)
def test_what_is_no_passkey_is_refused_and_breaks_nothing(client: Client, ana: Person, sent: str) -> None:
    assert client.post("/admin/login/passkey/", {"credential": sent}).headers["Location"] == LOGIN
    give_app(ana)
    sign_in(client, ana)
    assert client.post("/admin/login/code/", {"credential": sent}).status_code == 200
    client.post("/admin/login/code/", {"code": recovery_codes(ana)[0]})
    assert client.post("/admin/account/passkeys/add/", {"credential": sent, "name": "x"}).status_code == 200
    odd = {
        "id": "eA",
        "rawId": "eB",
        "type": "public-key",
        "response": {"clientDataJSON": "eA", "attestationObject": "eA"},
    }
    assert client.post("/admin/account/passkeys/add/", {"credential": json.dumps(odd)}).status_code == 200
    assert not Authenticator.objects.filter(type="webauthn").exists()


# --- A new password by mail ---


@pytest.fixture
def hers(ana: Person) -> Client:
    """A browser in which Ana is signed in."""
    client = Client()
    sign_in(client, ana)
    return client


def link_in(sent: Any) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+(/admin/\S+)", sent.body)
    assert found
    return found[1]


def test_a_new_password_comes_by_mail_once(client: Client, ana: Person, hers: Client) -> None:
    answer = client.post(FORGOTTEN, {"email": "Ana@Paper.example"})
    assert answer.headers["Location"] == "/admin/account/password/forgotten/sent/"
    link = link_in(work()[0])
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0]
    short = client.post(address, {"password1": "short", "password2": "short"}).content.decode()
    assert "too short" in short
    new = "a wholly new secret"
    client.post(address, {"password1": new, "password2": new})
    assert hers.get("/admin/").status_code == 302
    assert "not work any more" in Client().get(link, follow=True).content.decode()
    assert sign_in(client, ana, new).headers["Location"] == "/admin/"
    assert [sent.subject for sent in work()] == ["Your password for The Newsroom was changed"]


def test_who_asks_learns_nothing_of_whether_there_is_an_account(ana: Person) -> None:
    answers, asked = [], []
    Client().post(FORGOTTEN, {"email": "somebody@paper.example"})  # so that the network is counted already
    for email in ("ana@paper.example", "nobody@paper.example"):
        with CaptureQueriesContext(connection) as queries:
            answers.append(Client().post(FORGOTTEN, {"email": email}))
        asked.append([query["sql"].split(" ")[0] for query in queries.captured_queries])
        assert not any("staff_person" in query["sql"] for query in queries.captured_queries)
    assert asked[0] == asked[1]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert answers[0].content == answers[1].content
    assert not send_reset_link.call("nobody@paper.example")
    assert [sent.to for sent in work()] == [["ana@paper.example"]]


def test_signing_in_costs_a_stranger_what_it_costs_a_colleague(ana: Person) -> None:
    asked = []
    for email in ("ana@paper.example", "nobody@paper.example"):
        counted = mock.patch.object(Hasher, "encode", autospec=True, side_effect=Hasher.encode)
        with CaptureQueriesContext(connection) as queries, counted as hashed:
            Client().post(LOGIN, {"login": email, "password": "wrong"})
        asked.append((len(queries), hashed.call_count))
    assert asked[0] == asked[1]


def test_a_link_in_a_mail_leads_to_this_site_whatever_the_request_claimed(client: Client, ana: Person) -> None:
    for name in ("X-Forwarded-Host", "X-Forwarded-Server"):
        client.post(FORGOTTEN, {"email": ana.email}, headers={name: "evil.example"})
    assert client.post(FORGOTTEN, {"email": ana.email}, HTTP_HOST="evil.example").status_code == 400
    sent = work()
    assert len(sent) == 2
    for each in sent:
        assert "evil.example" not in each.body
        assert link_in(each)


def test_a_link_does_not_pass_by_the_second_factor(client: Client, ana: Person) -> None:
    give_app(ana)
    client.post(FORGOTTEN, {"email": ana.email})
    address = client.get(link_in(work()[0]), follow=True).redirect_chain[-1][0]
    new = "a wholly new secret"
    client.post(address, {"password1": new, "password2": new})
    assert sign_in(client, ana, new).headers["Location"] == "/admin/login/code/"


# --- Devices ---


def test_a_new_device_is_told_by_mail_and_a_known_one_is_not(client: Client, ana: Person) -> None:
    sign_in(client, ana)
    assert work() == []
    client.post("/admin/logout/")
    sign_in(client, ana)
    assert work() == []
    firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    sign_in(Client(), ana, HTTP_USER_AGENT=firefox)
    (told,) = work()
    assert "Firefox on Windows" in told.body
    assert Device.objects.filter(person=ana).count() == 2
    assert "new-device" in kinds()


def test_the_cookie_of_a_device_lets_nobody_in(client: Client, ana: Person) -> None:
    sign_in(client, ana)
    other = Client()
    other.cookies["newsroom-device"] = client.cookies["newsroom-device"].value
    assert other.get("/admin/").status_code == 302
