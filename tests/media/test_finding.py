"""Finding photos: by the beginnings of words, whoever changed them, at the same cost however many there are."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from articles.models import Article, Duty
from media.models import Keyword, Photo
from staff.models import Person

pytestmark = pytest.mark.django_db
Photos = Callable[..., Photo]
DESK = "/admin/media/photo/"


@pytest.fixture
def desk(client: Client) -> Client:
    """The photo editor's browser."""
    lee = Person.objects.create_user("lee@paper.example", "Lee", "correct horse battery", is_staff=True)
    Duty.objects.create(person=lee, role="photo-editor")
    client.force_login(lee)
    return client


def found(desk: Client, **asked: str) -> list[str]:
    """The captions of the grid, in its order."""
    answer = desk.get(DESK, asked)
    assert answer.status_code == 200
    return [photo.caption for photo in answer.context["cl"].result_list]


FINDS = (
    "harbour", "HARB", "h", "the harbour", "crane harb", "skarrow", "Skárrow", "tromso", "الميناء", "المي",
    "ruiz northlight", '"harbour"', "'harbour':*", "harbour\\", "-harbour", "harbour & crane", "NEAR(harbour)",
)  # fmt: skip
FINDS_NOT = ("arbour", "harbour ferry", "harbour OR ferry", "NOT harbour", "xylophone", "%", '"', "*")


def test_photos_are_found_by_the_beginnings_of_their_words(desk: Client, photo: Photos) -> None:
    words = "The crane in the harbour of Skárrow, near Tromsø. الميناء"
    photo(caption=words, credit="Ana Ruiz", agency="Northlight")
    photo(caption="Another one", credit="Ben")
    assert {typed: found(desk, q=typed) for typed in FINDS} == {typed: [words] for typed in FINDS}
    assert {typed: found(desk, q=typed) for typed in FINDS_NOT} == {typed: [] for typed in FINDS_NOT}
    assert found(desk, q=" ") == ["Another one", words]


def test_words_given_later_are_found_at_once_and_old_ones_no_more(desk: Client, photo: Photos) -> None:
    mine = photo(caption="A crane", alt="")
    assert found(desk, q="ferry") == found(desk, q="dawn") == []
    mine.caption = "A ferry"
    mine.save()
    mine.name_keywords(["Dawn patrol"])
    assert found(desk, q="ferry dawn patrol") == ["A ferry"]
    assert found(desk, q="crane") == []
    word = Keyword.objects.get()
    word.name = "Dusk"
    word.save()
    assert found(desk, q="dusk") == ["A ferry"]
    assert found(desk, q="dawn") == []
    mine.name_keywords([])
    assert found(desk, q="dusk") == []
    mine.delete()
    assert found(desk, q="ferry") == []


def test_a_keyword_of_many_is_named_anew_in_a_few_queries(photo: Photos, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.models.photo.AT_ONCE", 4)
    word, counts = Keyword.objects.create(name="Dawn"), []
    for name, more in (("Dusk", 1), ("Noon", 3), ("Night", 2)):
        for _ in range(more):
            photo().name_keywords([word.name, "Quay"])
        word.name = name
        with CaptureQueriesContext(connection) as context:
            word.save()
        counts.append(len(context))
    assert counts[0] == counts[1] < counts[2]
    assert Photo.objects.matching("night quay").count() == 6
    assert not Photo.objects.matching("noon").exists()


def test_a_keyword_fits_its_columns_whatever_its_letters_become() -> None:
    # One sign that a slug takes for four.
    words = [Keyword.objects.create(name="\u337f" * 60 + end) for end in ("", "?", "!")]
    assert len({word.slug for word in words}) == 3
    assert max(len(word.slug) for word in words) <= 100


def test_what_is_changed_for_many_is_found_at_once(desk: Client, photo: Photos) -> None:
    one, two = photo(caption="Quay one"), photo(caption="Quay two")
    seen = [f"{each.pk}@{each.updated_at.isoformat()}" for each in (one, two)]
    form = {"seen": seen, "find": "Quay", "put": "Mole", "keywords": "old town", "do": "1"}
    assert desk.post(f"{DESK}change-many/", form).status_code == 302
    assert found(desk, q="mole town") == ["Mole two", "Mole one"]
    assert found(desk, q="quay") == []


def test_words_and_filters_go_together_and_pages_go_on(desk: Client, photo: Photos) -> None:
    for number in range(50):
        photo(caption=f"Crane {number:02}", kind="agency" if number % 2 else "staff")
    assert found(desk, q="crane")[:2] == ["Crane 49", "Crane 48"]
    assert found(desk, q="crane", p="2") == ["Crane 01", "Crane 00"]
    assert found(desk, q="crane", kind__exact="staff")[:2] == ["Crane 48", "Crane 46"]


def test_questions_about_time_are_answered_in_its_order(desk: Client, photo: Photos) -> None:
    today = timezone.localdate()
    for days in (3, 1, 2):
        photo(
            caption=f"In {days}", taken=today - timedelta(days=days), allowed_until=today + timedelta(days=days),
        )  # fmt: skip
        photo(caption=f"Ended {days}", allowed_until=today - timedelta(days=days))
        photo(caption=f"Later {days}", allowed_from=today + timedelta(days=days))
    assert found(desk, when="week") == ["In 1", "In 2", "In 3"]
    assert found(desk, terms="ending") == ["In 1", "In 2", "In 3"]
    assert found(desk, terms="ended") == ["Ended 1", "Ended 2", "Ended 3"]
    assert found(desk, terms="later") == ["Later 1", "Later 2", "Later 3"]


def test_a_photo_that_is_turned_has_another_shape(desk: Client, photo: Photos) -> None:
    mine = photo(caption="Mine")
    Photo.objects.create(caption="Awaited")
    assert found(desk, shape="wide") == ["Mine"]
    mine.rotation = 90
    mine.save()
    assert found(desk, shape="wide") == found(desk, shape="square") == []
    assert found(desk, shape="tall") == ["Mine"]


QUESTIONS: list[dict[str, str]] = [
    {},
    {"q": "crane"},
    {"q": "crane work"},
    {"q": "xylophone"},
    {"q": "crane", "kind__exact": "staff"},
    {"missing": "file"},
    {"missing": "alt"},
    {"missing": "credit"},
    {"terms": "ending"},
    {"terms": "usable"},
    {"use": "none"},
    {"use": "some"},
    {"shape": "wide"},
    {"when": "today"},
    {"when": "unknown"},
]


def test_no_question_costs_more_queries_with_more_photos(
    desk: Client, photo: Photos, story: Callable[..., Article]
) -> None:
    def costs() -> list[int]:
        counts = []
        for asked in QUESTIONS:
            with CaptureQueriesContext(connection) as context:
                desk.get(DESK, asked)
            counts.append(len(context))
        return counts

    def make(number: int) -> None:
        until = timezone.localdate() + timedelta(days=3)
        for _ in range(number):
            photo(kind="staff", taken=timezone.localdate(), allowed_until=until)
            photo(caption="x", alt="", credit="", agency="")
            Photo.objects.create(caption="Awaited")
        story(lead_photo=photo())

    make(1)
    few = costs()
    make(12)
    assert costs() == few


@given(typed=st.text(max_size=60))
@example(typed="\x00")
@example(typed="' | \"")
@example(typed="日本 語")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_only_words(photo: Any, typed: str) -> None:
    list(Photo.objects.matching(typed)[:3])
