"""Not a word lost: two people in one story, a closed tab, an ended session, and a history that keeps everything."""

import html
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles import autosave, comparing, content, editing, merging, publishing
from articles.content import Content
from articles.models import Article, Author, Buffer, Presence, Revision, Section, Snapshot
from articles.workflow import Stage
from staff.models import Person
from tests.articles.forms import form_of

LIST = "/admin/articles/article/"
AT_WORK = f"{LIST}at-work/"
Story = Callable[..., Article]


def page_of(article: Article) -> str:
    """The page on which the story is written."""
    return f"{LIST}{article.pk}/change/"


@pytest.fixture
def desk(client: Client, ben: Person) -> Client:
    """The section editor's browser."""
    client.force_login(ben)
    return client


def meanwhile(article: Article, by: Person, **fields: Any) -> None:
    """Somebody else saves."""
    stored = Article.objects.get(pk=article.pk)
    for name, value in fields.items():
        setattr(stored, name, value)
    editing.save(stored, by=by, seen_version=stored.version)


@pytest.mark.django_db
def test_changes_that_do_not_collide_are_brought_together(desk: Client, story: Story, chen: Person) -> None:
    article = story(headline="As it was", body="<p>One.</p><p>Two.</p><p>Three.</p>", tags=("a", "b"))
    body = "<p>One, mine.</p><p>Two.</p><p>Three.</p>"
    mine = form_of(desk, page_of(article), body=body, tags="a, b, mine")
    meanwhile(article, chen, deck="Her deck.", body="<p>One.</p><p>Two.</p><p>Three, hers.</p>")
    page = desk.post(page_of(article), mine, follow=True).content.decode()
    assert "together with what Chen did in the meantime" in page
    stored = Article.objects.get()
    assert (stored.deck, stored.version) == ("Her deck.", 3)
    assert stored.body == "<p>One, mine.</p>\n<p>Two.</p>\n<p>Three, hers.</p>"
    assert sorted(stored.tags.names()) == ["a", "b", "mine"]


