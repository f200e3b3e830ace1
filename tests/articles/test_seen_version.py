"""What somebody does to a story, they do to the version that they saw; what came between is shown to them first."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from articles import comments, editing, proposals, publishing, reports
from articles.content import Content
from articles.models import Article, Buffer, Comment, Move, Proposal, Report, Snapshot
from articles.moves import Details
from articles.workflow import Stage
from media.models import Photo
from staff.models import Person
from tests.articles.forms import form_of

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/article/"
Story = Callable[..., Article]


@pytest.fixture
def desk(client: Client, ben: Person) -> Client:
    """The section editor's browser."""
    client.force_login(ben)
    return client


def page_of(article: Article) -> str:
    """The page on which the story is written."""
    return f"{LIST}{article.pk}/change/"


def meanwhile(article: Article, by: Person, **fields: Any) -> None:
    """Somebody else saves."""
    stored = Article.objects.get(pk=article.pk)
    for name, value in fields.items():
        setattr(stored, name, value)
    editing.save(stored, by=by, seen_version=stored.version)


def test_a_verb_beside_words_that_one_never_saw_is_still_to_be_done(
    desk: Client, story: Story, chen: Person, photo: Callable[..., Photo]
) -> None:
    article = story(lead_photo=photo(), stage=Stage.READY)
    untouched = form_of(desk, page_of(article), _move="publish")
    meanwhile(article, chen, deck="Something that Ben never saw.", body="<p>Nor this.</p>")
    page = desk.post(page_of(article), untouched, follow=True).content.decode()
    assert "what Chen did in the meantime: changed the deck and edited a paragraph" in page
    assert "“Publish” is still to be done" in page
    assert not Snapshot.objects.exists()
    again = form_of(desk, page_of(article), _move="publish")
    desk.post(page_of(article), again)
    assert Snapshot.objects.get().deck == "Something that Ben never saw."


def test_all_that_others_did_is_told_and_not_the_last_of_it_alone(desk: Client, story: Story, chen: Person) -> None:
    article = story()
    mine = form_of(desk, page_of(article), kicker="Mine")
    meanwhile(article, chen, deck="First she did this.")
    meanwhile(article, chen, dateline="Lisbon")
    page = desk.post(page_of(article), mine, follow=True).content.decode()
    assert "changed the deck and wrote the dateline" in page


def test_a_card_leads_to_the_page_of_its_verb_with_the_version_that_it_showed(
    desk: Client, story: Story, chen: Person
) -> None:
    article = story(stage=Stage.SUBMITTED)
    meanwhile(article, chen, deck="Written since.")
    answer = desk.post(f"{LIST}board/", {"story": article.pk, "version": 1, "to": "draft"})
    page = desk.get(answer.headers["Location"]).content.decode()
    assert "Chen saved the story after you looked at it" in page
    assert f"{LIST}{article.pk}/compare/?old=1&amp;new=2" in page
    assert 'name="reason"' not in page
    asked = answer.headers["Location"].replace("seen=1", "seen=2")
    assert 'name="reason"' in desk.get(asked).content.decode()
    stale = desk.post(f"{LIST}{article.pk}/move/return/", {"seen_version": 1, "reason": "x"}, follow=True)
    assert "saved in the meantime" in stale.content.decode()
    assert not Move.objects.exists()


def test_what_one_saved_oneself_in_another_tab_is_no_false_alarm(desk: Client, story: Story, ben: Person) -> None:
    article = story(stage=Stage.SUBMITTED)
    meanwhile(article, ben, deck="From the other tab.")
    for seen in ("1", "2", "99", "x", ""):
        page = desk.get(f"{LIST}{article.pk}/move/return/", {"seen": seen})
        assert page.context["form"]["seen_version"].value() == 2, seen
        assert 'name="reason"' in page.content.decode()


