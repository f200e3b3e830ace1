"""Previews, and review links for somebody outside."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import editing, reviewing
from articles.models import Article, Paper, ReviewLink, ReviewView, Snapshot
from articles.models.paper import ONLY
from media.models import Photo
from staff.models import Person

pytestmark = pytest.mark.django_db
Story = Callable[..., Article]
LIST = "/admin/articles/article/"


@pytest.fixture
def desk(client: Client, ben: Person) -> Client:
    """The section editor's browser."""
    client.force_login(ben)
    return client


@pytest.fixture
def link(story: Story, ben: Person) -> ReviewLink:
    """A link to the first version of a story, for three days."""
    until = timezone.now() + timedelta(days=3)
    return reviewing.invite(story(), receiver="Dr. Adebayo", expires_at=until, version=1, by=ben)


def address(link: ReviewLink) -> str:
    """Where the link leads."""
    return reverse("review", args=[reviewing.token(link)])


def test_a_preview_is_the_readers_page_of_any_version_and_stores_nothing(
    desk: Client, story: Story, photo: Callable[..., Any], ben: Person
) -> None:
    article = story(headline="As it was", lead_photo=photo(caption="A crane at dusk."), tags=("bridges",))
    stored = Article.objects.get()
    stored.headline = "As it is"
    editing.save(stored, by=ben, seen_version=1)
    frame = f"{LIST}{article.pk}/as-readers/"
    page = desk.get(frame)
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in page.headers["Cache-Control"]
    for words in ("As it is", "A crane at dusk.", "Oskar Lindqvist/The Ledger", "Inés Varga", "bridges"):
        assert words in page.content.decode()
    assert "Report an error" not in page.content.decode()
    assert "As it was" in desk.get(f"{frame}?version=1").content.decode()
    assert f"{frame}?version=1" in desk.get(f"{LIST}{article.pk}/preview/?version=1&on=phone").content.decode()
    for odd in ("99", "x", "٣"):
        assert desk.get(f"{frame}?version={odd}").status_code == 404
    assert not Snapshot.objects.exists()


def test_a_story_with_gaps_has_a_preview_too(desk: Client, ben: Person) -> None:
    waiting = Photo.objects.create(caption="On its way.", credit="Oskar Lindqvist")
    body = f'<figure data-photo="{waiting.pk}"></figure><figure data-photo="999"></figure>'
    article = editing.save(Article(body=body, lead_photo=waiting), by=ben, seen_version=0, names=[], tags=["new"])
    page = desk.get(f"{LIST}{article.pk}/as-readers/")
    assert page.status_code == 200
    assert "No section yet" in page.content.decode()


def test_a_link_shows_its_version_with_the_receivers_name_to_whoever_has_it(client: Client, link: ReviewLink) -> None:
    stored = Article.objects.get()
    stored.headline = "Changed since"
    editing.save(stored, by=None, seen_version=1)
    page = client.get(address(link), headers={"User-Agent": "Reader/1.0"})
    assert "For Dr. Adebayo." in page.content.decode()
    assert "Changed since" not in page.content.decode()
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert not page.cookies
    assert ReviewView.objects.get().browser == "Reader/1.0"


@pytest.mark.parametrize("token", ["1", "1:wrong", "x:y", "٣:x", "%00"])
def test_a_forged_link_is_none(client: Client, link: ReviewLink, token: str) -> None:
    assert client.get(f"/review/{token}/").status_code == 404
    assert not ReviewView.objects.exists()


def test_a_link_ends_by_itself_by_hand_and_before_an_embargo(client: Client, link: ReviewLink, ben: Person) -> None:
    words = Article.objects.get().headline
    with time_machine.travel(link.expires_at, tick=False):
        closed = client.get(address(link))
        assert (closed.status_code, words in closed.content.decode()) == (403, False)
    Article.objects.update(embargo_until=timezone.now() + timedelta(hours=1))
    closed = client.get(address(link))
    assert (closed.status_code, words in closed.content.decode()) == (403, False)
    Article.objects.update(embargo_until=None)
    assert client.get(address(link)).status_code == 200
    reviewing.revoke(link, by=ben)
    assert client.get(address(link)).status_code == 403
    assert ReviewView.objects.count() == 1


@pytest.mark.parametrize("days", [-1, 0, 61])
def test_no_link_is_open_for_ever_or_not_at_all(story: Story, ben: Person, days: int) -> None:
    until = timezone.now() + timedelta(days=days)
    with pytest.raises(reviewing.Misdated):
        reviewing.invite(story(), receiver="The lawyer", expires_at=until, version=1, by=ben)
    assert not ReviewLink.objects.exists()


def test_links_are_made_listed_and_closed_by_who_may_publish(
    client: Client, story: Story, ana: Person, ben: Person
) -> None:
    article = story(by=ana)
    page = f"{LIST}{article.pk}/reviews/"
    until = timezone.localtime(timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    sent = {"receiver": "The lawyer", "expires_at": until}
    client.force_login(ana)
    assert client.post(page, sent).status_code == 403
    assert "Make a link" not in client.get(page).content.decode()
    client.force_login(ben)
    assert "At most 60 days" in client.post(page, {**sent, "expires_at": "2090-01-01T10:00"}).content.decode()
    assert "This is past" in client.post(page, {**sent, "expires_at": "2020-01-01T10:00"}).content.decode()
    listed = client.post(page, sent, follow=True).content.decode()
    made = ReviewLink.objects.get()
    assert address(made) in listed
    assert "Not opened yet" in listed
    client.get(address(made))
    assert "Opened 1 time" in client.get(page).content.decode()
    client.force_login(ana)
    assert client.post(page, {"revoke": made.pk}).status_code == 403
    assert address(made) not in client.get(page).content.decode()
    client.force_login(ben)
    assert "is closed" in client.post(page, {"revoke": made.pk}, follow=True).content.decode()
    assert client.get(address(made)).status_code == 403


def test_a_usual_end_is_offered_by_the_newsrooms_clock(desk: Client, story: Story) -> None:
    with time_machine.travel(datetime(2026, 5, 3, 14, 5, 7, tzinfo=UTC), tick=False):
        Paper(pk=ONLY, time_zone="Europe/Lisbon").save()
        reviews = desk.get(f"{LIST}{story().pk}/reviews/").content.decode()
        fronts = desk.get("/admin/articles/front/").content.decode()
    assert 'type="datetime-local" name="expires_at" value="2026-05-06T15:05"' in reviews
    assert 'type="datetime-local" name="until" value="2026-05-03T18:05"' in fronts
