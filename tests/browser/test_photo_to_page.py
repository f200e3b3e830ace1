"""A photo from the camera to the page: dropped with others, worded, put into a story, cropped, replaced."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from articles import publishing
from articles.models import Article, Snapshot
from media.models import Photo
from staff.models import Person
from tests.browser.editor import ready, save
from tests.browser.files import drop, picture
from tests.browser.window import Visit, barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK = "/admin/media/photo/"


def brought_in(page: Page) -> None:
    """Drop twelve files, two of them broken, word them, and have the ten others taken in."""
    page.goto(f"{DESK}add-many/")
    broken: list[FilePayload] = [
        {"name": f"torn-{number}.jpg", "mimeType": "image/jpeg", "buffer": picture("black", "x")["buffer"][:200]}
        for number in (1, 2)
    ]
    shot = [picture(f"#20{number * 24:02x}60", f"quay-{number}.jpg", size=(640, 400)) for number in range(10)]
    drop(page, "body", *shot[:5], *broken, *shot[5:])
    page.wait_for_selector("text=10 to be sent, 2 not taken")
    for number in range(10):
        line = page.locator(".arrival", has_text=f"quay-{number}.jpg")
        line.get_by_label("Caption").fill(f"The quay, hour {number}.")
        line.get_by_label("Alt text").fill("A quay")
    page.fill("[name=credit]", "Lee Sandoval")
    page.click("text=Add them")
    page.wait_for_selector("text=10 added, 2 not taken")


def cropped(page: Page, photo: Photo) -> None:
    """Set the crop for wide places by keys: smaller, and to the left."""
    page.goto(f"{DESK}{photo.pk}/change/")
    page.wait_for_selector(".framing__stage")
    page.check("[name=_framing_mode][value='16x9']")
    page.focus(".framing__stage")
    for key in ("-", "-", "-", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    page.keyboard.press("Control+z")
    assert page.inner_text(".framing__said") == "Undone."
    page.click("[name=_continue]")
    page.wait_for_selector(".success")


def test_twelve_files_two_broken_one_on_the_page(
    visit: Callable[..., Visit], chen: Person, story: Callable[..., Article]
) -> None:
    window = visit(person=chen)
    page = window.page
    brought_in(page)
    assert set(Photo.objects.values_list("caption", flat=True)) == {f"The quay, hour {each}." for each in range(10)}
    third, fourth = (Photo.objects.get(caption=f"The quay, hour {number}.") for number in (3, 4))

    cropped(page, third)
    before = third.print_key
    third.refresh_from_db()
    assert "16x9" in third.crops
    assert third.print_key != before

    article = story(lead_photo=third)
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    ready(page)
    page.click(".cke_button__newsphoto")
    page.fill("#photo-dialog-query", "hour 3")
    page.click(".photo-dialog__card:has-text('The quay, hour 3.')")
    save(page)
    article.refresh_from_db()
    publishing.publish(article, by=None, seen_version=article.version)

    reader = visit(width=390).page
    reader.goto(Snapshot.objects.live().get().path)
    figure = reader.locator(".prose figure")
    expect(figure.locator(".caption")).to_have_text("The quay, hour 3.")
    expect(figure.locator(".credit")).to_have_text("Lee Sandoval")
    assert third.print_key in str(reader.locator(".story__lead picture img").get_attribute("src"))
    assert barriers(reader) == []

    Photo.objects.filter(pk=fourth.pk).update(credit="Oskar Lindqvist")
    page.goto(f"{DESK}{third.pk}/change/")
    page.click("text=Replace it everywhere…")
    page.click("#id_new_choose")
    page.fill("#photo-dialog-query", "hour 4")
    page.click(".photo-dialog__card:has-text('The quay, hour 4.')")
    page.click("text=See what will become of each")
    page.wait_for_selector("text=Replaced, also for readers.")
    assert Snapshot.objects.count() == 1
    page.click("button[name=do]")
    page.wait_for_selector(".success")

    reader.reload()
    expect(figure.locator(".caption")).to_have_text("The quay, hour 4.")
    expect(figure.locator(".credit")).to_have_text("Oskar Lindqvist")
    expect(reader.locator(".story__lead .credit")).to_have_text("Oskar Lindqvist")
