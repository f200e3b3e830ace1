"""The page on which a story is written: what is stored, what is refused, and that no word is lost on the way."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Author, Section, Snapshot
from articles.workflow import Stage
from media.models import Photo
from staff.models import Person
from tests.articles.forms import form_of

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/article/"


def address(article: Article) -> str:
    """The story's page."""
    return reverse("admin:articles_article_change", args=[article.pk])


@pytest.fixture
def desk(client: Client, ben: Person) -> Client:
    """The section editor's browser."""
    client.force_login(ben)
    return client


def test_a_story_is_written_and_published(
    desk: Client, world: Section, ines: Author, photo: Callable[..., Photo]
) -> None:
    lead = photo()
    sent = form_of(
        desk, f"{LIST}add/", headline="The bridge\n opens", deck="It took nine years.", section=world.pk,
        body="<p>The first to cross was a <b>dog</b>.</p><script>alert(1)</script>", tags="bridges, dogs",
        lead_photo=lead.pk, lead_caption="Only here.", kicker="Transport",
    )  # fmt: skip
    rows = {"bylines-TOTAL_FORMS": 1, "bylines-0-author": ines.pk, "bylines-0-role": "by", "bylines-0-position": 0}
    response = desk.post(f"{LIST}add/", {**sent, **rows, "bylines-0-wording": "", "_move": "publish"}, follow=True)

    article = Article.objects.get()
    assert article.headline == "The bridge opens"
    assert article.slug == "the-bridge-opens"
    assert article.body == "<p>The first to cross was a <strong>dog</strong>.</p>"
    assert (article.created_by, article.version) == (desk_person(desk), 1)
    assert "is before readers at" in response.content.decode()
    page = desk.get("/world/the-bridge-opens/").content.decode()
    for said in ("The bridge opens", "Only here.", "Inés Varga", "bridges", "Transport"):
        assert said in page


def desk_person(client: Client) -> Person:
    """Who is signed in."""
    return Person.objects.get(pk=client.session["_auth_user_id"])


def test_saving_keeps_everything_as_it_was(desk: Client, story: Callable[..., Article]) -> None:
    article = story(headline="As it was", tags=("one, with a comma", "two"), dateline="Lisbon", language="fr")
    before = {field: getattr(article, field) for field in ("headline", "body", "dateline", "language", "slug")}
    response = desk.post(address(article), form_of(desk, address(article)))
    assert response.status_code == 302
    assert response.headers["Location"] == address(article)
    article.refresh_from_db()
    assert before == {field: getattr(article, field) for field in before}
    assert sorted(article.tags.names()) == ["one, with a comma", "two"]
    assert article.bylines.count() == 1
    assert (article.version, article.revisions.count()) == (1, 1)


def test_a_story_is_shown_as_it_is_stored_with_its_photos(
    desk: Client, story: Callable[..., Article], photo: Callable[..., Photo]
) -> None:
    used = photo(caption="The desk’s words.", credit="Lee Moss")
    awaited = Photo.objects.create(caption="Not here yet", credit="Ana Ruiz")
    article = story(
        deck="The deck.", lead_photo=used, lead_caption="Words of this story.", section=None, tags=("bridges",),
        body=f'<figure data-photo="{awaited.pk}"></figure><figure data-photo="999"></figure><h2>Crosshead</h2>'
        f'<figure data-photo="{used.pk}"><figcaption>Own <em>words</em>.</figcaption></figure>',
    )  # fmt: skip
    page = desk.get(f"{LIST}{article.pk}/stored/").content.decode()
    for said in (
        "The deck.", "By Inés Varga", "Words of this story.", "Lee Moss", "Not here yet", "waits for its file",
        "not in the photo desk", "<h2>Crosshead</h2>", "Own <em>words</em>.", "bridges",
    ):  # fmt: skip
        assert said in page, said
    assert "The desk’s words." not in page
    assert desk.post(f"{LIST}{article.pk}/stored/").status_code == 405


@pytest.mark.parametrize("seen", ["", "-1", "99", "x", "1e9"])
def test_a_version_that_nobody_saw_stores_nothing(desk: Client, story: Callable[..., Article], seen: str) -> None:
    article = story(headline="As it was")
    response = desk.post(address(article), form_of(desk, address(article), headline="New", seen_version=seen))
    assert response.status_code == 200
    article.refresh_from_db()
    assert article.headline == "As it was"


