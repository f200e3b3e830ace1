"""How often somebody may guess, and that nobody is shut out by somebody else's guessing."""

import re
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone

from articles.network import UNKNOWN, address_of, network_of
from staff import limits
from staff.models import Event, Failure, Person
from staff.tasks import send_reset_link
from tests.staff.signing_in import PASSWORD, code_of, give_app, recovery_codes, sign_in, work

pytestmark = pytest.mark.django_db
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}
CODE, FORGOTTEN = "/admin/login/code/", "/admin/account/password/forgotten/"


def guess(client: Client, person: Person, times: int, **where: Any) -> str:
    """Try wrong passwords; what the last answer says."""
    page = ""
    for number in range(times):
        page = sign_in(client, person, f"wrong {number}", **where).content.decode()
    return page


def test_guessing_ends_and_so_does_the_wait(client: Client, ana: Person) -> None:
    assert "do not go together" in guess(client, ana, limits.FROM_ONE_NETWORK)
    assert "Too many attempts" in sign_in(client, ana).content.decode()
    assert Event.objects.filter(kind="locked", person=ana).count() == 1
    later = timezone.now() + limits.WITHIN + limits.WITHIN / 15
    with time_machine.travel(later, tick=True):
        assert sign_in(client, ana).headers["Location"] == "/admin/"


def test_going_on_does_not_put_off_the_end(client: Client, ana: Person) -> None:
    guess(client, ana, limits.FROM_ONE_NETWORK + 20)
    assert Failure.objects.count() == limits.FROM_ONE_NETWORK
    # Nor does it fill the log, which nobody could empty.
    guess(client, Person(email="nobody@paper.example"), limits.FROM_ONE_NETWORK + 20)
    assert list(Event.objects.filter(kind="locked").values_list("person", flat=True)) == [None, ana.pk]
    later = timezone.now() + limits.WITHIN * 1.1
    with time_machine.travel(later, tick=True):
        guess(client, ana, limits.FROM_ONE_NETWORK + 3)
    assert Event.objects.filter(kind="locked", person=ana).count() == 2


def test_an_account_that_does_not_exist_is_stopped_alike(client: Client) -> None:
    nobody = Person(email="nobody@paper.example")
    assert "do not go together" in guess(client, nobody, limits.FROM_ONE_NETWORK)
    assert "Too many attempts" in guess(client, nobody, 1)


def test_it_holds_in_another_process(ana: Person) -> None:
    guess(Client(), ana, limits.FROM_ONE_NETWORK)
    # Nothing is kept but rows: what another process asks is what this one wrote.
    assert "Too many attempts" in guess(Client(), ana, 1)


def test_guessing_from_elsewhere_shuts_no_colleague_out(client: Client, ana: Person) -> None:
    guess(Client(), ana, limits.FROM_ONE_NETWORK + 3, **ELSEWHERE)
    assert sign_in(client, ana).headers["Location"] == "/admin/"


def test_guessing_from_everywhere_leaves_the_known_browser_in(client: Client, ana: Person) -> None:
    sign_in(client, ana)
    client.post("/admin/logout/")
    for number in range(limits.FROM_EVERYWHERE):
        sign_in(Client(), ana, "wrong", REMOTE_ADDR=f"198.51.{number}.1")
    assert "Too many attempts" in sign_in(Client(), ana, REMOTE_ADDR="192.0.2.1").content.decode()
    assert sign_in(client, ana).headers["Location"] == "/admin/"


def test_a_colleague_in_the_same_office_is_not_stopped_in_their_own_browser(
    client: Client, ana: Person, ben: Person
) -> None:
    sign_in(client, ben)
    client.post("/admin/logout/")
    guess(Client(), ben, limits.FROM_ONE_NETWORK + 3)
    for number in range(limits.ON_ALL_ACCOUNTS):
        Client().post("/admin/login/", {"login": f"a{number}@x.example", "password": "wrong"})
    assert "Too many attempts" in sign_in(Client(), ana).content.decode()
    assert sign_in(client, ben).headers["Location"] == "/admin/"


def test_a_stolen_device_guesses_no_more_than_a_few_times(client: Client, ana: Person) -> None:
    sign_in(client, ana)
    client.post("/admin/logout/")
    for number in range(limits.FROM_A_KNOWN_DEVICE):
        sign_in(client, ana, "wrong", REMOTE_ADDR=f"198.51.100.{number}")
    assert "Too many attempts" in sign_in(client, ana, REMOTE_ADDR="192.0.2.9").content.decode()


def test_somebody_elses_success_opens_nothing(client: Client, ana: Person, ben: Person) -> None:
    for _ in range(limits.FROM_ONE_NETWORK):
        guess(Client(), ana, 1)
        sign_in(Client(), ben)
    assert "Too many attempts" in guess(Client(), ana, 1)


def guess_codes(person: Person, times: int, **where: Any) -> None:
    """Try wrong codes, as somebody who knows the password."""
    client = Client()
    sign_in(client, person, **where)
    for number in range(times):
        client.post(CODE, {"code": f"{number:06d}"}, **where)


