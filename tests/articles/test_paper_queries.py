"""What a reader page asks of the database: a known number of queries, the same however large the archive is."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import (
    Address,
    Article,
    Author,
    Correction,
    Page,
    Part,
    Section,
    Series,
    Snapshot,
    SnapshotAuthor,
    SnapshotPhoto,
    SnapshotTag,
)
from articles.paper import views
from media.models import Photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("making")]
WORKING_COPIES = ("articles_article", "articles_byline", "articles_photouse", "taggit_taggeditem")
BUDGETS = {
    "/": 4,
    "/world/": 4,
    "/world/?before=": 2,
    "/world/story-0/": 3,
    "/authors/ines-varga/": 6,
    "/tags/harbour/": 3,
    "/archive/": 2,
    "/archive/{year}/": 3,
    "/masthead/": 3,
    "/about/": 2,
    "/series/the-bridge/": 3,
    "/nowhere/": 2,
}


@pytest.fixture
def archive(published: Callable[..., Snapshot], photo: Callable[..., Photo], city: Section) -> Callable[[int], None]:
    """Makes the archive as large as asked, by the dozen: each story a copy of one that was really published."""
    now = timezone.now()
    picture = photo()
    model = published(lead_photo=picture, tags=("harbour", "seldom"), slug="model", headline="Model")
    author, tag = model.authors.get(), model.tags.get(slug="harbour")
    Page.objects.create(title="About", slug="about", body="<p>Words.</p>")
    Author.objects.filter(pk=author.pk).update(is_on_masthead=True)
    series = Series.objects.create(name="The bridge", slug="the-bridge")
    Part.objects.create(series=series, article_id=model.article_id)
    sections = [model.section, city]

    def grow(size: int) -> None:
        numbers = range(Article.objects.count() - 1, size)
        articles = Article.objects.bulk_create(Article(slug=f"story-{each}", headline="x") for each in numbers)
        copied = {
            field.attname: getattr(model, field.attname)
            for field in Snapshot._meta.concrete_fields
            if field.name not in ("id", "article", "uid", "section", "path", "kind", "live_from", "published_at")
        }
        made = Snapshot.objects.bulk_create(
            Snapshot(
                **copied,
                article=article,
                uid=article.uid,
                section=sections[number % 5 == 4],
                kind="opinion" if number % 7 == 6 else "news",
                path=f"/{sections[number % 5 == 4].slug}/{article.slug}/",
                live_from=now - timedelta(minutes=number),
                published_at=now - timedelta(minutes=number),
            )
            for number, article in zip(numbers, articles, strict=True)
        )
        Address.objects.bulk_create(Address(path=each.path, article_id=each.article_id) for each in made)
        SnapshotAuthor.objects.bulk_create(
            SnapshotAuthor(snapshot=each, author=author, published_at=each.published_at) for each in made
        )
        SnapshotTag.objects.bulk_create(
            SnapshotTag(snapshot=each, tag=tag, published_at=each.published_at) for each in made
        )
        SnapshotPhoto.objects.bulk_create(SnapshotPhoto(snapshot=each, photo=picture, author=author) for each in made)
        Correction.objects.bulk_create(
            Correction(snapshot=each, change="correction", text="Ten, not nine.", at=each.live_from) for each in made
        )
        if connection.vendor == "postgresql":
            # An archive that readers ask for has been counted by its database, which does so within a minute.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    return grow


def _filled(address: str, place: str) -> str:
    """An address of the budget as a reader would ask for it."""
    return address.replace("before=", f"before={place}").replace("{year}", f"{timezone.localdate():%Y}")


def asked(client: Client, address: str, status: int = 200) -> list[str]:
    """The statements that a page needed."""
    with CaptureQueriesContext(
        connection,
    ) as context:
        assert client.get(address).status_code == status, address
    return [query["sql"] for query in context.captured_queries]


def test_the_number_of_queries_is_known_and_the_same_with_40_and_with_4000_stories(
    archive: Callable[[int], None], client: Client
) -> None:
    for size in (40, 4000):
        archive(size)
        place = f"{(timezone.now() - timedelta(minutes=5)):%Y%m%dT%H%M%S.%f}-9"
        for address, budget in BUDGETS.items():
            statements = asked(client, _filled(address, place), 404 if "nowhere" in address else 200)
            assert len(statements) == budget, (size, address, statements)


def test_as_shipped_a_first_request_asks_for_stamps_twice_and_every_other_for_nothing_else(
    archive: Callable[[int], None], client: Client, settings: Any
) -> None:
    settings.PAGES_MEMORY_MB = 64
    archive(40)
    place = f"{(timezone.now() - timedelta(minutes=5)):%Y%m%dT%H%M%S.%f}-9"
    for address, budget in BUDGETS.items():
        if "nowhere" in address:
            # Nobody knows before it is looked for, and what is not there is not kept.
            assert len(asked(client, _filled(address, place), 404)) == budget + 1
            continue
        # Neither can be spared: what stood before anything was read cannot be asked afterwards, and what the page is
        # made of is not known before.
        assert len(asked(client, _filled(address, place))) == budget + 2, address
        assert len(asked(client, _filled(address, place))) == 1, address


@pytest.mark.django_db(transaction=True)
def test_an_archive_can_be_filled_though_the_database_thinks_it_empty(archive: Callable[[int], None]) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # What it finds when it counts while others have not committed yet, or have rolled back.
            cursor.execute("UPDATE pg_class SET reltuples = 0, relpages = 9 WHERE starts_with(relname, 'articles_')")
    # Looked through whole for each row, it took more than five minutes, which ends a statement here.
    archive(4000)
    assert Snapshot.objects.count() > 4000


def test_no_page_touches_a_working_copy(archive: Callable[[int], None], client: Client) -> None:
    archive(40)
    for address in BUDGETS:
        if not address.endswith("="):
            for statement in asked(client, _filled(address, ""), 404 if "nowhere" in address else 200):
                tables = statement.replace('"', " ").replace("`", " ").split()
                assert not set(WORKING_COPIES) & set(tables), (address, statement)


def test_lists_leave_the_texts_in_the_database(archive: Callable[[int], Any], client: Client) -> None:
    archive(40)
    for address in ("/", "/world/", "/authors/ines-varga/", "/tags/harbour/"):
        for statement in asked(client, address):
            assert '"articles_snapshot"."body"' not in statement
            assert '"articles_snapshot"."pictures"' not in statement


LISTS = (
    "/tags/harbour/", "/tags/harbour/?before=", "/tags/seldom/", "/authors/ines-varga/", "/authors/ines-varga/?before=",
    "/world/?before=", "/archive/{year}/", "/archive/{year}/?before=", "/corrections/", "/feed.rss", "/world/feed.rss",
    "/tags/harbour/feed.rss", "/authors/ines-varga/feed.rss", "/api/v1/stories/", "/api/v1/stories/?tag=harbour",
    "/api/v1/stories/?author=ines-varga&since={year}-01-01", "/api/v1/stories/?section=world",
)  # fmt: skip
# It sorts the few that it found, so that only a database that tells how many rows it read can say.
GATHERED = ("/world/story-700/",)
TOO_MANY = 1_000


def test_a_list_is_read_in_its_order_and_no_further_than_a_page(
    archive: Callable[[int], None], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "CORRECTIONS", 20)
    archive(1500)
    newest = Snapshot.objects.filter(path__startswith="/world/story").newest_first()[:9]
    Snapshot.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).update(live_until=timezone.now())
    place = f"{timezone.now() - timedelta(minutes=1000):%Y%m%dT%H%M%S.%f}-9"
    addresses = LISTS + (GATHERED if connection.vendor == "postgresql" else ())
    statements = {address: asked(client, _filled(address, place)) for address in addresses}
    for address, written in statements.items():
        for statement in written:
            if "articles_snapshot" in statement:
                assert _rows_read(statement) < TOO_MANY, (address, statement)


def _rows_read(statement: str) -> float:
    """How many rows the database looks at for an answer; on SQLite, which does not tell, none where its plan reads no
    table and sorts no list as a whole.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
            return _rows_of(cursor.fetchone()[0][0]["Plan"])
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        steps = [step for *_, step in cursor.fetchall()]
    whole = [step for step in steps if "FOR ORDER BY" in step or re.fullmatch(r"SCAN (articles_snapshot\w*|U\d)", step)]
    return TOO_MANY if whole else 0


def _rows_of(plan: dict[str, Any]) -> float:
    read = sum(plan.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter"))
    return float(read * plan["Actual Loops"]) + sum(map(_rows_of, plan.get("Plans", ())))


def test_a_thread_that_has_asked_nothing_yet_takes_no_lock_to_read() -> None:
    fresh = connections.create_connection("default")
    with CaptureQueriesContext(fresh) as asked:
        assert fresh.features.supports_json_field
    fresh.close()
    assert not list(asked)
