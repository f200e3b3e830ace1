"""Where photos are used, one in the place of another everywhere, and the same change to many."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import editing, fronts, publishing
from articles.models import Article, Author, Duty, Edition, Proposal, Section, Snapshot
from articles.zones import Placement
from media import bulk, uses
from media.models import Licence, Photo
from staff.models import Person
from tests import shown

pytestmark = pytest.mark.django_db
Photos = Callable[..., Photo]
Published = Callable[..., Snapshot]
DESK = "/admin/media/photo/"


@pytest.fixture
def lee(db: None) -> Person:
    """The photo editor."""
    person = Person.objects.create_user("lee@paper.example", "Lee", "correct horse battery", is_staff=True)
    Duty.objects.create(person=person, role="photo-editor")
    return person


@pytest.fixture
def used(published: Published, story: Callable[..., Article], photo: Photos, ines: Author) -> Photo:
    """A photo in a live story, in a draft, and as a portrait."""
    mine = photo(caption="Used.")
    published(lead_photo=mine, lead_caption="Said here alone.", headline="Before readers")
    body = f'<p>Words.</p><figure data-photo="{mine.pk}" data-alt="Here"><figcaption>Here</figcaption></figure>'
    story(body=body, headline="A draft", stage="draft")
    ines.portrait = mine
    ines.save()
    return mine


def test_every_use_is_named_and_leads_to_its_place(used: Photo, lee: Person, client: Client) -> None:
    found = [(use.what, use.name) for use in uses.of(used, by=lee)]
    assert sorted(found) == [
        ("before readers", "Before readers"),
        ("portrait", "Inés Varga"),
        ("story", "A draft"),
        ("story", "Before readers"),
    ]
    client.force_login(lee)
    page = client.get(f"{DESK}{used.pk}/change/").content.decode()
    assert "Replace it everywhere" in page
    for use in uses.of(used, by=lee):
        assert f'href="{use.url}"' in page
        assert client.get(use.url).status_code == 200


def test_a_photo_in_use_is_not_deleted_and_its_uses_are_listed(used: Photo, lee: Person, client: Client) -> None:
    client.force_login(lee)
    answer = client.post(f"{DESK}{used.pk}/delete/", {"post": "yes"})
    page = answer.content.decode()
    assert "A draft" in page
    assert "Before readers" in page
    assert Photo.objects.filter(pk=used.pk).exists()


def test_it_is_replaced_everywhere_after_a_look_at_what_will_become_of_it(
    used: Photo, photo: Photos, chen: Person, lee: Person, client: Client
) -> None:
    new = photo(caption="New.", credit="Another")
    client.force_login(chen)
    address = f"{DESK}{used.pk}/replace/"
    page = client.post(address, {"new": new.pk}).content.decode()
    assert "Replaced, also for readers." in page
    assert not Article.objects.filter(lead_photo=new).exists()
    client.post(address, {"new": new.pk, "do": "1"})
    live = Snapshot.objects.live().get(headline="Before readers")
    assert (live.lead_picture and live.lead_picture.caption, live.change) == ("New.", "silent")
    assert Article.objects.get(headline="Before readers").lead_caption == ""
    draft = Article.objects.get(headline="A draft")
    assert f'<figure data-photo="{new.pk}"></figure>' in draft.body
    assert "Here" not in draft.body
    assert Author.objects.get(name="Inés Varga").portrait == new
    assert [use.what for use in uses.of(used, by=lee)] == ["earlier before readers"]


def test_who_may_not_publish_proposes_it_to_the_desk(used: Photo, photo: Photos, lee: Person) -> None:
    new = photo()
    outcomes = {each.name: each.done or each.problem for each in uses.replace(used, new, by=lee)}
    assert outcomes == {
        "A draft": "Replaced.",
        "Before readers": "Proposed to the desk, as readers have the story.",
        "Inés Varga": "You may not change portraits.",
    }
    assert Proposal.objects.get().content["lead_photo"] == new.pk


@pytest.mark.parametrize("role", ["contributor", "writer", "copy-editor"])
def test_pages_for_many_are_closed_to_who_may_not_change_photos(role: str, used: Photo, client: Client) -> None:
    person = Person.objects.create_user("x@paper.example", "X", "correct horse battery", is_staff=True)
    Duty.objects.create(person=person, role=role)
    client.force_login(person)
    for address in (f"{DESK}change-many/?ids={used.pk}", f"{DESK}{used.pk}/replace/"):
        assert client.get(address).status_code == 403
        assert client.post(address, {"new": used.pk, "do": "1"}).status_code == 403
    assert client.post(f"{DESK}{used.pk}/unframe/").status_code == 403
    assert "Replace it everywhere" not in client.get(f"{DESK}{used.pk}/change/").content.decode()


@pytest.mark.parametrize("which", ["itself", "ended", "nothing"])
def test_what_cannot_take_its_place_is_refused(
    used: Photo, photo: Photos, chen: Person, client: Client, which: str
) -> None:
    ended = photo()
    Photo.objects.filter(pk=ended.pk).update(allowed_until="2020-01-01")
    client.force_login(chen)
    new: Any = {"itself": used.pk, "ended": ended.pk, "nothing": ""}[which]
    answer = client.post(f"{DESK}{used.pk}/replace/", {"new": new, "do": "1"})
    assert answer.context["form"].errors
    assert not Article.objects.filter(lead_photo=ended).exists()


# --- Who is told of which use ---


@pytest.fixture
def hushed(used: Photo, published: Published, chen: Person, world: Section) -> Photo:
    """The photo in stories of the world too that readers do not have, or not any more, or not as they are now."""
    now = timezone.now()
    gone = published(lead_photo=used, headline="Withdrawn since")
    publishing.withdraw(gone.article, seen_version=gone.article.version)
    published(lead_photo=used, headline="Under embargo", live_from=now + timedelta(days=1))
    past = published(lead_photo=used, headline="Planned once", live_from=now + timedelta(days=1))
    publishing.call_off(past.article)
    Article.objects.filter(headline="Before readers").update(headline="Not as readers have it")
    planned(used, Snapshot.objects.live().get(), world, by=chen)
    return used


def planned(photo: Photo, story: Snapshot, section: Section, *, by: Person) -> Edition:
    """The section's front of tomorrow, with the photo."""
    seen = fronts.front_of(section).version
    placed = {"lead": [Placement(story.article_id, photo=photo.pk)]}
    draft = fronts.save(section, placed, by=by, seen_version=seen)
    return fronts.publish(section, by=by, seen_version=draft.version, at=timezone.now() + timedelta(days=1))


