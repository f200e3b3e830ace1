"""My desk, the board, the calendar, and many stories moved at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from articles import moves, planning, publishing
from articles.models import Article, Duty, Message, Move, Section, Snapshot
from articles.moves import Details, Refused
from articles.workflow import Stage
from attache.worker import PATIENCE
from media.tasks import make_renditions
from staff.models import Person

pytestmark = pytest.mark.django_db
Story = Callable[..., Article]
LIST = "/admin/articles/article/"
BOARD = f"{LIST}board/"
CALENDAR = f"{LIST}calendar/"
NOON = datetime.fromisoformat("2026-11-25T12:00:00+00:00")


@pytest.fixture
def desk(client: Client, ben: Person) -> Client:
    """The section editor's browser."""
    client.force_login(ben)
    return client


def part(page: str, name: str) -> str:
    """The list on the desk that begins with this heading; empty where there is none."""
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]


def column(page: str, stage: Stage) -> str:
    """A column of the board."""
    return page.partition(f'data-drop="{stage.value}"')[2].partition("</section>")[0]


def test_the_desk_sorts_what_asks_for_somebody(desk: Client, story: Story, ana: Person, ben: Person) -> None:
    now = timezone.now()
    mine = story(headline="What I write", by=ben)
    back = story(headline="What came back", by=ben, stage=Stage.SUBMITTED)
    moves.perform("return", back, by=ben, seen_version=1, details=Details(reason="Too long by half."))
    story(headline="What was handed in", by=ana, stage=Stage.SUBMITTED)
    late = story(headline="What is late", by=ana, deadline=now - timedelta(hours=2))
    today = story(headline="What goes out tonight", by=ana, stage=Stage.READY)
    moment = min(now + timedelta(minutes=1), now.replace(hour=23, minute=59, second=59))
    publishing.publish(today, by=None, seen_version=1, live_from=moment)
    page = desk.get("/admin/").content.decode()
    assert mine.headline in part(page, "mine")
    assert "Too long by half." in part(page, "returned")
    assert "What was handed in" in part(page, "waiting")
    assert "late, due" in part(page, "due")
    assert late.headline in part(page, "due")
    assert "What goes out tonight" in part(page, "today")
    assert "What goes out tonight" not in part(page, "waiting")


def test_what_is_spiked_is_late_no_more(desk: Client, story: Story, ben: Person) -> None:
    article = story(by=ben, deadline=timezone.now() - timedelta(hours=2))
    for address in ("/admin/articles/article/", f"/admin/articles/article/{article.pk}/change/"):
        assert 'class="late"' in desk.get(address).content.decode()
    Article.objects.update(stage=Stage.SPIKED)
    for address in ("/admin/articles/article/", f"/admin/articles/article/{article.pk}/change/"):
        assert 'class="late"' not in desk.get(address).content.decode()


def test_a_desk_with_nothing_on_it_says_so(desk: Client) -> None:
    page = desk.get("/admin/").content.decode()
    assert "You have no draft" in page
    assert "Waiting for you" not in page


@pytest.mark.django_db(transaction=True)
def test_the_desk_says_when_the_worker_is_late_and_with_what(desk: Client) -> None:
    make_renditions.enqueue(1)
    assert "The worker is late" not in desk.get("/admin/").content.decode()
    with time_machine.travel(timezone.now() + PATIENCE + timedelta(seconds=1)):
        page = desk.get("/admin/").content.decode()
    assert "The worker is late" in page
    assert "sizes of photos (1)" in page


