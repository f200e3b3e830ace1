"""Who may do what in the newsroom, whatever the page shows. The addresses themselves: tests/test_every_address.py."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag

from articles.models import Article, Author, Byline, Section, Snapshot
from staff.models import Person
from tests.articles.forms import form_of
from tests.shown import seen

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/article/"


def test_a_writer_sees_their_own_stories_and_those_with_their_name(
    client: Client, ana: Person, ben: Person, story: Callable[..., Article]
) -> None:
    mine, named, other = (
        story(headline="Mine", by=ana),
        story(headline="Named", by=ben),
        story(headline="Not mine", by=ben),
    )
    author = Author.objects.create(name="Ana", slug="ana", account=ana)
    Byline.objects.create(article=named, author=author, position=1)
    client.force_login(ana)
    page = client.get(LIST).content.decode()
    assert "Mine" in page
    assert "Named" in page
    assert "Not mine" not in page
    assert client.get(f"{LIST}{mine.pk}/change/").status_code == 200
    assert client.get(f"{LIST}{other.pk}/change/").status_code == 302
    assert client.get(f"{LIST}{mine.pk}/stored/").status_code == 200
    assert client.get(f"{LIST}{other.pk}/stored/").status_code == 404
    assert client.get(f"{LIST}?q=Not+mine").content.decode().count("field-title") == 0


def test_a_writer_cannot_publish_by_sending_the_button(
    client: Client, ana: Person, story: Callable[..., Article]
) -> None:
    article = story(by=ana)
    client.force_login(ana)
    url = f"{LIST}{article.pk}/change/"
    assert 'value="publish"' not in client.get(url).content.decode()
    assert client.post(url, form_of(client, url, _move="publish"), follow=True).status_code == 403
    assert client.post(f"{LIST}{article.pk}/move/publish/", {"seen_version": 1}).status_code == 403
    assert not Snapshot.objects.exists()


def test_nothing_changes_without_the_token_of_the_page(ben: Person, story: Callable[..., Article]) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ben)
    article = story()
    for address in (f"{LIST}{article.pk}/change/", f"{LIST}import/", f"{LIST}{article.pk}/move/spike/", f"{LIST}add/"):
        assert strict.post(address, {"headline": "x"}).status_code == 403, address


def test_a_refusal_says_what_to_do_next(client: Client, ana: Person, story: Callable[..., Article]) -> None:
    client.force_login(ana)
    page = client.get(f"{LIST}{story(by=ana).pk}/move/publish/")
    assert page.status_code == 403
    assert "Your roles do not allow this" in page.content.decode()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ana)
    page = strict.post(f"{LIST}add/", {"headline": "x"})
    assert page.status_code == 403
    assert "What you typed in a story is kept" in page.content.decode()


def test_what_is_in_use_is_not_deleted_and_the_page_says_by_what(
    client: Client, chen: Person, story: Callable[..., Article], world: Section, ines: Author
) -> None:
    story(headline="In the way")
    client.force_login(chen)
    for address in (f"/admin/articles/section/{world.pk}/delete/", f"/admin/articles/author/{ines.pk}/delete/"):
        page = client.post(address, {"post": "yes"}).content.decode()
        assert "Cannot delete" in page
        assert "In the way" in page
    assert Section.objects.filter(pk=world.pk).exists()
    assert Author.objects.filter(pk=ines.pk).exists()


def test_stories_that_keep_something_are_named_to_who_may_open_them_and_otherwise_counted(
    client: Client, chen: Person, story: Callable[..., Article], published: Callable[..., Snapshot],
    world: Section, city: Section, ines: Author,
) -> None:  # fmt: skip
    """An editor-in-chief of one section, before and after there are many stories in the other."""
    chen.duties.get().sections.add(city)
    client.force_login(chen)
    story(headline="Ours", section=city)
    hushed = published(headline="Hushed and out", section=world, tags=("Ferries",))
    story(headline="Hushed draft", section=world, tags=("Quays",))
    ferries, quays = (Tag.objects.get(name=name) for name in ("Ferries", "Quays"))
    expected = {
        f"/admin/articles/section/{world.pk}/delete/": ("{} stories", False),
        f"/admin/articles/author/{ines.pk}/delete/": ("{} more stories", True),
        f"/admin/taggit/tag/{ferries.pk}/delete/": ("1 story", False),
        # What only working copies have is taken from them.
        f"/admin/taggit/tag/{quays.pk}/delete/": ("Are you sure", False),
    }
    asked = []
    for more in (0, 15):
        for number in range(more):
            story(headline=f"Hushed {number}", section=hushed.section, tags=("Quays",))
        for address, (words, is_ours_named) in expected.items():
            with CaptureQueriesContext(connection) as context:
                page = client.get(address).content.decode()
            asked.append(len(context))
            assert words.format(more + 2) in page, (address, page)
            assert "Hushed" not in page
            assert ("Ours" in page) == is_ours_named
    assert asked[:3] == asked[4:7]


def test_an_address_that_readers_keep_is_fixed_once_it_exists(
    client: Client, chen: Person, world: Section, ines: Author
) -> None:
    client.force_login(chen)
    sent = {"name": "Wide World", "slug": "moved", "accent": "red", "position": 3, "description": ""}
    here = f"/admin/articles/section/{world.pk}/change/"
    client.post(here, {**sent, **seen(client, here)})
    world.refresh_from_db()
    assert (world.name, world.slug) == ("Wide World", "world")
    links = {"links-TOTAL_FORMS": 1, "links-INITIAL_FORMS": 0, "links-0-label": "Site", "links-0-url": "javascript:x"}
    author = {"name": "Inés", "slug": "moved", "role": "", "bio": "", "masthead_position": "0"}
    here = f"/admin/articles/author/{ines.pk}/change/"
    author |= seen(client, here)
    page = client.post(here, {**author, **links, "links-0-position": 0})
    assert "begins with https:// or mailto:" in page.content.decode()
    client.post(here, {**author, **links, "links-0-url": "https://ines.example", "links-0-position": 0})
    ines.refresh_from_db()
    assert (ines.name, ines.slug, ines.links.get().url) == ("Inés", "ines-varga", "https://ines.example")


@pytest.mark.parametrize("slug", ["admin", "tags", "photos", "search"])
def test_a_section_cannot_take_an_address_of_the_site(client: Client, chen: Person, slug: str) -> None:
    client.force_login(chen)
    sent = {"name": "X", "slug": slug, "accent": "red", "position": 3}
    assert "the site itself uses" in client.post("/admin/articles/section/add/", sent).content.decode()
    assert not Section.objects.exists()


def test_each_list_is_headed_by_what_it_holds(client: Client) -> None:
    client.force_login(Person.objects.create_superuser("all@paper.example", "Everything", "correct horse battery"))
    names = {
        "articles/article": "Stories", "articles/author": "Authors", "articles/page": "Pages",
        "articles/report": "Readers’ reports", "articles/section": "Sections", "articles/series": "Series",
        "articles/stylerule": "House style", "media/licence": "Licences", "media/photo": "Photos",
        "staff/event": "Security log", "staff/invitation": "Invitations", "staff/person": "People",
        "taggit/tag": "Tags",
    }  # fmt: skip
    for address, name in names.items():
        page = client.get(f"/admin/{address}/").content.decode()
        assert f"<h1>{name}</h1>" in page, address
        assert f"<title>{name} · " in page, address
