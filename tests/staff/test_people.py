"""The administrator's page for a person: roles, sessions, factors; who leaves and who comes back; and nobody raises
themselves.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from articles.models import Article, Author, Duty, Move, Section
from articles.roles import BY_ROLE
from articles.workflow import Stage
from staff import duties, invitations, rights
from staff.models import Event, Invitation, Person
from tests.shown import seen
from tests.staff.signing_in import code_of, give_app, sign_in, work

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/staff/person/"


@pytest.fixture
def office(client: Client, dee: Person) -> Client:
    """The administrator's browser."""
    sign_in(client, dee)
    return client


def sent(person: Person, **changes: object) -> dict[str, object]:
    """The form of an account, with some changes."""
    held = list(person.duties.all())
    form: dict[str, object] = {"name": person.name, "email": person.email}
    rows: dict[str, object] = {"duties-TOTAL_FORMS": len(held), "duties-INITIAL_FORMS": len(held)}
    for number, duty in enumerate(held):
        rows |= {
            f"duties-{number}-id": duty.pk,
            f"duties-{number}-person": person.pk,
            f"duties-{number}-role": duty.role,
        }
    return {**form, **rows, **changes}


def change(browser: Client, person: Person, **changes: object) -> Any:
    """Send the form of an account, with some changes, as the page has it at this moment; the page that follows."""
    address = f"{PEOPLE}{person.pk}/change/"
    return browser.post(address, {**sent(person, **changes), **seen(browser, address)}, follow=True)


def role(code: str, *, after: int = 0) -> dict[str, object]:
    """The row of a new role in the form of an account that holds `after` roles."""
    return {"duties-TOTAL_FORMS": after + 1, "duties-INITIAL_FORMS": after, f"duties-{after}-role": code}


def page_of(office: Client, person: Person) -> str:
    """The administrator's page for this person."""
    return office.get(f"{PEOPLE}{person.pk}/change/").content.decode()


# --- What the page says, and roles ---


def test_the_page_tells_in_words_what_somebody_may_do(office: Client, ben: Person, world: Section) -> None:
    duty = ben.duties.get()
    duty.sections.add(world)
    Duty.objects.filter(pk=duty.pk).update(until=timezone.localdate() + timedelta(days=1))
    Author.objects.create(name="Ben B.", slug="ben-b", account=ben)
    firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    sign_in(Client(), ben, HTTP_USER_AGENT=firefox)
    page = page_of(office, ben)
    assert "Section editor (World) until" in page
    assert BY_ROLE["section-editor"].allows in page
    for words in ("Ben B.", "Firefox on Windows", "Holds no story", "None; their roles ask for none"):
        assert words in page
    assert ben.password not in page


def test_the_page_costs_the_same_however_many_sessions_there_are(
    office: Client, ben: Person, django_assert_num_queries: Any
) -> None:
    sign_in(Client(), ben)
    address = f"{PEOPLE}{ben.pk}/change/"
    office.get(address)
    with django_assert_num_queries(30):
        office.get(address)
    for _ in range(4):
        sign_in(Client(), ben)
    with django_assert_num_queries(30):
        office.get(address)


def test_other_roles_are_logged_and_told(office: Client, dee: Person, ana: Person) -> None:
    change(office, ana, **role("copy-editor", after=1))
    assert {duty.role for duty in ana.duties.all()} == {"writer", "copy-editor"}
    event = Event.objects.get(kind="roles")
    assert (event.person, event.by, event.said) == (ana, dee, "Writer → Writer, Copy editor")
    (told,) = work()
    assert "Now: Writer, Copy editor" in told.body


def test_other_sections_are_other_roles(office: Client, ana: Person, world: Section) -> None:
    change(office, ana, **{"duties-0-sections": [world.pk]})
    assert Event.objects.get(kind="roles").said == "Writer → Writer (World)"


