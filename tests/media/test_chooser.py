"""The chooser: what it finds, what it takes in, who may, and the form field that opens it."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from articles.models import Author, Duty
from media import apart
from media.models import Licence, Photo
from media.widgets import PhotoChooser
from staff.models import Person
from tests.shown import seen

pytestmark = pytest.mark.django_db
DESK = "/admin/media/photo/"
CHOOSE, UPLOAD = f"{DESK}choose/", f"{DESK}upload/"


def file(colour: str = "navy", name: str = "quay.jpg") -> SimpleUploadedFile:
    """A picture as a browser sends it."""
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


def broken(name: str = "broken.jpg") -> SimpleUploadedFile:
    """A file that only says it is a picture."""
    return SimpleUploadedFile(name, b"\xff\xd8\xff not a picture", "image/jpeg")


def signed_in(client: Client, role: str) -> Client:
    """A browser of somebody with this role."""
    person = Person.objects.create_user("x@paper.example", "X", "correct horse battery", is_staff=True)
    Duty.objects.create(person=person, role=role)
    client.force_login(person)
    return client


@pytest.fixture
def desk(client: Client) -> Client:
    """The photo editor's browser."""
    return signed_in(client, "photo-editor")


def test_a_photo_is_told_with_all_that_a_page_shows_of_it(desk: Client, photo: Callable[..., Photo]) -> None:
    mine = photo(caption="A boat", credit="Ana Ruiz", agency="Northlight", alt="A boat at sea")
    told = desk.get(f"{DESK}{mine.pk}/choice/").json()
    thumb = told.pop("thumb")
    assert told == {
        "id": mine.pk,
        "caption": "A boat",
        "credit": "Ana Ruiz/Northlight",
        "alt": "A boat at sea",
        "decorative": False,
        "has_file": True,
        "width": 64,
        "height": 48,
        "refusal": "",
        "conditions": [],
    }
    assert desk.get(thumb).getvalue()[:3] == b"\xff\xd8\xff"


def test_what_must_be_known_before_it_is_used_is_told(desk: Client, photo: Callable[..., Photo]) -> None:
    licence = Licence.objects.create(name="Institute", duties="Name the institute.")
    mine = photo(
        allowed_until=date(2999, 5, 3), is_barred=True, is_whole=True, is_one_time=True, restrictions="Ask the family.",
        licence=licence,
    )  # fmt: skip
    ended = photo(allowed_until=date(2020, 5, 3))
    told = {each["id"]: each for each in desk.get(CHOOSE).json()["photos"]}
    assert told[mine.pk]["conditions"] == [
        "Until 3 May 2999.", "Not for fronts.", "No crop.", "For one story.", "Ask the family.", "Name the institute.",
    ]  # fmt: skip
    assert "until 3 May 2020" in told[ended.pk]["refusal"]


def test_an_awaited_photo_can_be_chosen_and_has_no_thumb(desk: Client) -> None:
    awaited = Photo.objects.create(caption="Announced", credit="Ana")
    [told] = desk.get(CHOOSE).json()["photos"]
    assert (told["id"], told["has_file"], told["thumb"], told["width"]) == (awaited.pk, False, "", None)


def test_it_finds_by_words_and_goes_through_pages(desk: Client, photo: Callable[..., Photo]) -> None:
    made = [photo(caption=f"Crane number {number}") for number in range(26)]
    photo(caption="A boat", credit="Ana/Northlight", alt="A boat")
    first = desk.get(CHOOSE, {"q": "crane"}).json()
    second = desk.get(CHOOSE, {"q": "crane", "page": "2"}).json()
    assert (len(first["photos"]), first["more"], len(second["photos"]), second["more"]) == (24, True, 2, False)
    newest_first = [each.pk for each in reversed(made)]
    assert [each["id"] for each in first["photos"] + second["photos"]] == newest_first
    assert [each["caption"] for each in desk.get(CHOOSE, {"q": " northlight  BOAT "}).json()["photos"]] == ["A boat"]
    assert desk.get(CHOOSE, {"q": "crane northlight"}).json() == {"photos": [], "more": False, "may_add": True}
    assert desk.get(CHOOSE, {"q": "crane", "page": "3"}).json()["photos"] == []


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "²", "1.5", "9" * 40, "9" * 6000, "\x00"])
def test_a_page_that_cannot_be_is_no_error(desk: Client, photo: Callable[..., Photo], page: str) -> None:
    photo()
    answer = desk.get(CHOOSE, {"page": page})
    assert (answer.status_code, len(answer.json()["photos"])) == (200, 1)


