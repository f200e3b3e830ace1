"""The photo desk in a browser: choosing by keyboard, adding from within another page, many at once, the focal point."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from articles.models import Author
from media import apart
from media.models import Photo
from staff.models import Person
from tests.browser.files import drop, picture
from tests.browser.window import Visit, barriers, overflow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK = "/admin/media/photo/"
RUN = apart.run
# Of the pauses before a busy desk is asked again, not much is waited for.
IMPATIENT = "const wait = setTimeout; window.setTimeout = (job, ms) => wait(job, ms === 2000 ? 10 : ms);"


@pytest.fixture
def portrait(ines: Author, chen: Person, visit: Callable[..., Visit]) -> Page:
    """The page of an author, with the dialog for the portrait about to be opened by keyboard."""
    window = visit(person=chen)
    # The answer to a file that is refused.
    window.expect("status of 400")
    page = window.page
    page.goto(f"/admin/articles/author/{ines.pk}/change/")
    page.focus("#id_portrait_choose")
    return page


def test_a_photo_is_chosen_by_keyboard(photo: Callable[..., Photo], ines: Author, chen: Person, portrait: Page) -> None:
    for number in range(30):
        photo(caption=f"Crane {number}")
    portrait.keyboard.press("Enter")
    portrait.wait_for_selector("text=24 photos, and there are more")
    assert barriers(portrait) == []
    portrait.click("text=Show more")
    portrait.wait_for_selector("text=30 photos")
    portrait.fill("#photo-dialog-query", "crane 2")
    portrait.wait_for_selector("text=11 photos")
    portrait.keyboard.press("ArrowDown")
    portrait.keyboard.press("ArrowRight")
    portrait.keyboard.press("ArrowRight")
    portrait.keyboard.press("ArrowLeft")
    assert portrait.evaluate("document.activeElement.textContent").startswith("Crane 28")
    portrait.keyboard.press("Enter")
    assert portrait.is_visible("text=Oskar Lindqvist/The Ledger")
    assert portrait.evaluate("document.activeElement.id") == "id_portrait_choose"
    portrait.click("[name=_continue]")
    portrait.wait_for_selector(".photo-field__shown img")
    ines.refresh_from_db()
    assert ines.portrait
    assert ines.portrait.caption == "Crane 28"
    portrait.click("text=Remove")
    portrait.click("[name=_continue]")
    portrait.wait_for_selector(".success")
    ines.refresh_from_db()
    assert ines.portrait is None


def test_escape_changes_nothing_and_leads_back(portrait: Page) -> None:
    portrait.keyboard.press("Enter")
    portrait.wait_for_selector("text=There is no photo yet.")
    portrait.keyboard.press("Escape")
    assert not portrait.is_visible("dialog")
    assert portrait.evaluate("document.activeElement.id") == "id_portrait_choose"
    assert portrait.input_value("#id_portrait") == ""


def test_a_photo_is_added_from_within_another_page(ines: Author, portrait: Page) -> None:
    portrait.keyboard.press("Enter")
    portrait.click("text=Add a photo…")
    portrait.click("text=Add and use it")
    assert portrait.inner_text("dialog [role=alert]") == "Choose a file first."
    portrait.set_input_files("#photo-dialog-file", {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": b"nothing"})
    portrait.wait_for_selector("text=b.jpg is not a picture")
    drop(portrait, "dialog", picture("maroon", "wrong.jpg"))
    portrait.get_by_label("Caption").fill("Inés in the yard")
    portrait.get_by_label("Alt text").fill("A woman")
    # Another file in its place; what was typed stays.
    drop(portrait, "dialog", picture("navy", "c.jpg"))
    portrait.wait_for_selector(".arrival[data-state=ready] >> text=c.jpg")
    assert portrait.get_by_label("Caption").input_value() == "Inés in the yard"
    assert barriers(portrait) == []
    portrait.click("text=Add and use it")
    portrait.wait_for_selector(".photo-field__shown >> text=Inés in the yard")
    # The very same once more: both ways out.
    portrait.click("#id_portrait_choose")
    portrait.click("text=Add a photo…")
    drop(portrait, "dialog", picture("navy", "again.jpg"))
    portrait.wait_for_selector("text=This very picture is here already")
    portrait.get_by_label("Caption").fill("Other words")
    assert barriers(portrait) == []
    portrait.click("text=Add and use it")
    assert Photo.objects.count() == 1
    portrait.click("text=Keep both")
    portrait.click("text=Add and use it")
    portrait.wait_for_selector(".photo-field__shown >> text=Other words")
    portrait.click("#id_portrait_choose")
    portrait.click("text=Add a photo…")
    drop(portrait, "dialog", picture("navy", "third.jpg"))
    portrait.click("text=Use that one")
    portrait.wait_for_selector("dialog", state="hidden")
    assert Photo.objects.count() == 2
    portrait.click("[name=_continue]")
    portrait.wait_for_selector(".success")
    ines.refresh_from_db()
    assert ines.portrait in Photo.objects.all()


def test_of_many_that_are_dropped_the_good_ones_stay(chen: Person, visit: Callable[..., Visit]) -> None:
    window = visit(width=390, person=chen)
    window.expect("status of 400")
    page = window.page
    page.goto(f"{DESK}add-many/")
    broken: FilePayload = {"name": "broken.jpg", "mimeType": "image/jpeg", "buffer": b"nothing"}
    files = [picture(f"#{each * 24:02x}4060", f"{each}.jpg") for each in range(10)]
    drop(page, "body", *files, broken)
    page.wait_for_selector("text=10 to be sent, 1 not taken")
    assert page.is_visible("text=broken.jpg is not a picture")
    page.locator(".arrival", has_text="3.jpg").get_by_label("Caption").fill("The third quay")
    page.fill("[name=credit]", "Ana Ruiz")
    page.click("text=Add them")
    page.wait_for_selector("text=10 added, 1 not taken")
    assert barriers(page) == []
    assert overflow(page) <= 0
    assert set(Photo.objects.values_list("credit", flat=True)) == {"Ana Ruiz"}
    assert sorted(Photo.objects.values_list("caption", flat=True)) == [""] * 9 + ["The third quay"]
    page.set_input_files("[name=pictures]", files[0])
    page.wait_for_selector("text=1 here already")
    page.click("text=Use that one")
    assert Photo.objects.count() == 10


def busy(monkeypatch: pytest.MonkeyPatch, *times: bool) -> None:
    """Let the darkroom be busy, or not, at these looks at a file; from the last one on it stays so."""
    said = list(times)

    def perhaps(what: str, data: bytes, **asked: Any) -> Any:
        if what == "examine" and (said.pop(0) if len(said) > 1 else said[0]):
            raise apart.Busy
        return RUN(what, data, **asked)

    monkeypatch.setattr(apart, "run", perhaps)


def test_a_busy_desk_is_asked_again(chen: Person, visit: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch) -> None:
    busy(monkeypatch, True, False, True, True, False)
    window = visit(person=chen)
    window.expect("status of 503")
    page = window.page
    page.add_init_script(IMPATIENT)
    page.goto(f"{DESK}add-many/")
    page.set_input_files("[name=pictures]", saying("Gulls on the quay", "Lee Sandoval"))
    page.wait_for_selector("text=The file brought these words.")
    page.click("text=Add them")
    page.wait_for_selector("text=1 added")
    assert Photo.objects.get().caption == "Gulls on the quay"


def test_a_desk_that_stays_busy_takes_no_words_away(
    chen: Person, visit: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(monkeypatch, True)
    window = visit(width=390, person=chen)
    window.expect("status of 503")
    page = window.page
    page.add_init_script(IMPATIENT)
    page.goto(f"{DESK}add-many/")
    page.set_input_files("[name=pictures]", picture("red", "quay.jpg"))
    line = page.locator(".arrival")
    line.get_by_label("Caption").fill("The quay at noon")
    page.click("text=Add them")
    expect(line.locator(".arrival__said")).to_contain_text("quay.jpg came while the photo desk is busy")
    expect(line.get_by_label("Caption")).to_have_value("The quay at noon")
    assert barriers(page) == []
    busy(monkeypatch, False)
    page.click("text=Add them")
    page.wait_for_selector("text=1 added")
    assert Photo.objects.get().caption == "The quay at noon"


def saying(caption: str, credit: str) -> FilePayload:
    """A file that brings these words."""
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = caption, credit
    Image.new("RGB", (64, 48), "olive").save(buffer, "JPEG", exif=exif)
    return {"name": "g.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def test_words_of_a_file_go_with_it_and_typed_ones_stay(chen: Person, visit: Callable[..., Visit]) -> None:
    page = visit(person=chen).page
    page.goto(f"{DESK}add/", wait_until="networkidle")
    page.set_input_files("#id_upload", saying("Gulls on the quay", "Lee Sandoval"))
    expect(page.locator("#id_credit")).to_have_value("Lee Sandoval")
    page.fill("#id_credit", "Typed")
    page.set_input_files("#id_upload", saying("A tram", "Ana Ruiz"))
    expect(page.locator("#id_caption")).to_have_value("A tram")
    expect(page.locator("#id_credit")).to_have_value("Typed")
    page.set_input_files("#id_upload", picture("red", "silent.jpg"))
    expect(page.locator("#id_caption")).to_have_value("")
    expect(page.locator(".from-file")).to_have_count(0)


def test_the_words_of_each_file_are_shown_before_it_is_stored(chen: Person, visit: Callable[..., Visit]) -> None:
    page = visit(person=chen).page
    page.goto(f"{DESK}add-many/")
    page.set_input_files("[name=pictures]", saying("Gulls on the quay", "Lee Sandoval"))
    page.wait_for_selector("text=The file brought these words.")
    line = page.locator(".arrival")
    assert line.get_by_label("Caption").input_value() == "Gulls on the quay"
    assert line.locator("text=From the file, EXIF 0x010e").is_visible()
    assert line.get_by_label("Credit").input_value() == "Lee Sandoval"
    # What was taken out again stays out.
    line.get_by_label("Caption").fill("")
    page.click("text=Add them")
    page.wait_for_selector("text=1 added")
    stored = Photo.objects.get()
    assert (stored.caption, stored.credit, stored.photographer) == ("", "Lee Sandoval", "Lee Sandoval")


def test_the_focal_point_follows_clicks_and_keys(
    photo: Callable[..., Photo], chen: Person, visit: Callable[..., Visit]
) -> None:
    mine = photo()
    page = visit(person=chen).page
    page.goto(f"{DESK}{mine.pk}/change/", wait_until="networkidle")
    stage = page.locator(".framing__stage")
    stage.wait_for()
    box = stage.bounding_box()
    assert box
    stage.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    stage.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.click("[name=_continue]")
    page.wait_for_selector(".success")
    mine.refresh_from_db()
    assert abs(mine.focal_x - 27) <= 1
    assert abs(mine.focal_y - 73) <= 1


def test_it_works_without_script(
    photo: Callable[..., Photo], ines: Author, chen: Person, visit: Callable[..., Visit]
) -> None:
    mine = photo()
    page = visit(person=chen, script=False).page
    page.goto(f"/admin/articles/author/{ines.pk}/change/")
    page.fill("#id_portrait", str(mine.pk))
    page.click("[name=_continue]")
    page.goto(f"{DESK}add-many/")
    page.set_input_files("[name=pictures]", [picture("red", "a.jpg"), picture("blue", "b.jpg")])
    page.click("text=Add them")
    assert page.is_visible("text=2 added")
    page.goto(f"{DESK}{mine.pk}/change/")
    page.fill("#id_focal_x", "10")
    page.click("[name=_continue]")
    mine.refresh_from_db()
    ines.refresh_from_db()
    assert (mine.focal_x, ines.portrait) == (10, mine)
