"""Words of another script or language than those around them: each runs its own way, and says what language it is."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles import breaking, editing, publishing
from articles.changes import Change
from articles.content import Name
from articles.models import Article, Author, Section, Snapshot
from articles.publishing import Telling
from staff.models import Person

pytestmark = pytest.mark.django_db
ARABIC = "أعلنت البلدية!"


def page(client: Client, address: str, status: int = 200) -> str:
    """The page at an address."""
    answer = client.get(address)
    assert answer.status_code == status
    return str(answer.content.decode())


def test_names_side_by_side_keep_their_order(client: Client, story: Callable[..., Article]) -> None:
    # In one run of Arabic, the second would stand left of the first: before it, to whoever reads “By” first.
    people = [Author.objects.create(name=name, slug=f"name-{at}") for at, name in enumerate(("محمد علي", "فاطمة حسن"))]
    names = [Name(author=each.pk, role="by", wording="") for each in people]
    article = editing.save(story(), by=None, seen_version=1, names=names)
    snapshot = publishing.publish(article, by=None, seen_version=article.version)
    for each in people:
        link = f'<a href="{each.get_absolute_url()}" dir="auto">{each.name}</a>'
        assert link in page(client, snapshot.path)
        for address in ("/", "/world/", "/search/?q=bridge"):
            assert f"<bdi>{each.name}</bdi>" in page(client, address), address


def test_a_correction_is_in_the_language_of_its_story(client: Client, published: Callable[..., Snapshot]) -> None:
    snapshot = published(headline="الميناء", slug="port", language="ar")
    telling = Telling(Change.CORRECTION, ARABIC)
    publishing.publish(snapshot.article, by=None, seen_version=1, telling=telling)
    for address in (snapshot.path, "/corrections/"):
        assert f'<span lang="ar" dir="auto">{ARABIC}</span>' in page(client, address), address


def test_the_line_of_breaking_news_runs_as_its_words_do(client: Client, chen: Person) -> None:
    breaking.break_news(ARABIC, until=timezone.now() + timedelta(hours=1), by=chen)
    # What says its own direction does not decide that of the line.
    assert re.search(r'<p dir="auto"><b [^>]* dir="ltr">Breaking news</b>', page(client, "/"))


def test_what_the_newsroom_says_of_people_sections_and_withdrawals(
    client: Client, published: Callable[..., Snapshot], ines: Author, world: Section
) -> None:
    snapshot = published()
    publishing.withdraw(snapshot.article, seen_version=1, farewell=ARABIC)
    Author.objects.filter(pk=ines.pk).update(role=ARABIC)
    Section.objects.filter(pk=world.pk).update(name=ARABIC, description=ARABIC)
    assert f'<p class="farewell" dir="auto">{ARABIC}</p>' in page(client, snapshot.path, 410)
    assert f'<p class="profile__role" dir="auto">{ARABIC}</p>' in page(client, ines.get_absolute_url())
    for said in (f'<h1 dir="auto">{ARABIC}</h1>', f'<p dir="auto">{ARABIC}</p>'):
        assert said in page(client, world.get_absolute_url())


def test_a_text_runs_its_own_way_in_feeds_and_the_api_too(client: Client, published: Callable[..., Snapshot]) -> None:
    uid = published(headline="الميناء", slug="port", language="ar", body=f"<p>{ARABIC}</p>").uid
    said = client.get(f"/api/v1/stories/{uid}/").json()["bodies"][0]["value"]
    assert said == f'<div dir="rtl"><p>{ARABIC}</p></div>'
    assert said in client.get("/feed.json").json()["items"][0]["content_html"]