@pytest.mark.django_db
def test_what_collides_is_shown_from_both_sides_and_nothing_is_stored_over_anything(
    desk: Client, story: Story, chen: Person, ben: Person
) -> None:
    article = story(headline="As both saw it", body="<p>The dog crossed.</p>")
    mine = form_of(desk, page_of(article), headline="My words", body="<p>The dog ran.</p>", kicker="Mine alone")
    meanwhile(article, chen, headline="Her words", body="<p>The dog swam.</p>")
    answer = desk.post(page_of(article), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Chen saved this story" in page
    assert "<del>crossed</del><ins>swam</ins>" in page
    assert "<ins>ran</ins>" in page
    stored = Article.objects.get()
    assert (stored.headline, stored.version) == ("Her words", 2)
    # Whoever closes the page now finds the words again.
    assert Buffer.objects.get(person=ben).fields
    assert "never saved" in desk.get(page_of(article)).content.decode()

    kept = re.search(r'name="kept" value="([^"]+)"', page)
    assert kept
    chosen = {"kept": kept[1], "headline-choice": "own", "headline-own": "Our words", "body-choice": "mine"}
    clash = f"{LIST}{article.pk}/clash/"
    again = desk.post(clash, {**chosen, "headline-choice": ""})
    assert again.status_code == 409
    meanwhile(article, chen, headline="Her third thought")
    late = desk.post(clash, chosen)
    assert late.status_code == 409
    assert "Our words" in late.content.decode()
    kept = re.search(r'name="kept" value="([^"]+)"', late.content.decode())
    assert kept
    assert desk.post(clash, {"kept": kept[1], "headline-choice": "mine"}).status_code == 302
    stored = Article.objects.get()
    assert (stored.headline, stored.kicker, stored.body) == ("Our words", "Mine alone", "<p>The dog ran.</p>")
    forged = desk.post(clash, {"kept": "x" + kept[1], "headline-choice": "mine"}, follow=True)
    assert "not one of ours" in forged.content.decode()


@pytest.mark.django_db
def test_words_written_anew_in_a_clash_keep_to_the_room_that_there_is(desk: Client, story: Story, chen: Person) -> None:
    article = story(headline="As both saw it")
    mine = form_of(desk, page_of(article), headline="My words")
    meanwhile(article, chen, headline="Her words")
    kept = re.search(r'name="kept" value="([^"]+)"', desk.post(page_of(article), mine).content.decode())
    assert kept
    own = {"kept": kept[1], "headline-choice": "own", "headline-own": "x" * 301}
    answer = desk.post(f"{LIST}{article.pk}/clash/", own)
    assert answer.status_code == 409
    assert "at most 300 characters" in answer.content.decode()
    desk.post(f"{LIST}{article.pk}/clash/", {**own, "headline-own": "Our\nwords"})
    assert Article.objects.get().headline == "Our words"


@pytest.mark.django_db
def test_an_address_that_another_story_has_by_now_stays_with_it(
    desk: Client, story: Story, ana: Person, ben: Person
) -> None:
    article = story(slug="first")
    meanwhile(article, ben, slug="second", deck="Nine years.")
    other = story(slug="first")
    answer = desk.post(f"{LIST}{article.pk}/restore/", {"version": 1, "seen_version": 2})
    assert answer.status_code == 302
    stored = Article.objects.get(pk=article.pk)
    assert (stored.version, stored.deck, stored.slug) == (3, "It took nine years.", "second")
    publishing.publish(other, by=None, seen_version=1)
    Article.objects.filter(pk=other.pk).update(writer=ana)
    wanted = {**content.of(other), "slug": "second", "deck": "Ten years."}
    change = editing.propose(other, cast(Content, wanted), by=ana, seen_version=1)
    assert desk.post(f"{LIST}{other.pk}/proposals/{change.pk}/", {"accept": "1"}).status_code == 302
    other.refresh_from_db()
    assert (other.deck, other.slug) == ("Ten years.", "first")


@pytest.mark.django_db
def test_what_may_not_be_brought_back_or_taken_over_any_more_says_why(
    desk: Client, published: Callable[..., Snapshot], photo: Callable[..., Any], ana: Person, ben: Person
) -> None:
    picture = photo()
    article = published(by=ana, lead_photo=picture).article
    meanwhile(article, ben, lead_photo=None)
    change = editing.propose(article, article.revisions.get(version=1).content, by=ana, seen_version=2)
    picture.allowed_until = timezone.localdate() - timedelta(days=1)
    picture.save()
    for address, sent in (
        (f"{LIST}{article.pk}/restore/", {"version": 1, "seen_version": 2}),
        (f"{LIST}{article.pk}/proposals/{change.pk}/", {"accept": "1"}),
    ):
        answer = desk.post(address, sent, follow=True)
        assert answer.status_code == 200
        assert picture.refusal() in html.unescape(answer.content.decode())
    assert Article.objects.get().version == 2


@pytest.mark.django_db
def test_signs_that_no_page_can_show_do_not_keep_the_rest_from_being_kept(desk: Client, story: Story) -> None:
    article = story()
    fields = [["headline", "Half a \ud83d, \0 none"], ["kind", "nothing like it"], ["language", "xx"]]
    for story_id, version in ((None, 0), (article.pk, 1)):
        sent = {"article": story_id, "tab": f"{story_id}\0", "version": version, "fields": fields}
        assert desk.post(AT_WORK, json.dumps(sent), content_type="application/json").json()["kept"]
        kept = Buffer.objects.get(tab=f"{story_id}")
        for address in (f"{LIST}kept/{kept.pk}/", "/admin/", page_of(article)):
            assert desk.get(address).status_code == 200
        assert kept.headline == "Half a , none"


@pytest.mark.django_db
def test_a_clash_of_more_than_can_be_kept_is_shown_all_the_same(
    desk: Client, story: Story, chen: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = story(headline="As both saw it")
    mine = form_of(desk, page_of(article), headline="My words")
    meanwhile(article, chen, headline="Her words")
    monkeypatch.setattr(autosave, "LONGEST", 5)
    answer = desk.post(page_of(article), mine)
    assert answer.status_code == 409
    assert "My" in answer.content.decode()
    assert send(desk, typed(desk, article, headline="Hers, and mine")).status_code == 413
    assert not Buffer.objects.exists()


@pytest.mark.django_db
def test_one_person_in_two_tabs_is_no_false_alarm(desk: Client, story: Story, ben: Person) -> None:
    article = story(headline="As it was")
    first = form_of(desk, page_of(article), deck="From one tab.")
    second = form_of(desk, page_of(article), kicker="From the other")
    desk.post(page_of(article), first)
    page = desk.post(page_of(article), second, follow=True).content.decode()
    assert "in the meantime" not in page
    stored = Article.objects.get()
    assert (stored.deck, stored.kicker) == ("From one tab.", "From the other")
    third = {**first, "deck": "Something else in the first tab."}
    assert "in another tab" in desk.post(page_of(article), third).content.decode()


@pytest.mark.django_db
def test_a_story_that_left_ones_hands_keeps_the_words_that_came_too_late(
    client: Client, story: Story, ana: Person
) -> None:
    client.force_login(ana)
    article = story(by=ana)
    late = form_of(client, page_of(article), headline="Too late")
    Article.objects.update(stage=Stage.COPY_EDIT)
    page = client.post(page_of(article), late, follow=True).content.decode()
    assert "Your words are kept" in page
    assert dict(Buffer.objects.get(person=ana).fields)["headline"] == "Too late"
    Article.objects.update(stage=Stage.DRAFT)
    found = client.get(page_of(article)).content.decode()
    assert "you changed the headline" in found
    number = re.search(r"\?found=(\d+)", found)
    assert number
    assert "Too late" in client.get(f"{page_of(article)}{number[0]}").content.decode()
    assert Article.objects.get().headline != "Too late"


# --- While one writes ---


def typed(client: Client, article: Article | None, **changes: str) -> dict[str, Any]:
    """What the page sends while one types."""
    url = page_of(article) if article else f"{LIST}add/"
    fields = [[name, str(value)] for name, value in form_of(client, url, **changes).items()]
    version = article.version if article else 0
    return {
        "article": article.pk if article else None,
        "tab": "t1",
        "version": version,
        "fields": fields,
        "check": True,
    }


def send(client: Client, sent: Any) -> Any:
    """Send it as the page does."""
    return client.post(AT_WORK, json.dumps(sent), content_type="application/json")


@pytest.mark.django_db
@pytest.mark.parametrize("is_stored", [True, False])
def test_what_was_typed_is_offered_again_and_is_no_part_of_the_history(
    desk: Client, story: Story, ines: Author, is_stored: bool
) -> None:
    article = story(headline="As it was") if is_stored else None
    url = page_of(article) if article else f"{LIST}add/"
    row = {"bylines-TOTAL_FORMS": "1", "bylines-0-author": str(ines.pk), "bylines-0-role": "photographs",
           "bylines-0-position": "0", "bylines-0-wording": ""}  # fmt: skip
    answer = send(desk, typed(desk, article, headline="مقال عن الميناء", body="<p>Half a sen</p>", **row))
    assert re.fullmatch(r"\d\d:\d\d", answer.json()["kept"])
    assert any("deck" in finding["words"] for finding in answer.json()["findings"]) is not is_stored
    assert Revision.objects.count() == (1 if is_stored else 0)
    page = desk.get(url).content.decode()
    assert "never saved" in page
    found = re.search(r"\?found=\d+", page)
    assert found
    again = desk.get(url + found[0])
    assert "مقال عن الميناء" in again.content.decode()
    assert "Half a sen" in again.content.decode()
    sent = form_of_bound(again) | {"_tab": "t1"}
    assert desk.post(url, sent).status_code == 302
    stored = Article.objects.get()
    assert (stored.headline, stored.body) == ("مقال عن الميناء", "<p>Half a sen</p>")
    assert stored.bylines.get().role == "photographs"
    assert not Buffer.objects.exists()


def form_of_bound(answer: Any) -> dict[str, Any]:
    """The form of a page that holds what was sent to it."""
    form = answer.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    formset = answer.context["inline_admin_formsets"][0].formset
    for part in (formset.management_form, *formset.forms):
        values |= {part.add_prefix(name): part[name].value() for name in part.fields}
    return {name: "" if value is None else value for name, value in values.items()}


@pytest.mark.django_db
def test_words_that_were_saved_are_not_offered_again_when_a_late_request_brings_them(
    desk: Client, story: Story, chen: Person
) -> None:
    article = story(headline="As it was", body="<p>One.</p><p>Two.</p>")
    changes = {"body": "<p>One, mine.</p><p>Two.</p>"}
    late = typed(desk, article, **changes)
    mine = form_of(desk, page_of(article), **changes, _tab="t1")
    meanwhile(article, chen, deck="Her deck.")
    assert "together with" in desk.post(page_of(article), mine, follow=True).content.decode()
    assert send(desk, late).json()["kept"] == ""
    assert "never saved" not in desk.get(page_of(article)).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("odd", ["²", "٣", "-1", "9" * 30, "1e3", "", "x"])
def test_an_odd_number_in_an_address_finds_nothing_and_breaks_nothing(desk: Client, story: Story, odd: str) -> None:
    pk = story().pk
    for address in (
        f"{LIST}{pk}/change/?found={odd}",
        f"{LIST}{pk}/stored/?version={odd or 'x'}",
        f"{LIST}{pk}/preview/?version={odd}",
        f"{LIST}{pk}/compare/?old={odd}&new=1",
    ):
        assert desk.get(address).status_code == 404, address
    for address, sent in (
        (f"{LIST}{pk}/restore/", {"version": odd, "seen_version": odd}),
        (f"{LIST}{pk}/comments/", {"answers": odd or "x", "text": "x"}),
        (f"{LIST}{pk}/reviews/", {"revoke": odd}),
        (f"{LIST}board/", {"story": odd, "version": odd, "to": "ready"}),
    ):
        assert desk.post(address, sent).status_code == 404, address
    assert desk.get(f"{LIST}board/", {"who": odd}).status_code == 200
    assert desk.post(f"{LIST}bulk/", {"seen": f"{odd}:{odd}", "verb": "spike"}).status_code == 200


@pytest.mark.django_db
def test_what_says_no_more_than_what_is_stored_is_not_offered(desk: Client, story: Story) -> None:
    article = story()
    assert send(desk, typed(desk, article)).json()["kept"] == ""
    assert not Buffer.objects.exists()
    send(desk, typed(desk, article, headline="Other"))
    desk.post(AT_WORK, {"tab": "t1", "back": page_of(article)})
    assert "never saved" not in desk.get(page_of(article)).content.decode()


@pytest.mark.django_db
def test_words_are_kept_for_whoever_typed_them_alone(
    desk: Client, client: Client, story: Story, chen: Person, ana: Person, dee: Person
) -> None:
    article = story(by=dee)
    send(desk, typed(desk, article, headline="Ben's alone"))
    client.force_login(chen)
    assert "never saved" not in client.get(page_of(article)).content.decode()
    sent = typed(client, article)
    client.force_login(ana)
    assert send(client, sent).status_code == 404
    client.force_login(dee)
    assert send(client, sent).status_code == 403
    client.logout()
    assert send(client, sent).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        *("?", "[]", "{}", '{"article": "x"}', '{"article": null, "fields": 3, "tab": "", "version": 0}'),
        '{"article": 1e999, "fields": null, "tab": "", "version": 0}',
    ],
)
def test_nonsense_is_refused(desk: Client, body: str) -> None:
    assert desk.post(AT_WORK, body, content_type="application/json").status_code == 400


