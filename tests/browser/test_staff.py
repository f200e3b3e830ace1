"""People come in: invited, by passkey, by app and by recovery code; and go out, by themselves or by somebody else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Page, expect

from articles.models import Article, Author, Section, Snapshot
from articles.workflow import Stage
from staff import limits
from staff.models import Event, Person
from tests.browser.conftest import PASSWORD
from tests.browser.editor import ready, save, write
from tests.browser.window import Visit, barriers, overflow
from tests.staff.signing_in import code_of, give_app, recovery_codes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Window = Callable[..., Visit]
SECRET = "a long enough secret"


def give_key(page: Page) -> Callable[[bool], None]:
    """Put an authenticator into the browser, as a phone or a computer has one; says whether it knows its owner."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    key = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def know(is_known: bool) -> None:
        devtools.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": is_known})

    return know


def sign_in(page: Page, person: Person, password: str = PASSWORD) -> None:
    """Fill in the sign-in page and send it."""
    page.goto("/admin/login/")
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", password)
    page.click("input[type=submit]")


def letter(to: str) -> str:
    """The path in the last mail to this address, once the worker has sent what waits."""
    call_command("worker", batch=True, interval=0, verbosity=0)
    text = [str(sent.body) for sent in mail.outbox if sent.to == [to]][-1]
    found = re.search(r"https?://[^/\s]+(/admin/\S+)", text)
    assert found
    return found[1]


