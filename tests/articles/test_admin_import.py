"""A manuscript through the admin: read, shown, put right, and only then stored."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from articles.models import Article, Author, Section
from media.models import Photo
from staff.models import Person
from tests.articles.texts import MANUSCRIPT
from tests.conftest import RealManuscript

pytestmark = pytest.mark.django_db
IMPORT = "/admin/articles/article/import/"


@pytest.fixture
def desk(client: Client, ana: Person) -> Client:
    """A writer's browser."""
    client.force_login(ana)
    return client


def reviewed(response: Any, **changes: Any) -> dict[str, Any]:
    """The second page's form as a browser would send it back, with some changes."""
    form, blocks = response.context["form"], response.context["blocks"]
    values = {form.add_prefix(name): form[name].value() for name in form.fields}
    for part in (blocks.management_form, *blocks.forms):
        values |= {part.add_prefix(name): part[name].value() for name in part.fields}
    kept = {name: value for name, value in values.items() if value is not None and name != "authors"}
    return {**kept, "store": "1", **changes}


def test_what_was_read_is_shown_and_nothing_is_stored_before_it_is_sent(desk: Client, world: Section) -> None:
    page = desk.post(IMPORT, {"text": MANUSCRIPT, "read": "1"}).content.decode()
    for said in ("The jetty that never was", "The Caravel", "A quiet line", "Oskar Lindqvist/The Ledger"):
        assert said in page
    assert not Article.objects.exists()
    assert not Photo.objects.exists()


def test_it_is_stored_as_it_was_put_right(
    desk: Client, ana: Person, world: Section, ines: Author, jpeg: Callable[..., bytes]
) -> None:
    second = desk.post(IMPORT, {"file": SimpleUploadedFile("jetty.txt", MANUSCRIPT.encode())})
    sent = reviewed(
        second, headline="Another headline", section=world.pk, authors=[ines.pk],
        **{
            "blocks-1-kind": "paragraph",
            "blocks-0-kind": "nothing",
            "blocks-3-alt": "A woman at a desk",
            "blocks-3-file": SimpleUploadedFile("ida.jpg", jpeg()),
        },
    )  # fmt: skip
    response = desk.post(IMPORT, sent, follow=True)
    assert "is imported as a draft" in response.content.decode()
    article = Article.objects.get()
    photo = Photo.objects.get()
    assert (article.headline, article.created_by, article.original_publication) == (
        "Another headline",
        ana,
        "The Caravel",
    )
    assert [byline.author.name for byline in article.bylines.all()] == ["Inés Varga"]
    assert (photo.caption, photo.credit, photo.alt, photo.has_file) == (
        "Ida Reyl at her desk, March 3, 2024",
        "Oskar Lindqvist/The Ledger",
        "A woman at a desk",
        True,
    )
    assert article.body == (
        "<p>A quiet line</p>\n<p>It stood on page 41, between two real ones — and it had a tide of its own.</p>\n"
        f'<figure data-photo="{photo.pk}"></figure>\n<p>“We wanted to know who reads,” she says.</p>'
    )


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Paste the manuscript or choose a file"),
        ({"text": "   \n "}, "Paste the manuscript or choose a file"),
        ({"text": "Only a headline"}, "there is only a headline"),
        ({"text": MANUSCRIPT, "file": SimpleUploadedFile("x.txt", MANUSCRIPT.encode())}, "one of the two"),
        ({"file": SimpleUploadedFile("story.pdf", b"%PDF-1.7")}, "story.pdf: this is a PDF"),
        ({"file": SimpleUploadedFile("story.txt", b"")}, "The submitted file is empty"),
        ({"file": SimpleUploadedFile("story.txt", b"\x00\x01\x02" * 900)}, "not plain text"),
        ({"file": SimpleUploadedFile("big.txt", b"a " * 1_200_000)}, "larger than 2 MiB"),
        (
            {"file": SimpleUploadedFile("many.txt", b"Many of them.\n\n" * 1010)},
            "blocks, and 1000 can be checked here",
        ),
    ],
)
def test_what_cannot_be_read_is_said_and_the_words_stay(desk: Client, sent: dict[str, Any], words: str) -> None:
    page = desk.post(IMPORT, sent).content.decode()
    assert words in page
    if sent.get("text", "").strip():
        assert sent["text"].split("\n")[0] in page
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"section": ""}, "This field is required"),
        ({"headline": ""}, "This field is required"),
        ({"original_url": "nowhere"}, "Enter a valid URL"),
        ({"original_url": "ftp://caravel.example/1"}, "Enter a valid URL"),
        ({"blocks-0-text": ""}, "This field is required"),
        ({"blocks-0-kind": "poem"}, "Select a valid choice"),
        ({"blocks-3-file": SimpleUploadedFile("ida.jpg", b"\xff\xd8 no")}, "ida.jpg is not a picture"),
        ({"blocks-TOTAL_FORMS": "9999"}, "at most 1000"),
        ({"blocks-TOTAL_FORMS": ""}, "ManagementForm data is missing"),
        (
            {f"blocks-{number}-kind": "nothing" for number in (0, 1, 2, 4)},
            "Keep at least one paragraph",
        ),
    ],
)
def test_what_is_wrong_on_the_second_page_stores_nothing(
    desk: Client, world: Section, changes: dict[str, Any], words: str
) -> None:
    second = desk.post(IMPORT, {"text": MANUSCRIPT})
    page = desk.post(IMPORT, reviewed(second, **{"section": world.pk, **changes})).content.decode()
    assert words in page
    assert "It stood on page 41" in page or "TOTAL_FORMS" in str(changes)
    assert not Article.objects.exists()
    assert not Photo.objects.exists()


def test_a_very_long_story_is_checked_and_stored_whole(desk: Client, world: Section) -> None:
    text = "A long read\n\nIts deck.\n\n" + "\n\n".join(f"Part {n} of it, and it goes on." for n in range(200))
    second = desk.post(IMPORT, {"text": text})
    response = desk.post(IMPORT, reviewed(second, section=world.pk), follow=True)
    assert "is imported as a draft" in response.content.decode()
    assert Article.objects.get().body.count("<p>") == 200


def test_more_than_a_server_takes_is_refused_with_words(desk: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = desk.post(IMPORT, {"text": MANUSCRIPT * 9})
    assert response.status_code == 400
    assert "your words are still there" in response.content.decode()


def test_the_real_manuscript_comes_out_as_by_the_command(
    desk: Client, world: Section, real_manuscript: RealManuscript
) -> None:
    file = real_manuscript.file
    second = desk.post(IMPORT, {"file": SimpleUploadedFile(file.name, file.read_bytes())})
    desk.post(IMPORT, reviewed(second, section=world.pk))
    call_command("import_manuscript", str(file), "--section", "world", verbosity=0)
    by_hand, by_command = Article.objects.order_by("pk")

    def without_numbers(article: Article) -> list[str]:
        photos = article.photos.order_by("pk").values_list("pk", flat=True)
        body = article.body
        for number, pk in enumerate(photos, start=1):
            body = body.replace(f'data-photo="{pk}"', f'data-photo="#{number}"')
        return [body, article.headline, article.deck, article.original_publication, article.original_url]

    assert without_numbers(by_hand) == without_numbers(by_command)
    assert by_hand.body.count("<p>") == 9
    photos = list(Photo.objects.order_by("pk").values_list("caption", "credit"))
    assert photos[:2] == photos[2:] == real_manuscript.photos