HUSHED = (
    "A draft", "Withdrawn since", "Under embargo", "Planned once", "Not as readers have it", "of/world/editions",
    "World from",
)  # fmt: skip


def elsewhere(client: Client, role: str, city: Section) -> Person:
    """Somebody of another section signs in."""
    person = Person.objects.create_user("eve@paper.example", "Eve", "correct horse battery", is_staff=True)
    Duty.objects.create(person=person, role=role).sections.add(city)
    client.force_login(person)
    return person


def unhushed(page: str) -> list[str]:
    """What a page tells of that readers do not have."""
    return [each for each in HUSHED if each in page]


@pytest.mark.parametrize("role", ["contributor", "writer", "section-editor", "copy-editor", "photo-editor"])
def test_stories_that_somebody_may_not_open_are_counted_and_not_named(
    hushed: Photo, city: Section, client: Client, role: str
) -> None:
    elsewhere(client, role, city)
    page = client.get(f"{DESK}{hushed.pk}/change/").content.decode()
    assert unhushed(page) == []
    assert "4 stories that you may not open" in page
    assert "1 front that you may not arrange" in page
    assert "Before readers" in page
    assert "Inés Varga" in page
    for address in ("", "choose/", f"{hushed.pk}/choice/", f"{hushed.pk}/history/"):
        assert unhushed(client.get(f"{DESK}{address}").content.decode()) == []


def test_who_may_open_them_has_them_named(hushed: Photo, chen: Person, client: Client) -> None:
    client.force_login(chen)
    page = client.get(f"{DESK}{hushed.pk}/change/").content.decode()
    assert unhushed(page) == [each for each in HUSHED if each != "World from"]
    assert "you may not" not in page


def test_ones_own_story_is_named_among_those_that_are_counted(
    hushed: Photo, ana: Person, story: Callable[..., Article], client: Client
) -> None:
    story(by=ana, lead_photo=hushed, headline="Of my own")
    client.force_login(ana)
    page = client.get(f"{DESK}{hushed.pk}/change/").content.decode()
    assert "Of my own" in page
    # The draft is one that nobody writes yet.
    assert unhushed(page) == ["A draft"]
    assert "3 stories that you may not open" in page