def test_from_an_invitation_to_the_first_published_story(
    visit: Window, dee: Person, world: Section, ines: Author, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED, settings.SECOND_FACTOR_GRACE_DAYS = True, 0
    settings.SECOND_FACTOR_ROLES = ("editor-in-chief",)
    office = visit(person=dee).page
    office.click("text=Invite a person")
    office.fill("[name=name]", "Jo Reyes")
    office.fill("[name=email]", "jo@paper.example")
    office.check("[name=duties-0-role][value=editor-in-chief]")
    office.click("text=Invite >> nth=-1")
    expect(office.locator(".messagelist")).to_contain_text("Jo Reyes is invited")

    window = visit(width=390)
    page = window.page
    page.goto(letter("jo@paper.example"))
    assert barriers(page) == []
    assert overflow(page) == 0
    page.fill("[name=password1]", SECRET)
    page.fill("[name=password2]", SECRET)
    page.click("text=Make my account")
    expect(page.locator("h1")).to_have_text("Set up a second factor")
    page.goto("/admin/articles/article/")
    expect(page.locator("h1")).to_have_text("Set up a second factor")
    page.click("text=Use an app")
    assert barriers(page) == []
    page.fill("[name=code]", code_of(page.inner_text(".secret")))
    page.click("text=Set it up")
    expect(page.locator("h1")).to_have_text("Recovery codes")
    assert barriers(page) == []
    page.click("text=To my desk")

    page.set_viewport_size({"width": 1280, "height": 900})
    page.click("text=Write a story")
    ready(page)
    page.fill("#id_headline", "The first of mine")
    page.fill("#id_deck", "It took a morning.")
    page.select_option("#id_section", label="World")
    page.click("#bylines-group .add-row a")
    page.click("#bylines-0 .select2-selection")
    page.keyboard.type("Inés")
    page.click(".select2-results__option:has-text('Inés Varga')")
    write(page, "<p>It begins here.</p>")
    save(page)
    with page.expect_navigation():
        page.click("[name=_move][value=publish]")
    for reason in page.locator("[name^=waive-]").all():
        reason.fill("It is my first.")
    page.click("input[type=submit][value=Publish]")
    expect(page.locator(".messagelist")).to_contain_text("is before readers")
    assert Snapshot.objects.live().get().headline == "The first of mine"


def test_a_passkey_is_added_and_opens_the_door_alone(visit: Window, ana: Person) -> None:
    window = visit(person=ana)
    page = window.page
    know = give_key(page)
    page.click("text=Your account")
    assert barriers(page) == []
    page.click("text=Use a passkey")
    page.click("#add_passkey")
    expect(page.locator("h1")).to_have_text("Recovery codes")
    assert Authenticator.objects.filter(user=ana, type="webauthn").count() == 1
    page.click("text=Sign out")
    expect(page.locator("h1")).to_have_text("Sign in")
    page.goto("/admin/login/?next=/admin/articles/article/")
    page.click("text=Sign in with a passkey")
    expect(page.locator("#result_list, .nothing-here")).to_be_visible()
    # Without the key there is no way in by it, and the page says so.
    page.goto("/admin/")
    page.click("text=Sign out")
    know(False)
    page.click("text=Sign in with a passkey")
    expect(page.locator("[data-passkey-trouble]")).to_contain_text("No passkey was used")


def test_a_security_key_goes_with_the_password(visit: Window, ana: Person) -> None:
    page = visit(person=ana).page
    give_key(page)
    page.goto("/admin/account/passkeys/add/")
    page.uncheck("[name=passwordless]")
    page.click("#add_passkey")
    expect(page.locator("h1")).to_have_text("Recovery codes")
    page.click("text=Sign out")
    sign_in(page, ana)
    expect(page.locator("h1")).to_have_text("Second factor")
    assert barriers(page) == []
    page.click("#use_passkey")
    page.wait_for_url("**/admin/")


def test_a_code_of_the_app_and_a_recovery_code(visit: Window, ana: Person) -> None:
    secret = give_app(ana)
    page = visit().page
    sign_in(page, ana)
    page.fill("[name=code]", "000000")
    page.click("input[value='Sign in']")
    expect(page.locator(".errorlist")).to_contain_text("That code is not right")
    page.fill("[name=code]", code_of(secret))
    page.click("input[value='Sign in']")
    page.wait_for_url("**/admin/")
    page.click("text=Sign out")
    sign_in(page, ana)
    page.fill("[name=code]", recovery_codes(ana)[0])
    page.click("input[value='Sign in']")
    page.wait_for_url("**/admin/")
    page.goto("/admin/account/")
    expect(page.locator("main")).to_contain_text("9 left")


def test_guessing_ends_and_the_way_by_mail_opens_again(visit: Window, ana: Person) -> None:
    page = visit().page
    for _ in range(limits.FROM_ONE_NETWORK):
        sign_in(page, ana, "wrong")
        expect(page.locator(".errornote").first).to_contain_text("do not go together")
    sign_in(page, ana)
    expect(page.locator(".errornote").first).to_contain_text("Too many attempts")
    page.click("text=Forgotten your password?")
    page.fill("[name=email]", ana.email)
    page.click("text=Send the link")
    expect(page.locator("h1")).to_have_text("Look in your mail")
    page.goto(letter(ana.email))
    page.fill("[name=password1]", SECRET)
    page.fill("[name=password2]", SECRET)
    page.click("text=Set the password")
    expect(page.locator("h1")).to_have_text("Your new password is set")
    sign_in(page, ana, SECRET)
    page.wait_for_url("**/admin/")


def test_a_session_is_signed_out_from_another_browser(visit: Window, ana: Person) -> None:
    here, there = visit(person=ana).page, visit(person=ana).page
    here.goto("/admin/account/")
    here.click(".rows button:has-text('Sign out')")
    expect(here.locator(".messagelist")).to_contain_text("You are signed out there")
    there.goto("/admin/articles/article/")
    expect(there.locator("h1")).to_have_text("Sign in")
    here.goto("/admin/articles/article/")
    expect(here.locator("h1")).not_to_have_text("Sign in")


def test_somebody_leaves(visit: Window, dee: Person, ana: Person, chen: Person, story: Callable[..., Article]) -> None:
    draft = story(by=ana, stage=Stage.DRAFT)
    hers, office = visit(person=ana).page, visit(person=dee, width=390).page
    office.goto(f"/admin/staff/person/{ana.pk}/change/")
    assert overflow(office) == 0
    office.click("text=Leaves or is suspended")
    expect(office.locator("main")).to_contain_text("1 draft")
    office.select_option("[name=to]", label="Chen")
    office.click("text=Suspend the account")
    expect(office.locator(".messagelist")).to_contain_text("1 went to Chen")
    hers.goto("/admin/articles/article/")
    expect(hers.locator("h1")).to_have_text("Sign in")
    draft.refresh_from_db()
    assert draft.writer == chen
    office.click("text=Comes back")
    expect(office.locator(".messagelist")).to_contain_text("may come in again")
    assert set(Event.objects.values_list("kind", flat=True)) >= {"left", "revived"}


def test_the_appearance_that_was_chosen_is_that_of_every_browser(visit: Window, ana: Person) -> None:
    here, there = visit(person=ana).page, visit(person=ana).page
    here.goto("/admin/account/")
    here.select_option("select[name=appearance]", "dark")
    here.click("text=Keep it")
    expect(here.locator("html")).to_have_attribute("data-theme", "dark")
    there.reload()
    expect(there.locator("html")).to_have_attribute("data-theme", "dark")
    there.click(".theme-toggle")
    there.reload()
    expect(there.locator("html")).not_to_have_attribute("data-theme", "dark")
