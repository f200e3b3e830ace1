"""What stands beside a story: series, stories put there by hand, and what is near."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles import publishing, relating
from articles.models import Article, Part, Related, Section, Series, Snapshot
from articles.workflow import Stage
from staff.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(published: Callable[..., Snapshot], story: Callable[..., Article]) -> Series:
    """Three parts that readers have, and one that they have not, the third."""
    made = Series.objects.create(name="The bridge", slug="the-bridge", description="How it was built.")
    for position, name in enumerate(("One", "Two", "Four")):
        Part.objects.create(series=made, article_id=published(headline=name).article_id, position=position * 2)
    Part.objects.create(series=made, article=story(headline="Three, not out"), position=3)
    return made


def path_of(headline: str) -> str:
    """Where readers find the story."""
    return Snapshot.objects.live().get(headline=headline).path


def test_a_part_says_which_it_is_and_leads_to_its_neighbours(series: Series, client: Client) -> None:
    page = client.get(path_of("Two"))
    text = page.content.decode()
    assert "Part 2 of 3" in text
    assert f'<a href="{path_of("One")}" rel="prev">' in text
    assert f'<a href="{path_of("Four")}" rel="next">' in text
    assert "not out" not in text
    assert {each.headline for each in page.context["beside"].stories}.isdisjoint({"One", "Two", "Four"})
    assert 'rel="prev"' not in client.get(path_of("One")).content.decode()
    assert 'rel="next"' not in client.get(path_of("Four")).content.decode()


def test_a_series_has_a_page_with_its_parts_in_order(series: Series, client: Client) -> None:
    page = client.get("/series/the-bridge/")
    assert [each.headline for each in page.context["stories"]] == ["One", "Two", "Four"]
    assert "How it was built." in page.content.decode()
    assert client.get("/series/nothing/").status_code == 404


def test_a_series_that_readers_have_nothing_of_is_not_theirs_to_know(
    story: Callable[..., Article], client: Client
) -> None:
    made = Series.objects.create(name="Secret", slug="secret")
    Part.objects.create(series=made, article=story())
    assert client.get("/series/secret/").status_code == 404


def test_a_part_alone_before_readers_says_nothing_of_a_series(
    published: Callable[..., Snapshot], client: Client
) -> None:
    made = Series.objects.create(name="Just begun", slug="just-begun")
    snapshot = published()
    Part.objects.create(series=made, article_id=snapshot.article_id)
    assert "Just begun" not in client.get(snapshot.path).content.decode()


def test_by_hand_before_tags_before_the_section_and_only_what_is_live(
    published: Callable[..., Snapshot], story: Callable[..., Article], city: Section, client: Client
) -> None:
    now = timezone.now()
    here = published(headline="Here", tags=("harbour", "ferries"))
    near = published(headline="Same section")
    tagged = published(headline="One tag", section=city, tags=("harbour",), live_from=now - timedelta(days=40))
    twice = published(
        headline="Two tags", section=city, tags=("harbour", "ferries"), live_from=now - timedelta(days=90)
    )
    chosen = published(headline="Chosen", section=city, live_from=now - timedelta(days=900))
    article = Article.objects.get(pk=here.article_id)
    for other in (Article.objects.get(pk=chosen.article_id), story(headline="Not out", section=city)):
        relating.add(article, other)
    page = client.get(here.path)
    shown = [each.headline for each in page.context["beside"].stories]
    assert shown == [each.headline for each in (chosen, twice, tagged, near)]
    publishing.withdraw(Article.objects.get(pk=chosen.article_id), seen_version=1)
    assert [each.headline for each in client.get(here.path).context["beside"].stories] == shown[1:]


def test_a_story_alone_has_nothing_beside_it(published: Callable[..., Snapshot], client: Client) -> None:
    page = client.get(published().path)
    assert page.context["beside"].stories == []
    assert "Read on" not in page.content.decode()


def test_an_editor_puts_stories_beside_one_orders_them_and_takes_them_away(
    story: Callable[..., Article], chen: Person, client: Client
) -> None:
    client.force_login(chen)
    here, one, two = story(headline="Here"), story(headline="Ferry"), story(headline="Crane")
    address = f"/admin/articles/article/{here.pk}/beside/"
    found = client.get(address, {"q": "ferry"})
    assert [hit.story for hit in found.context["offered"]] == [one]
    assert client.get(address, {"q": "here"}).context["offered"] == []
    for _ in range(2):
        client.post(address, {"add": one.pk})
    client.post(address, {"add": two.pk})
    client.post(address, {"add": here.pk})
    assert list(Related.objects.values_list("other", flat=True)) == [one.pk, two.pk]
    client.post(address, {"up": two.pk})
    assert list(Related.objects.values_list("other", flat=True)) == [two.pk, one.pk]
    client.post(address, {"remove": two.pk})
    client.post(address, {"remove": "x", "up": "9" * 30})
    assert list(Related.objects.values_list("other", flat=True)) == [one.pk]
    assert client.post(address, {"add": 99_999}).status_code == 404


def test_no_more_than_a_few_stand_beside_a_story(story: Callable[..., Article]) -> None:
    here = story(headline="Here")
    for number in range(relating.MOST):
        relating.add(here, story(headline=f"Story {'abcdefgh'[number]}"))
    with pytest.raises(relating.TooMany):
        relating.add(here, story(headline="One more"))


def test_who_may_not_change_the_story_puts_nothing_beside_it(
    story: Callable[..., Article], published: Callable[..., Snapshot], ana: Person, dee: Person, client: Client
) -> None:
    mine, out = story(by=ana), published(by=ana)
    others = story(stage=Stage.SUBMITTED)
    client.force_login(ana)
    assert client.get(f"/admin/articles/article/{mine.pk}/beside/").status_code == 200
    assert client.post(f"/admin/articles/article/{mine.pk}/beside/", {"add": others.pk}).status_code == 404
    # Readers have it: a writer proposes, and does not change.
    assert client.get(f"/admin/articles/article/{out.article_id}/beside/").status_code == 403
    assert client.get(f"/admin/articles/article/{others.pk}/beside/").status_code == 404
    client.force_login(dee)
    assert client.get(f"/admin/articles/article/{mine.pk}/beside/").status_code == 403


def test_a_series_is_kept_in_the_admin(story: Callable[..., Article], ben: Person, ana: Person, client: Client) -> None:
    client.force_login(ben)
    rows = {
        "parts-TOTAL_FORMS": "1",
        "parts-INITIAL_FORMS": "0",
        "parts-0-article": str(story().pk),
        "parts-0-position": "1",
    }
    answer = client.post("/admin/articles/series/add/", {"name": "Rivers", "slug": "rivers", **rows})
    assert answer.status_code == 302
    assert Part.objects.get().series.name == "Rivers"
    client.force_login(ana)
    assert client.get("/admin/articles/series/").status_code == 403