def test_another_address_is_told_to_both(office: Client, ana: Person) -> None:
    change(office, ana, email="ANA@new.example")
    assert Person.objects.get(pk=ana.pk).email == "ana@new.example"
    assert {each.to[0] for each in work()} == {"ana@paper.example", "ana@new.example"}
    assert Event.objects.get(kind="address").said == "ana@paper.example → ana@new.example"


def test_an_old_sign_in_changes_no_roles(office: Client, ana: Person, settings: Any) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    answer = office.post(f"{PEOPLE}{ana.pk}/change/", sent(ana, **role("administrator", after=1)))
    assert answer.headers["Location"].startswith("/admin/account/confirm/")
    assert ana.duties.count() == 1


def test_two_administrators_do_not_overwrite_each_other_unseen(office: Client, ana: Person, world: Section) -> None:
    address = f"{PEOPLE}{ana.pk}/change/"
    shown, mine = seen(office, address), sent(ana, **role("copy-editor", after=1))
    ana.duties.get().sections.add(world)
    page = office.post(address, mine | shown).content.decode()
    assert "Somebody changed this while you had it open. Different from yours: roles." in page
    assert duties.all_in_words(ana.duties.all()) == "Writer (World)"
    # Knowing it, one may.
    change(office, ana, **role("copy-editor", after=1))
    assert duties.all_in_words(ana.duties.all()) == "Writer, Copy editor"


def test_a_role_that_another_administrator_took_is_not_given_back_unseen(office: Client, ana: Person) -> None:
    address = f"{PEOPLE}{ana.pk}/change/"
    form = sent(ana, **{"duties-0-until": "2031-01-01"}) | seen(office, address)
    ana.duties.all().delete()
    page = office.post(address, form)
    assert "Different from yours: roles." in page.content.decode()
    assert not ana.duties.exists()
    page = office.post(address, form | {"seen": page.context["adminform"].form.seen})
    assert "Somebody took one of these away" in page.content.decode()
    assert not ana.duties.exists()


# --- What nobody does ---


def test_nobody_changes_their_own_roles_or_shuts_themselves_out(office: Client, dee: Person) -> None:
    address = f"{PEOPLE}{dee.pk}/"
    form = sent(dee, name="Dee W", is_superuser="on", **role("editor-in-chief", after=dee.duties.count()))
    assert office.post(f"{address}change/", form).status_code == 403
    for deed in ("leave", "revive", "factor", "password", "sessions"):
        assert office.post(f"{address}{deed}/", {"session": "all"}).status_code == 403, deed
    dee.refresh_from_db()
    assert (dee.name, dee.is_active, dee.is_superuser) == ("Dee", True, False)
    assert [duty.role for duty in dee.duties.all()] == ["administrator"]


def test_an_account_with_every_right_is_out_of_an_administrators_reach(office: Client) -> None:
    owner = Person.objects.create_superuser("owner@paper.example", "Owner", "correct horse battery")
    assert office.post(f"{PEOPLE}{owner.pk}/change/", sent(owner, name="Taken")).status_code == 403
    for deed in ("leave", "revive", "factor", "password", "sessions"):
        assert office.post(f"{PEOPLE}{owner.pk}/{deed}/", {"session": "all"}).status_code == 403, deed
    owner.refresh_from_db()
    assert (owner.name, owner.is_active) == ("Owner", True)


def test_an_account_with_every_right_raises_itself_no_further_and_acts_as_nobody(client: Client, ana: Person) -> None:
    owner = Person.objects.create_superuser("owner@paper.example", "Owner", "correct horse battery")
    sign_in(client, owner)
    assert client.post(f"{PEOPLE}{owner.pk}/change/", sent(owner, **role("writer"))).status_code == 403
    for address in (f"{PEOPLE}{ana.pk}/password/", f"/admin/auth/user/{ana.pk}/password/", f"{PEOPLE}{ana.pk}/delete/"):
        client.post(address, {"password1": "a very long secret", "password2": "a very long secret", "post": "yes"})
    ana.refresh_from_db()
    assert ana.check_password("correct horse battery")