def test_the_page_before_a_photo_is_deleted_names_no_more(hushed: Photo, city: Section, client: Client) -> None:
    elsewhere(client, "photo-editor", city)
    address = f"{DESK}{hushed.pk}/delete/"
    for answer in (client.get(address), client.post(address, {"post": "yes"})):
        page = answer.content.decode()
        assert "is in use, so it cannot be deleted" in page
        assert unhushed(page) == []
        assert "4 stories that you may not open" in page
        assert "1 front that you may not arrange" in page
        assert "Before readers" in page
    assert Photo.objects.filter(pk=hushed.pk).exists()


@pytest.mark.parametrize("kept_by", ["embargo", "called off", "front called off"])
def test_what_alone_keeps_a_photo_is_said_before_it_is_deleted(
    kept_by: str, photo: Photos, published: Published, city: Section, chen: Person, world: Section, client: Client
) -> None:
    mine, tomorrow = photo(), timezone.now() + timedelta(days=1)
    if kept_by == "front called off":
        fronts.call_off(planned(mine, published(), world, by=chen), by=chen)
    else:
        made = published(lead_photo=mine, headline="Under embargo", live_from=tomorrow)
        if kept_by == "called off":
            publishing.call_off(made.article)
        # What is planned keeps the photo that it was planned with.
        made.article.lead_photo = None
        editing.save(made.article, by=None, seen_version=made.article.version)
    elsewhere(client, "photo-editor", city)
    page = client.post(f"{DESK}{mine.pk}/delete/", {"post": "yes"}).content.decode()
    assert "is in use, so it cannot be deleted" in page
    assert "1 front that you may not arrange" in page or "1 story that you may not open" in page
    assert unhushed(page) == []
    assert Photo.objects.filter(pk=mine.pk).exists()


def test_replacing_a_photo_everywhere_tells_of_no_story_that_one_may_not_open(
    hushed: Photo, photo: Photos, city: Section, client: Client
) -> None:
    new = photo()
    elsewhere(client, "photo-editor", city)
    address = f"{DESK}{hushed.pk}/replace/"
    for answer in (
        client.get(address), client.post(address, {"new": new.pk}),
        client.post(address, {"new": new.pk, "do": "1"}, follow=True),
    ):  # fmt: skip
        page = answer.content.decode()
        assert answer.status_code == 200
        assert unhushed(page) == []
        assert "stories that you may not open" in page
    assert not Article.objects.filter(lead_photo=new).exists()


@pytest.mark.parametrize("role", ["photo-editor", "editor-in-chief"])
@pytest.mark.parametrize("page", ["change", "delete", "replace"])
def test_pages_that_say_where_a_photo_is_used_ask_the_same_for_few_uses_as_for_many(
    role: str, page: str, photo: Photos, published: Published, chen: Person, city: Section, client: Client
) -> None:
    mine, world = photo(), Section.objects.get(slug="world")
    elsewhere(client, role, city)
    counts: list[int] = []
    for more in (1, 5):
        for number in range(more):
            for section in (city, world):
                published(lead_photo=mine, section=section)
                published(lead_photo=mine, section=section, live_from=timezone.now() + timedelta(days=1))
                gone = published(lead_photo=mine, section=section)
                publishing.withdraw(gone.article, seen_version=gone.article.version)
            front = Section.objects.create(name=f"Quarter {more} {number}", slug=f"quarter-{more}-{number}", position=9)
            planned(mine, published(section=front), front, by=chen)
        counts += counted(client, f"{DESK}{mine.pk}/{page}/")
    assert counts[0] == counts[1]


# --- The same change to many ---


@pytest.fixture
def desk(client: Client, lee: Person) -> Client:
    """The photo editor's browser."""
    client.force_login(lee)
    return client


def seen(*photos: Photo) -> list[str]:
    """What the page says it saw."""
    return [f"{photo.pk}@{photo.updated_at.isoformat()}" for photo in photos]


def test_words_of_many_are_changed_after_a_look_at_each(desk: Client, photo: Photos) -> None:
    one, two, three = photo(caption="The Quay at dawn."), photo(caption="A crane."), photo(caption="Left alone.")
    licence = Licence.objects.create(name="CC BY 4.0", url="https://creativecommons.example/by/4.0/")
    form = {
        "seen": seen(one, two), "credit": "Ana Ruiz", "find": "Quay", "put": "quay", "append": "File photo.",
        "keywords": "harbour, old town", "licence": licence.pk,
    }  # fmt: skip
    page = desk.post(f"{DESK}change-many/", form).content.decode()
    assert "The quay at dawn. File photo." in page
    assert "Oskar Lindqvist/The Ledger" in page
    one.refresh_from_db()
    assert one.caption == "The Quay at dawn."
    assert desk.post(f"{DESK}change-many/", {**form, "do": "1"}).status_code == 302
    for mine, caption in ((one, "The quay at dawn. File photo."), (two, "A crane. File photo.")):
        key = mine.print_key
        mine.refresh_from_db()
        assert (mine.caption, mine.credit, mine.licence) == (caption, "Ana Ruiz", licence)
        assert sorted(mine.keywords.names()) == ["harbour", "old town"]
        # The credit is written into the files that readers get.
        assert mine.print_key != key
        assert mine in Photo.objects.matching("OLD TOWN ruiz")
    three.refresh_from_db()
    assert three.caption == "Left alone."


