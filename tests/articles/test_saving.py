"""Saving: what a save does to a story that is stored already."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from taggit.models import TaggedItem

from articles import body, content, editing
from articles.body import PhotoReference
from articles.content import Name
from articles.models import Article, Author, Byline, DeskEntry, PhotoUse
from media.models import Photo

pytestmark = pytest.mark.django_db
Story = Callable[..., Article]


def saved(article: Article, **fields: Any) -> Article:
    """The story with other words."""
    wanted: Any = {**content.of(article), **fields}
    return editing.save_content(article, wanted, by=None, seen_version=article.version).article


def rows_beside(article: Article) -> list[set[int]]:
    """The rows of a story's byline, tags and photos."""
    kept = (Byline.objects.filter(article=article), PhotoUse.objects.filter(article=article))
    return [set(rows.values_list("pk", flat=True)) for rows in (*kept, TaggedItem.objects.filter(object_id=article.pk))]


def test_a_save_leaves_what_it_does_not_change(story: Story, photo: Callable[..., Photo]) -> None:
    article = story(tags=("bridges",), lead_photo=photo())
    before = rows_beside(article)
    article = saved(article, headline="Another headline")
    assert rows_beside(article) == before
    assert [len(rows) for rows in before] == [1, 1, 1]


def test_a_save_keeps_what_it_changes(story: Story, photo: Callable[..., Photo]) -> None:
    lead, inside = photo(caption="The lead."), photo(caption="Inside.")
    article = story(tags=("bridges",), lead_photo=lead)
    other = Author.objects.create(name="Oskar Lindqvist", slug="oskar-lindqvist")
    article = saved(
        article, names=[Name(author=other.pk, role="by", wording="")], tags=["harbour"], lead_photo=inside.pk,
        body=f"<p>a</p>{body.figure(PhotoReference(lead.pk))}{body.figure(PhotoReference(inside.pk))}",
    )  # fmt: skip
    article = saved(article, body="<p>a</p>")
    assert [row.author for row in article.bylines.all()] == [other]
    assert [tag.name for tag in article.tags.all()] == ["harbour"]
    assert [use.photo for use in PhotoUse.objects.filter(article=article)] == [inside]
    found = DeskEntry.objects.get(article=article).rest
    assert all(word in found for word in ("oskar", "harbour", "inside"))
    assert "ines" not in found


def test_what_is_gone_since_is_left_out(story: Story, photo: Callable[..., Photo]) -> None:
    gone, article = photo(), story()
    wanted: Any = {**content.of(article), "lead_photo": gone.pk, "section": 0, "translation_of": article.pk + 1}
    gone.delete()
    article = editing.save_content(article, wanted, by=None, seen_version=1).article
    assert (article.lead_photo_id, article.section_id, article.translation_of_id) == (None, None, None)


def test_the_number_of_questions_does_not_grow_with_the_story(
    story: Story, photo: Callable[..., Photo], ines: Author
) -> None:
    counts = []
    for number in (1, 4):
        figures = "".join(body.figure(PhotoReference(photo().pk)) for _ in range(number))
        others = [Author(name=f"Author {number} {at}", slug=f"author-{number}-{at}") for at in range(number)]
        article = story(
            lead_photo=photo(), tags=tuple(f"tag {number} {at}" for at in range(number)), body=f"<p>Words.</p>{figures}"
        )
        names = [Name(author=each.pk, role="by", wording="") for each in (ines, *Author.objects.bulk_create(others))]
        article = saved(article, names=names)
        wanted: Any = {**content.of(article), "headline": "Another headline"}
        with CaptureQueriesContext(connection) as context:
            editing.save_content(article, wanted, by=None, seen_version=article.version)
        counts.append(sum(not each["sql"].startswith(("SAVEPOINT", "RELEASE")) for each in context))
    assert counts[0] == counts[1] <= 18
