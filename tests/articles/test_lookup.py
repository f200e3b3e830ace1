"""One box finds what the newsroom has, within what the person may see."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles import editing
from articles.models import Article, Author, DeskEntry, Duty, Section
from articles.workflow import Stage
from media.models import Photo
from staff.models import Person

pytestmark = pytest.mark.django_db
FIND = "/admin/articles/article/find/"


def found(client: Client, typed: str) -> list[str]:
    """The headlines of the stories that are found."""
    page = client.get(FIND, {"q": typed})
    assert page.status_code == 200
    return [hit.story.headline for hit in page.context["found"].hits]


def test_a_story_is_found_by_its_words_captions_byline_tags_and_old_headlines(
    story: Callable[..., Article], photo: Callable[..., Photo], chen: Person, client: Client
) -> None:
    client.force_login(chen)
    picture = photo(caption="A crane at Skárrow.")
    article = story(headline="Crane drivers strike", lead_photo=picture, lead_caption="High above", tags=("Docks",))
    for typed in ("drivers", "dog", "skarrow", "high above", "varga", "docks", '"nine years"'):
        assert found(client, typed) == ["Crane drivers strike"], typed
    article.headline = "Crane operators return"
    editing.save(article, by=None, seen_version=article.version)
    page = client.get(FIND, {"q": "strike"}).content.decode()
    assert "Crane operators return" in page
    assert 'Once called <q dir="auto">Crane drivers <mark>strike</mark></q>' in page
    assert f'href="/admin/articles/article/{article.pk}/change/"' in page


def test_the_box_stands_on_every_page_of_the_newsroom(chen: Person, dee: Person, client: Client) -> None:
    client.force_login(chen)
    assert f'action="{FIND}"' in client.get("/admin/").content.decode()
    assert f'action="{FIND}"' in client.get("/admin/articles/article/board/").content.decode()
    client.force_login(dee)
    assert FIND not in client.get("/admin/").content.decode()


def test_nobody_finds_what_they_may_not_open(
    story: Callable[..., Article], ana: Person, ben: Person, dee: Person, city: Section, client: Client
) -> None:
    duty = Duty.objects.get(person=ben)
    duty.sections.set([city])
    story(headline="Ana's harbour", by=ana)
    story(headline="Somebody's harbour", stage=Stage.SUBMITTED)
    story(headline="City harbour", section=city, stage=Stage.SUBMITTED)
    client.force_login(ana)
    assert found(client, "harbour") == ["Ana's harbour"]
    client.force_login(ben)
    assert found(client, "harbour") == ["City harbour"]
    client.force_login(dee)
    assert client.get(FIND, {"q": "harbour"}).status_code == 403
    client.logout()
    assert client.get(FIND, {"q": "harbour"}).status_code == 302


def test_photos_and_authors_are_found_by_whoever_may_see_them(
    photo: Callable[..., Photo], ines: Author, chen: Person, client: Client
) -> None:
    photo(caption="Ferry at dusk")
    client.force_login(chen)
    page = client.get(FIND, {"q": "ferry"})
    assert [each.caption for each in page.context["found"].photos] == ["Ferry at dusk"]
    assert list(client.get(FIND, {"q": "ines"}).context["found"].authors) == [ines]


@pytest.mark.parametrize("typed", ["", '"', "*", "AND", "\x00", "x" * 400, "'; --", "😀", "مكتبة", "中文"])
def test_there_is_no_wrong_way_to_look(typed: str, chen: Person, client: Client) -> None:
    client.force_login(chen)
    assert found(client, typed) == []
    assert client.post(FIND, {"q": typed}).status_code == 405


def test_beginnings_and_typing_errors(story: Callable[..., Article], chen: Person, client: Client) -> None:
    client.force_login(chen)
    story(headline="The harbourmaster")
    assert found(client, "harb") == ["The harbourmaster"]
    assert found(client, "harb*") == ["The harbourmaster"]


def test_the_index_is_made_again_and_the_number_of_queries_stays(
    story: Callable[..., Article], chen: Person, client: Client
) -> None:
    client.force_login(chen)
    counts = []
    for number in range(2):
        for letter in "abc":
            story(headline=f"Harbour {letter} {'xy'[number]}")
        client.get(FIND)
        with CaptureQueriesContext(connection) as context:
            client.get(FIND, {"q": "harbour"})
        counts.append(len(context))
    assert counts[0] == counts[1] <= 14
    before = list(DeskEntry.objects.order_by("place").values())
    call_command("rebuild_search", "--all", verbosity=0)
    assert list(DeskEntry.objects.order_by("place").values()) == before
    Article.objects.first().delete()  # type: ignore[union-attr]
    assert DeskEntry.objects.count() == 5