@pytest.mark.django_db
def test_who_else_is_there_is_told_and_oneself_is_not(desk: Client, story: Story, chen: Person) -> None:
    article = story()
    sent = typed(desk, article) | {"fields": None}
    assert send(desk, sent).json()["others"] == []
    hers = Client()
    hers.force_login(chen)
    [other] = send(hers, sent).json()["others"]
    assert other["name"] == "Ben"
    meanwhile(article, chen, deck="New.")
    news = send(desk, sent).json()
    assert (news["version"], news["saved_by"], news["mine"]) == (2, "Chen", False)
    assert Presence.objects.count() == 2


# --- The history ---


@pytest.mark.django_db
def test_the_history_reads_as_sentences_and_any_version_comes_back(
    desk: Client, story: Story, chen: Person, ines: Author, city: Section
) -> None:
    article = story(headline="First", body="<p>One.</p><p>Two.</p><p>Three.</p>")
    meanwhile(article, chen, headline="Second", body="<p>One.</p>", section=city)
    url = f"{LIST}{article.pk}/history/"
    page = desk.get(url).content.decode()
    assert "<strong>Chen</strong> changed the headline, cut two paragraphs and moved the story to City." in page
    compared = desk.get(f"{LIST}{article.pk}/compare/?old=1&new=2").content.decode()
    assert "<del>First</del><ins>Second</ins>" in compared
    assert "<del><p>Two.</p></del>" in compared
    assert desk.get(f"{LIST}{article.pk}/stored/?version=1").content.decode().count("Three.") == 1
    restore = f"{LIST}{article.pk}/restore/"
    assert (
        "saved in the meantime" in desk.post(restore, {"version": 1, "seen_version": 1}, follow=True).content.decode()
    )
    desk.post(restore, {"version": 1, "seen_version": 2})
    stored = Article.objects.get()
    assert (stored.headline, stored.version) == ("First", 3)
    assert "brought back version 1" in desk.get(url).content.decode()
    for query in ("?old=1&new=x", "?old=1", "?old=1&new=99"):
        assert desk.get(f"{LIST}{article.pk}/compare/{query}").status_code == 404


