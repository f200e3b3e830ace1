"""Stamps: whatever anybody does, by whatever way, a page that shows it is made anew, and others stay as they are."""

import socket
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from taggit.models import Tag

from articles import asking, breaking, editing, fronts, moves, publishing, relating, tags
from articles.changes import Change
from articles.content import Name
from articles.migrations import _stamps
from articles.models import (
    Address,
    Article,
    Author,
    BreakingLine,
    ContactLink,
    Page,
    Paper,
    Part,
    Section,
    Series,
    Snapshot,
    SnapshotAuthor,
    SnapshotTag,
    Stamp,
)
from articles.models import stamp as stamps
from articles.models.snapshot import SHELF
from articles.moves import Details
from articles.publishing import Telling
from articles.workflow import Stage
from articles.zones import Placement
from attache.pages.memory import memory
from media.models import Licence, Photo
from staff.models import Person

pytestmark = pytest.mark.django_db
Published = Callable[..., Snapshot]
PAGES = (
    "/", "/world/", "/city/", "/world/bridge/", "/world/harbour/", "/world/bridge-in-words/", "/city/tram/",
    "/authors/ines-varga/", "/authors/oskar-lindqvist/", "/tags/water/", "/tags/rails/", "/series/the-river/",
    "/corrections/", "/masthead/", "/about/", "/archive/", f"/archive/{timezone.localdate().year}/",
    "/feed.rss", "/feed.json", "/world/feed.atom",
    "/authors/ines-varga/feed.rss", "/tags/water/feed.json", "/sitemap.xml",
)  # fmt: skip


