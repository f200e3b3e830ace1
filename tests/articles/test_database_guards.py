"""What the database itself refuses, whoever writes to it: raw SQL, an update, rows by the dozen."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from articles.models import Article, Author, Byline, ContactLink, Section, Snapshot
from media.models import Photo

pytestmark = pytest.mark.django_db


@transaction.atomic
def carry_out(*statements: str) -> None:
    """Carry out the statements, and ask at once what the database asks at the end of a transaction."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.check_constraints()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE articles_article SET stage = 'printed'",
        "UPDATE articles_article SET kind = 'gossip'",
        "UPDATE articles_article SET slug = 'the-same'",
        "UPDATE articles_article SET version = -1",
        "UPDATE articles_article SET original_url = 'javascript:alert(1)'",
        "UPDATE articles_article SET original_url = 'ftp://files.example/'",
        "UPDATE articles_section SET slug = 'the-same'",
        "UPDATE articles_section SET slug = '' WHERE slug = 'world'",
        "UPDATE articles_section SET name = '' WHERE slug = 'world'",
        "UPDATE articles_section SET name = 'The same'",
        "UPDATE articles_section SET accent = 'pink'",
        "UPDATE articles_author SET slug = ''",
        "UPDATE articles_author SET name = ''",
        "UPDATE articles_byline SET role = 'king'",
        "UPDATE articles_contactlink SET url = 'javascript:alert(1)'",
        "UPDATE articles_snapshot SET headline = 'Another'",
        "UPDATE articles_snapshot SET live_until = '1999-01-01 00:00:00+00:00'",
        "UPDATE media_photo SET focal_x = 101",
        "UPDATE media_photo SET width = 0",
        "UPDATE media_photo SET decorative = true",
        "DELETE FROM articles_snapshot",
        "DELETE FROM articles_article",
        "DELETE FROM articles_author",
        "DELETE FROM articles_section",
        "DELETE FROM media_photo",
        "DELETE FROM taggit_tag",
        "INSERT INTO articles_address (path, article_id, since) SELECT path, article_id, since FROM articles_address",
        "INSERT INTO articles_byline (article_id, author_id, role, wording, position) SELECT 1, 1, 'king', '', 9",
    ],
)
def test_it_refuses(
    published: Callable[..., Snapshot],
    story: Callable[..., Article],
    photo: Callable[..., Photo],
    city: Section,
    ines: Author,
    statement: str,
) -> None:
    published(lead_photo=photo(), tags=("bridges",))
    story()
    ContactLink.objects.create(author=ines, label="Mail", url="mailto:ines@ledger.example")
    with pytest.raises(DatabaseError):
        carry_out(statement)


def test_a_snapshot_that_nothing_points_at_is_kept_too(published: Callable[..., Snapshot]) -> None:
    published()
    links = ["DELETE FROM articles_snapshotauthor", "DELETE FROM articles_snapshottag"]
    with pytest.raises(DatabaseError, match="cannot be changed or deleted"):
        carry_out(*links, "DELETE FROM articles_snapshot")
    assert Snapshot.objects.live().count() == 1


@pytest.mark.parametrize(
    "rows",
    [
        lambda: [Article(stage="printed")],
        lambda: [Article(slug="one"), Article(slug="one")],
        lambda: [Section(name="One", slug="one"), Section(name="Two", slug="one")],
        lambda: [Section(name="Two", slug="")],
        lambda: [Author(name="A", slug="one"), Author(name="B", slug="one")],
        lambda: [Byline(article=Article.objects.create(), author=Author.objects.create(name="A", slug="a"), role="x")],
    ],
)
def test_rows_by_the_dozen_are_held_to_the_same(rows: Callable[[], list[Any]]) -> None:
    made = rows()
    with pytest.raises(DatabaseError), transaction.atomic():
        type(made[0]).objects.bulk_create(made)
