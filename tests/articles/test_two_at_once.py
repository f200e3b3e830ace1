"""Two people who have the same page open: what one of them stored is not overwritten unseen by the other."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from taggit.models import Tag

from articles.models import Author, Page, Section, Series, StyleRule
from media.models import Licence, Photo
from staff.models import Person
from tests.shown import seen

pytestmark = pytest.mark.django_db
NO_ROWS = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
Things = Callable[[str], tuple[Model, str, dict[str, str]]]


@pytest.fixture
def thing(world: Section, ines: Author, photo: Callable[..., Photo]) -> Things:
    """Makes a thing of that name: itself, where it is changed, and what a browser sends of it."""

    def make(name: str) -> tuple[Model, str, dict[str, str]]:
        links = {f"links-{key}": value for key, value in NO_ROWS.items()}
        parts = {f"parts-{key}": value for key, value in NO_ROWS.items()}
        made: dict[str, Callable[[], tuple[Model, str, dict[str, str]]]] = {
            "photo": lambda: (photo(), "media/photo", {"focal_x": "50", "focal_y": "50", "alt": "A", "credit": "C"}),
            "licence": lambda: (Licence.objects.create(name="Free"), "media/licence", {"name": "Free"}),
            "section": lambda: (world, "articles/section", {"name": "World", "accent": "red", "position": "1"}),
            "author": lambda: (ines, "articles/author", {"name": "Inés", "masthead_position": "0", **links}),
            "series": lambda: (
                Series.objects.create(name="The port", slug="port"), "articles/series", {"name": "The port", **parts},
            ),
            "page": lambda: (
                Page.objects.create(title="About", slug="about", body="<p>Us.</p>"), "articles/page",
                {"title": "About", "position": "0"},
            ),
            "style rule": lambda: (
                StyleRule.objects.create(wrong="advisor", right="adviser"), "articles/stylerule",
                {"wrong": "advisor", "right": "adviser"},
            ),
            "tag": lambda: (Tag.objects.create(name="Boats", slug="boats"), "taggit/tag", {}),
        }  # fmt: skip
        stored, place, sent = made[name]()
        return stored, f"/admin/{place}/{stored.pk}/change/", sent

    return make


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("photo", "caption"),
        ("licence", "duties"),
        ("section", "description"),
        ("author", "bio"),
        ("series", "description"),
        ("page", "body"),
        ("style rule", "why"),
        ("tag", "name"),
    ],
)
def test_what_was_stored_meanwhile_is_told_once(
    thing: Things, client: Client, chen: Person, name: str, field: str
) -> None:
    stored, address, sent = thing(name)
    client.force_login(chen)
    shown = seen(client, address)
    theirs, mine = ("<p>Theirs</p>", "<p>Mine</p>") if field == "body" else ("Theirs", "Mine")
    assert client.post(address, {**sent, **shown, field: theirs}).status_code == 302
    answer = client.post(address, {**sent, **shown, field: mine})
    page = answer.content.decode()
    assert "Somebody changed this while you had it open. Different from yours:" in page
    assert "Stored now: “" in page
    assert "Theirs" in page
    assert "Mine" in page
    stored.refresh_from_db()
    assert getattr(stored, field) == theirs
    again = {"seen": answer.context["adminform"].form.seen}
    assert client.post(address, {**sent, **again, field: mine}).status_code == 302
    stored.refresh_from_db()
    assert getattr(stored, field) == mine


def test_what_is_stored_is_told_in_words(
    thing: Things, client: Client, chen: Person, photo: Callable[..., Photo]
) -> None:
    client.force_login(chen)
    _, address, author = thing("author")
    _, address_of_page, page = thing("page")
    kept, address_of_photo, words = thing("photo")
    assert isinstance(kept, Photo)
    kept.name_keywords(["quay", "night"])
    told = {
        (address, "masthead_position", "7"): "“0”",
        (address, "bio", "Of the port."): "“Walks to work.”",
        (address, "is_on_masthead", "on"): "“no”",
        (address, "portrait", str(photo().pk)): "nothing",
        (address_of_page, "body", f"<p>{'x' * 300}</p>"): "“Us.”",
        (address_of_photo, "kind", "agency"): "“Not said”",
        (address_of_photo, "keywords", "day"): "“night, quay”",
    }
    for (here, field, value), said in told.items():
        sent = {address: author, address_of_page: page, address_of_photo: words}[here]
        assert f"Stored now: {said}" in client.post(here, {**sent, field: value}).content.decode(), field


def test_who_never_said_what_they_saw_overwrites_nothing(thing: Things, client: Client, chen: Person) -> None:
    stored, address, sent = thing("licence")
    client.force_login(chen)
    for said in ({}, {"seen": "made-up"}, {"seen": "a.b.c.d"}):
        assert client.post(address, {**sent, **said, "duties": "Mine"}).status_code == 200
    stored.refresh_from_db()
    assert isinstance(stored, Licence)
    assert stored.duties == ""


def test_the_same_words_are_no_collision(thing: Things, client: Client, chen: Person) -> None:
    _, address, sent = thing("licence")
    client.force_login(chen)
    shown = seen(client, address)
    for _ in range(2):
        assert client.post(address, {**sent, **shown, "duties": "The same"}).status_code == 302


@pytest.mark.parametrize("name", ["photo", "author", "series"])
def test_what_belongs_to_a_thing_is_seen_with_it(
    thing: Things, client: Client, chen: Person, story: Callable[..., Any], name: str
) -> None:
    stored, address, sent = thing(name)
    client.force_login(chen)
    shown = seen(client, address)
    if isinstance(stored, Photo):
        Photo.objects.filter(pk=stored.pk).update(sha256="f" * 64)
        sent |= {"caption": stored.caption, "credit": stored.credit}
    elif isinstance(stored, Author):
        stored.links.create(label="Site", url="https://ines.example")
    elif isinstance(stored, Series):
        stored.parts.create(article=story(), position=1)
    words = {"photo": "the file", "author": "ways to reach the author", "series": "the stories"}[name]
    page = client.post(address, {**sent, **shown}).content.decode()
    assert "Somebody changed this while you had it open." in page
    assert words in page


def test_a_new_thing_was_seen_by_nobody(client: Client, chen: Person) -> None:
    client.force_login(chen)
    address = "/admin/media/licence/add/"
    assert 'name="seen"' not in client.get(address).content.decode()
    assert client.post(address, {"name": "Free"}).status_code == 302
    assert Licence.objects.get().name == "Free"
