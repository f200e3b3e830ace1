"""The terms of photos: nothing outside them is newly used, and what they end for leaves readers by itself."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import desk, editing, preflight
from articles.models import Article, Author, Duty, Section, Snapshot
from media.models import Photo
from staff.models import Person

pytestmark = pytest.mark.django_db
Stories = Callable[..., Article]
Photos = Callable[..., Photo]
Published = Callable[..., Snapshot]


def today() -> date:
    """Today in the newsroom."""
    return timezone.localdate()


def days(number: int) -> timedelta:
    """So many days."""
    return timedelta(days=number)


@pytest.fixture
def lee(db: None) -> Person:
    """The photo editor."""
    person = Person.objects.create_user("lee@paper.example", "Lee", "correct horse battery", is_staff=True)
    Duty.objects.create(person=person, role="photo-editor")
    return person


@pytest.mark.parametrize(
    ("terms", "is_allowed"),
    [
        ({}, True),
        ({"allowed_from": 0, "allowed_until": 0}, True),
        ({"allowed_from": 1}, False),
        ({"allowed_until": -1}, False),
        ({"allowed_from": -3, "allowed_until": 3}, True),
    ],
)
def test_terms_hold_from_their_first_to_their_last_day(photo: Photos, terms: dict[str, int], is_allowed: bool) -> None:
    mine = photo(**{name: today() + days(number) for name, number in terms.items()})
    assert (mine.refusal() == "") == is_allowed
    assert Photo.objects.outside_terms().exists() != is_allowed


def test_a_photo_outside_its_terms_is_refused_wherever_it_is_sent_from(
    story: Stories, photo: Photos, ben: Person, client: Client
) -> None:
    over, article = photo(allowed_until=today() - days(1)), story()
    for change in ({"lead_photo": over}, {"body": f'<p>Words.</p><figure data-photo="{over.pk}"></figure>'}):
        article = Article.objects.get(pk=article.pk)
        for name, value in change.items():
            setattr(article, name, value)
        with pytest.raises(editing.NotYours, match="could be used until"):
            editing.save(article, by=ben, seen_version=article.version)
    client.force_login(ben)
    address = f"/admin/articles/article/{article.pk}/change/"
    form = client.get(address).context["adminform"].form
    sent = {name: "" if form[name].value() is None else form[name].value() for name in form.fields if name != "tags"}
    sent |= {"lead_photo": over.pk, "_tab": "t", "tags": "", "_continue": "1", "bylines-TOTAL_FORMS": 0,
             "bylines-INITIAL_FORMS": 0}  # fmt: skip
    answer = client.post(address, sent)
    assert answer.status_code == 200
    assert "could be used until" in str(answer.context["errors"])
    assert not Article.objects.get(pk=article.pk).lead_photo


def test_a_story_keeps_the_photo_that_it_has_and_cannot_go_out_with_it(story: Stories, photo: Photos) -> None:
    mine = photo(allowed_until=today())
    article = story(lead_photo=mine)
    with time_machine.travel(timezone.now() + days(2), tick=True):
        article.deck = "Another deck."
        editing.save(article, by=None, seen_version=article.version)
        assert "photo-outside-terms" in {finding.code for finding in preflight.check(article)}


def test_a_photo_for_one_use_is_in_one_story(story: Stories, photo: Photos, published: Published) -> None:
    once = photo(is_one_time=True)
    first = published(lead_photo=once)
    with pytest.raises(editing.NotYours, match="single use"):
        story(lead_photo=once)
    again = Article.objects.get(pk=first.article_id)
    again.deck = "Another deck."
    editing.save(again, by=None, seen_version=again.version)
    assert "photo-used-once" not in {finding.code for finding in preflight.check(again)}


def test_when_its_terms_end_it_leaves_every_reader_page_by_itself(
    published: Published, photo: Photos, ines: Author, client: Client
) -> None:
    lead, inside, stays = (
        photo(caption=words, credit=f"By {words}", allowed_until=until)
        for words, until in (("The lead.", today()), ("Inside.", today()), ("It stays.", None))
    )
    ines.portrait = lead
    ines.save()
    text = f'<p>Words.</p><figure data-photo="{inside.pk}"></figure><figure data-photo="{stays.pk}"></figure>'
    snapshot = published(lead_photo=lead, body=text)
    pages = ["/", snapshot.path, f"/{snapshot.section.slug}/", f"/authors/{ines.slug}/"]
    for address in pages:
        assert lead.print_key in client.get(address).content.decode()
    with time_machine.travel(timezone.now() + days(1), tick=True):
        for address in pages:
            page = client.get(address).content.decode()
            assert lead.print_key not in page
            assert inside.print_key not in page
            assert "The lead." not in page
        story_page = client.get(snapshot.path).content.decode()
        assert stays.print_key in story_page
        assert "It stays." in story_page


def test_a_photo_that_is_not_for_fronts_is_in_its_story_alone(
    published: Published, photo: Photos, client: Client
) -> None:
    barred = photo(is_barred=True)
    snapshot = published(lead_photo=barred)
    assert barred.print_key in client.get(snapshot.path).content.decode()
    for address in ("/", f"/{snapshot.section.slug}/"):
        page = client.get(address).content.decode()
        assert snapshot.headline in page
        assert barred.print_key not in page


@pytest.mark.usefixtures("making")
@pytest.mark.parametrize("address", ["/", "/world/", "STORY"])
def test_terms_cost_no_query(published: Published, photo: Photos, world: Section, client: Client, address: str) -> None:
    counts = []
    for until in (None, today() - days(1)):
        for _ in range(4):
            mine = photo()
            snapshot = published(lead_photo=mine, body=f'<p>Words.</p><figure data-photo="{mine.pk}"></figure>')
            Photo.objects.filter(pk=mine.pk).update(allowed_until=until)
        with CaptureQueriesContext(connection) as context:
            assert client.get(snapshot.path if address == "STORY" else address).status_code == 200
        counts.append(len(context))
    assert counts[0] == counts[1] <= (3 if address == "STORY" else 6)


def test_what_ends_soon_is_on_the_desk_with_the_stories_that_have_it(
    published: Published, photo: Photos, lee: Person, ana: Person, client: Client
) -> None:
    soon, late, over, unused = (
        photo(caption=words, allowed_until=today() + days(number))
        for words, number in (("Soon.", 13), ("Late.", 15), ("Over.", 0), ("Unused.", 3))
    )
    stories = {mine.pk: published(lead_photo=mine) for mine in (soon, late, over)}
    Photo.objects.filter(pk=over.pk).update(allowed_until=today() - days(2))
    found = desk.my_desk(lee).ending
    assert [(each.photo, [story.pk for story in each.stories]) for each in found] == [
        (over, [stories[over.pk].pk]),
        (soon, [stories[soon.pk].pk]),
    ]
    client.force_login(lee)
    page = client.get("/admin/").content.decode()
    assert "Soon." in page
    assert "Late." not in page
    assert unused.caption not in page
    assert desk.my_desk(ana).ending == []


@pytest.mark.parametrize(
    ("origin", "told", "source"),
    [
        ("trainedAlgorithmicMedia", "Ana Ruiz (made by AI)", "TrainedAlgorithmicMedia"),
        ("compositeWithTrainedAlgorithmicMedia", "Ana Ruiz (edited with AI)", "CompositeWithTrainedAlgorithmicMedia"),
        ("algorithmicMedia", "Ana Ruiz (computer-generated)", "AlgorithmicMedia"),
        ("digitalCreation", "Ana Ruiz", "DigitalArt"),
        ("", "Ana Ruiz", ""),
    ],
)
def test_readers_and_machines_are_told_of_ai(
    published: Published, photo: Photos, client: Client, origin: str, told: str, source: str
) -> None:
    snapshot = published(lead_photo=photo(credit="Ana Ruiz", origin=origin))
    page = client.get(snapshot.path).content.decode()
    assert f">{told}</span>" in page
    assert (f"https://schema.org/{source}DigitalSource" in page) == bool(source)


def filled(response: Any) -> list[Photo]:
    """The photos of the grid."""
    return list(response.context["cl"].result_list)


def test_the_grid_finds_by_terms_use_and_shape(
    published: Published, photo: Photos, jpeg: Callable[..., bytes], lee: Person, client: Client
) -> None:
    client.force_login(lee)
    used, ending, ended = photo(), photo(allowed_until=today() + days(5)), photo(allowed_until=today() - days(5))
    later = photo(allowed_from=today() + days(5))
    published(lead_photo=used)
    grid = "/admin/media/photo/"
    assert filled(client.get(f"{grid}?use=some")) == [used]
    assert set(filled(client.get(f"{grid}?use=none"))) == {ending, ended, later}
    assert filled(client.get(f"{grid}?terms=ending")) == [ending]
    assert filled(client.get(f"{grid}?terms=ended")) == [ended]
    assert filled(client.get(f"{grid}?terms=later")) == [later]
    ending.rotation = 90
    ending.save()
    assert filled(client.get(f"{grid}?shape=tall")) == [ending]
    assert len(filled(client.get(f"{grid}?shape=wide"))) == 3