@pytest.mark.parametrize("words", ["\x00", "crane\x00work", "a " * 5000, "%", "_", "'; --", "\\", "ميناء", "\ud83d"])
def test_whatever_is_typed_is_only_words(desk: Client, photo: Callable[..., Photo], words: str) -> None:
    photo(caption="A crane at work")
    typed = words.encode("utf-8", "surrogatepass")
    answer = desk.get(CHOOSE, {"q": typed})
    assert answer.status_code == 200
    wanted = words in ("\x00", "crane\x00work", "a " * 5000)
    assert bool(answer.json()["photos"]) is wanted


def test_the_number_of_queries_is_the_same_with_3_photos_and_60(desk: Client, photo: Callable[..., Photo]) -> None:
    counts = []
    for more, shown in ((3, 3), (57, 24)):
        for _ in range(more):
            photo()
        with CaptureQueriesContext(connection) as context:
            assert len(desk.get(CHOOSE).json()["photos"]) == shown
        counts.append(len(context))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("pk", ["999", "9" * 30])
def test_a_photo_that_is_not_there_is_not_found(desk: Client, pk: str) -> None:
    assert desk.get(f"{DESK}{pk}/choice/").status_code == 404


def test_it_takes_a_photo_in(desk: Client) -> None:
    words = {"caption": "New", "credit": "Ana", "alt": "A quay"}
    answer = desk.post(UPLOAD, {"pictures": file(), **words})
    assert answer.status_code == 200
    [taken] = answer.json()["photos"]
    assert {name: taken[name] for name in words} == words
    assert desk.get(f"{DESK}{taken['id']}/choice/").json() == taken
    assert Photo.objects.get().uploaded_by == Person.objects.get()


def test_the_very_same_picture_is_noticed_or_kept_on_purpose(desk: Client) -> None:
    [first] = desk.post(UPLOAD, {"pictures": file(), "caption": "First"}).json()["photos"]
    again = desk.post(UPLOAD, {"pictures": file(name="again.jpg"), "caption": "Second"}).json()
    assert again == {"photos": [], "known": [first], "refused": []}
    both = desk.post(UPLOAD, {"pictures": file(), "caption": "Second", "keep_both": "on"}).json()
    assert ([each["caption"] for each in both["photos"]], both["known"]) == (["Second"], [])
    assert Photo.objects.count() == 2


def test_of_several_files_the_good_ones_stay(desk: Client) -> None:
    files = [file("red", "a.jpg"), broken(), file("red", "b.jpg"), SimpleUploadedFile("empty.png", b"")]
    answer = desk.post(UPLOAD, {"pictures": files})
    told = answer.json()
    assert (answer.status_code, len(told["photos"]), len(told["known"])) == (200, 1, 1)
    assert [words.split(" is ")[0] for words in told["refused"]] == ["broken.jpg", "empty.png"]
    assert Photo.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"pictures": broken}, "broken.jpg is not a picture"),
        ({"pictures": lambda: broken("../../etc/passwd")}, "passwd is not a picture"),
        ({"pictures": lambda: broken("x" * 300 + ".jpg")}, "is not a picture"),
        ({"pictures": lambda: broken("صورة.jpg")}, "صورة.jpg is not a picture"),
        ({}, "Photos: This field is required."),
        ({"pictures": "words"}, "Photos: This field is required."),
        ({"pictures": file, "alt": "x", "decorative": "on"}, "decorative photo has no alt text"),
        ({"pictures": file, "credit": "x" * 201}, "at most 200 characters"),
        ({"pictures": file, "caption": "a\x00b"}, "Caption: Null characters are not allowed."),
    ],
    ids=range(9),
)
def test_it_is_told_why_not(desk: Client, form: dict[str, Any], words: str) -> None:
    sent = {name: value() if callable(value) else value for name, value in form.items()}
    answer = desk.post(UPLOAD, sent)
    assert answer.status_code == 400
    [told] = answer.json()["refused"]
    assert words in told
    assert len(told) < 250
    assert not Photo.objects.exists()


