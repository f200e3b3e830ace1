"""The desk in a browser: cards that are dragged, comments that are said without leaving the page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from articles.models import Article, Comment, Message, Snapshot
from articles.workflow import Stage
from staff.models import Person
from tests.browser.editor import ready
from tests.browser.window import Visit, barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STORIES = "/admin/articles/article/"
Window = Callable[..., Visit]


def test_a_card_is_dragged_and_moved_by_keys(
    visit: Window, ben: Person, ana: Person, story: Callable[..., Article]
) -> None:
    article = story(headline="On the move", by=ana, stage=Stage.SUBMITTED)
    page = visit(person=ben).page
    page.goto(f"{STORIES}board/")
    with page.expect_navigation():
        page.drag_and_drop(f"[data-story='{article.pk}']", "[data-drop=copy_edit]")
    assert "On the move" in page.inner_text("[data-drop=copy_edit]")
    page.focus("[data-drop=copy_edit] .card-ways summary")
    page.keyboard.press("Enter")
    expect(page.locator("[data-drop=copy_edit] .card-ways button").first).to_be_visible()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("[data-drop=copy_edit] .card-ways button").first).to_be_hidden()
    page.keyboard.press("Enter")
    page.focus("[data-drop=copy_edit] button[value=return]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.fill("[name=reason]", "Not yet.")
    with page.expect_navigation():
        page.click("input[value=Return]")
    assert page.url.endswith("/board/")
    assert "On the move" in page.inner_text("[data-drop=draft]")


def test_a_front_is_arranged_by_hand_and_by_keys(
    visit: Window, chen: Person, published: Callable[..., Snapshot]
) -> None:
    stories = [published(headline=f"Story {each}", slug=f"story-{each}") for each in range(7)]
    page = visit(person=chen).page
    page.goto("/admin/articles/front/of/home/")
    lead, seconds = page.locator("[data-zone=lead]"), page.locator("[data-zone=seconds]")
    with page.expect_navigation():
        page.drag_and_drop(f"[data-story='{stories[0].article_id}'] .placed__headline", "[data-zone=lead]")
    expect(lead.locator(".placed")).to_contain_text("Story 0")
    # On by keys alone: another one into the second leads, then up, and it takes the lead's place.
    with page.expect_navigation():
        page.locator(f"li[data-story='{stories[2].article_id}'] [name=put]").press("Enter")
    page.locator(f"#at-{stories[2].article_id} summary").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("In words for the front")
    with page.expect_navigation():
        page.locator(f"#up-{stories[2].article_id}").press("Enter")
    expect(page.locator(f"#up-{stories[2].article_id}")).to_be_focused()
    expect(lead.locator(".placed")).to_contain_text("In words for the front")
    expect(seconds.locator(".placed")).to_contain_text("Story 0")
    assert barriers(page) == []
    with page.expect_navigation():
        page.locator("button[name=publish]").last.press("Enter")
    page.goto("/")
    expect(page.locator(".headline").first).to_have_text("In words for the front")
    assert barriers(page) == []


def test_a_story_is_dropped_before_another(visit: Window, chen: Person, published: Callable[..., Snapshot]) -> None:
    first, second = (published(headline=f"Story {each}") for each in range(2))
    page = visit(person=chen).page
    page.goto("/admin/articles/front/of/home/")
    with page.expect_navigation():
        page.locator(f"li[data-story='{first.article_id}'] [name=put]").press("Enter")
    with page.expect_navigation():
        page.drag_and_drop(
            f"[data-story='{second.article_id}'] .placed__headline", f"#at-{first.article_id} .placed__headline"
        )
    placed = page.locator("[data-zone=seconds] .placed")
    expect(placed).to_have_count(2)
    expect(placed.first).to_contain_text("Story 1")


def test_what_is_typed_on_a_front_outlives_an_undo(
    visit: Window, chen: Person, published: Callable[..., Snapshot]
) -> None:
    stories = [published(headline=f"Story {each}") for each in range(3)]
    page = visit(person=chen).page
    page.goto("/admin/articles/front/of/home/")
    for story in stories[:2]:
        with page.expect_navigation():
            page.locator(f"li[data-story='{story.article_id}'] [name=put]").press("Enter")
    first, second = (page.locator(f"#at-{story.article_id}") for story in stories[:2])
    first.locator("summary").press("Enter")
    first.get_by_label("Headline here").fill("Typed and not saved")
    with page.expect_navigation():
        page.get_by_role("button", name="Undo the last change").click()
    expect(first).to_contain_text("Typed and not saved")
    expect(second).to_have_count(0)


def test_a_deadline_is_dragged_to_another_day(
    visit: Window, ben: Person, ana: Person, story: Callable[..., Article]
) -> None:
    # Of the next week, every day is still to come.
    here = timezone.localtime() + timedelta(days=7)
    monday = (here - timedelta(days=here.weekday())).replace(hour=15, minute=0, second=0, microsecond=0)
    article = story(by=ana, deadline=monday)
    page = visit(person=ben).page
    page.goto(f"{STORIES}calendar/?week={monday:%G-W%V}")
    sunday = (monday + timedelta(days=6)).date().isoformat()
    with page.expect_navigation():
        page.drag_and_drop(f"[data-story='{article.pk}']", f"[data-drop='{sunday}']")
    article.refresh_from_db()
    assert article.deadline == monday + timedelta(days=6)


def test_a_comment_quotes_what_was_selected_and_names_a_colleague_by_the_keyboard(
    visit: Window, ben: Person, chen: Person, story: Callable[..., Article]
) -> None:
    article = story(body="<p>The first to cross was a dog.</p><p>It took nine years.</p>")
    page = visit(person=ben).page
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    page.fill("#id_deck", "Typed and not saved yet.")
    page.evaluate(
        "var e = CKEDITOR.instances.id_body; e.focus(); var r = e.createRange();"
        "r.selectNodeContents(e.editable().findOne('p')); r.select()"
    )
    page.focus("#id_comment")
    expect(page.locator("#quoted")).to_contain_text("The first to cross was a dog.")
    page.keyboard.type("Which dog, @ch")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("?")
    assert barriers(page, outside=".cke") == []
    page.click("text=Say it")
    expect(page.locator(".thread")).to_contain_text("Which dog, @Chen ?")
    assert page.input_value("#id_deck") == "Typed and not saved yet."
    said = Comment.objects.get()
    assert said.quote == "The first to cross was a dog."
    assert Message.objects.get().to == chen

    page.click("text=Answer")
    page.fill(f"#id_answer_{said.pk}", "The brown one.")
    page.click(".thread button:has-text('Answer')")
    expect(page.locator(".thread")).to_contain_text("The brown one.")
    page.click("text=Resolve")
    page.click(".resolved > summary:has-text('1 resolved')")
    page.click(".quote a")
    selected = page.evaluate("CKEDITOR.instances.id_body.getSelection().getSelectedText()")
    assert selected == "The first to cross was a dog."


def test_a_finding_leads_to_its_passage(visit: Window, ben: Person, story: Callable[..., Article]) -> None:
    article = story(body="<p>It is quiet.</p><p>The dog is TK years old.</p>")
    page = visit(person=ben).page
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    page.click("#findings a:has-text('TK')")
    assert page.evaluate("CKEDITOR.instances.id_body.getSelection().getSelectedText()") == "TK"