@pytest.mark.django_db
def test_what_readers_saw_at_a_moment(desk: Client, published: Callable[..., Snapshot]) -> None:
    snapshot = published(headline="As they saw it")
    url = f"{LIST}{snapshot.article_id}/seen/"
    assert "As they saw it" in desk.get(f"{url}?at=2040-05-03T18:00").content.decode()
    assert "saw nothing" in desk.get(f"{url}?at=2001-05-03T18:00").content.decode()
    assert "Enter a valid date/time" in desk.get(f"{url}?at=soon", follow=True).content.decode()
    publishing.withdraw(Article.objects.get(), seen_version=1, farewell="It was not so.")
    gone = desk.get(f"{url}?at=2040-05-03T18:00").content.decode()
    assert "had been withdrawn" in gone
    assert "It was not so." in gone
    assert "<h1>As they saw it" not in gone


@pytest.mark.django_db
def test_a_revision_is_made_by_every_door(story: Story, ben: Person, ana: Person, dee: Person) -> None:
    article = story(by=dee)
    article.headline = "By somebody who may not"
    with pytest.raises(PermissionDenied):
        editing.save(article, by=ana, seen_version=1)
    editing.save(article, by=ben, seen_version=1)
    stored = Article.objects.get()
    assert [revision.version for revision in stored.revisions.all()] == [2, 1]
    assert stored.revisions.first().content == content.of(stored)  # type: ignore[union-attr]