def test_who_has_got_hold_of_a_password_uses_up_nobody_elses_codes(ana: Person) -> None:
    secret = give_app(ana)
    known = Client()
    sign_in(known, ana)
    known.post(CODE, {"code": code_of(secret)})
    known.post("/admin/logout/")
    guess_codes(ana, limits.FROM_ONE_NETWORK + 1, **ELSEWHERE)
    assert Event.objects.filter(kind="locked", person=ana).count() == 1
    fresh = Client()
    sign_in(fresh, ana)
    assert fresh.post(CODE, {"code": recovery_codes(ana)[0]}).headers["Location"] == "/admin/"
    for number in range(limits.FROM_EVERYWHERE // 5):
        guess_codes(ana, 5, REMOTE_ADDR=f"198.51.{number}.1")
    unknown = Client()
    sign_in(unknown, ana, REMOTE_ADDR="192.0.2.1")
    refused = unknown.post(CODE, {"code": recovery_codes(ana)[0]}, REMOTE_ADDR="192.0.2.1")
    assert "Too many codes" in refused.content.decode()
    sign_in(known, ana)
    assert known.post(CODE, {"code": recovery_codes(ana)[0]}).headers["Location"] == "/admin/"


def test_confirming_by_code_is_counted_too(client: Client, ana: Person) -> None:
    give_app(ana)
    client.force_login(ana)
    for _ in range(limits.FROM_ONE_NETWORK):
        client.post("/admin/account/confirm/code/", {"code": "000000"})
    answer = client.post("/admin/account/confirm/code/", {"code": recovery_codes(ana)[0]})
    assert "Too many codes" in answer.content.decode()


def test_who_asks_for_links_in_anothers_name_uses_up_nothing_of_theirs(client: Client, ana: Person) -> None:
    stranger = Client(REMOTE_ADDR=ELSEWHERE["REMOTE_ADDR"])
    asked = [stranger.post(FORGOTTEN, {"email": ana.email}).status_code for _ in range(7)]
    assert asked == [302] * 6 + [429]
    assert client.post(FORGOTTEN, {"email": ana.email}).headers["Location"] == f"{FORGOTTEN}sent/"
    assert [sent.to for sent in work()] == [[ana.email]] * 7


def test_a_mailbox_is_not_flooded_and_the_links_in_it_stay_good(client: Client, ana: Person) -> None:
    for number in range(limits.LINKS_TO_ONE + 3):
        answer = Client().post(FORGOTTEN, {"email": ana.email}, REMOTE_ADDR=f"198.51.{number}.1")
        assert answer.status_code == 302
    sent = work()
    assert len(sent) == limits.LINKS_TO_ONE
    [link] = re.findall(r"http://127\.0\.0\.1:\d+(/admin/\S+)", sent[0].body)
    assert "not work any more" not in client.get(link, follow=True).content.decode()
    assert send_reset_link.call(ana.email), "an administrator sends one all the same"
    with time_machine.travel(timezone.now() + limits.HOUR * 1.1, tick=True):
        client.post(FORGOTTEN, {"email": ana.email})
        assert len(work()) == 1


def test_what_is_counted_is_not_thrown_away_by_making_many_entries() -> None:
    for number in range(400):
        cache.set(f"counted-{number}", number)
    assert cache.get("counted-0") == 0


def test_confirming_ones_password_is_counted_like_signing_in(client: Client, ana: Person) -> None:
    sign_in(client, ana)
    for _ in range(limits.FROM_A_KNOWN_DEVICE):
        client.post("/admin/account/confirm/", {"password": "wrong"})
    assert client.post("/admin/account/confirm/", {"password": PASSWORD}).status_code in {200, 429}


def test_a_household_of_ipv6_is_one_sender(ana: Person) -> None:
    for number in range(limits.FROM_ONE_NETWORK):
        sign_in(Client(), ana, "wrong", REMOTE_ADDR=f"2001:db8:1:2:{number:x}::1")
    assert "Too many attempts" in sign_in(Client(), ana, REMOTE_ADDR="2001:db8:1:2:ffff::9").content.decode()
    assert sign_in(Client(), ana, REMOTE_ADDR="2001:db8:1:3::1").headers["Location"] == "/admin/"


@pytest.mark.parametrize(
    ("behind", "proxies", "forwarded", "found"),
    [
        (False, 1, "1.2.3.4", "10.0.0.1"),
        (True, 1, "1.2.3.4", "1.2.3.4"),
        (True, 1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (True, 2, "6.6.6.6, 1.2.3.4, 172.16.0.1", "1.2.3.4"),
        (True, 2, "1.2.3.4", "10.0.0.1"),
        (True, 1, None, "10.0.0.1"),
        (True, 1, "1.2.3.4:5678", "1.2.3.4"),
        (True, 1, "[2001:db8::1]:443", "2001:db8::1"),
        (True, 1, "::ffff:1.2.3.4", "1.2.3.4"),
        (True, 1, "fe80::1%eth0", "fe80::1"),
        (True, 1, "<script>", UNKNOWN),
    ],
)
def test_whose_word_is_taken_for_an_address(
    settings: Any, behind: bool, proxies: int, forwarded: str | None, found: str
) -> None:
    settings.BEHIND_PROXY, settings.PROXIES = behind, proxies
    sent = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers=sent)) == found


def test_a_network_is_an_address_or_a_household() -> None:
    assert network_of("1.2.3.4") == "1.2.3.4"
    assert network_of("2001:db8:1:2:3::4") == "2001:db8:1:2::/64"


def test_a_forged_header_starts_no_new_count(ana: Person) -> None:
    for number in range(limits.FROM_ONE_NETWORK):
        sign_in(Client(), ana, "wrong", HTTP_X_FORWARDED_FOR=f"9.9.9.{number}")
    assert "Too many attempts" in sign_in(Client(), ana, HTTP_X_FORWARDED_FOR="8.8.8.8").content.decode()