def test_nobody_can_be_made_to_have_every_right_by_a_form(office: Client, ana: Person) -> None:
    more = {"is_superuser": "on", "is_active": "", "is_staff": "", "user_permissions": [1, 2], "password": "x"}
    change(office, ana, name="Ana R.", left_at="2020-01-01", **more)
    after = Person.objects.get(pk=ana.pk)
    assert after.name == "Ana R."
    assert (after.is_superuser, after.is_active, after.is_staff, after.left_at) == (False, True, True, None)
    assert after.password == ana.password
    assert not ana.user_permissions.exists()


def test_the_last_administrator_stays(office: Client, dee: Person) -> None:
    other = Person.objects.create_user("eve@paper.example", "Eve", "correct horse battery", is_staff=True)
    duty = Duty.objects.create(person=other, role="administrator")
    # With two of them, one may go.
    change(office, other, **{"duties-0-until": "2031-01-01"})
    duty.refresh_from_db()
    assert str(duty.until) == "2031-01-01"
    # Now Dee is the only one for good; Eve, who has her role until then, can't take it from her.
    eve = Client()
    sign_in(eve, other)
    for less in ({"duties-0-DELETE": "on"}, {"duties-0-until": "2032-01-01"}, {"duties-0-role": "writer"}):
        page = change(eve, dee, **less).content.decode()
        assert "Make somebody else an administrator first" in page
    page = eve.post(f"{PEOPLE}{dee.pk}/leave/", {"to": ""}, follow=True).content.decode()
    assert "Make somebody else an administrator first" in page
    dee.refresh_from_db()
    assert (dee.is_active, [duty.until for duty in dee.duties.all()]) == (True, [None])


def test_what_leaves_no_administrator_is_undone_whole(dee: Person) -> None:
    with pytest.raises(rights.LastAdministrator), rights.keeping_an_administrator():
        Duty.objects.all().delete()
    assert dee.duties.exists()


