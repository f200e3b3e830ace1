"""Publishing: what readers get, when, and that it is never changed behind their backs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import editing, publishing
from articles.content import Name
from articles.editing import StaleVersion
from articles.models import Address, Article, Author, Section, Snapshot
from articles.models.address import AddressTaken
from articles.models.snapshot import MUTABLE, SnapshotIsFrozen
from articles.preflight import NotReady
from media.models import Photo
from staff.models import Person

pytestmark = pytest.mark.django_db
Story = Callable[..., Article]
Published = Callable[..., Snapshot]


def save(article: Article, **fields: Any) -> Article:
    """Edit some fields of a story as somebody who saw its present version."""
    for field, value in fields.items():
        setattr(article, field, value)
    return editing.save(article, by=None, seen_version=article.version)


def test_a_published_story_is_before_readers(story: Story, ben: Person, client: Client) -> None:
    article = story(headline="The bridge opens", tags=("bridges",))
    assert client.get("/world/the-bridge-opens/").status_code == 404

    snapshot = publishing.publish(article, by=ben, seen_version=article.version)

    assert client.get("/world/the-bridge-opens/").status_code == 200
    assert (snapshot.path, snapshot.section_name, snapshot.published_by) == ("/world/the-bridge-opens/", "World", ben)
    assert snapshot.byline_text == "By Inés Varga"
    assert article.version == snapshot.version
    assert snapshot.tagged == [{"name": "bridges", "slug": "bridges"}]


def test_editing_a_live_story_changes_nothing_for_readers(published: Published, client: Client) -> None:
    snapshot = published(headline="The bridge opens")
    save(snapshot.article, headline="The bridge closes", body="<p>Another text.</p>")
    page = client.get(snapshot.path).content.decode()
    assert "The bridge opens" in page
    assert "Another text" not in page


def test_an_update_replaces_what_readers_see_and_keeps_what_they_saw(published: Published) -> None:
    first = published(headline="The bridge opens")
    article = save(first.article, headline="The bridge is open")

    second = publishing.publish(article, by=None, seen_version=article.version)

    first.refresh_from_db()
    assert first.headline == "The bridge opens"
    assert first.live_until == second.live_from
    assert second.published_at == first.published_at
    assert second.revised_at == second.live_from
    assert list(Snapshot.objects.live()) == [second]


def test_names_and_photos_stay_as_they_were_at_publication(
    story: Story, photo: Callable[..., Photo], ines: Author, world: Section
) -> None:
    lead, inside = photo(caption="The lead."), photo(caption="Inside.", agency="Northlight")
    article = story(
        lead_photo=lead, lead_caption="Said here.", body=f'<p>a</p><figure data-photo="{inside.pk}"></figure>'
    )
    snapshot = publishing.publish(article, by=None, seen_version=article.version)
    ines.name, inside.credit, world.name = "Somebody Else", "Nobody", "Elsewhere"
    for changed in (ines, inside, world):
        changed.save()

    snapshot = Snapshot.objects.get(pk=snapshot.pk)

    assert snapshot.byline_text == "By Inés Varga"
    assert snapshot.section_name == "World"
    assert snapshot.lead_picture is not None
    assert snapshot.lead_picture.caption == "Said here."
    assert snapshot.lead_picture.credit == "Oskar Lindqvist/The Ledger"
    assert snapshot.body_pictures[inside.pk].credit == "Oskar Lindqvist/The Ledger/Northlight"


def test_a_second_click_makes_no_second_snapshot(published: Published) -> None:
    first = published()
    again = publishing.publish(first.article, by=None, seen_version=first.article.version)
    assert again == first
    assert Snapshot.objects.count() == 1


def test_a_story_saved_since_it_was_seen_is_not_published(story: Story) -> None:
    article = story()
    seen = article.version
    save(Article.objects.get(pk=article.pk), deck="Another deck.")
    with pytest.raises(StaleVersion):
        publishing.publish(article, by=None, seen_version=seen)
    assert not Snapshot.objects.exists()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"headline": " ", "slug": "x"}, "no-headline"),
        ({"deck": ""}, "no-deck"),
        ({"section": None}, "no-section"),
        ({"body": "<p> </p>"}, "no-body"),
        ({"headline": "…"}, "no-slug"),
    ],
)
def test_what_is_missing_keeps_a_story_back(story: Story, fields: dict[str, Any], code: str) -> None:
    article = story(**fields)
    with pytest.raises(NotReady) as refusal:
        publishing.publish(article, by=None, seen_version=article.version)
    assert [finding.code for finding in refusal.value.findings] == [code]
    assert not Snapshot.objects.exists()


def test_without_a_byline_it_stays(story: Story) -> None:
    article = story()
    article.bylines.all().delete()
    with pytest.raises(NotReady, match="no byline"):
        publishing.publish(article, by=None, seen_version=article.version)


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"alt": ""}, "photo-without-alt"), ({"credit": ""}, "photo-without-credit")],
)
@pytest.mark.parametrize("place", ["lead", "body"])
def test_a_photo_that_lacks_words_keeps_the_story_back(
    story: Story, photo: Callable[..., Photo], fields: dict[str, Any], code: str, place: str
) -> None:
    lacking = photo(**fields)
    use = (
        {"lead_photo": lacking} if place == "lead" else {"body": f'<p>a</p><figure data-photo="{lacking.pk}"></figure>'}
    )
    article = story(**use)
    with pytest.raises(NotReady) as refusal:
        publishing.publish(article, by=None, seen_version=article.version)
    assert [finding.code for finding in refusal.value.findings] == [code]


def test_a_photo_that_waits_for_its_file_keeps_the_story_back(story: Story) -> None:
    awaited = Photo.objects.create(caption="Soon.", credit="Lee", alt="A door")
    article = story(body=f'<p>a</p><figure data-photo="{awaited.pk}"></figure>')
    with pytest.raises(NotReady, match="waits for its file"):
        publishing.publish(article, by=None, seen_version=article.version)


def test_an_alt_text_of_this_use_is_enough(story: Story, photo: Callable[..., Photo]) -> None:
    lacking = photo(alt="")
    article = story(body=f'<p>a</p><figure data-photo="{lacking.pk}" data-alt="A crane, bent"></figure>')
    assert publishing.publish(article, by=None, seen_version=article.version)


def test_a_scheduled_story_is_seen_from_its_minute_to_its_end(published: Published) -> None:
    now = timezone.now()
    snapshot = published(live_from=now + timedelta(hours=1), live_until=now + timedelta(hours=2))
    live = Snapshot.objects.live
    assert not live(snapshot.live_from - timedelta(microseconds=1)).exists()
    assert live(snapshot.live_from).get() == snapshot
    assert snapshot.live_until
    assert not live(snapshot.live_until).exists()


def test_publishing_now_calls_off_what_was_scheduled(published: Published) -> None:
    later = published(live_from=timezone.now() + timedelta(hours=1))
    now = publishing.publish(later.article, by=None, seen_version=later.article.version)
    later.refresh_from_db()
    assert later.live_until == later.live_from
    assert not Snapshot.objects.ended(later.live_from + timedelta(days=1)).exists()
    assert now.published_at == now.live_from


def test_a_scheduled_update_waits_while_readers_keep_what_they_have(published: Published) -> None:
    first = published()
    article = save(first.article, headline="Tomorrow's words")
    tomorrow = timezone.now() + timedelta(days=1)
    second = publishing.publish(article, by=None, seen_version=article.version, live_from=tomorrow)
    assert Snapshot.objects.live().get() == first
    assert Snapshot.objects.live(tomorrow).get() == second
    assert second.published_at == first.published_at


def test_a_withdrawn_story_is_gone_and_says_so(published: Published, client: Client) -> None:
    snapshot = published()
    publishing.withdraw(snapshot.article, seen_version=snapshot.article.version)
    assert client.get(snapshot.path).status_code == 410
    assert snapshot.headline not in client.get("/world/").content.decode()


def test_every_old_address_leads_to_the_present_one_in_one_hop(
    published: Published, city: Section, client: Client
) -> None:
    first = published(slug="first-name")
    article = first.article
    for slug, section in (("second-name", article.section), ("second-name", city), ("third-name", city)):
        save(article, slug=slug, section=section)
        publishing.publish(article, by=None, seen_version=article.version)
    old = ["/world/first-name/", "/world/second-name/", "/city/second-name/", "/city/third-name", "/world/first-name"]
    for path in old:
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (301, "/city/third-name/"), path
    assert client.get("/city/third-name/").status_code == 200


def test_a_section_that_moves_takes_its_stories_along_in_one_hop(published: Published, client: Client) -> None:
    first = published(slug="the-name")
    Section.objects.filter(slug="world").update(slug="globe")
    assert client.get("/world/the-name/").status_code == 200

    article = save(first.article, deck="Another deck.")
    publishing.publish(article, by=None, seen_version=article.version)

    answer = client.get("/world/the-name")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/globe/the-name/")
    assert client.get("/globe/the-name/").status_code == 200
    assert client.get("/globe/").status_code == 200


def test_an_address_is_never_given_to_another_story(published: Published, story: Story) -> None:
    first = published(slug="the-name")
    save(first.article, slug="another-name")
    second = story(slug="the-name")
    with pytest.raises(NotReady, match="belongs to another story"):
        publishing.publish(second, by=None, seen_version=second.version)
    with pytest.raises(AddressTaken):
        Address.objects.claim("/world/the-name/", second.pk)


def test_an_old_address_can_be_taken_up_again_by_its_own_story(published: Published, client: Client) -> None:
    first = published(slug="one")
    for slug in ("two", "one"):
        article = save(first.article, slug=slug)
        publishing.publish(article, by=None, seen_version=article.version)
    assert client.get("/world/one/").status_code == 200
    assert client.get("/world/two/").headers["Location"] == "/world/one/"


@pytest.mark.parametrize("field", [f.attname for f in Snapshot._meta.concrete_fields])
def test_the_database_refuses_to_change_a_snapshot(published: Published, field: str) -> None:
    snapshot = published()
    column = Snapshot._meta.get_field(field).column  # type: ignore[union-attr]
    statement = f'UPDATE articles_snapshot SET "{column}" = "{column}" WHERE id = %s'  # noqa: S608
    with connection.cursor() as cursor:
        if field.removesuffix("_id") in MUTABLE:
            cursor.execute(statement, [snapshot.pk])
            assert cursor.rowcount == 1
        else:
            with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
                cursor.execute(statement, [snapshot.pk])


def test_the_code_refuses_to_change_or_delete_a_snapshot(published: Published) -> None:
    snapshot = published()
    for attempt in (
        snapshot.save,
        snapshot.delete,
        Snapshot.objects.all().delete,
        lambda: Snapshot.objects.update(headline="Another"),
    ):
        with pytest.raises(SnapshotIsFrozen):
            attempt()


def test_what_readers_saw_can_not_be_deleted_around_it(
    published: Published, photo: Callable[..., Photo], ines: Author
) -> None:
    picture = photo()
    snapshot = published(lead_photo=picture, tags=("bridges",))
    for attempt in (snapshot.article.delete, picture.delete, ines.delete, snapshot.section.delete):
        with pytest.raises(ProtectedError):
            attempt()


def test_a_story_has_at_most_one_open_end(published: Published) -> None:
    snapshot = published()
    twin = Snapshot.objects.get(pk=snapshot.pk)
    twin.pk, twin._state.adding = None, True
    with pytest.raises(DatabaseError), transaction.atomic():
        twin.save()


def test_what_readers_keep_when_an_account_goes(
    published: Published, ben: Person, ines: Author, client: Client
) -> None:
    ines.account = ben
    ines.save()
    snapshot = published()
    Snapshot.objects.update(published_by=ben)
    ben.delete()
    page = client.get(snapshot.path).content.decode()
    assert "Inés Varga" in page


def test_the_number_of_questions_does_not_grow_with_the_story(
    story: Story, photo: Callable[..., Photo], ines: Author
) -> None:
    counts = []
    for number in (1, 4):
        photos = [photo() for _ in range(number)]
        others = [Author(name=f"Author {number} {at}", slug=f"author-{number}-{at}") for at in range(number)]
        article = story(
            lead_photo=photo(), tags=tuple(f"tag {number} {at}" for at in range(number)),
            body="<p>Words.</p>" + "".join(f'<figure data-photo="{each.pk}"></figure>' for each in photos),
        )  # fmt: skip
        names = [Name(author=each.pk, role="by", wording="") for each in (ines, *Author.objects.bulk_create(others))]
        editing.save(article, by=None, seen_version=1, names=names)
        for headline in ("The first", "The second"):
            article = save(article, headline=headline)
            with CaptureQueriesContext(connection) as context:
                publishing.publish(article, by=None, seen_version=article.version)
            asked = [each["sql"] for each in context if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]
            assert sum('FROM "media_photo"' in sql for sql in asked) == 1
            assert sum('"articles_snapshot"."body"' in sql for sql in asked) == (headline == "The second")
            # Whether it learns words is another matter.
            counts.append(sum('INTO "articles_spelling"' not in sql for sql in asked))
    assert counts[:2] == counts[2:]
    assert counts[0] <= 20
    assert counts[1] <= 24