class Town:
    """A small paper in which everything hangs together, and what can happen to it."""

    def __init__(self, published: Published, photo: Callable[..., Photo], city: Section, ines: Author) -> None:
        self.ines = ines
        self.chief = Person.objects.create_superuser("chief@paper.example", "Chief", "correct horse battery")
        self.oskar = Author.objects.create(name="Oskar Lindqvist", slug="oskar-lindqvist", is_on_masthead=True)
        self.crane, self.face = photo(caption="A crane."), photo(caption="A face.")
        self.licence = Licence.objects.create(name="CC", url="https://licence.example/by")
        Photo.objects.filter(pk=self.face.pk).update(licence=self.licence)
        Author.objects.filter(pk=ines.pk).update(portrait=self.face, is_on_masthead=True)
        self.bridge = published(slug="bridge", headline="Bridge", lead_photo=self.crane, tags=("water",)).article
        self.harbour = published(slug="harbour", headline="Harbour", tags=("water",)).article
        self.in_words = published(
            slug="bridge-in-words", headline="Words", translation_of=self.bridge, language="fr"
        ).article
        self.pages = (*PAGES, f"/sitemaps/stories-{self.bridge.pk // SHELF}.xml")
        self.tram = published(slug="tram", headline="Tram", section=city, tags=("rails",)).article
        self.series = Series.objects.create(name="The river", slug="the-river")
        self.part = Part.objects.create(series=self.series, article=self.bridge)
        self.page = Page.objects.create(title="About", slug="about", body="<p>Us.</p>")
        self.city = city
        self.publish = published
        self.correct(self.harbour)

    def correct(self, article: Article) -> None:
        """Publish it anew with a correction."""
        telling = Telling(Change.CORRECTION, "It was Monday.")
        publishing.publish(article, by=None, seen_version=article.version, telling=telling)

    def arrange(self, section: Section | None, **said: Any) -> None:
        """Put a story at the head of a front, with what is said of it there."""
        placed = {"lead": [Placement(self.harbour.pk, **said)]}
        draft = fronts.save(section, placed, by=self.chief, seen_version=0)
        fronts.publish(section, by=self.chief, seen_version=draft.version)

    def break_news(self) -> None:
        """A line above every front, for an hour."""
        until = timezone.now() + timedelta(hours=1)
        breaking.break_news("The river rises", until=until, by=self.chief, article=self.bridge)

    def withdraw(self, article: Article) -> None:
        """Take it from readers."""
        publishing.withdraw(article, seen_version=article.version, farewell="Not ours.")

    def deeds(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        """What may happen, by its name, in this order."""
        today = timezone.localdate()
        yield "a story comes", lambda: self.publish(slug="ferry", headline="Ferry", tags=("water",))
        yield "the front page is arranged", lambda: self.arrange(None, photo=self.face.pk)
        yield "a section's front is, with a story of another", lambda: self.arrange(self.city, headline="So near")
        yield "news breaks", self.break_news
        yield "and is over", lambda: BreakingLine.objects.update(live_until=timezone.now())
        yield "a story is corrected", lambda: self.correct(self.bridge)
        yield "a story is put beside another", lambda: relating.add(self.harbour, self.tram)
        yield "and taken away", lambda: relating.remove(self.harbour, self.tram.pk)
        yield "a series grows", lambda: Part.objects.create(series=self.series, article=self.harbour, position=2)
        yield "a series is described", lambda: Series.objects.update(description="Five parts.")
        yield "a story leaves it", lambda: Part.objects.filter(article=self.bridge).delete()
        yield "a tag is called otherwise", lambda: tags.rename(Tag.objects.get(slug="rails"), "trams")
        yield "tags become one", lambda: tags.merge(Tag.objects.get(slug="trams"), Tag.objects.get(slug="water"))
        yield "an author writes of herself", lambda: Author.objects.filter(pk=self.ines.pk).update(bio="Swims.")
        yield (
            "and says where she is",
            lambda: ContactLink.objects.create(author=self.ines, label="Site", url="https://ines.example"),
        )
        yield "a portrait is described", lambda: Photo.objects.filter(pk=self.face.pk).update(alt="Inés, smiling")
        yield (
            "a portrait must go",
            lambda: Photo.objects.filter(pk=self.face.pk).update(allowed_until=today - timedelta(days=1)),
        )
        yield (
            "a photo of a story must go",
            lambda: Photo.objects.filter(pk=self.crane.pk).update(allowed_until=today - timedelta(days=1)),
        )
        yield "and may stay after all", lambda: Photo.objects.filter(pk=self.crane.pk).update(allowed_until=None)
        yield "the paper has a nameplate", lambda: Paper(pk=1, nameplate=self.crane).save()
        yield "which must go", lambda: Photo.objects.filter(pk=self.crane.pk).update(allowed_from=today + timedelta(1))
        yield "the paper has another motto", lambda: Paper.objects.update(motto="By the water")
        yield "a section has another colour", lambda: Section.objects.filter(pk=self.city.pk).update(accent="teal")
        yield "a page says more", lambda: Page.objects.filter(pk=self.page.pk).update(body="<p>Us, more.</p>")
        yield "and has another title", lambda: Page.objects.filter(pk=self.page.pk).update(title="About us")
        yield "a translation goes", lambda: self.withdraw(self.in_words)
        yield "a story is withdrawn", lambda: self.withdraw(self.bridge)
        yield "its farewell is mended", lambda: Snapshot.objects.filter(article=self.bridge).update(farewell="Sorry.")
        yield "by hand, in SQL", lambda: by_hand("UPDATE articles_author SET role = 'Poet' WHERE slug = 'ines-varga'")
        yield "somebody joins the masthead", lambda: Author.objects.create(name="Zoe", slug="zoe", is_on_masthead=True)
        yield "and leaves", lambda: Author.objects.filter(slug="zoe").delete()


def by_hand(statement: str) -> None:
    """As an operator would."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def town(published: Published, photo: Callable[..., Photo], city: Section, ines: Author) -> Town:
    """The paper."""
    return Town(published, photo, city, ines)


def shown(client: Client, address: str) -> tuple[int, bytes]:
    """What a reader gets there."""
    answer = client.get(address)
    return answer.status_code, answer.content


def test_whatever_happens_a_kept_page_is_what_it_would_be_anew(
    client: Client, town: Town, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What may wait is another test's matter.
    monkeypatch.setattr("articles.paper.views.JOINS_WITHIN", timedelta(0))
    changed_by = {}
    after = {address: shown(client, address) for address in town.pages}
    for name, deed in town.deeds():
        before = after
        kept = len(memory)
        deed()
        assert len(memory) == kept > 15
        after = {address: shown(client, address) for address in town.pages}
        settings.PAGES_MEMORY_MB = 0
        anew = {address: shown(client, address) for address in town.pages}
        settings.PAGES_MEMORY_MB = 64
        assert [each for each in town.pages if after[each] != anew[each]] == [], name
        changed_by[name] = [each for each in town.pages if before[each] != after[each]]
    # Each of the deeds was one that readers see.
    assert [name for name, pages in changed_by.items() if not pages] == []


def is_kept(client: Client, address: str) -> bool:
    """Whether a reader who asks now gets what was kept."""
    return client.get(address).headers.get("Cache-Status") == "attache; hit"


def test_a_story_that_comes_leaves_the_pages_of_other_stories_as_they_are(client: Client, published: Published) -> None:
    paths = [published(slug=f"old-{number}", headline=f"Old {number}").path for number in range(40)]
    for path in paths:
        client.get(path)
    new = published(slug="new", headline="New", tags=("water",))
    assert sum(is_kept(client, path) for path in paths) == 40
    assert not is_kept(client, "/")
    # It may stand beside them a little later; what is withdrawn is gone at once.
    assert new.path not in client.get(paths[0]).content.decode()
    first = client.get(paths[0])
    beside = [path for path in paths if f'href="{path}"' in first.content.decode() and path != paths[0]]
    gone = Snapshot.objects.get(path=beside[0]).article
    publishing.withdraw(gone, seen_version=gone.version)
    assert f'href="{gone.snapshots.get().path}"' not in client.get(paths[0]).content.decode()


def test_a_story_that_comes_leaves_other_years_and_other_shelves_as_they_are(
    client: Client, published: Published, world: Section, ines: Author, settings: Any
) -> None:
    settings.TIME_ZONE = "Asia/Kolkata"
    with time_machine.travel("2026-05-03T12:00:00+00:00", tick=False):
        # By the newsroom's clock the year begins before the world's does.
        eve = datetime(2023, 12, 31, 20, tzinfo=UTC)
        first, _, at_eve, _, last = [
            published(headline=f"Day {days}", live_from=eve + timedelta(days=days)) for days in range(-800, 801, 400)
        ]
        words = {"slug": "far", "headline": "Far", "deck": "Away.", "body": "<p>Far.</p>", "section": world}
        far = Article.objects.create(pk=last.article_id + 2 * SHELF, stage=Stage.READY, **words)
        byline = [Name(author=ines.pk, role="by", wording="")]
        far = editing.save(far, by=None, seen_version=far.version, names=byline)
        away = publishing.publish(far, by=None, seen_version=far.version, live_from=eve)
        _, here = shelves = [shelf_of(each) for each in (away, last)]
        old = [f"/archive/{each}/" for each in ("2022", "2023", "2024", "2024/1", "2024/1/1", "2025/2")]
        news: list[Snapshot] = []
        kept = kept_after(client, [*old, *shelves], lambda: news.append(published(headline="News")))
        assert kept == {*old, *shelves} - {shelf_of(news[0])}
        assert at_eve.path in client.get("/archive/2024/1/1/").content.decode()
        telling = Telling(Change.CORRECTION, "It was Monday.")
        correct = partial(publishing.publish, far, by=None, seen_version=far.version, telling=telling)
        assert kept_after(client, [*old, *shelves], correct) == {"/archive/2022/", "/archive/2025/2/", here}
        # What comes in a year of theirs does, to the newsroom's midnight.
        late = published(headline="Late", live_from=datetime(2023, 12, 31, 18, 29, tzinfo=UTC))
        shown = {each for each in old if late.path in client.get(each).content.decode()}
        assert shown == {"/archive/2023/"}
        # The ends of the archive are those of its first and last stories.
        withdrawn = partial(publishing.withdraw, first.article, seen_version=first.version)
        assert kept_after(client, old, withdrawn) == set()
        assert "/archive/2021/" not in client.get("/archive/2022/").content.decode()


def shelf_of(story: Snapshot) -> str:
    """The sitemap that names the story."""
    return f"/sitemaps/stories-{story.article_id // SHELF}.xml"


def kept_after(client: Client, addresses: Iterable[str], deed: Callable[[], Any]) -> set[str]:
    """Which of these are kept, and stay so after that."""
    for address in addresses:
        client.get(address)
    deed()
    return {address for address in addresses if is_kept(client, address)}


def test_only_pages_that_show_it_are_made_anew(client: Client, town: Town) -> None:
    def kept(deed: Callable[[], Any]) -> set[str]:
        return kept_after(client, town.pages, deed)

    everything = kept(lambda: None)
    assert everything == set(town.pages)
    assert kept(lambda: town.publish(slug="lake", headline="Lake")) >= {
        "/city/", "/city/tram/", "/world/bridge/", "/tags/rails/", "/series/the-river/", "/about/", "/masthead/",
        "/corrections/",
    }  # fmt: skip
    body = kept(lambda: Page.objects.update(body="<p>Else.</p>"))
    assert body == everything - {"/about/"}
    # What the newsroom does among itself is no reader's business, and neither is a photo that nobody shows.
    quiet = kept(
        lambda: [
            Article.objects.filter(pk=town.bridge.pk).update(headline="Bridges"),
            Tag.objects.create(name="unheard", slug="unheard"),
            Photo.objects.create(caption="Unused"),
            Photo.objects.filter(caption="Unused").update(allowed_until=timezone.localdate()),
            Snapshot.objects.filter(article=town.bridge).update(published_by=None),
        ]
    )
    assert quiet == everything


def numbers(*names: str) -> set[int]:
    """What stands for these names."""
    return {number for _, number in Stamp.objects.numbers(names)}


def test_what_is_taken_back_raised_nothing(published: Published) -> None:
    published()
    before = numbers(stamps.STORIES, stamps.ANY)
    with transaction.atomic():
        published()
        assert numbers(stamps.STORIES, stamps.ANY).isdisjoint(before)
        transaction.set_rollback(True)
    assert numbers(stamps.STORIES, stamps.ANY) == before


def test_what_is_merely_added_takes_nothing_away(published: Published) -> None:
    snapshot = published(tags=("water",))
    before = numbers(stamps.GONE)
    published(tags=("water",))
    assert numbers(stamps.GONE) == before
    publishing.withdraw(snapshot.article, seen_version=snapshot.version)
    assert numbers(stamps.GONE) != before


def test_every_trigger_stands_that_the_rules_ask_for() -> None:
    expected = _stamps.triggers(connection)
    assert {name: rule.table for name, (rule, _) in expected.items()} == _stamps.standing(connection)
    assert {rule.table for rule, _ in expected.values()} == {rule.table for rule in _stamps.RULES}


def test_triggers_that_are_installed_again_leave_what_is_to_come(published: Published) -> None:
    later = timezone.now() + timedelta(hours=1)
    published(live_from=later)
    before = Stamp.objects.numbers([stamps.PAPER])
    with transaction.atomic():
        _stamps.install(connection.SchemaEditorClass(connection))
    standing = Stamp.objects.standing([stamps.PAPER, stamps.STORIES], timezone.now())
    assert standing.changes == later
    assert set(standing.numbers).isdisjoint(before)


def test_stamps_come_to_an_end(published: Published) -> None:
    later = timezone.now() + timedelta(hours=1)
    scheduled = published(live_from=later, live_until=later + timedelta(hours=2), tags=("water",))
    standing = Stamp.objects.standing([stamps.of_section(scheduled.section_id)], timezone.now())
    assert (standing.changes, standing.ends) == (scheduled.live_from, scheduled.live_until)
    for _ in range(5):
        published()
    now = timezone.now()
    assert Stamp.objects.filter(name=stamps.STORIES, at=None).count() == 1
    Stamp.objects.forget_past(now)
    assert Stamp.objects.filter(at__gt=now).exists()
    with transaction.atomic():
        Stamp.objects.forget_past(now + timedelta(days=3))
    assert not Stamp.objects.exclude(at=None).exists()


def test_many_at_once_are_looked_at_once(published: Published, world: Section) -> None:
    model = published()
    fields = {
        field.attname: getattr(model, field.attname)
        for field in Snapshot._meta.concrete_fields
        if field.name not in ("id", "article", "uid")
    }
    articles = Article.objects.bulk_create(Article(slug=f"s-{each}", headline="x") for each in range(1000))
    every_page = Stamp.objects.numbers([stamps.PAPER])
    made = Snapshot.objects.bulk_create(Snapshot(**fields, article=each, uid=each.uid) for each in articles)
    tag, author = Tag.objects.create(name="t"), model.authors.get()
    SnapshotTag.objects.bulk_create(
        SnapshotTag(snapshot=each, tag=tag, published_at=each.published_at) for each in made
    )
    SnapshotAuthor.objects.bulk_create(
        SnapshotAuthor(snapshot=each, author=author, published_at=each.published_at) for each in made
    )
    Address.objects.bulk_create(Address(path=f"/world/{each.slug}/", article=each) for each in articles)
    names = {stamps.of_story(each.pk) for each in articles} | {stamps.STORIES, stamps.of_section(world.pk)}
    raised = Stamp.objects.numbers(names)
    assert len(raised) == len({name for name, _ in raised})
    # Whatever these are read on is made anew: by its own stamp, or with every page there is.
    assert {name for name, _ in raised} == names or Stamp.objects.numbers([stamps.PAPER]) != every_page


def test_moves_by_people_raise_what_they_change(client: Client, story: Callable[..., Article], chen: Person) -> None:
    article = story(slug="bridge")
    assert client.get("/world/").status_code == 200
    moves.perform("publish", article, by=chen, seen_version=1, details=Details(waived={"no-lead-photo": "A brief."}))
    assert "/world/bridge/" in client.get("/world/").content.decode()
    moves.perform("withdraw", article, by=chen, seen_version=1, details=Details(reason="Wrong bridge."))
    assert "/world/bridge/" not in client.get("/world/").content.decode()
    assert client.get("/world/bridge/").status_code == 410


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Only PostgreSQL knows a question by heart.")
@pytest.mark.django_db(transaction=True)
def test_numbers_are_told_whatever_the_connection_has_forgotten(published: Published) -> None:
    names = [stamps.STORIES, stamps.of_story(published().article_id)]
    with transaction.atomic():
        told = sorted(Stamp.objects.numbers(names))
    assert {name for name, _ in told} == set(names)
    with CaptureQueriesContext(connection):
        # What is written down is asked by Django's own cursor.
        assert sorted(Stamp.objects.numbers(names)) == told
    for forgets in ("SELECT", "DEALLOCATE ALL", "DISCARD ALL"):
        with connection.cursor() as cursor:
            cursor.execute(forgets)
        for _ in range(3):
            assert sorted(Stamp.objects.numbers(names)) == told, forgets
    with pytest.raises(IntegrityError), transaction.atomic():
        Stamp.objects.create(number=told[0][1], name="another")
    assert sorted(Stamp.objects.numbers(names)) == told


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite answers within the process")
def test_a_server_that_accepts_and_says_nothing_is_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        database = connection.copy(alias="silent")
        place = {"host": "127.0.0.1", "port": door.getsockname()[1], "connect_timeout": 2}
        database.settings_dict["OPTIONS"] = {**database.settings_dict["OPTIONS"], **place}
        with pytest.raises(asking.Silent):
            asking.numbers(database, [stamps.PAPER])
