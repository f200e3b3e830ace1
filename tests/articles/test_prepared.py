"""Questions that are put into SQL once, and pieces of pages that are made once."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import editing, prepared, publishing
from articles.models import Article, Paper, Section, Snapshot
from articles.models.section import Accent
from articles.prepared import OwnClock, Prepared

pytestmark = pytest.mark.django_db


def test_it_answers_as_the_question_itself_whatever_the_values(published: Callable[..., Snapshot]) -> None:
    one, two = published(headline="One", kicker="Quote ' and %s"), published(headline="Two")

    def build(at: datetime, kicker: str, among: list[int]) -> QuerySet[Snapshot]:
        return Snapshot.objects.live(at).filter(kicker=kicker, pk__in=among).select_related("section").order_by("pk")

    asked = Prepared(Snapshot, build)
    now = timezone.now()
    asked_for: list[dict[str, Any]] = [
        {"at": now, "kicker": one.kicker, "among": [one.pk, two.pk]},
        {"at": now, "kicker": two.kicker, "among": [one.pk, two.pk]},
        {"at": now, "kicker": two.kicker, "among": [one.pk]},
        {"at": now, "kicker": one.kicker, "among": []},
        {"at": now - timedelta(days=1), "kicker": one.kicker, "among": [one.pk, two.pk]},
    ]
    for values in asked_for:
        with CaptureQueriesContext(connection) as context:
            found = asked(**values)
            assert all(story.section.name for story in found)
        assert found == list(build(**values)), values
        assert len(context) <= 1


def test_what_is_the_same_each_time_is_taken_by_the_letter(published: Callable[..., Snapshot]) -> None:
    """Signs that mean something in SQL or to a library, in the question itself."""
    signs = "50 % of 'it', $1 \\ ?1 :v0 %s %% %(v0)s {0}"
    meant, _ = published(kicker=signs), published(kicker="50 percent")

    def build(at: datetime) -> QuerySet[Snapshot]:
        return Snapshot.objects.live(at).filter(kicker=signs, kicker__contains="50 %").exclude(headline="%")

    for _ in range(2):
        assert Prepared(Snapshot, build)(at=timezone.now()) == [meant]


def test_a_row_that_comes_again_is_known_and_one_with_a_change_is_not(published: Callable[..., Snapshot]) -> None:
    snapshot, other = published(headline="One"), published(headline="Two")

    def build(at: datetime) -> QuerySet[Snapshot]:
        return Snapshot.objects.live(at).select_related("section").order_by("pk")

    asked = Prepared(Snapshot, build, knows_rows=True)
    first = asked(at=timezone.now())
    again = asked(at=timezone.now())
    assert first == [snapshot, other]
    assert [id(each) for each in again] == [id(each) for each in first]
    Section.objects.filter(pk=snapshot.section_id).update(accent=Accent.VIOLET)
    changed = asked(at=timezone.now())
    assert {each.section.accent for each in changed} == {Accent.VIOLET}
    assert {each.section.accent for each in first} != {Accent.VIOLET}


def test_only_so_many_rows_are_known(published: Callable[..., Snapshot], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.prepared.ROWS", 2)
    asked = Prepared(Snapshot, lambda pk: Snapshot.objects.filter(pk=pk), knows_rows=True)
    for snapshot in [published(headline=f"Story {number}") for number in range(5)]:
        assert asked(pk=snapshot.pk) == [snapshot]
        assert len(prepared._known) <= 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Only PostgreSQL is told a question once.")
def test_postgresql_reads_and_plans_a_question_once(published: Callable[..., Snapshot]) -> None:
    snapshot = published()
    asked = Prepared(Snapshot, lambda pk, kicker: Snapshot.objects.filter(pk=pk, kicker=kicker))
    for pk, kicker in [(snapshot.pk, snapshot.kicker), (1, "Bridges"), (2**40, ""), (0, "x")]:
        assert asked(pk=pk, kicker=kicker) == [snapshot] * (pk == snapshot.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%kicker%'")
        assert cursor.fetchall() == [(4, 0)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server.")
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_ended_between_two_requests_is_opened_anew(
    client: Client, published: Callable[..., Snapshot]
) -> None:
    """Of a page that is not kept, and so asks for no stamps, a prepared question may be the first."""
    published()
    assert client.get("/search/?q=dog").status_code == 200
    elsewhere: Any = connection.copy(alias="elsewhere")
    with closing(elsewhere), elsewhere.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    # As Django does when a request begins.
    connection.close_if_unusable_or_obsolete()
    assert client.get("/search/?q=dog").status_code == 200


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server.")
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("making")
def test_no_page_asks_first_whether_it_may_ask(
    client: Client, published: Callable[..., Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, asked = published().path, list[str]()

    def noted(self: Any) -> bool:
        asked.append(self.alias)
        return True

    monkeypatch.setattr(type(connections["default"]), "is_usable", noted)
    for address in (path, "/", "/search/?q=dog"):
        connection.close_if_unusable_or_obsolete()
        assert connection.settings_dict["CONN_HEALTH_CHECKS"]
        assert client.get(address).status_code == 200
    assert not asked


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is asked by the plans of its lists.")
def test_no_plan_goes_by_the_moment_that_nearly_every_story_has_passed(published: Callable[..., Snapshot]) -> None:
    """Planned for any moment, it would look like the way to a third of them, and be the way to all."""
    published()
    sql, values = Snapshot.objects.live(timezone.now()).order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "live_from" in plan
    assert "Index Cond: (live_from" not in plan


def test_a_question_with_a_moment_of_its_own_is_refused() -> None:
    asked = Prepared(Snapshot, lambda section: Snapshot.objects.live().filter(section=section))
    with pytest.raises(OwnClock):
        asked(section=1)


@pytest.mark.usefixtures("making")
def test_a_piece_that_was_made_once_is_never_out_of_date(
    published: Callable[..., Snapshot], client: Client, paper_words: Callable[[str], str]
) -> None:
    """Whatever changes of what a page says is on the page that is made next."""
    snapshot = published(headline="The bridge", tags=("harbour",))
    others = [published(headline=f"Other {number}") for number in range(2)]
    article = Article.objects.get(pk=snapshot.article_id)

    def rename_section() -> str:
        Section.objects.filter(pk=snapshot.section_id).update(accent=Accent.VIOLET, name="Another name")
        return "Another name"

    def rename_paper() -> str:
        Paper(pk=1, name="The Other Paper").save()
        return "The Other Paper"

    def publish_update() -> str:
        article.refresh_from_db()
        article.headline = "The bridge is open"
        editing.save(article, by=None, seen_version=article.version)
        publishing.publish(article, by=None, seen_version=article.version)
        return article.headline

    for deed in (rename_section, rename_paper, publish_update):
        for address in ("/", snapshot.path, others[0].path):
            client.get(address)
        words = deed()
        for address in ("/", snapshot.path, others[0].path):
            assert words in paper_words(address), (deed.__name__, address)


@pytest.fixture
def paper_words(client: Client) -> Callable[[str], Any]:
    """The page at an address."""
    return lambda address: client.get(address).content.decode()
