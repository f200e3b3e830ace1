"""The newsroom in a browser: a story from the first word to the reader, and what only a script can get wrong."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles import editing
from articles.models import Article, Author, Duty, Presence, Section, Snapshot
from media.models import Photo
from staff.models import Person
from tests.browser.editor import ready, save, until, write, written
from tests.browser.window import Visit, barriers
from tests.conftest import RealManuscript

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Window = Callable[..., Visit]
STORIES = "/admin/articles/article/"


def paste(page: Page, html: str) -> None:
    """Paste into the empty editor as from another program."""
    page.evaluate(
        """html => {
            const editor = CKEDITOR.instances.id_body;
            editor.focus();
            const view = editor.window.$;
            const carried = new view.DataTransfer();
            carried.setData("text/html", html);
            carried.setData("text/plain", "words");
            editor.editable().$.dispatchEvent(
                new view.ClipboardEvent("paste", {clipboardData: carried, bubbles: true, cancelable: true})
            );
        }""",
        html,
    )
    until(page, "CKEDITOR.instances.id_body.getData().length > 0")


def test_a_story_from_the_first_word_to_the_reader(
    visit: Window, ben: Person, world: Section, ines: Author, photo: Callable[..., Photo]
) -> None:
    lead = photo(caption="The quay at dawn.", credit="Ana Ruiz/Northlight", alt="A quay")
    inside = photo(caption="A crane at work.", credit="Lee Moss", alt="A crane")
    page = visit(person=ben).page
    page.goto(f"{STORIES}add/")
    ready(page)
    page.fill("#id_headline", "The bridge opens")
    page.fill("#id_deck", "It took nine years.")
    page.select_option("#id_section", label="World")

    page.evaluate("CKEDITOR.instances.id_body.setData('<p>The first to cross was a dog.</p>')")
    page.evaluate(
        "var e = CKEDITOR.instances.id_body; e.focus(); var r = e.createRange();"
        "r.moveToElementEditEnd(e.editable()); r.select()"
    )
    page.click(".cke_button__newsphoto")
    page.click(f".photo-dialog__card:has-text('{inside.caption}')")
    frame = page.frame_locator("iframe.cke_wysiwyg_frame")
    expect(frame.locator("figure img")).to_be_visible()
    expect(frame.locator("figure .credit")).to_have_text("Lee Moss")
    assert f'<figure data-photo="{inside.pk}"></figure>' in written(page).replace("\n", "")

    page.click("#id_lead_photo_choose")
    page.fill("#photo-dialog-query", "dawn")
    page.click(f".photo-dialog__card:has-text('{lead.caption}')")
    expect(page.locator(".photo-field__credit")).to_have_text("Ana Ruiz/Northlight")
    assert page.get_attribute("#id_lead_caption", "placeholder") == "The quay at dawn."

    page.click("#bylines-group .add-row a")
    page.click("#bylines-0 .select2-selection")
    page.keyboard.type("Inés")
    page.click(".select2-results__option:has-text('Inés Varga')")
    save(page)
    assert page.is_visible("text=Nothing is missing")
    with page.expect_navigation():
        page.click("[name=_move][value=publish]")

    snapshot = Snapshot.objects.get()
    reader = visit(width=390).page
    reader.goto(snapshot.path)
    assert reader.inner_text("h1") == "The bridge opens"
    for said in ("By Inés Varga", "The quay at dawn.", "Ana Ruiz/Northlight", "A crane at work.", "Lee Moss"):
        assert said in reader.inner_text("main")
    assert list(snapshot.pictures) == [str(inside.pk)]


def test_a_photo_keeps_its_own_words_here_through_saving(
    visit: Window, ben: Person, story: Callable[..., Article], photo: Callable[..., Photo]
) -> None:
    used = photo(caption="The desk's words.")
    figure = f'<figure data-photo="{used.pk}" data-alt="Alt here"><figcaption>Own <em>words</em>.</figcaption></figure>'
    article = story(body=f"<p>One.</p>{figure}<p>Two.</p><table><tr><td>1</td><td>2</td></tr></table>")
    before = article.body
    page = visit(person=ben).page
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    frame = page.frame_locator("iframe.cke_wysiwyg_frame")
    expect(frame.locator("figcaption")).to_have_text("Own words.")
    save(page)
    article.refresh_from_db()
    assert (article.body, article.version) == (before, 1)


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        (
            """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body><!--StartFragment-->
            <h1 style="mso-pagination:none">Head<o:p></o:p></h1><p class="MsoNormal"><b>Bold</b> and
            <i style="mso-bidi-font-style:normal">slanted</i> <a href="https://x.example/">link</a>.<o:p></o:p></p>
            <p class="MsoListParagraph" style="text-indent:-18pt;mso-list:l0 level1 lfo1"><span
            style="mso-list:Ignore">·<span>&nbsp;</span></span>Point<o:p></o:p></p><!--EndFragment--></body></html>""",
            [
                "<h2>Head</h2>",
                "<strong>Bold</strong>",
                "<em>slanted</em>",
                '<a href="https://x.example/">link</a>',
                "<li>Point</li>",
            ],
        ),
        (
            """<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 dir="ltr"><span>
            Head</span></h2><p dir="ltr"><span style="font-weight:700">Bold</span><span> and </span><span
            style="font-style:italic">slanted</span></p><ul><li dir="ltr"><p><span>Point</span></p></li></ul></b>""",
            ["<h2>Head</h2>", "<strong>Bold</strong>", "<em>slanted</em>", "<li>Point</li>"],
        ),
    ],
    ids=["Word", "Google Docs"],
)
def test_what_is_pasted_keeps_its_shape_and_loses_its_debris(
    visit: Window, ben: Person, story: Callable[..., Article], pasted: str, kept: list[str]
) -> None:
    article = story(body="")
    page = visit(person=ben).page
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    paste(page, pasted)
    save(page)
    article.refresh_from_db()
    for part in kept:
        assert part in article.body
    for debris in ("mso", "style", "class", "docs-internal", "<o:", "<span", "<b", "<i"):
        assert debris not in article.body.lower().replace("<blockquote", "")


def test_two_editors_never_overwrite_each_other(
    visit: Window, ben: Person, chen: Person, story: Callable[..., Article]
) -> None:
    article = story(headline="As both saw it")
    window = visit(person=ben)
    window.expect("409")
    page = window.page
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    theirs = Article.objects.get(pk=article.pk)
    theirs.headline = "Her words"
    editing.save(theirs, by=chen, seen_version=1)
    page.fill("#id_headline", "My words")
    page.evaluate("CKEDITOR.instances.id_body.setData('<p>My own paragraph.</p>')")
    with page.expect_navigation():
        page.click("[name=_continue]")
    assert "Chen saved this story" in page.inner_text("#content")
    assert barriers(page) == []
    article.refresh_from_db()
    assert article.headline == "Her words"
    page.check("[name=headline-choice][value=own]")
    page.fill("[name=headline-own]", "Our words")
    with page.expect_navigation():
        page.click("text=Save what I chose")
    ready(page)
    article.refresh_from_db()
    assert (article.headline, article.body) == ("Our words", "<p>My own paragraph.</p>")


@pytest.mark.parametrize("width", [1280, 390])
def test_no_button_moves_from_under_a_finger_while_the_page_learns(
    visit: Window, ben: Person, chen: Person, story: Callable[..., Article], width: int
) -> None:
    article = story(headline="Seen by two")
    now = timezone.now()
    Presence.objects.create(article=article, person=chen, since=now, seen_at=now)
    page = visit(width=width, person=ben).page
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    page.evaluate("scrollTo(0, 0)")
    moves = page.locator(".desk-moves button")
    places = [each.bounding_box() for each in moves.all()]
    assert places
    expect(page.locator("#at-work")).to_have_text(re.compile("Chen has been editing"))
    page.evaluate("document.getElementById('id_headline').value = ''")
    page.dispatch_event("#id_headline", "input")
    expect(page.locator("#findings")).to_contain_text("headline")
    assert [each.bounding_box() for each in moves.all()] == places


def test_a_tab_closed_in_mid_sentence_gives_its_words_back(
    visit: Window, ben: Person, story: Callable[..., Article]
) -> None:
    article = story()
    window = visit(person=ben)
    page = window.page
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    page.wait_for_timeout(700)
    page.evaluate("CKEDITOR.instances.id_body.setData('<p>Half a senten</p>')")
    page.fill("#id_deck", "A deck without an en")
    expect(page.locator("#kept-at")).to_contain_text("is kept", timeout=15000)
    page.close()
    page = window.context.new_page()
    page.goto(f"{STORIES}{article.pk}/change/")
    expect(page.locator(".found-again")).to_contain_text("wrote the deck" if not article.deck else "changed the deck")
    assert barriers(page, outside=".cke") == []
    page.click("text=Put it back")
    ready(page)
    assert page.input_value("#id_deck") == "A deck without an en"
    assert "Half a senten" in written(page)
    save(page)
    article.refresh_from_db()
    assert (article.deck, article.body) == ("A deck without an en", "<p>Half a senten</p>")
    expect(page.locator(".found-again")).to_have_count(0)


def test_with_the_server_down_the_words_stay_in_the_browser_until_it_is_back(
    visit: Window, ben: Person, story: Callable[..., Article]
) -> None:
    article = story()
    window = visit(person=ben)
    window.expect("503")
    page = window.page
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    page.wait_for_timeout(700)
    page.route("**/at-work/", lambda route: route.fulfill(status=503))
    page.fill("#id_deck", "Typed while it was down.")
    expect(page.locator("#kept-at")).to_contain_text("kept in this browser", timeout=15000)
    page.unroute("**/at-work/")
    page.close()
    page = window.context.new_page()
    page.goto(f"{STORIES}{article.pk}/change/")
    expect(page.locator(".found-again")).to_be_visible(timeout=15000)
    page.click("text=Put it back")
    assert page.input_value("#id_deck") == "Typed while it was down."


def test_a_story_never_saved_survives_a_dead_server_with_its_text_and_its_photos(
    visit: Window, ben: Person, photo: Callable[..., Photo]
) -> None:
    lead, inside = photo(caption="The crane that lifted the span."), photo(caption="The span.")
    window = visit(person=ben)
    window.expect("503")
    page = window.page
    page.goto(f"{STORIES}add/")
    ready(page)
    page.wait_for_timeout(700)
    page.route("**/at-work/", lambda route: route.fulfill(status=503))
    page.fill("#id_headline", "Written while it was down")
    write(page, f'<p>Half a senten</p><figure data-photo="{inside.pk}"></figure>')
    page.click("#id_lead_photo_choose")
    page.click(f".photo-dialog__card:has-text('{lead.caption}')")
    page.fill("#id_lead_caption", "A crane, once.")
    expect(page.locator("#kept-at")).to_contain_text("kept in this browser", timeout=15000)
    page.wait_for_timeout(3500)
    page.unroute("**/at-work/")
    page.close()
    page = window.context.new_page()
    page.goto(f"{STORIES}add/")
    expect(page.locator(".found-again")).to_be_visible(timeout=15000)
    with page.expect_navigation():
        page.click("text=Put it back")
    ready(page)
    save(page)
    stored = Article.objects.get()
    assert (stored.headline, stored.lead_photo, stored.lead_caption) == (
        "Written while it was down", lead, "A crane, once.",
    )  # fmt: skip
    assert "<p>Half a senten</p>" in stored.body
    assert f'data-photo="{inside.pk}"' in stored.body


def test_words_survive_the_end_of_the_session(visit: Window, ben: Person, story: Callable[..., Article]) -> None:
    article = story()
    window = visit(person=ben)
    window.expect("403")
    page = window.page
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    page.wait_for_timeout(700)
    page.fill("#id_deck", "Typed before the door closed.")
    window.context.clear_cookies(name="sessionid")
    with page.expect_navigation():
        page.click("[name=_continue]")
    page.fill("[name=login]", ben.email)
    page.fill("[name=password]", "correct horse battery")
    page.click("[type=submit]")
    page.goto(f"{STORIES}{article.pk}/change/")
    expect(page.locator(".found-again")).to_be_visible(timeout=15000)
    page.click("text=Put it back")
    assert page.input_value("#id_deck") == "Typed before the door closed."


def test_leaving_with_unsaved_words_asks_first_and_ctrl_s_saves(
    visit: Window, ben: Person, story: Callable[..., Article]
) -> None:
    article = story()
    page = visit(person=ben).page
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    page.wait_for_timeout(700)
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    page.goto(STORIES)
    assert asked == []
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    page.wait_for_timeout(700)
    page.fill("#id_deck", "Typed and not saved.")
    page.goto(STORIES)
    assert asked == ["beforeunload"]
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    page.fill("#id_deck", "Saved by the keyboard.")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    article.refresh_from_db()
    assert article.deck == "Saved by the keyboard."


def test_what_is_missing_leads_to_its_field(visit: Window, ben: Person, world: Section) -> None:
    page = visit(person=ben).page
    article = editing.save(Article(headline="x", section=world), by=None, seen_version=0)
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    page.click(".findings a:has-text('no text')")
    until(page, "CKEDITOR.instances.id_body.focusManager.hasFocus")
    page.click(".findings a:has-text('no deck')")
    assert page.evaluate("document.activeElement.id") == "id_deck"
    page.click(".findings a:has-text('no byline')")
    assert page.evaluate("document.activeElement.closest('#id_bylines') !== null")


def test_bylines_are_moved_by_the_keyboard(visit: Window, ben: Person, story: Callable[..., Article]) -> None:
    article = story()
    other = Author.objects.create(name="Ana Brandt", slug="ana-brandt")
    article.bylines.create(author=other, position=1)
    page = visit(person=ben).page
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    page.focus("[aria-label='Move up: Ana Brandt']")
    page.keyboard.press("Enter")
    save(page)
    assert [byline.author.name for byline in article.bylines.all()] == ["Ana Brandt", "Inés Varga"]


def test_tags_are_completed_by_the_keyboard(visit: Window, ben: Person, story: Callable[..., Article]) -> None:
    story(tags=("harbour", "harbour life"))
    article = story(tags=("bridges",))
    page = visit(person=ben).page
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    page.focus("#id_tags")
    page.keyboard.press("End")
    page.keyboard.type(", harb")
    page.wait_for_selector(".tag-offers li")
    assert page.get_attribute("#id_tags", "aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#id_tags") == "bridges, harbour life, "
    save(page)
    assert sorted(article.tags.names()) == ["bridges", "harbour life"]


def test_a_photo_is_added_from_within_a_story_by_the_keyboard(
    visit: Window, ben: Person, story: Callable[..., Article], jpeg: Callable[..., bytes], tmp_path: Path
) -> None:
    good, bad = tmp_path / "new.jpg", tmp_path / "bad.jpg"
    good.write_bytes(jpeg(colour="olive"))
    bad.write_bytes(b"\xff\xd8 no picture")
    article = story()
    window = visit(person=ben)
    window.expect("400")
    page = window.page
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    page.focus("#id_lead_photo_choose")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "photo-dialog-query"
    assert barriers(page, outside=".cke") == []
    page.click("text=Add a photo…")
    page.set_input_files("#photo-dialog-file", str(bad))
    page.wait_for_selector(".arrival:has-text('bad.jpg is not a picture')")
    page.set_input_files("#photo-dialog-file", str(good))
    page.wait_for_selector(".arrival[data-state=ready]")
    page.locator(".arrival").get_by_label("Caption").fill("Added here.")
    page.locator(".arrival").get_by_label("Credit").fill("Ben")
    page.locator(".arrival").get_by_label("Alt text").fill("A field")
    assert barriers(page, outside=".cke") == []
    page.click("text=Add and use it")
    expect(page.locator(".photo-field__shown")).to_contain_text("Added here.")
    assert page.evaluate("document.activeElement.id") == "id_lead_photo_choose"
    save(page)
    article.refresh_from_db()
    assert article.lead_photo
    assert article.lead_photo.alt == "A field"


def test_a_manuscript_comes_in_and_its_blocks_show_what_they_are(
    visit: Window, ben: Person, world: Section, real_manuscript: RealManuscript
) -> None:
    page = visit(person=ben).page
    page.goto(f"{STORIES}import/")
    page.set_input_files("#id_file", str(real_manuscript.file))
    page.click("[name=read]")
    page.wait_for_selector("ol.blocks")
    assert page.locator("ol.blocks > .block-crosshead").count() == 2
    assert page.locator("ol.blocks .block-of-photo:visible").count() == 2
    of_photos = page.locator("ol.blocks .block-of-photo input:enabled")
    assert of_photos.count() == 6
    page.select_option("#id_blocks-0-kind", label="Photo")
    assert of_photos.count() == 9
    page.select_option("#id_blocks-0-kind", label="Paragraph")
    assert barriers(page) == []
    page.select_option("#id_section", label="World")
    with page.expect_navigation():
        page.click("[name=store]")
    article = Article.objects.get()
    assert article.body.count("<p>") == 9
    assert re.findall(r"<h2>(.*?)</h2>", article.body) == real_manuscript.crossheads
    ready(page)
    assert page.locator(".findings li").count() > 0


def test_words_typed_before_the_editor_is_there_are_kept_too(
    visit: Window, ben: Person, story: Callable[..., Article]
) -> None:
    article = story()
    page = visit(person=ben).page
    page.goto(f"{STORIES}{article.pk}/change/", wait_until="domcontentloaded")
    page.fill("#id_deck", "Typed at once.")
    ready(page)
    expect(page.locator("#kept-at")).to_contain_text("is kept", timeout=15000)
    page.reload()
    expect(page.locator(".found-again")).to_contain_text("the deck")


def test_words_typed_while_the_story_moves_on_stay_on_the_page(
    visit: Window, ana: Person, story: Callable[..., Article]
) -> None:
    Duty.objects.filter(person=ana).delete()
    Duty.objects.create(person=ana, role="copy-editor")
    article = story(stage="copy_edit")
    window = visit(person=ana)
    window.expect("404")
    page = window.page
    page.goto(f"{STORIES}{article.pk}/change/")
    ready(page)
    Article.objects.filter(pk=article.pk).update(stage="ready")
    page.fill("#id_deck", "One word too late.")
    expect(page.locator("#kept-at")).to_contain_text("not in your hands any more", timeout=15000)
    assert page.input_value("#id_deck") == "One word too late."
    assert "One word too late." in page.evaluate("JSON.stringify(localStorage)")
