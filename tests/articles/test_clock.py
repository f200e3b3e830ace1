"""The newsroom's clock: hours and days are the paper's, wherever they are told, typed or counted, and moments stay."""

import copy
import pickle
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from articles import planning
from articles.clock import ZoneOnDemand, newsroom_time
from articles.models import Article, Paper, Snapshot
from articles.models.paper import PaperManager
from attache.pages.answering import HIT, MADE
from staff.models import Person

pytestmark = pytest.mark.django_db
SETTINGS = "/admin/articles/paper/1/change/"
CALENDAR = "/admin/articles/article/calendar/"


def choose(client: Client, zone: str) -> Any:
    """Type a time zone into the newsroom settings, and leave the rest as it is."""
    shown = client.get(SETTINGS).context["adminform"].form
    values = {name: shown[name].value() for name in shown.fields}
    return client.post(
        SETTINGS,
        {name: "" if value is None else value for name, value in values.items()}
        | {"time_zone": zone, "seen": shown.seen},
    )


def page(client: Client, address: str) -> str:
    """A page that must be there."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def test_a_zone_chosen_in_the_admin_moves_what_hours_and_days_are_called_and_nothing_else(
    client: Client, chen: Person, published: Callable[..., Snapshot], story: Callable[..., Article]
) -> None:
    with time_machine.travel(datetime(2026, 5, 4, 12, 30, tzinfo=UTC), tick=False):
        out = published(headline="Out", live_from=datetime(2026, 5, 3, 11, 30, tzinfo=UTC))
        planned = published(headline="Planned", live_from=datetime(2026, 5, 4, 21, 45, tzinfo=UTC))
        due = story(headline="Due", by=chen)
        planning.plan(due, {"deadline": datetime(2026, 5, 5, 9, 15, tzinfo=UTC)}, by=chen, seen={})
        readers, before = Client(), list(Snapshot.objects.order_by("pk").values())
        client.force_login(chen)
        in_utc = page(client, CALENDAR)
        assert "21:45 UTC" in in_utc
        assert "Times of UTC" in in_utc
        assert "Monday, 4 May 2026" in page(readers, "/")
        assert readers.get("/").headers["Cache-Status"].endswith(HIT)
        assert readers.get("/archive/2026/5/3/").status_code == 200
        assert "14:30" not in page(readers, out.path)

        assert choose(client, "auckland").status_code == 302
        assert Paper.objects.get().time_zone == "Pacific/Auckland"
        # Pages that were kept are made anew.
        home = readers.get("/")
        assert home.headers["Cache-Status"].endswith(MADE)
        assert "Tuesday, 5 May 2026" in home.content.decode()
        assert "3 May 2026, 23:30" in page(readers, out.path)
        there = page(client, CALENDAR)
        assert "Times of Pacific/Auckland" in there
        # 21:45 on the 4th, and 9:15 on the 5th, are both the 5th there.
        assert "09:45 NZST" in there
        assert "21:15 NZST" in there
        assert 'value="2026-05-05T09:45"' in there
        assert "In the time of Pacific/Auckland." in page(client, f"/admin/articles/article/{due.pk}/plan/")
        assert "The newsroom’s (Pacific/Auckland)" in page(client, "/admin/account/")

        assert choose(client, "America/Los_Angeles").status_code == 302
        assert readers.get("/archive/2026/5/4/").status_code == 404
        assert "Out" in page(readers, "/archive/2026/5/3/")
        assert "3 May 2026, 04:30" in page(readers, out.path)
        since = readers.get("/api/v1/stories/", {"until": "2026-05-03"}).json()
        assert since["items"] == []
        # What was planned comes when it was to come.
        assert list(Snapshot.objects.order_by("pk").values()) == before
        assert Article.objects.get(pk=due.pk).deadline == datetime(2026, 5, 5, 9, 15, tzinfo=UTC)
        assert readers.get(planned.path).status_code == 404
    with time_machine.travel(planned.live_from, tick=False):
        assert "14:45" in page(readers, planned.path)
    # Whatever else this process does goes by the environment's clock again.
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lisbon", "Europe/Lisbon"),
        (" america/argentina/buenos aires ", "America/Argentina/Buenos_Aires"),
        ("New York", "America/New_York"),
        ("utc", "UTC"),
        ("CET", "CET"),
    ],
)
def test_a_zone_is_typed_as_one_says_it(client: Client, chen: Person, typed: str, found: str) -> None:
    client.force_login(chen)
    assert choose(client, typed).status_code == 302
    assert Paper.objects.get().time_zone == found


@pytest.mark.parametrize("typed", ["Atlantis/Harbour", "", "../../etc/passwd", "Europe", "٣", "x" * 300])
def test_what_is_no_zone_is_said_at_its_field(client: Client, chen: Person, typed: str) -> None:
    client.force_login(chen)
    answer = choose(client, typed)
    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.errors) == {"time_zone"}
    assert not Paper.objects.exists()


def test_the_day_ends_at_the_papers_midnight(client: Client, published: Callable[..., Snapshot]) -> None:
    Paper(pk=1, time_zone="Asia/Kolkata").save()
    with time_machine.travel("2026-05-03T18:29:59.9+00:00", tick=False) as clock:
        published()
        assert "Sunday, 3 May 2026" in page(client, "/")
        assert client.get("/").headers["Cache-Status"].endswith(HIT)
        clock.shift(0.1)
        assert "Monday, 4 May 2026" in page(client, "/")


def test_terms_of_the_nameplate_end_with_the_papers_day(client: Client, photo: Callable[..., Any]) -> None:
    drawn = photo(allowed_from=datetime(2026, 5, 3, tzinfo=UTC).date(), allowed_until=datetime(2026, 5, 3).date())  # noqa: DTZ001
    Paper(pk=1, time_zone="Asia/Kolkata", nameplate=drawn).save()
    for moment, is_shown in (("02T18:29", False), ("02T18:31", True), ("03T18:29", True), ("03T18:31", False)):
        with time_machine.travel(f"2026-05-{moment}:00+00:00", tick=False):
            assert (drawn.print_key in page(client, "/")) == is_shown, moment


@pytest.mark.parametrize("typed", ["2026-03-29T02:30", "2026-10-25T02:30"])
def test_an_hour_that_the_papers_clocks_leave_out_or_have_twice_is_answered_with_words(
    client: Client, chen: Person, story: Callable[..., Article], typed: str
) -> None:
    Paper(pk=1, time_zone="Europe/Berlin").save()
    client.force_login(chen)
    with time_machine.travel("2026-01-03T12:00:00+00:00", tick=False):
        client.force_login(chen)
        article = story(by=chen)
        plan = f"/admin/articles/article/{article.pk}/plan/"
        shown = client.get(plan).context["form"]
        values = {name: shown[name].value() for name in shown.fields}
        answer = client.post(
            plan, {name: "" if value is None else value for name, value in values.items()} | {"deadline": typed}
        )
        assert "the clocks of Europe/Berlin are changed" in answer.content.decode()
        moved = client.post(CALENDAR, {"story": article.pk, "what": "deadline", "at": typed}, follow=True)
        assert "the clocks of Europe/Berlin are changed" in moved.content.decode()
        assert "clocks of" in page(client, f"/admin/articles/front/of/home/preview/?at={typed}")
    assert Article.objects.get().deadline is None


def test_a_command_tells_hours_by_the_papers_clock(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    Paper(pk=1, time_zone="Asia/Tokyo").save()
    with suppress(SystemExit):
        call_command("doctor")
    assert re.search(r"It is \d+ \w+ \d{4}, \d\d:\d\d in Asia/Tokyo", " ".join(capsys.readouterr().out.split()))
    assert timezone.get_current_timezone_name() == "UTC"
    # A name that this machine does not know, after a move to another, stops nothing.
    Paper.objects.update(time_zone="Mars/Olympus_Mons")
    with pytest.raises(SystemExit):
        call_command("doctor")
    assert "does not know the paper's time zone, Mars/Olympus_Mons; hours are told in UTC" in " ".join(
        capsys.readouterr().out.split()
    )

    # Nor does a database that lacks a migration.
    def lacks(self: Any) -> Any:
        raise DatabaseError("no such column")

    monkeypatch.setattr(PaperManager, "current", lacks)
    with newsroom_time():
        assert timezone.localtime(datetime(2026, 5, 3, tzinfo=UTC)).tzinfo == timezone.get_default_timezone()


def test_a_zone_is_asked_for_once_and_only_where_an_hour_is_said() -> None:
    asked: list[str] = []

    def ask() -> ZoneInfo:
        asked.append("Europe/Lisbon")
        return ZoneInfo("Europe/Lisbon")

    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)
    with timezone.override(ZoneOnDemand(ask)):
        assert not asked
        here, typed = timezone.localtime(summer), timezone.make_aware(datetime(2026, 7, 1, 13))  # noqa: DTZ001
        assert here == typed == summer
        assert (here.hour, here.tzname(), here.dst(), typed.tzname()) == (13, "WEST", typed.dst(), "WEST")
        assert timezone.get_current_timezone_name() == "Europe/Lisbon"
    assert asked == ["Europe/Lisbon"]
    # What is kept longer than the request has the zone itself.
    for kept in (copy.deepcopy(typed), pickle.loads(pickle.dumps(typed))):  # noqa: S301
        assert kept == typed
        assert kept.tzinfo is ZoneInfo("Europe/Lisbon")


@pytest.mark.parametrize(("zone", "typed"), [("Asia/Tokyo", "0001-01-01T00:00"), ("America/Lima", "9999-12-31T23:59")])
def test_a_year_that_cannot_be_reckoned_with_is_refused(
    client: Client, chen: Person, story: Callable[..., Article], zone: str, typed: str
) -> None:
    Paper(pk=1, time_zone=zone).save()
    article = story()
    here = f"/admin/articles/article/{article.pk}"
    client.force_login(chen)
    for answer in (
        client.post(f"{here}/plan/", {"deadline": typed, "seen": "{}"}),
        client.post(f"{here}/move/schedule/", {"seen_version": 1, "live_from": typed}),
        client.get(f"{here}/seen/?at={typed}", follow=True),
        client.get(f"/admin/articles/front/of/home/preview/?at={typed}"),
        client.post(CALENDAR, {"story": article.pk, "what": "deadline", "at": typed}, follow=True),
    ):
        assert "The year lies between 1000 and 5999." in answer.content.decode()
    assert client.get(f"/admin/articles/front/of/home/as-readers/?at={typed}").status_code == 200
    moved = {"story": article.pk, "what": "deadline", "to": "2027-01-01", "from": "0001-01-01T00:00+14:00"}
    assert "Say a day and a time." in client.post(CALENDAR, moved, follow=True).content.decode()
    moved["at"] = "2027-01-01T00:00"
    assert "Somebody moved the deadline" in client.post(CALENDAR, moved, follow=True).content.decode()