def test_nobody_is_made_or_deleted_here(office: Client, ana: Person) -> None:
    assert office.get(f"{PEOPLE}add/").status_code == 403
    assert office.post(f"{PEOPLE}{ana.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Person.objects.filter(pk=ana.pk).exists()


def test_deleting_an_account_past_the_admin_touches_no_story_and_no_byline(
    ana: Person, story: Callable[..., Article]
) -> None:
    author = Author.objects.create(name="Ana", slug="ana", account=ana)
    article = story(by=ana)
    ana.delete()
    author.refresh_from_db()
    article.refresh_from_db()
    assert (author.account, article.created_by) == (None, None)


def test_an_address_is_one_account_whatever_its_case(ana: Person) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(email="ANA@paper.example", name="Other")


def test_what_is_no_number_is_nobody(office: Client) -> None:
    for asked in ("²", "9" * 30, "x"):
        assert office.get(f"{PEOPLE}{asked}/change/").headers["Location"] == "/admin/"


# --- Sessions, passwords, factors ---


def test_a_session_is_ended_from_here(office: Client, ana: Person) -> None:
    phone, desk = Client(), Client()
    sign_in(phone, ana)
    sign_in(desk, ana)
    first, _ = office.get(f"{PEOPLE}{ana.pk}/change/").context["sessions"]
    office.post(f"{PEOPLE}{ana.pk}/sessions/", {"session": first.pk})
    assert [browser.get("/admin/").status_code for browser in (phone, desk)] == [200, 302]
    office.post(f"{PEOPLE}{ana.pk}/sessions/", {"session": "all"})
    assert phone.get("/admin/").status_code == 302
    assert Event.objects.filter(kind="session-ended", person=ana).count() == 2


def test_somebody_elses_session_is_not_ended_by_its_number(office: Client, ana: Person, ben: Person) -> None:
    hers = Client()
    sign_in(hers, ben)
    (session,) = office.get(f"{PEOPLE}{ben.pk}/change/").context["sessions"]
    for asked in (session.pk, "x", "", "-1", "²", "9" * 5_000):
        assert office.post(f"{PEOPLE}{ana.pk}/sessions/", {"session": asked}).status_code == 404
    assert hers.get("/admin/").status_code == 200


def test_a_link_for_a_new_password_goes_to_the_person_alone(office: Client, ana: Person) -> None:
    page = office.post(f"{PEOPLE}{ana.pk}/password/", follow=True).content.decode()
    (told,) = work()
    assert told.to == ["ana@paper.example"]
    assert "/admin/account/password/new/" in told.body
    assert "/admin/account/password/new/" not in page


def test_a_second_factor_is_reset_by_who_shows_their_own(office: Client, dee: Person, ana: Person) -> None:
    give_app(ana)
    hers = Client()
    sign_in(hers, ana)
    secret = give_app(dee)
    address = f"{PEOPLE}{ana.pk}/factor/"
    # The password alone, however fresh, is not enough for who has a second factor.
    way = office.post(address).headers["Location"]
    assert way == f"/admin/account/confirm/code/?next={address.replace('/', '%2F')}"
    assert office.post(way, {"code": code_of(secret), "next": address}).headers["Location"] == address
    assert "call them, or see them" in office.get(address).content.decode()
    office.post(address)
    assert sign_in(Client(), ana).headers["Location"] == "/admin/"
    event = Event.objects.get(kind="factor-reset")
    assert (event.person, event.by) == (ana, dee)
    assert "was reset" in work()[0].subject


def test_nobody_reads_the_hash_of_a_password_by_filtering(office: Client, ana: Person) -> None:
    for lookup in ("password", "password__startswith", "password__regex"):
        answer = office.get(PEOPLE, {lookup: ana.password[:12]})
        assert answer.status_code == 400, lookup


# --- Leaving and coming back ---


@pytest.fixture
def work_of_ana(ana: Person, ben: Person, story: Callable[..., Article]) -> dict[str, Article]:
    """What Ana holds: two drafts, one at the desk, one that is settled, one that is spiked."""
    Author.objects.create(name="Ana B.", slug="ana-b", account=ana)
    made = {
        "draft": story(by=ana),
        "at the desk": story(by=ana, stage=Stage.SUBMITTED),
        "edited": story(by=ben, stage=Stage.COPY_EDIT),
        "settled": story(by=ana, stage=Stage.READY),
        "spiked": story(by=ana, stage=Stage.SPIKED),
    }
    Article.objects.filter(pk=made["settled"].pk).update(is_settled=True)
    Article.objects.filter(pk=made["edited"].pk).update(editor=ana)
    return made


def test_somebody_leaves_and_their_work_goes_on(
    office: Client, dee: Person, ana: Person, ben: Person, chen: Person, work_of_ana: dict[str, Article]
) -> None:
    hers = Client()
    sign_in(hers, ana)
    Invitation.objects.create(name="X", email="x@paper.example", at=timezone.now(), by=ana, token_hash="a")
    page = office.get(f"{PEOPLE}{ana.pk}/leave/").content.decode()
    assert "1 draft and 2 stories at the desk" in page
    assert "Ana B." in page
    page = office.post(f"{PEOPLE}{ana.pk}/leave/", {"to": chen.pk}, follow=True).content.decode()
    assert "3 went to Chen" in page
    assert hers.get("/admin/").status_code == 302
    assert "do not go together" in sign_in(Client(), ana).content.decode()
    for article in work_of_ana.values():
        article.refresh_from_db()
    assert work_of_ana["draft"].writer == work_of_ana["at the desk"].writer == work_of_ana["edited"].editor == chen
    assert work_of_ana["settled"].writer == work_of_ana["spiked"].writer == ana
    moves = Move.objects.filter(verb="hand_over", by=dee, to=chen)
    assert {move.reason for move in moves} == {"Who held it has left."}
    assert moves.count() == 3
    assert Author.objects.get(slug="ana-b").account == ana
    assert Invitation.objects.get().revoked_at
    assert Event.objects.get(kind="left").said == "3 stories to Chen, 0 put back"


def test_what_the_colleague_may_not_hold_goes_back_to_the_desk(
    office: Client, ana: Person, ben: Person, city: Section, work_of_ana: dict[str, Article]
) -> None:
    ben.duties.get().sections.add(city)
    page = office.post(f"{PEOPLE}{ana.pk}/leave/", {"to": ben.pk}, follow=True).content.decode()
    assert "3 went back to the desks" in page
    work_of_ana["edited"].refresh_from_db()
    assert work_of_ana["edited"].editor is None


def test_somebody_comes_back_as_easily(office: Client, ana: Person, work_of_ana: dict[str, Article]) -> None:
    office.post(f"{PEOPLE}{ana.pk}/leave/", {"to": ""})
    assert "Suspended since" in page_of(office, ana)
    office.post(f"{PEOPLE}{ana.pk}/revive/")
    assert "/admin/account/password/new/" in work()[-1].body
    browser = Client()
    assert sign_in(browser, ana).headers["Location"] == "/admin/"
    assert browser.get("/admin/articles/article/add/").status_code == 200
    assert "Suspended" not in page_of(office, ana)


def test_a_suspended_person_is_out_at_once_and_the_byline_stays(office: Client, ana: Person) -> None:
    Author.objects.create(name="Ana", slug="ana", account=ana)
    hers = Client()
    hers.force_login(ana)
    assert hers.get("/admin/").status_code == 200
    office.post(f"{PEOPLE}{ana.pk}/leave/", {"to": ""})
    assert hers.get("/admin/").status_code == 302
    assert Author.objects.get(slug="ana").account == ana


def test_work_is_handed_to_who_works_here(office: Client, ana: Person, dee: Person, ben: Person) -> None:
    Person.objects.filter(pk=ben.pk).update(is_active=False)
    for nobody in (ben.pk, dee.pk, ana.pk, 999):
        assert office.post(f"{PEOPLE}{ana.pk}/leave/", {"to": nobody}).status_code == 200
    ana.refresh_from_db()
    assert ana.is_active


def test_the_deeds_are_an_administrators(client: Client, chen: Person, ana: Person) -> None:
    sign_in(client, chen)
    for deed in ("change", "leave", "revive", "factor", "password", "sessions"):
        assert client.post(f"{PEOPLE}{ana.pk}/{deed}/", {"session": "all"}).status_code == 403, deed
        assert client.post(f"{PEOPLE}999/{deed}/", {"session": "all"}).status_code in {302, 403}, deed
    ana.refresh_from_db()
    assert ana.is_active


def test_no_name_runs_on_any_page(office: Client, dee: Person, ana: Person) -> None:
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    Person.objects.filter(pk__in=[ana.pk, dee.pk]).update(name=hostile)
    Author.objects.create(name=hostile, slug="hostile", account=ana)
    invitation = Invitation.objects.create(name=hostile, email="x@paper.example", at=timezone.now(), by=dee)
    sign_in(Client(), ana, HTTP_USER_AGENT=hostile)
    one = f"{PEOPLE}{ana.pk}/"
    for address in (
        PEOPLE, f"{one}change/", f"{one}leave/", f"{one}history/", "/admin/staff/invitation/", "/admin/account/",
        f"/admin/staff/invitation/{invitation.pk}/change/", "/admin/staff/event/", "/admin/",
        invitation_page(invitation),
    ):  # fmt: skip
        page = office.get(address, follow=True).content.decode()
        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address


def invitation_page(invitation: Invitation) -> str:
    """The path of the page behind an invitation."""
    return "/admin/join/" + invitations.make_link(invitation).rpartition("/admin/join/")[2]