lines = st.lists(st.sampled_from([f"<p>{word}</p>" for word in "abcdefg"]), max_size=6)


@given(base=lines, theirs=lines, mine=lines)
def test_merging_paragraphs_keeps_what_either_added(base: list[str], theirs: list[str], mine: list[str]) -> None:
    assert merging.merge_blocks(base, base, mine) == mine
    assert merging.merge_blocks(base, theirs, base) == theirs
    merged = merging.merge_blocks(base, theirs, mine)
    if merged is not None:
        for side in (theirs, mine):
            assert all(block in merged for block in set(side) - set(base))


@given(old=st.text(), new=st.text())
def test_marked_words_hold_both_texts(old: str, new: str) -> None:
    marked = str(comparing.marked(old, new))
    kept = re.sub(r"<del>.*?</del>", "", marked, flags=re.DOTALL)
    assert comparing.marked(new, new) == re.sub(r"</?ins>", "", kept)


def test_a_sign_that_became_another_is_marked_whole() -> None:
    assert comparing.marked("it's", 'it"s') == "it<del>&#x27;</del><ins>&quot;</ins>s"


def test_a_paragraph_without_a_word_of_the_old_one_was_replaced() -> None:
    old, new = "<p>The first to cross was a dog.</p>", "<p>Nobody has said when ferries will end.</p>"
    base = content.of(Article(body=old), names=(), tags=())
    (change,) = comparing.differences(base, {**base, "body": new}, lambda photo: "")
    assert f"<del>{old}</del>" in change.marked
    assert f"<ins>{new}</ins>" in change.marked
