"""One story from its first word to its withdrawal, by everybody who has to do with it.

A picture of each step is left in `var/screenshots/`.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.models import Article, Author, Duty, Move, Section, Snapshot
from media.models import Photo
from staff.models import Person
from tests.browser.editor import ready, save, write
from tests.browser.window import Visit, overflow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STORIES = "/admin/articles/article/"


class Steps:
    """Takes a picture of each step, in order."""

    def __init__(self) -> None:
        self.folder = Path(settings.VAR_DIR) / "screenshots"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.number = 0

    def seen(self, page: Page, name: str) -> None:
        """The page as it stands now; nothing may be cut off at its side."""
        self.number += 1
        page.screenshot(path=self.folder / f"{self.number:02}-{name}.png", full_page=True)
        assert overflow(page) <= 0, name


def click(page: Page, selector: str) -> None:
    """Click what leads to another page, and wait for it."""
    with page.expect_navigation():
        page.click(selector)


def test_a_story_from_draft_to_print_and_out_again(  # noqa: PLR0915 - one story, step by step
    visit: Callable[..., Visit], ana: Person, ben: Person, world: Section, photo: Callable[..., Photo]
) -> None:
    steps = Steps()
    noor = Person.objects.create_user("noor@paper.example", "Noor", "correct horse battery", is_staff=True)
    Duty.objects.create(person=noor, role="copy-editor")
    Author.objects.create(name="Ana Reyl", slug="ana-reyl", account=ana)
    crane = photo(caption="The crane that lifted the span.", credit="", alt="A crane")

    # A writer writes, and the tab is closed in mid-sentence.
    hers = visit(person=ana)
    page = hers.page
    page.goto(f"{STORIES}add/")
    ready(page)
    page.wait_for_timeout(700)
    page.fill("#id_headline", "The bridge opens")
    write(page, "<p>The first to cross was a do</p>")
    expect(page.locator("#kept-at")).to_contain_text("is kept", timeout=15000)
    steps.seen(page, "in-mid-sentence")
    page.close()

    # She comes back, goes on and submits.
    page = hers.context.new_page()
    page.goto(f"{STORIES}add/")
    steps.seen(page, "found-again")
    click(page, "text=Put it back")
    ready(page)
    write(page, "<p>The first to cross was a dog.</p><p>It took nine years.</p><p>Nobody had asked the dog.</p>")
    page.select_option("#id_section", label="World")
    page.click("#bylines-group .add-row a")
    page.click("#bylines-0 .select2-selection")
    page.keyboard.type("Ana R")
    page.click(".select2-results__option:has-text('Ana Reyl')")
    save(page)
    click(page, "[name=_move][value=submit]")
    steps.seen(page, "submitted")
    article = Article.objects.get()
    assert article.stage == "submitted"

    # The desk returns it with a reason.
    his = visit(person=ben).page
    his.goto("/admin/")
    steps.seen(his, "the-editors-desk")
    click(his, "[aria-labelledby=waiting] a:has-text('The bridge opens')")
    ready(his)
    click(his, "[name=_move][value=return]")
    his.fill("[name=reason]", "It has no deck, and I want to know the dog’s name.")
    steps.seen(his, "returning")
    click(his, "input[value=Return]")

    # She reads why, mends it and submits again.
    page.goto("/admin/")
    assert "the dog’s name" in page.inner_text("[aria-labelledby=returned]")
    steps.seen(page, "returned")
    click(page, "[aria-labelledby=returned] a")
    ready(page)
    page.fill("#id_deck", "Nine years late, it is crossed by Biscuit.")
    click(page, "[name=_move][value=submit]")

    # The editor claims it and sends it to copy edit.
    his.goto(f"{STORIES}{article.pk}/change/")
    ready(his)
    click(his, "[name=_move][value=claim]")
    ready(his)
    click(his, "[name=_move][value=copy_edit]")
    steps.seen(his, "in-copy-edit")

    # The copy editor works on the text while the editor saves the deck; both stand.
    third = visit(person=noor).page
    third.goto(f"{STORIES}{article.pk}/change/")
    ready(third)
    his.goto(f"{STORIES}{article.pk}/change/")
    ready(his)
    third.wait_for_timeout(700)
    his.fill("#id_deck", "Nine years late, the bridge is crossed by a dog called Biscuit.")
    save(his)
    write(third, "<p>The first to cross was a dog.</p><p>It took nine years.</p><p>Nobody had asked Biscuit.</p>")
    third.click("#id_lead_photo_choose")
    third.click(f".photo-dialog__card:has-text('{crane.caption}')")
    save(third)
    assert "together with what Ben did in the meantime: changed the deck" in third.inner_text(".messagelist")
    steps.seen(third, "merged")
    article.refresh_from_db()
    assert ("Biscuit" in article.deck, "Biscuit" in article.body) == (True, True)

    # The preflight stops a photo without a credit.
    assert "has no credit" in third.inner_text("#findings")
    click(third, "[name=_move][value=approve]")
    assert "This stops it" in third.inner_text("#content")
    steps.seen(third, "stopped")
    his.goto(f"/admin/media/photo/{crane.pk}/change/")
    his.fill("#id_credit", "Lee Moss/The Ledger")
    click(his, "[name=_save]")
    his.wait_for_selector(".success")
    third.goto(f"{STORIES}{article.pk}/change/")
    ready(third)
    click(third, "[name=_move][value=approve]")
    article.refresh_from_db()
    assert article.stage == "ready", third.inner_text("#content")

    # It is scheduled, and is there on its minute.
    his.goto(f"{STORIES}{article.pk}/change/")
    ready(his)
    click(his, "[name=_move][value=schedule]")
    minute = (timezone.localtime() + timedelta(minutes=3)).replace(second=0, microsecond=0)
    his.fill("[name=live_from]", minute.strftime("%Y-%m-%dT%H:%M"))
    steps.seen(his, "scheduling")
    click(his, "input[value=Schedule]")
    path = Snapshot.objects.scheduled().get().path
    window = visit(width=390)
    window.expect("404")
    reader = window.page
    reader.goto(path)
    assert "Biscuit" not in reader.content()
    with time_machine.travel(minute, tick=True):
        reader.goto(path)
        assert reader.inner_text("h1") == "The bridge opens"
        assert "Lee Moss/The Ledger" in reader.inner_text("main")
        steps.seen(reader, "live")

        # A reader reports an error.
        click(reader, "text=Report an error")
        reader.fill("[name=text]", "Biscuit was second. The first was a cat.")
        reader.fill("[name=passage]", "Nobody had asked Biscuit.")
        steps.seen(reader, "reporting")
        click(reader, "button:has-text('Send it')")
        assert "Thank you" in reader.inner_text("main")

        # It is corrected in one step.
        his.goto("/admin/")
        click(his, "[aria-labelledby=reports] a")
        his.fill("[name=right]", "Nobody had asked Biscuit, who came second to a cat.")
        his.fill("[name=words]", "The first to cross was a cat. We gave the honour to a dog.")
        steps.seen(his, "correcting")
        click(his, "[name=correct]")
        reader.goto(path)
        assert "second to a cat" in reader.inner_text("main")
        assert "We gave the honour to a dog" in reader.inner_text(".notices")
        steps.seen(reader, "corrected")

        # It is withdrawn, and its address says so.
        his.goto(f"{STORIES}{article.pk}/change/")
        ready(his)
        click(his, "[name=_move][value=withdraw]")
        his.fill("[name=reason]", "The owner of the cat has asked us to, and she is right.")
        steps.seen(his, "withdrawing")
        click(his, "input[value=Withdraw]")
        window.expect("410")
        gone = reader.goto(path)
        assert gone
        assert gone.status == 410
        assert "The owner of the cat" in reader.inner_text("main")
        steps.seen(reader, "withdrawn")
        his.goto(f"{STORIES}{article.pk}/history/")
        steps.seen(his, "history")
    assert [move.verb for move in Move.objects.order_by("pk")] == [
        "submit", "return", "submit", "claim", "copy_edit", "approve", "schedule", "update", "withdraw",
    ]  # fmt: skip