def test_a_scheduled_story_is_not_put_off_unseen(desk: Client, story: Story, chen: Person) -> None:
    article = story(stage=Stage.READY)
    soon = timezone.now() + timedelta(days=1)
    publishing.publish(article, by=None, seen_version=1, live_from=soon)
    meanwhile(article, chen, deck="Written since.")
    at = timezone.localtime(soon + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    sent = {"story": article.pk, "version": 1, "what": "scheduled", "at": at}
    page = desk.post(f"{LIST}calendar/", sent, follow=True).content.decode()
    assert "Chen saved the story after you looked at it" in page
    assert Snapshot.objects.scheduled().get().live_from == soon


def test_a_story_that_was_saved_since_is_not_deleted(desk: Client, story: Story, chen: Person) -> None:
    article = story()
    page = f"{LIST}{article.pk}/delete/"
    assert "goes for good, with its 1 version," in desk.get(page).content.decode()
    meanwhile(article, chen, deck="A whole day's work.")
    late = desk.post(page, {"post": "yes", "seen_version": 1}, follow=True).content.decode()
    assert "is not deleted" in late
    assert desk.post(page, {"post": "yes"}, follow=True).status_code == 200
    assert Article.objects.get().deck == "A whole day's work."
    desk.post(page, {"post": "yes", "seen_version": 2})
    assert not Article.objects.exists()


def test_a_story_is_deleted_by_who_may_publish_it_alone(story: Story, ana: Person) -> None:
    article = story(by=ana)
    with pytest.raises(PermissionDenied):
        editing.delete(article, by=ana, seen_version=1)
    assert Article.objects.exists()


# --- Words that come too late ---


def test_words_for_a_story_that_was_deleted_become_a_story_of_their_own(
    desk: Client, story: Story, chen: Person, ben: Person
) -> None:
    article = story()
    late = form_of(desk, page_of(article), headline="Too late", body="<p>But not lost.</p>", _tab="t1")
    typed = {"article": article.pk, "tab": "t2", "version": 1, "fields": [["headline", "Typed"]], "check": False}
    desk.post(f"{LIST}at-work/", json.dumps(typed), content_type="application/json")
    editing.delete(article, by=chen, seen_version=1)
    page = desk.post(page_of(article), late, follow=True).content.decode()
    assert "Nothing was stored; here are your words" in page
    assert "But not lost." in page
    assert set(Buffer.objects.filter(article=None).values_list("tab", flat=True)) == {"t1", "t2"}
    listed = desk.get("/admin/").content.decode()
    assert "Typed and not saved" in listed
    assert "Too late" in listed
    kept = Buffer.objects.get(tab="t1")
    form = desk.get(f"{LIST}add/?found={kept.pk}")
    assert "But not lost." in form.content.decode()
    assert form.context["adminform"].form["seen_version"].value() == "0"


def test_words_for_a_story_out_of_reach_are_shown_to_who_typed_them_alone(
    client: Client, story: Story, dee: Person, ben: Person, ana: Person
) -> None:
    noor = Person.objects.create_user("noor@paper.example", "Noor", "correct horse battery", is_staff=True)
    noor.duties.create(role="copy-editor")
    article = story(by=dee, stage=Stage.COPY_EDIT)
    client.force_login(noor)
    late = form_of(client, page_of(article), body="<p>Mended by Noor.</p>", _tab="t1")
    Article.objects.update(stage=Stage.READY)
    answer = client.post(page_of(article), late)
    kept = Buffer.objects.get(person=noor)
    assert answer.headers["Location"] == f"{LIST}kept/{kept.pk}/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Mended by Noor." in page
    assert "is not in your hands now" in page
    assert "Begin a new story" not in page
    assert client.post(answer.headers["Location"]).status_code == 403
    client.force_login(ben)
    assert client.get(answer.headers["Location"]).status_code == 404
    client.force_login(noor)
    Article.objects.update(stage=Stage.COPY_EDIT)
    assert "Open the story" in client.get(answer.headers["Location"]).content.decode()
    assert "never saved" in client.get(page_of(article)).content.decode()


def test_what_is_typed_after_a_story_moved_on_is_found_on_the_desk(client: Client, story: Story, ana: Person) -> None:
    article = story(by=ana)
    client.force_login(ana)
    Article.objects.update(writer=None, stage=Stage.COPY_EDIT)
    for pk, tab in ((article.pk, "t1"), (10**9, "t2")):
        sent = {"article": pk, "tab": tab, "version": 1, "fields": [["headline", f"Typed in {tab}"]], "check": True}
        answer = client.post(f"{LIST}at-work/", json.dumps(sent), content_type="application/json")
        assert answer.status_code == 404
    page = client.get("/admin/").content.decode()
    assert "Typed in t1" in page
    assert "Typed in t2" in page


def test_what_was_kept_shows_nothing_that_its_writer_did_not_send(client: Client, story: Story, ana: Person) -> None:
    secret = story(headline="Xylophone secrets")
    client.force_login(ana)
    sent = {"seen_version": "1", "deck": "Guessing", "_tab": "t1"}
    page = client.post(page_of(secret), sent, follow=True).content.decode()
    assert "Guessing" in page
    assert "Xylophone" not in page
    assert "Xylophone" not in client.get("/admin/").content.decode()


def test_a_writer_begins_a_new_story_with_words_that_came_too_late(
    client: Client, story: Story, ana: Person, ben: Person
) -> None:
    article = story(by=ana)
    client.force_login(ana)
    late = form_of(client, page_of(article), deck="Late words.", _tab="t1")
    Article.objects.update(stage=Stage.COPY_EDIT)
    page = client.post(page_of(article), late, follow=True)
    assert "Late words." in page.content.decode()
    kept = Buffer.objects.get()
    begun = client.post(f"{LIST}kept/{kept.pk}/")
    assert begun.headers["Location"] == f"{LIST}add/?found={kept.pk}"
    assert "Late words." in client.get(begun.headers["Location"]).content.decode()


def test_a_choice_in_a_clash_that_comes_too_late_is_kept(
    client: Client, story: Story, ana: Person, ben: Person
) -> None:
    article = story(by=ana, headline="As both saw it")
    client.force_login(ana)
    mine = form_of(client, page_of(article), headline="Hers", _tab="t1")
    meanwhile(article, ben, headline="His")
    clash = client.post(page_of(article), mine)
    kept = clash.context["kept"]
    Article.objects.update(stage=Stage.COPY_EDIT)
    sent = {"kept": kept, "headline-choice": "own", "headline-own": "Both of ours", "_tab": "t1"}
    page = client.post(f"{LIST}{article.pk}/clash/", sent, follow=True).content.decode()
    assert "your words are kept" in page
    assert "Both of ours" in page
    assert Article.objects.get().headline == "His"


# --- Comments, reports, proposals ---


def test_a_comment_is_not_written_over_from_another_tab(desk: Client, story: Story, ben: Person) -> None:
    article = story()
    first = comments.say(article, "As it was.", by=ben, version=1)
    sent = {"edit": first.pk, "seen": "As it was.", "text": "From one tab."}
    fetch = {"X-Requested-With": "fetch"}
    desk.post(f"{LIST}{article.pk}/comments/", sent, headers=fetch)
    page = desk.post(f"{LIST}{article.pk}/comments/", {**sent, "text": "From the other."}, headers=fetch)
    assert "in another tab" in page.content.decode()
    assert "From the other." in page.content.decode()
    assert Comment.objects.get().text == "From one tab."


def test_a_quote_is_of_the_version_in_which_it_was_selected(desk: Client, story: Story, chen: Person) -> None:
    article = story()
    meanwhile(article, chen, deck="Written since.")
    where = f"{LIST}{article.pk}/comments/"
    for version, kept in (("1", 1), ("99", 2), ("x", 2)):
        desk.post(where, {"text": "Sure?", "quote": "a dog", "version": version})
        latest = Comment.objects.last()
        assert latest is not None
        assert latest.version == kept


def test_a_report_is_corrected_in_the_version_that_was_seen(story: Story, ben: Person, chen: Person) -> None:
    article = story()
    snapshot = publishing.publish(article, by=None, seen_version=1)
    report = Report.objects.create(article=article, snapshot=snapshot, text="A cat.", sender="x", at=timezone.now())
    meanwhile(article, chen, deck="Written since.")
    with pytest.raises(editing.StaleVersion):
        reports.correct(report, by=ben, seen_version=1, wrong="a dog", right="a cat", details=Details())


def test_a_proposal_that_collides_is_settled_by_the_choice_that_is_made(
    desk: Client, story: Story, ana: Person, ben: Person, chen: Person
) -> None:
    article = story(by=ana, headline="As it was")
    publishing.publish(article, by=None, seen_version=1)
    wanted = cast(Content, {**article.revisions.get().content, "headline": "As she wants it"})
    proposal = editing.propose(article, wanted, by=ana, seen_version=1)
    assert editing.propose(article, wanted, by=ana, seen_version=1) == proposal
    meanwhile(article, chen, headline="As the chief has it")
    here = f"{LIST}{article.pk}/proposals/{proposal.pk}/"
    clash = desk.post(here, {"accept": "1"})
    assert clash.status_code == 409
    sent = {"kept": clash.context["kept"], "headline-choice": "mine"}
    desk.post(f"{LIST}{article.pk}/clash/", sent)
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.ACCEPTED
    assert Article.objects.get().headline == "As she wants it"
    newest = article.revisions.first()
    assert newest is not None
    assert newest.proposed_by == ana
    again = desk.post(f"{LIST}{article.pk}/clash/", sent, follow=True).content.decode()
    assert "in the meantime: taken over" in again


def test_who_proposed_a_change_hears_what_became_of_it(client: Client, story: Story, ana: Person, ben: Person) -> None:
    article = story(by=ana)
    publishing.publish(article, by=None, seen_version=1)
    wanted = cast(Content, {**article.revisions.get().content, "headline": "As she wants it"})
    proposal = editing.propose(article, wanted, by=ana, seen_version=1)
    proposals.decline(proposal, by=ben, reason="The lawyer says no.")
    client.force_login(ana)
    page = client.get("/admin/").content.decode()
    assert "What became of your proposals" in page
    assert "The lawyer says no." in page
    history = client.get(f"{LIST}{article.pk}/history/").content.decode()
    assert "<strong>Ana</strong> proposed a change." in history
    assert "<strong>Ben</strong> declined the change that Ana proposed." in history
