"""The photo desk in the admin: who may, what is taken, and what is refused."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from articles.models import Duty, Snapshot
from media import intake
from media.models import Photo
from staff.models import Person
from tests.shown import seen

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


def post_as(client: Client, name: str, content: bytes) -> Any:
    """Add a photo whose file a hostile browser calls `name`, byte for byte."""
    fields = "".join(f'--x\r\nContent-Disposition: form-data; name="focal_{axis}"\r\n\r\n50\r\n' for axis in "xy")
    head = (
        f'--x\r\nContent-Disposition: form-data; name="upload"; filename="{name}"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    body = (fields + head).encode() + content + b"\r\n--x--\r\n"
    return client.generic("POST", f"{DESK}add/", body, content_type="multipart/form-data; boundary=x")


@pytest.fixture
def lee(db: None) -> Person:
    """The photo editor."""
    person = Person.objects.create_user("lee@paper.example", "Lee", "correct horse battery", is_staff=True)
    Duty.objects.create(person=person, role="photo-editor")
    return person


@pytest.fixture
def desk(client: Client, lee: Person) -> Client:
    """The photo editor's browser."""
    client.force_login(lee)
    return client


def change(desk: Client, photo: Photo, form: dict[str, Any]) -> HttpResponse:
    """Send the page of a photo as it was shown a moment ago."""
    address = f"{DESK}{photo.pk}/change/"
    return cast(HttpResponse, desk.post(address, {**seen(desk, address), **form}))


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
    assert f"{photo.print_key}-full-320.webp" in page
    assert "The quay." in desk.get(DESK).content.decode()


def test_the_focal_point_and_the_words_can_be_changed_without_the_file(
    desk: Client, photo: Callable[..., Photo]
) -> None:
    mine = photo()
    form = {"caption": "New", "credit": "C", "alt": "", "decorative": "on", "focal_x": 10, "focal_y": 90}
    assert change(desk, mine, form).status_code == 302
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
    change(desk, awaited, form)
    awaited.refresh_from_db()
    assert awaited.has_file


