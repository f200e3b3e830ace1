"""Portraits of authors: photos of the photo desk, on its terms."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Author
from media.models import Photo
from staff.models import Person
from tests.shown import seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, chen: Person) -> Client:
    """The editor-in-chief at the desk."""
    client.force_login(chen)
    return client


def save(desk: Client, author: Author, portrait: Photo | None, **words: str) -> str:
    """Save the author's page with that portrait; what the page says of it, empty where it was stored."""
    form = {
        "name": author.name, "bio": author.bio, "role": author.role, "portrait": portrait.pk if portrait else "",
        "masthead_position": 0, "links-TOTAL_FORMS": 0, "links-INITIAL_FORMS": 0, **words,
    }  # fmt: skip
    address = f"/admin/articles/author/{author.pk}/change/"
    answer = desk.post(address, {**form, **seen(desk, address)})
    return "" if answer.status_code == 302 else answer.content.decode()


def test_a_photo_that_may_be_used_becomes_the_portrait(desk: Client, ines: Author, photo: Callable[..., Photo]) -> None:
    assert save(desk, ines, photo(allowed_until=timezone.localdate())) == ""
    ines.refresh_from_db()
    assert ines.portrait


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"allowed_until": -1}, "could be used until"),
        ({"allowed_from": 1}, "may not be used before"),
        ({"is_one_time": True}, "is for a single story"),
    ],
)
def test_one_that_may_not_is_refused_with_words(
    desk: Client, ines: Author, photo: Callable[..., Photo], terms: dict[str, int], why: str
) -> None:
    days = {
        name: timezone.localdate() + timedelta(days=value) for name, value in terms.items() if name != "is_one_time"
    }
    barred = photo(**{**terms, **days})
    assert why in save(desk, ines, barred)
    ines.refresh_from_db()
    assert ines.portrait is None


def test_one_whose_terms_end_later_leaves_the_page_and_holds_up_no_other_change(
    desk: Client, client: Client, ines: Author, photo: Callable[..., Photo]
) -> None:
    portrait = photo()
    assert save(desk, ines, portrait) == ""
    Photo.objects.filter(pk=portrait.pk).update(allowed_until=timezone.localdate() - timedelta(days=1))
    assert save(desk, ines, portrait, bio="Still walks.") == ""
    page = client.get(ines.get_absolute_url()).content.decode()
    assert "Still walks." in page
    assert "profile__portrait" not in page