def test_the_desk_the_board_and_the_calendar_ask_as_much_of_a_large_newsroom_as_of_a_small_one(
    desk: Client, story: Story, ana: Person, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    def fill(number: int) -> None:
        for _ in range(number):
            story(by=ana, stage=Stage.SUBMITTED, deadline=timezone.now())
            article = story(by=ana, stage=Stage.READY)
            publishing.publish(article, by=None, seen_version=1, live_from=timezone.now() + timedelta(minutes=1))

    addresses = ("/admin/", BOARD, CALENDAR, LIST)
    fill(2)
    counts = []
    for address in addresses:
        desk.get(address)
        with django_assert_max_num_queries(30) as asked:
            desk.get(address)
        counts.append(len(asked))
    fill(12)
    for address, count in zip(addresses, counts, strict=True):
        with django_assert_num_queries(count):
            desk.get(address)


# --- The board ---


def test_a_card_is_dragged_to_where_its_verb_leads(desk: Client, story: Story, ana: Person) -> None:
    article = story(headline="On the move", by=ana, stage=Stage.SUBMITTED)
    assert "On the move" in column(desk.get(BOARD).content.decode(), Stage.SUBMITTED)
    page = desk.post(BOARD, {"story": article.pk, "version": 1, "to": "copy_edit"}, follow=True).content.decode()
    assert "On the move" in column(page, Stage.COPY_EDIT)
    assert Move.objects.get().verb == "copy_edit"


def test_the_board_says_why_a_card_stays(desk: Client, story: Story, ana: Person) -> None:
    article = story(headline="", by=ana)
    page = desk.post(BOARD, {"story": article.pk, "version": 1, "to": "submitted"}, follow=True).content.decode()
    assert "Give it a headline and a section first" in page
    spiked = story(by=ana, stage=Stage.SPIKED)
    page = desk.post(BOARD, {"story": spiked.pk, "version": 1, "to": "ready"}, follow=True).content.decode()
    assert "you have no move from there to “Ready”" in page
    desk.post(BOARD, {"story": article.pk, "version": 1, "to": "nowhere"})
    assert not Move.objects.exists()


def test_a_verb_that_asks_something_leads_to_its_page_and_back_to_the_board(
    desk: Client, story: Story, ana: Person
) -> None:
    article = story(by=ana, stage=Stage.SUBMITTED)
    answer = desk.post(f"{BOARD}?section=world", {"story": article.pk, "version": 1, "to": "draft"})
    page = f"{LIST}{article.pk}/move/return/?seen=1&back=%2Fadmin%2Farticles%2Farticle%2Fboard%2F%3Fsection%3Dworld"
    assert answer.headers["Location"] == page
    done = desk.post(page, {"seen_version": 1, "reason": "No."})
    assert done.headers["Location"] == f"{BOARD}?section=world"
    elsewhere = desk.post(
        f"{LIST}{article.pk}/move/submit/?back=https://evil.example/", {"seen_version": 1, "reason": "x"}
    )
    assert elsewhere.headers["Location"].startswith("/admin/")


def test_a_card_that_somebody_saved_meanwhile_stays(desk: Client, story: Story, ana: Person) -> None:
    article = story(by=ana, stage=Stage.SUBMITTED)
    page = desk.post(BOARD, {"story": article.pk, "version": 7, "to": "copy_edit"}, follow=True).content.decode()
    assert "was saved in the meantime" in page
    assert Article.objects.get().stage == Stage.SUBMITTED


def test_the_board_holds_what_is_within_reach_and_not_out_and_filters_stand_in_the_address(
    desk: Client, story: Story, ana: Person, ben: Person, city: Section, world: Section
) -> None:
    Duty.objects.get(person=ben).sections.add(world)
    story(headline="Far away", section=city, by=ana)
    story(headline="By Ana", by=ana)
    mine = story(headline="Held by Ben", by=ana, editor=ben, stage=Stage.READY)
    out = story(headline="Out already", by=ana, stage=Stage.READY)
    publishing.publish(out, by=None, seen_version=1)
    page = desk.get(BOARD).content.decode()
    assert "Far away" not in page
    assert "Out already" not in page
    assert "By Ana" in page
    page = desk.get(f"{BOARD}?who={ben.pk}").content.decode()
    assert mine.headline in page
    assert "By Ana" not in page
    assert "Held by Ben" in desk.get(f"{BOARD}?section=city&who=x").content.decode()
    Article.objects.filter(pk=out.pk).update(version=2, is_settled=False)
    assert "Out already" in column(desk.get(BOARD).content.decode(), Stage.READY)


def test_nobody_moves_a_card_that_is_not_theirs(client: Client, story: Story, ana: Person, ben: Person) -> None:
    client.force_login(ana)
    article = story(by=ben, stage=Stage.SUBMITTED)
    assert client.post(BOARD, {"story": article.pk, "version": 1, "to": "ready"}).status_code == 404
    assert client.post(CALENDAR, {"story": article.pk, "what": "deadline", "at": "2030-01-01T10:00"}).status_code == 404
    mine = story(by=ana)
    assert client.post(CALENDAR, {"story": mine.pk, "what": "deadline", "at": "2030-01-01T10:00"}).status_code == 403


# --- The calendar ---


def test_the_week_shows_deadlines_and_what_goes_out_and_went_out(desk: Client, story: Story, ana: Person) -> None:
    with time_machine.travel(NOON, tick=False):
        desk.force_login(Person.objects.get(name="Ben"))
        story(headline="Due on Thursday", by=ana, deadline=NOON + timedelta(days=1))
        out = story(headline="Went out", by=ana, stage=Stage.READY)
        publishing.publish(out, by=None, seen_version=1, live_from=NOON - timedelta(days=1))
        soon = story(headline="Goes out", by=ana, stage=Stage.READY)
        publishing.publish(soon, by=None, seen_version=1, live_from=NOON + timedelta(days=2))
        parts = desk.get(CALENDAR).content.decode().split('data-drop="2026-11-')
        days = {int(text[:2]): text.partition("</section>")[0] for text in parts[1:]}
        assert "Went out" in days[24]
        assert "today" in days[25]
        assert "Due on Thursday" in days[26]
        assert "Goes out" in days[27]
        assert "Went out" not in desk.get(f"{CALENDAR}?week=2026-W50").content.decode().partition("week")[2][2000:]
        for odd in ("2026-W60", "nonsense", "٢٠٢٦-W01", "0001-W01"):
            assert 'data-drop="2026-11-25"' in desk.get(CALENDAR, {"week": odd}).content.decode(), odd


def test_a_deadline_is_dragged_to_another_day_and_keeps_its_hour(desk: Client, story: Story, ana: Person) -> None:
    with time_machine.travel(NOON, tick=False):
        desk.force_login(Person.objects.get(name="Ben"))
        article = story(by=ana, deadline=NOON)
        sent = {"story": article.pk, "what": "deadline", "from": NOON.isoformat(), "to": "2026-11-27"}
        assert "The deadline" in desk.post(CALENDAR, sent, follow=True).content.decode()
        assert Article.objects.get().deadline == NOON + timedelta(days=2)
        assert "Say a day and a time" in desk.post(CALENDAR, {**sent, "from": "x"}, follow=True).content.decode()


def test_what_is_scheduled_is_moved_or_asks_what_it_has_to(
    desk: Client, story: Story, ana: Person, photo: Callable[..., Any]
) -> None:
    with time_machine.travel(NOON, tick=False):
        desk.force_login(Person.objects.get(name="Ben"))
        article = story(by=ana, stage=Stage.READY, lead_photo=photo())
        publishing.publish(article, by=None, seen_version=1, live_from=NOON + timedelta(days=1))
        sent = {"story": article.pk, "version": 1, "what": "scheduled"}
        desk.post(CALENDAR, {**sent, "at": "2026-11-28T07:30"})
        assert Snapshot.objects.scheduled().get().live_from.isoformat() == "2026-11-28T07:30:00+00:00"
        page = desk.post(CALENDAR, {**sent, "at": "2026-11-20T07:30"}, follow=True).content.decode()
        assert "is past" in page
        assert Snapshot.objects.scheduled().count() == 1
        bare = story(by=ana, stage=Stage.READY)
        publishing.publish(bare, by=None, seen_version=1, live_from=NOON + timedelta(days=1))
        asked = desk.post(CALENDAR, {**sent, "story": bare.pk, "at": "2026-11-29T08:00"}, follow=True)
        assert 'value="2026-11-29T08:00"' in asked.content.decode()
        assert "no lead photo" in asked.content.decode()


# --- Many at once ---


def test_a_rehearsal_says_for_each_what_will_happen_and_changes_nothing(
    desk: Client, story: Story, ana: Person
) -> None:
    good, nameless = story(headline="Good one", by=ana), story(headline="", by=ana)
    spiked = story(headline="Spiked one", by=ana, stage=Stage.SPIKED)
    listed = desk.post(LIST, {"action": "move_together", "_selected_action": [good.pk, nameless.pk, spiked.pk]})
    address = listed.headers["Location"]
    assert "Good one" in desk.get(address).content.decode()
    sent = {"seen": [f"{each.pk}:1" for each in (good, nameless, spiked)], "verb": "submit"}
    page = desk.post(f"{LIST}bulk/", sent).content.decode()
    assert "Good one</strong> from “Draft” to “Submitted”" in page
    assert "Give it a headline and a section first" in page
    assert "does not fit the story as it stands" in page
    assert "Do it to 1 of 3" in page
    assert not Move.objects.exists()
    done = desk.post(f"{LIST}bulk/", {**sent, "do": "1"}, follow=True).content.decode()
    assert "1 of 3 are moved" in done
    assert [move.article for move in Move.objects.all()] == [good]


def test_several_are_spiked_with_one_reason_and_stale_ones_stay(desk: Client, story: Story, ana: Person) -> None:
    one, two = story(headline="One", by=ana), story(headline="Two", by=ana)
    sent = {"seen": [f"{one.pk}:1", f"{two.pk}:9", "x:1", "٣:1", "7"], "verb": "spike", "reason": "Old hat.", "do": "1"}
    page = desk.post(f"{LIST}bulk/", sent, follow=True).content.decode()
    assert "1 of 2 are moved" in page
    assert "It was saved in the meantime" in page
    assert Move.objects.get().reason == "Old hat."


def test_several_are_moved_only_by_who_may_and_only_what_they_see(
    client: Client, story: Story, ana: Person, ben: Person
) -> None:
    client.force_login(ana)
    hers, his = story(headline="Hers", by=ana), story(headline="His", by=ben)
    page = client.get(f"{LIST}bulk/?ids={hers.pk},{his.pk}").content.decode()
    assert "Hers" in page
    assert "His" not in page
    assert 'value="publish"' not in page
    sent = {"seen": [f"{hers.pk}:1", f"{his.pk}:1"], "verb": "publish", "do": "1"}
    client.post(f"{LIST}bulk/", sent)
    assert not Snapshot.objects.exists()
    assert "No story is chosen" in client.get(f"{LIST}bulk/").content.decode()


def test_what_several_are_to_readers_is_asked_and_not_guessed(
    desk: Client, story: Story, ana: Person, photo: Callable[..., Any]
) -> None:
    out = [story(by=ana, stage=Stage.READY, lead_photo=photo()) for _ in range(2)]
    for article in out:
        publishing.publish(article, by=None, seen_version=1)
    Article.objects.update(deck="Spelled right.", is_settled=False)
    sent = {"seen": [f"{each.pk}:1" for each in out], "verb": "update", "change": "silent"}
    page = desk.post(f"{LIST}bulk/", sent).content.decode()
    assert "stays at “Ready”, readers have it at once" in page
    assert not Move.objects.exists()
    desk.post(f"{LIST}bulk/", {**sent, "do": "1"})
    assert [snapshot.change for snapshot in Snapshot.objects.live()] == ["silent", "silent"]


def test_an_old_return_is_on_the_desk_however_much_was_written_since(desk: Client, story: Story, ben: Person) -> None:
    back = story(headline="Returned long ago", by=ben, stage=Stage.SUBMITTED)
    moves.perform("return", back, by=ben, seen_version=1, details=Details(reason="Too long."))
    for _ in range(30):
        story(by=ben)
    assert "Returned long ago" in part(desk.get("/admin/").content.decode(), "returned")


def test_what_one_has_handed_in_stays_in_sight(client: Client, story: Story, ana: Person) -> None:
    client.force_login(ana)
    story(headline="Handed in", by=ana, stage=Stage.SUBMITTED)
    assert "Handed in" in part(client.get("/admin/").content.decode(), "handed-in")


# --- Plans ---


def test_who_is_given_a_story_is_told_and_the_history_says_by_whom(
    client: Client, desk: Client, story: Story, ana: Person, ben: Person
) -> None:
    article = story()
    due = timezone.now() + timedelta(days=1)
    planning.plan(article, {"writer": ana, "deadline": due, "length": 600}, by=ben, seen=planning.seen(article))
    message = Message.objects.get()
    assert message.to == ana
    assert "who writes: Ana; deadline:" in message.move.reason  # type: ignore[union-attr]
    page = desk.get(f"{LIST}{article.pk}/history/").content.decode()
    assert "<strong>Ben</strong> planned: who writes: Ana; deadline:" in page
    assert "length asked: 600 words." in page
    client.force_login(ana)
    assert "Ben gave you the story" in client.get("/admin/").content.decode()


def test_nobody_is_told_of_a_plan_that_gives_them_nothing_to_do(
    story: Story, ana: Person, ben: Person, chen: Person
) -> None:
    article = story(by=ana)
    planning.plan(article, {"editor": ben}, by=chen, seen={})
    planning.plan(article, {"length": 300}, by=chen, seen={})
    planning.plan(article, {"length": 300}, by=chen, seen={})
    assert not Message.objects.exists()
    assert Move.objects.filter(verb="plan").count() == 2


def test_who_is_to_edit_a_story_gets_it_when_it_is_handed_in_and_again_after_a_return(
    story: Story, ana: Person, ben: Person, chen: Person
) -> None:
    article = story(by=ana)
    planning.plan(article, {"editor": ben}, by=chen, seen={})
    for _ in range(2):
        moves.perform("submit", article, by=ana, seen_version=1)
        assert Article.objects.get().editor == ben
        assert set(Message.objects.filter(read_at=None).values_list("to__name", flat=True)) == {"Ben"}
        moves.perform("return", article, by=ben, seen_version=1, details=Details(reason="Who says so?"))
    Duty.objects.filter(person=ben).delete()
    moves.perform("submit", article, by=ana, seen_version=1)
    assert Article.objects.get().editor is None


def test_a_story_is_given_to_nobody_who_could_do_nothing_with_it(
    desk: Client, story: Story, ana: Person, ben: Person
) -> None:
    article = story(by=ana, stage=Stage.SUBMITTED)
    with pytest.raises(Refused, match="could do nothing with the story"):
        moves.perform("hand_over", article, by=ben, seen_version=1, details=Details(to=ana))
    page = desk.get(f"{LIST}{article.pk}/move/hand_over/").context["form"]
    assert list(page.fields["to"].queryset) == [ben]
    plan = desk.get(f"{LIST}{article.pk}/plan/").context["form"]
    assert list(plan.fields["editor"].queryset) == [ben]
    assert set(plan.fields["writer"].queryset) == {ana, ben}


def test_a_deadline_that_is_past_is_refused_with_words(desk: Client, story: Story) -> None:
    article = story()
    url = f"{LIST}{article.pk}/plan/"
    seen = desk.get(url).context["form"]["seen"].value()
    page = desk.post(url, {"seen": seen, "deadline": "2020-01-01T10:00"}).content.decode()
    assert "1 January 2020, 10:00 UTC is past: a deadline is still to come" in page
    for odd in ("", "{", "[]", '{"deadline": 3}'):
        assert desk.post(url, {"seen": odd, "length": "3"}).status_code == 200
    assert Article.objects.get().length is None