def test_a_disk_that_fills_up_just_now_takes_nothing_that_was_typed(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("media.shelves.Disk.save", full)
    words = {"caption": "Typed with care.", "focal_x": 50, "focal_y": 50}
    page = desk.post(f"{DESK}add/", {"upload": file(), **words}).content.decode()
    assert "quay.jpg cannot be stored just now" in page
    assert "Typed with care." in page
    assert not Photo.objects.exists()


def test_a_missing_original_does_not_break_the_page(desk: Client, photo: Callable[..., Photo]) -> None:
    lost = photo()
    Path(lost.file.path).unlink()
    assert "Missing: give the photo its file again" in desk.get(f"{DESK}{lost.pk}/change/").content.decode()


def test_of_several_files_the_good_ones_stay(desk: Client) -> None:
    files = [file("red", "a.jpg"), broken(), file("blue", "صورة.jpg"), file("red", "again.jpg")]
    page = desk.post(f"{DESK}add-many/", {"pictures": files, "credit": "Ana Ruiz"}).content.decode()
    assert "2 added" in page
    assert "Here already" in page
    assert "broken.jpg is not a picture" in page
    assert set(Photo.objects.values_list("credit", flat=True)) == {"Ana Ruiz"}


def test_adding_none_says_what_to_do(desk: Client) -> None:
    assert "This field is required" in desk.post(f"{DESK}add-many/", {}).content.decode()


def test_the_number_of_queries_of_the_grid_does_not_grow(desk: Client, photo: Callable[..., Photo]) -> None:
    counts = []
    for more in (3, 40):
        for _ in range(more):
            photo()
        with CaptureQueriesContext(connection) as context:
            assert desk.get(DESK).content.decode().count("<picture>") >= more
        counts.append(len(context))
    assert counts[0] == counts[1]


def test_the_grid_says_what_is_missing_and_finds_it(desk: Client, photo: Callable[..., Photo]) -> None:
    photo(caption="Complete")
    photo(caption="Wordless", alt="")
    photo(caption="Whose", credit="")
    photo(caption="Ornament", alt="", decorative=True)
    Photo.objects.create(caption="Announced", credit="Ana", alt="A quay")

    def captions(query: str) -> set[str]:
        page = desk.get(DESK + query).content.decode()
        return {each for each in ("Complete", "Wordless", "Whose", "Ornament", "Announced") if each in page}

    page = desk.get(DESK).content.decode()
    assert [page.count(f">{words}<") for words in ("Awaits its file", "No alt text", "No credit")] == [1, 2, 2]
    assert captions("?missing=file") == {"Announced"}
    assert captions("?missing=alt") == {"Wordless"}
    assert captions("?missing=credit") == {"Whose"}
    assert captions("?missing=nonsense") == {"Complete", "Wordless", "Whose", "Ornament", "Announced"}
    assert captions("?q=orna") == {"Ornament"}
    assert captions("?q=nothing+like+this") == set()


NAMES = [
    "../../etc/passwd.jpg",
    "x" * 300 + ".jpg",
    "صورة.jpg",
    "a\\b\\c.jpg",
    "-rf.jpg",
    "<b>.jpg",
    "a\x00b.jpg",
    ".jpg",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_file_may_be_called_anything(desk: Client, name: str) -> None:
    page = post_as(desk, name, broken().read()).content.decode()
    assert "is not a picture" in page
    assert "<b>.jpg" not in page
    assert "etc/" not in page
    assert post_as(desk, name, file().read()).status_code == 302
    photo = Photo.objects.get()
    assert str(photo.file.name).endswith(f"/{photo.sha256}.jpg")
    assert [path.name for path in stored()] == [f"{photo.sha256}.jpg"]


def test_another_file_takes_the_place_of_the_first_and_a_bad_one_does_not(
    desk: Client, photo: Callable[..., Photo]
) -> None:
    mine = photo()
    before = mine.sha256
    form = {"caption": "C", "credit": "C", "alt": "A", "focal_x": 50, "focal_y": 50}
    page = change(desk, mine, {**form, "upload": broken()}).content.decode()
    assert "broken.jpg is not a picture" in page
    mine.refresh_from_db()
    assert (mine.sha256, mine.caption) == (before, "A crane at work.")
    change(desk, mine, {**form, "upload": file(size=(90, 30))})
    mine.refresh_from_db()
    assert (mine.sha256 != before, mine.width, mine.height) == (True, 90, 30)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"focal_x": 101}, "less than or equal to 100"),
        ({"focal_y": -1}, "greater than or equal to 0"),
        ({"alt": "A", "decorative": "on"}, "A decorative photo has no alt text"),
        ({"taken": "yesterday"}, "Enter a valid date"),
        ({"credit": "x" * 201}, "at most 200 characters"),
        ({"keywords": f"quay, {'x' * 101}"}, "longer than the 100 characters of a keyword"),
        ({"crops": f'{{"1x1": [0, 0, {"9" * 5_000}]}}'}, "Enter a valid JSON"),
        ({"crops": "[" * 100_000}, "Enter a valid JSON"),
    ],
)
def test_words_that_cannot_be_are_refused_on_their_field(
    desk: Client, photo: Callable[..., Photo], fields: dict[str, Any], words: str
) -> None:
    mine = photo()
    form = {"caption": "New", "credit": "C", "alt": "", "focal_x": 50, "focal_y": 50, **fields}
    assert words in change(desk, mine, form).content.decode()
    mine.refresh_from_db()
    assert mine.caption == "A crane at work."