def test_what_is_missing_is_said_and_saved_but_not_published(desk: Client, story: Callable[..., Article]) -> None:
    article = story(headline="No deck yet", deck="", section=None)
    page = desk.get(address(article)).content.decode()
    assert '<a href="#id_deck">The story has no deck.</a>' in page
    assert 'id="id_bylines"' in page
    sent = form_of(desk, address(article), kicker="New", _move="publish")
    page = desk.post(address(article), sent, follow=True).content.decode()
    assert "This stops it" in page
    assert "The story has no deck." in page
    article.refresh_from_db()
    assert article.kicker == "New"
    assert not Snapshot.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"headline": "x" * 301}, "at most 300 characters"),
        ({"slug": "two words"}, "Enter a valid"),
        ({"original_url": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"tags": "fine, !!!"}, "has no letter or figure in it"),
        ({"tags": "fine, " + "x" * 101}, "a tag has at most 100 characters"),
        ({"lead_photo": "999"}, "Select a valid choice"),
        ({"section": "999"}, "Select a valid choice"),
        ({"kind": "rumour"}, "Select a valid choice"),
        ({"language": "tlh"}, "Select a valid choice"),
    ],
)
def test_a_wrong_value_is_refused_on_its_field_and_the_words_stay(
    desk: Client, story: Callable[..., Article], changes: dict[str, str], words: str
) -> None:
    article = story(headline="As it was")
    sent = form_of(desk, address(article), **{"body": "<p>Typed meanwhile.</p>", **changes})
    page = desk.post(address(article), sent).content.decode()
    assert words in page
    assert "Typed meanwhile." in page
    article.refresh_from_db()
    assert (article.headline, article.version) == ("As it was", 1)


def test_a_slug_that_another_story_has_is_refused(desk: Client, story: Callable[..., Article]) -> None:
    taken, article = story(headline="First"), story(headline="Second")
    page = desk.post(address(article), form_of(desk, address(article), slug=taken.slug)).content.decode()
    assert "Another story has this slug" in page


def test_the_byline_has_its_order_and_an_author_stands_in_it_once_for_each_role(
    desk: Client, story: Callable[..., Article], ines: Author
) -> None:
    article = story()
    other = Author.objects.create(name="Ana Brandt", slug="ana-brandt")
    rows = {
        "bylines-TOTAL_FORMS": 2, "bylines-1-author": other.pk, "bylines-1-role": "by", "bylines-1-position": 0,
        "bylines-1-wording": "", "bylines-0-position": 1,
    }  # fmt: skip
    desk.post(address(article), form_of(desk, address(article), **rows))
    assert [byline.author.name for byline in article.bylines.all()] == ["Ana Brandt", "Inés Varga"]
    twice = {**rows, "bylines-TOTAL_FORMS": 3, "bylines-2-author": ines.pk, "bylines-2-role": "by"}
    twice |= {"bylines-2-position": 2, "bylines-2-wording": "", "bylines-0-id": "", "bylines-1-id": ""}
    page = desk.post(address(article), {**form_of(desk, address(article)), **twice}).content.decode()
    assert "Please correct" in page
    assert article.bylines.count() == 2


def test_a_row_of_the_byline_that_was_left_empty_is_passed_over(desk: Client, story: Callable[..., Article]) -> None:
    article = story()
    empty = {
        "bylines-TOTAL_FORMS": 2, "bylines-1-author": "", "bylines-1-role": "by", "bylines-1-wording": "",
        "bylines-1-position": 1,
    }  # fmt: skip
    assert desk.post(address(article), form_of(desk, address(article), **empty)).status_code == 302
    assert article.bylines.count() == 1
    half = form_of(desk, address(article), **{**empty, "bylines-1-wording": "With thanks"})
    assert "This field is required" in desk.post(address(article), half).content.decode()


def test_what_a_form_does_not_offer_cannot_be_sent(desk: Client, story: Callable[..., Article], dee: Person) -> None:
    article = story()
    sent = form_of(desk, address(article), stage="spiked", version="77", created_by=dee.pk, updated_by=dee.pk, id="9")
    desk.post(address(article), sent)
    article.refresh_from_db()
    assert (article.stage, article.version, article.created_by) == (Stage.DRAFT, 1, None)


def test_a_live_story_is_withdrawn_after_a_question(desk: Client, published: Callable[..., Snapshot]) -> None:
    snapshot = published()
    ask = reverse("admin:articles_article_move", args=[snapshot.article_id, "withdraw"])
    assert 'value="withdraw"' in desk.get(address(snapshot.article)).content.decode()
    assert "leaves the paper at once" in desk.get(ask).content.decode()
    assert desk.get(snapshot.path).status_code == 200
    stale = desk.post(ask, {"seen_version": "99"}, follow=True).content.decode()
    assert "saved in the meantime" in stale
    assert desk.get(snapshot.path).status_code == 200
    desk.post(ask, {"seen_version": snapshot.article.version, "reason": "It was about another bridge."})
    gone = desk.get(snapshot.path)
    assert gone.status_code == 410
    assert "It was about another bridge." in gone.content.decode()


