"""The photo desk in the admin: who may, what is taken, what is refused, and the chooser that other pages open."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from articles.models import Snapshot
from media import intake
from media.models import Photo
from staff.models import Person

pytestmark = pytest.mark.django_db
DESK = "/admin/media/photo/"


def file(colour: str = "navy", name: str = "quay.jpg", size: tuple[int, int] = (60, 40)) -> SimpleUploadedFile:
    """A picture as a browser sends it."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


def broken(name: str = "broken.jpg") -> SimpleUploadedFile:
    """A file that only says it is a picture."""
    return SimpleUploadedFile(name, b"\xff\xd8\xff not a picture", "image/jpeg")


@pytest.fixture
def lee(db: None) -> Person:
    """The photo editor."""
    person = Person.objects.create_user("lee@paper.example", "Lee", "correct horse battery", is_staff=True)
    person.groups.add(Group.objects.get(name="Photo editor"))
    return person


@pytest.fixture
def desk(client: Client, lee: Person) -> Client:
    """The photo editor's browser."""
    client.force_login(lee)
    return client


def stored() -> Iterator[Path]:
    """The originals on the disk."""
    return (path for path in Path(storages["originals"].path(".")).rglob("*") if path.is_file())


def test_a_photo_is_added_and_described(desk: Client, lee: Person) -> None:
    words = {"caption": "The quay.", "credit": "Ana Ruiz", "alt": "A quay", "focal_x": 50, "focal_y": 50}
    response = desk.post(f"{DESK}add/", {"upload": file(), **words})
    assert response.status_code == 302
    photo = Photo.objects.get()
    assert (photo.caption, photo.credit, photo.width, photo.uploaded_by) == ("The quay.", "Ana Ruiz", 60, lee)
    page = desk.get(f"{DESK}{photo.pk}/change/").content.decode()
    assert "60 × 40 px" in page
    assert f"{photo.sha256[:24]}-320.webp" in page
    assert "The quay." in desk.get(DESK).content.decode()


def test_the_focal_point_and_the_words_can_be_changed_without_the_file(
    desk: Client, photo: Callable[..., Photo]
) -> None:
    mine = photo()
    form = {"caption": "New", "credit": "C", "alt": "", "decorative": "on", "focal_x": 10, "focal_y": 90}
    assert desk.post(f"{DESK}{mine.pk}/change/", form).status_code == 302
    before = mine.sha256
    mine.refresh_from_db()
    assert (mine.caption, mine.decorative, mine.focal_x, mine.focal_y, mine.sha256) == ("New", True, 10, 90, before)


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (lambda: broken("../../x/broken.jpg"), "broken.jpg is not a picture"),
        (lambda: SimpleUploadedFile("empty.jpg", b""), "empty.jpg is empty"),
        (lambda: SimpleUploadedFile("x.svg", b"<svg onload=alert(1)>"), "x.svg is not a picture"),
        (lambda: SimpleUploadedFile("big.jpg", b"x" * (intake.MAX_BYTES + 1)), "big.jpg is larger than 25 MB"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_on_its_field(desk: Client, upload: Any, words: str) -> None:
    response = desk.post(f"{DESK}add/", {"upload": upload(), "caption": "Typed words", "focal_x": 50, "focal_y": 50})
    page = response.content.decode()
    assert words in page
    assert "Typed words" in page
    assert not Photo.objects.exists()
    assert list(stored()) == []


def test_the_same_picture_again_leads_to_the_one_that_is_there_or_is_kept_on_purpose(desk: Client) -> None:
    form = {"caption": "First", "focal_x": 50, "focal_y": 50}
    desk.post(f"{DESK}add/", {"upload": file(), **form})
    page = desk.post(f"{DESK}add/", {"upload": file(), **form}).content.decode()
    assert "This very picture is here already" in page
    assert f"{DESK}{Photo.objects.get().pk}/change/" in page
    desk.post(f"{DESK}add/", {"upload": file(), "keep_both": "on", **form})
    assert Photo.objects.count() == 2


def test_a_photo_that_was_announced_gets_its_file(desk: Client) -> None:
    awaited = Photo.objects.create(caption="Announced", credit="Ana")
    page = desk.get(f"{DESK}{awaited.pk}/change/").content.decode()
    assert "its file is still awaited" in page
    assert "Awaits its file" in desk.get(f"{DESK}?missing=file").content.decode()
    form = {"upload": file(), "caption": "Announced", "credit": "Ana", "alt": "", "focal_x": 50, "focal_y": 50}
    desk.post(f"{DESK}{awaited.pk}/change/", form)
    awaited.refresh_from_db()
    assert awaited.has_file


def test_a_missing_original_does_not_break_the_page(desk: Client, photo: Callable[..., Photo]) -> None:
    lost = photo()
    Path(lost.file.path).unlink()
    assert "Missing from the disk" in desk.get(f"{DESK}{lost.pk}/change/").content.decode()


def test_of_several_files_the_good_ones_stay(desk: Client) -> None:
    files = [file("red", "a.jpg"), broken(), file("blue", "صورة.jpg"), file("red", "again.jpg")]
    page = desk.post(f"{DESK}add-many/", {"pictures": files, "credit": "Ana Ruiz"}).content.decode()
    assert "2 added" in page
    assert "Here already" in page
    assert "broken.jpg is not a picture" in page
    assert set(Photo.objects.values_list("credit", flat=True)) == {"Ana Ruiz"}


def test_adding_none_says_what_to_do(desk: Client) -> None:
    assert "This field is required" in desk.post(f"{DESK}add-many/", {}).content.decode()


def test_the_chooser_finds_by_words_and_goes_through_pages(desk: Client, photo: Callable[..., Photo]) -> None:
    for number in range(26):
        photo(caption=f"Crane number {number}")
    photo(caption="A boat", credit="Ana/Northlight", alt="A boat")
    first = desk.get(f"{DESK}choose/?q=crane").json()
    second = desk.get(f"{DESK}choose/?q=crane&page=2").json()
    assert (len(first["photos"]), first["more"], len(second["photos"]), second["more"]) == (24, True, 2, False)
    assert {each["id"] for each in first["photos"]}.isdisjoint(each["id"] for each in second["photos"])
    [boat] = desk.get(f"{DESK}choose/?q=northlight boat").json()["photos"]
    assert (boat["caption"], boat["credit"], boat["has_file"]) == ("A boat", "Ana/Northlight", True)
    assert desk.get(boat["thumb"]).getvalue()[8:12] == b"WEBP"
    for odd in ("0", "-1", "x", "²", "9" * 40):
        assert desk.get(f"{DESK}choose/?page={odd}").status_code == 200


@pytest.mark.parametrize("address", [DESK, f"{DESK}choose/"])
def test_the_number_of_queries_does_not_grow(desk: Client, photo: Callable[..., Photo], address: str) -> None:
    counts = []
    for more in (3, 40):
        for _ in range(more):
            photo()
        with CaptureQueriesContext(connection) as context:
            desk.get(address)
        counts.append(len(context))
    assert counts[0] == counts[1]


def test_the_chooser_takes_a_photo_in(desk: Client) -> None:
    words = {"caption": "New", "credit": "Ana", "alt": "A quay"}
    answer = desk.post(f"{DESK}upload/", {"pictures": file(), **words})
    assert answer.status_code == 200
    [taken] = answer.json()["photos"]
    assert desk.get(f"{DESK}{taken['id']}/choice/").json() == taken
    again = desk.post(f"{DESK}upload/", {"pictures": file(), **words}).json()
    assert ([each["id"] for each in again["known"]], again["photos"]) == ([taken["id"]], [])


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"pictures": broken}, "broken.jpg is not a picture"),
        ({}, "Photos: This field is required."),
        ({"pictures": file, "alt": "x", "decorative": "on"}, "decorative photo has no alt text"),
        ({"pictures": file, "credit": "x" * 201}, "at most 200 characters"),
    ],
)
def test_the_chooser_is_told_why_not(desk: Client, form: dict[str, Any], words: str) -> None:
    sent = {name: value() if callable(value) else value for name, value in form.items()}
    answer = desk.post(f"{DESK}upload/", sent)
    assert answer.status_code == 400
    assert words in " ".join(answer.json()["refused"])
    assert not Photo.objects.exists()