def test_what_somebody_changed_meanwhile_stays_as_it_is(desk: Client, photo: Photos) -> None:
    one, two = photo(), photo()
    form = {"seen": seen(one, two), "credit": "Mine", "do": "1"}
    one.credit = "Theirs"
    one.save()
    page = desk.post(f"{DESK}change-many/", form, follow=True).content.decode()
    assert "1 of 2 are changed" in page
    assert "Somebody changed it in the meantime" in page
    assert list(Photo.objects.order_by("pk").values_list("credit", flat=True)) == ["Theirs", "Mine"]


@pytest.mark.parametrize("query", ["", "?ids=", "?ids=x,²,-1", "?ids=999999999999999999999999", "?ids=7"])
def test_no_photo_chosen_is_said(desk: Client, query: str) -> None:
    assert "No photo was chosen" in desk.get(f"{DESK}change-many/{query}").content.decode()


@pytest.mark.parametrize("chosen", ["x@2026-05-03", "1@x", "²@2026-05-03", f"{'9' * 30}@2026-05-03", "1@2026-05-03"])
def test_what_names_no_photo_changes_none(desk: Client, photo: Photos, chosen: str) -> None:
    photo(credit="As it was")
    form = {"seen": chosen, "credit": "Mine", "do": "1"}
    assert desk.post(f"{DESK}change-many/", form, follow=True).status_code == 200
    assert Photo.objects.get().credit == "As it was"


def test_nothing_to_change_is_said(desk: Client, photo: Photos) -> None:
    mine = photo()
    assert "Say what is to be changed" in desk.post(f"{DESK}change-many/", {"seen": seen(mine)}).content.decode()
    page = desk.post(f"{DESK}change-many/", {"seen": seen(mine), "credit": mine.credit}).content.decode()
    assert "It is so already" in page
    assert 'name="do"' not in page


def counted(desk: Client, address: str) -> Iterator[int]:
    """How many queries a page takes."""
    with CaptureQueriesContext(connection) as context:
        assert desk.get(address).status_code == 200
    yield len(context)


def test_the_page_of_many_asks_the_same_for_two_as_for_twenty(desk: Client, photo: Photos) -> None:
    photos = [photo() for _ in range(20)]
    few, many = (",".join(str(each.pk) for each in some) for some in (photos[:2], photos))
    assert list(counted(desk, f"{DESK}change-many/?ids={few}")) == list(counted(desk, f"{DESK}change-many/?ids={many}"))


def test_a_change_of_the_framing_is_taken_back_by_a_button(desk: Client, photo: Photos) -> None:
    mine = photo()
    address = f"{DESK}{mine.pk}/change/"
    form = {"caption": "C", "credit": "C", "alt": "A", "focal_x": 10, "focal_y": 90, "rotation": 90,
            "crops": '{"1x1": [0, 0, 4000], "9x9": [0, 0, 1], "4x3": "x"}'}  # fmt: skip
    assert desk.post(address, {**form, **shown.seen(desk, address)}).status_code == 302
    mine.refresh_from_db()
    assert (mine.rotation, mine.focal_x, mine.crops) == (90, 10, {"1x1": [0, 0, 4000]})
    assert "Undo the last stored framing" in desk.get(f"{DESK}{mine.pk}/change/").content.decode()
    desk.post(f"{DESK}{mine.pk}/unframe/")
    mine.refresh_from_db()
    assert (mine.rotation, mine.focal_x, mine.crops, mine.caption) == (0, 50, {}, "C")
    assert "no change of the framing" in desk.post(f"{DESK}{mine.pk}/unframe/", follow=True).content.decode()


def test_a_change_says_what_it_would_do_and_nothing_more() -> None:
    photo = Photo(caption="a b a", credit="x")
    assert bulk.Change(find="a", put="c").of(photo) == {"caption": "c b c"}
    assert bulk.Change(append="!").of(Photo()) == {"caption": "!"}
    assert bulk.Change(credit="x").of(photo) == {}