def test_a_published_story_is_not_deleted_and_the_refusal_is_readable(
    desk: Client, published: Callable[..., Snapshot], story: Callable[..., Article]
) -> None:
    snapshot, draft = published(), story(headline="Never out")
    page = desk.post(f"{LIST}{snapshot.article_id}/delete/", {"post": "yes"}).content.decode()
    assert "Cannot delete" in page
    assert Article.objects.filter(pk=snapshot.article_id).exists()
    desk.post(f"{LIST}{draft.pk}/delete/", {"post": "yes", "seen_version": 1})
    assert not Article.objects.filter(pk=draft.pk).exists()


def test_tags_that_exist_are_offered(desk: Client, story: Callable[..., Article]) -> None:
    story(tags=("Harbour", "harbour life", "bridges"))
    assert desk.get(f"{LIST}tags/?q=HARB").json() == {"tags": ["Harbour", "harbour life"]}
    assert desk.get(f"{LIST}tags/").json() == {"tags": []}


def test_the_list_says_what_readers_have_and_finds_by_words_and_state(
    desk: Client, story: Callable[..., Article], published: Callable[..., Snapshot], city: Section
) -> None:
    published(headline="Before readers", section=city, kicker="Waterfront")
    story(headline="In the making", body="<p>A word like xylophone.</p>", tags=("music",))
    page = desk.get(LIST).content.decode()
    for said in ("Before readers", "Waterfront", "Live", "In the making", "Not published", "By Inés Varga"):
        assert said in page
    for query, found in (
        ("?q=xylophone", "In the making"),
        ("?q=varga+readers", "Before readers"),
        ("?q=music", "In the making"),
        ("?publication=live", "Before readers"),
        (f"?section__id__exact={city.pk}", "Before readers"),
        ("?stage__exact=draft&publication=unpublished", "In the making"),
    ):
        page = desk.get(LIST + query).content.decode()
        assert found in page, query
        assert page.count('class="field-title"') == 1, query
    assert "No story matches" in desk.get(f"{LIST}?q=nothinglikethis").content.decode()


def test_an_empty_list_says_how_to_begin(desk: Client) -> None:
    assert "Write the first one" in desk.get(LIST).content.decode()


@pytest.mark.parametrize("page", [LIST, "/admin/"])
def test_the_number_of_queries_does_not_grow(desk: Client, story: Callable[..., Article], page: str) -> None:
    counts = []
    for more in (3, 40):
        for _ in range(more):
            story(tags=("one", "two"))
        with CaptureQueriesContext(connection) as context:
            assert desk.get(page).status_code == 200
        counts.append(len(context))
    assert counts[0] == counts[1]


def test_hostile_words_are_words_everywhere(desk: Client, story: Callable[..., Article]) -> None:
    nasty = "<script>alert(1)</script>"
    article = story(headline=nasty, kicker=nasty, deck=nasty, dateline=nasty, tags=(nasty,))
    Article.objects.update(deadline=timezone.now())
    about = ("change", "stored", "history", "delete", "preview", "as-readers", "reviews", "plan", "move/spike")
    pages = [f"{LIST}{article.pk}/{page}/" for page in about]
    for url in ("/admin/", LIST, f"{LIST}board/", f"{LIST}calendar/", f"{LIST}bulk/?ids={article.pk}", *pages):
        page = desk.get(url).content.decode()
        assert nasty not in page, url
        assert "&lt;script&gt;alert(1)" in page, url


def test_authors_are_found_for_the_byline(desk: Client, ines: Author) -> None:
    Author.objects.create(name="Ana Brandt", slug="ana-brandt")
    asked = {"app_label": "articles", "model_name": "byline", "field_name": "author"}
    found = desk.get("/admin/autocomplete/", {**asked, "term": "varg"}).json()["results"]
    assert found == [{"id": str(ines.pk), "text": "Inés Varga"}]
    assert [each["text"] for each in desk.get("/admin/autocomplete/", asked).json()["results"]] == [
        "Ana Brandt",
        "Inés Varga",
    ]


def test_the_history_names_what_was_changed_and_not_what_the_editor_wrote_otherwise(
    desk: Client, story: Callable[..., Article]
) -> None:
    article = story(body="<p>One.</p><h2>Two</h2>", deck="As it was.")
    same = "<p>\n\tOne.</p>\n\n<h2>\n\tTwo</h2>\n"
    desk.post(address(article), form_of(desk, address(article), body=same, deck="As it is."))
    page = desk.get(f"{LIST}{article.pk}/history/").content.decode()
    assert "changed the deck." in page
    assert "Ben" in page
    desk.post(address(article), form_of(desk, address(article), body="<p>Other words.</p>"))
    assert "edited a paragraph and cut a paragraph." in desk.get(f"{LIST}{article.pk}/history/").content.decode()