def test_a_photo_that_readers_saw_is_not_deleted(
    desk: Client, photo: Callable[..., Photo], published: Callable[..., Snapshot]
) -> None:
    used, unused = photo(), photo()
    published(lead_photo=used)
    page = desk.post(f"{DESK}{used.pk}/delete/", {"post": "yes"}, follow=True).content.decode()
    assert Photo.objects.filter(pk=used.pk).exists()
    assert "Cannot delete photo" in page
    desk.post(f"{DESK}{unused.pk}/delete/", {"post": "yes"})
    assert not Photo.objects.filter(pk=unused.pk).exists()


ADDRESSES = ["", "add/", "add-many/", "choose/", "PK/change/", "PK/choice/", "PK/delete/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stranger_is_sent_to_the_door(client: Client, photo: Callable[..., Photo], address: str) -> None:
    response = client.get(DESK + address.replace("PK", str(photo().pk)))
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("Contributor", {"", "choose/", "PK/change/", "PK/choice/"}),
        ("Writer", {"", "choose/", "PK/change/", "PK/choice/", "add/", "add-many/"}),
        ("Photo editor", set(ADDRESSES)),
        ("Administrator", set()),
    ],
)
def test_each_role_sees_what_it_may(client: Client, photo: Callable[..., Photo], role: str, allowed: set[str]) -> None:
    person = Person.objects.create_user("x@paper.example", "X", "correct horse battery", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person)
    pk = photo().pk
    for address in ADDRESSES:
        wanted = 200 if address in allowed else 403
        assert client.get(DESK + address.replace("PK", str(pk))).status_code == wanted, address
    may_add = 400 if "add/" in allowed else 403
    assert client.post(f"{DESK}upload/", {}).status_code == may_add


def test_whoever_may_only_look_changes_nothing(client: Client, ana: Person, photo: Callable[..., Photo]) -> None:
    client.force_login(ana)
    mine = photo(caption="As it was")
    form = {"caption": "Changed", "credit": "x", "focal_x": 1, "focal_y": 1}
    assert client.post(f"{DESK}{mine.pk}/change/", form).status_code == 403
    mine.refresh_from_db()
    assert mine.caption == "As it was"


def test_words_are_shown_as_words(desk: Client, photo: Callable[..., Photo]) -> None:
    nasty = "<script>alert(1)</script>"
    mine = photo(caption=nasty, credit=nasty, alt=nasty, agency=nasty)
    for address in ("", f"{mine.pk}/change/", "?q=script"):
        page = desk.get(DESK + address).content.decode()
        assert nasty not in page
        assert "&lt;script&gt;alert" in page