def test_nobody_else_is_told_anything(client: Client, photo: Callable[..., Photo]) -> None:
    pk = photo(caption="Secret").pk
    answers = [client.get(CHOOSE), client.get(f"{DESK}{pk}/choice/"), client.post(UPLOAD, {"pictures": file("red")})]
    for answer in answers:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/admin/login/")
    assert Photo.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "looks", "adds"),
    [("photo-editor", 200, 200), ("writer", 200, 200), ("contributor", 200, 403), ("administrator", 403, 403)],
)
def test_each_role_does_what_it_may(
    client: Client, photo: Callable[..., Photo], role: str, looks: int, adds: int
) -> None:
    pk = photo().pk
    signed_in(client, role)
    assert client.get(CHOOSE).status_code == looks
    assert client.get(f"{DESK}{pk}/choice/").status_code == looks
    assert client.post(UPLOAD, {"pictures": file("red")}).status_code == adds
    assert Photo.objects.count() == (2 if adds == 200 else 1)
    if looks == 200:
        assert client.get(CHOOSE).json()["may_add"] is (adds == 200)


def test_looking_is_by_get_and_adding_by_post_from_our_own_pages(desk: Client, photo: Callable[..., Photo]) -> None:
    pk = photo().pk
    assert desk.post(CHOOSE).status_code == 405
    assert desk.post(f"{DESK}{pk}/choice/").status_code == 405
    assert desk.get(UPLOAD).status_code == 405
    stranger = Client(enforce_csrf_checks=True)
    stranger.force_login(Person.objects.get())
    assert stranger.post(UPLOAD, {"pictures": file("red")}).status_code == 403
    assert Photo.objects.count() == 1


def test_what_is_told_is_kept_by_nobody(desk: Client) -> None:
    assert "no-store" in desk.get(CHOOSE).headers["Cache-Control"]


class PortraitForm(forms.ModelForm[Author]):
    """A form with the field in it."""

    class Meta:
        model = Author
        fields = ("portrait",)
        widgets = {"portrait": PhotoChooser()}


def test_the_field_is_a_number_that_brings_its_script(ines: Author, photo: Callable[..., Photo]) -> None:
    ines.portrait = photo()
    form = PortraitForm(instance=ines)
    html = str(form["portrait"])
    assert 'type="number"' in html
    assert f'value="{ines.portrait.pk}"' in html
    assert "media/chooser.js" in str(form.media)
    assert "media/chooser.css" in str(form.media)


def test_the_field_costs_the_same_however_many_photos_there_are(ines: Author, photo: Callable[..., Photo]) -> None:
    counts = []
    for more in (1, 10):
        photos = [photo() for _ in range(more)]
        with CaptureQueriesContext(connection) as context:
            form = PortraitForm({"portrait": str(photos[0].pk)}, instance=ines)
            assert form.is_valid()
            str(form["portrait"])
        assert form.cleaned_data["portrait"] == photos[0]
        counts.append(len(context))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("typed", ["999", "-1", "x", "1.5", "9" * 30])
def test_a_number_that_no_photo_has_is_refused_with_words(ines: Author, typed: str) -> None:
    form = PortraitForm({"portrait": typed}, instance=ines)
    assert "Select a valid choice" in str(form.errors["portrait"])


def test_the_pages_of_stories_and_authors_have_it(client: Client, ines: Author, photo: Callable[..., Photo]) -> None:
    signed_in(client, "editor-in-chief")
    for address in ("/admin/articles/article/add/", f"/admin/articles/author/{ines.pk}/change/"):
        page = client.get(address).content.decode()
        assert "media/chooser.js" in page
        assert 'class="photo-field"' in page
    form = {"name": ines.name, "bio": "", "role": "", "portrait": photo().pk, "masthead_position": 0}
    form |= {"links-TOTAL_FORMS": 0, "links-INITIAL_FORMS": 0, **seen(client, address)}
    answer = client.post(address, form)
    assert answer.status_code == 302
    ines.refresh_from_db()
    assert ines.portrait == Photo.objects.get()


def test_the_script_stays_within_the_admins_own_policy() -> None:
    folder = Path(__file__).parents[2] / "media" / "static" / "media"
    for script in folder.glob("*.js"):
        words = script.read_text(encoding="utf-8")
        for forbidden in (
            "innerHTML",
            "insertAdjacentHTML",
            "eval(",
            "document.write",
            'setAttribute("style"',
            "http:",
            "https:",
        ):
            assert forbidden not in words, script.name


def test_a_busy_desk_says_that_a_file_may_come_again(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*args: Any, **asked: Any) -> None:
        raise apart.Busy

    monkeypatch.setattr(apart, "run", busy)
    looked, sent = desk.post(f"{DESK}look/", {"picture": file()}), desk.post(UPLOAD, {"pictures": file()})
    for answer in (looked, sent):
        assert answer.status_code == 503
        assert "Send it again in a minute." in str(answer.json()["refused"])
    assert not Photo.objects.exists()