@pytest.mark.parametrize(
    "crops", ["[1]", '"x"', "5", "true", "NaN", "null", '{"1x1": [0, 0, 1e400]}', '{"9x9": [0, 0, 5]}']
)
def test_what_is_no_crop_is_none(desk: Client, photo: Callable[..., Photo], crops: str) -> None:
    mine = photo(crops={"1x1": [0, 0, 5000]})
    form = {"caption": "New", "credit": "C", "alt": "", "focal_x": 50, "focal_y": 50, "crops": crops}
    assert change(desk, mine, form).status_code == 302
    mine.refresh_from_db()
    assert (mine.caption, mine.crops) == ("New", {})


def test_of_many_those_whose_terms_would_end_before_they_begin_stay(desk: Client, photo: Callable[..., Photo]) -> None:
    today = timezone.localdate()
    begins, other = photo(allowed_from=today + timedelta(days=9)), photo()
    form = {
        "seen": [f"{each.pk}@{each.updated_at.isoformat()}" for each in (begins, other)], "allowed_until": str(today),
    }  # fmt: skip
    assert "would end before they begin" in desk.post(f"{DESK}change-many/", form).content.decode()
    answer = desk.post(f"{DESK}change-many/", {**form, "do": "1"}, follow=True).content.decode()
    assert "1 of 2 are changed" in answer
    assert "would end before they begin" in answer
    begins.refresh_from_db()
    other.refresh_from_db()
    assert (begins.allowed_until, other.allowed_until) == (None, today)
    form = {"seen": f"{begins.pk}@{begins.updated_at.isoformat()}", "keywords": "x" * 101, "do": "1"}
    assert "longer than the 100 characters" in desk.post(f"{DESK}change-many/", form).content.decode()


@pytest.mark.parametrize(
    "asked", [f"id__in=1,{'9' * 30}", "taken__year=99999999999", "allowed_from__year=0", "kind__exact=%00", "x=1"]
)
def test_a_question_that_no_filter_asks_leads_to_the_grid(
    desk: Client, photo: Callable[..., Photo], asked: str
) -> None:
    photo(kind="staff")
    assert desk.get(f"{DESK}?{asked}")["Location"] == f"{DESK}?e=1"
    assert b"A crane at work." in desk.get(f"{DESK}?e=1").content
    assert b"A crane at work." in desk.get(f"{DESK}?kind__exact=staff&missing=&when=unknown").content


def test_keeping_both_is_asked_only_when_there_are_two(desk: Client, photo: Callable[..., Photo]) -> None:
    assert "keep_both" not in desk.get(f"{DESK}add/").content.decode()
    photo(caption="First")
    with Path(Photo.objects.get().file.path).open("rb") as same:
        page = desk.post(f"{DESK}add/", {"upload": same, "focal_x": 50, "focal_y": 50}).content.decode()
    assert "keep_both" in page


def test_a_photo_that_readers_saw_is_not_deleted(
    desk: Client, photo: Callable[..., Photo], published: Callable[..., Snapshot]
) -> None:
    used, unused = photo(), photo()
    published(lead_photo=used)
    page = desk.post(f"{DESK}{used.pk}/delete/", {"post": "yes"}, follow=True).content.decode()
    assert Photo.objects.filter(pk=used.pk).exists()
    assert "Cannot delete photo" in page
    assert "is in use, so it cannot be deleted" in page
    assert Snapshot.objects.get().headline in page
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
        ("contributor", {"", "choose/", "PK/change/", "PK/choice/"}),
        ("writer", {"", "choose/", "PK/change/", "PK/choice/", "add/", "add-many/"}),
        ("photo-editor", set(ADDRESSES)),
        ("administrator", set()),
    ],
)
def test_each_role_sees_what_it_may(client: Client, photo: Callable[..., Photo], role: str, allowed: set[str]) -> None:
    person = Person.objects.create_user("x@paper.example", "X", "correct horse battery", is_staff=True)
    Duty.objects.create(person=person, role=role)
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
    page = client.get(f"{DESK}{mine.pk}/change/").content.decode()
    assert "As it was" in page
    assert '<input type="file"' not in page
    form = {"caption": "Changed", "credit": "x", "focal_x": 1, "focal_y": 1, "upload": file()}
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
