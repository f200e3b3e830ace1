"""The settings of the paper: what is set in the admin stands on every page; until then the environment's words do."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import publishing, reviewing
from articles.changes import Change
from articles.models import Paper, Section, Snapshot
from articles.models.paper import links_in
from media import uses
from media.models import Photo
from staff.models import Person

pytestmark = pytest.mark.django_db
Published = Callable[..., Snapshot]
PAGE = "/admin/articles/paper/1/change/"


def form(client: Client, **changes: Any) -> dict[str, Any]:
    """The form as a browser would send it back, with some changes."""
    shown = client.get(PAGE).context["adminform"].form
    values = {name: shown[name].value() for name in shown.fields}
    return {name: "" if value is None else value for name, value in values.items()} | {"seen": shown.seen} | changes


def errors(client: Client, **changes: Any) -> dict[str, list[str]]:
    """What the page says against it, by field."""
    answer = client.post(PAGE, form(client, **changes))
    assert answer.status_code == 200
    found: dict[str, list[str]] = answer.context["adminform"].form.errors
    return found


def page(client: Client, address: str = "/") -> str:
    """A page that must be there."""
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_what_is_set_stands_on_every_page(client: Client, chen: Person, published: Published, world: Section) -> None:
    story = published()
    client.force_login(chen)
    set_to = {
        "name": "The <Ledger>",
        "motto": "News & weather",
        "accent": "violet",
        "footer": "Saltmouth Press, 3 Quay Street.\n\nPrinted daily.",
        "social": "Mastodon https://social.example/@ledger\nhttps://www.video.example/ledger",
        "contact": "desk@paper.example",
    }
    assert client.post(PAGE, form(client, **set_to)).headers["Location"] == PAGE
    client.logout()
    for address in ("/", "/world/", story.path, "/corrections/"):
        html = page(client, address)
        assert "The &lt;Ledger&gt;" in html
        assert "News &amp; weather" in html
        assert "<p>Saltmouth Press, 3 Quay Street.</p>" in html
        assert '<a href="https://social.example/@ledger" rel="me noopener">Mastodon</a>' in html
        assert '<a href="https://www.video.example/ledger" rel="me noopener">video.example</a>' in html
    assert 'class="home accent-violet"' in page(client)
    assert "mailto:desk@paper.example" in page(client, "/corrections/")


def test_until_then_the_environment_speaks(client: Client, settings: Any, chen: Person, world: Section) -> None:
    settings.NEWSROOM_NAME, settings.NEWSROOM_MOTTO = "The First Name", "Its first motto"
    assert "The First Name" in page(client)
    assert "Its first motto" in page(client)
    client.force_login(chen)
    client.post(PAGE, form(client, accent="red"))
    settings.NEWSROOM_NAME = "Another"
    assert "The First Name" in page(client)
    assert "Another" not in page(client)


def test_a_paper_without_sections_has_its_name_too(client: Client) -> None:
    Paper(pk=1, name="The Empty Ledger").save()
    assert "The Empty Ledger" in page(client)


@pytest.mark.parametrize(("who", "status"), [("ana", 403), ("ben", 403), ("chen", 200), ("dee", 200)])
def test_the_editor_in_chief_and_administrators_set_it(
    client: Client, request: pytest.FixtureRequest, who: str, status: int
) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == status
    assert client.post(PAGE, {"name": "Taken over"}).status_code == status
    assert client.get("/admin/articles/paper/", follow=True).status_code == status
    for address in ("/admin/articles/paper/add/", "/admin/articles/paper/1/delete/"):
        assert client.get(address).status_code == 403
    assert not Paper.objects.exists()


def test_there_is_one(client: Client, chen: Person) -> None:
    Paper(pk=1).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper(pk=2).save()
    client.force_login(chen)
    assert client.get("/admin/articles/paper/2/change/").status_code == 302
    assert client.get("/admin/articles/paper/").headers["Location"] == PAGE


def test_two_do_not_overwrite_each_other_unseen(client: Client, chen: Person, dee: Person) -> None:
    client.force_login(chen)
    mine = form(client, name="Mine", motto="Of mine")
    client.force_login(dee)
    client.post(PAGE, form(client, name="Theirs"))
    client.force_login(chen)
    answer = client.post(PAGE, mine)
    assert Paper.objects.get().name == "Theirs"
    said = answer.content.decode()
    assert "Different from yours: name, motto" in said
    again = answer.context["adminform"].form
    client.post(PAGE, {name: again[name].value() or "" for name in again.fields} | {"seen": again.seen})
    assert Paper.objects.get().name == "Mine"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "required"),
        ("name", "x" * 81, "at most 80"),
        ("social", "Our page", "does not end with an address"),
        ("social", "https://good.example\njavascript:alert(1)", "javascript:alert(1)"),
        ("contact", "nobody", "valid email"),
        ("robots", "User-agent: *\nKeep out!", "Line 2"),
        ("accent", "pink", "pink"),
        ("date_language", "xx", "xx"),
        ("nameplate", "999", "valid choice"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(client: Client, chen: Person, field: str, value: str, said: str) -> None:
    client.force_login(chen)
    assert said in " ".join(errors(client, **{field: value})[field])
    assert not Paper.objects.exists()


def test_the_nameplate_is_a_photo_of_the_photo_desk(
    client: Client, chen: Person, world: Section, photo: Callable[..., Photo]
) -> None:
    mine = photo(caption="Our name, drawn", allowed_until=date(2026, 5, 3))
    client.force_login(chen)
    with time_machine.travel(datetime(2026, 5, 3, 12, tzinfo=UTC), tick=False) as clock:
        client.post(PAGE, form(client, nameplate=mine.pk, name="The Ledger"))
        assert mine.print_key in page(client)
        assert 'alt="The Ledger"' in page(client, "/world/")
        assert ("nameplate", "The Ledger") in [(use.what, use.name) for use in uses.of(mine, by=chen)]
        clock.shift(timedelta(days=1))
        client.force_login(chen)
        assert mine.print_key not in page(client)
        assert "could be used until" in " ".join(
            errors(client, nameplate=photo(allowed_until=date(2026, 5, 3)).pk)["nameplate"]
        )
    client.force_login(chen)
    waiting = Photo.objects.create(caption="Announced")
    assert "no file yet" in " ".join(errors(client, nameplate=waiting.pk)["nameplate"])
    once = photo(is_one_time=True)
    assert "for a single story" in " ".join(errors(client, nameplate=once.pk)["nameplate"])
    assert ["for a single story" in each.problem for each in uses.replace(mine, once, by=chen)] == [True]
    other = photo()
    assert [each.done for each in uses.replace(mine, other, by=chen)] == ["Replaced on the nameplate."]
    assert Paper.objects.get().nameplate == other
    assert other.print_key in page(client)


def test_nobody_without_the_right_replaces_the_nameplate(ben: Person, photo: Callable[..., Photo]) -> None:
    mine = photo()
    Paper(pk=1, nameplate=mine).save()
    assert [each.problem for each in uses.replace(mine, photo(), by=ben)] == ["You may not change the nameplate."]
    assert Paper.objects.get().nameplate == mine


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en-gb", "3 May 2026, 14:05"),
        ("pt", "3 de Maio de 2026, 14:05"),
        ("de", "3. Mai 2026, 14:05"),
        ("ar", "3 مايو، 2026"),
    ],
)
def test_dates_are_written_in_the_language_of_the_paper(
    client: Client, published: Published, language: str, said: str
) -> None:
    Paper(pk=1, date_language=language).save()
    moment = datetime(2026, 5, 3, 14, 5, tzinfo=UTC)
    with time_machine.travel(moment + timedelta(hours=1), tick=False):
        html = page(client, published(live_from=moment).path)
    assert f'<time datetime="{timezone.localtime(moment).isoformat()}" lang="{language}" dir="auto">{said}' in html
    assert '<html lang="en">' in html


@pytest.mark.parametrize(
    ("language", "day", "month", "name"),
    [
        ("en-gb", "Sunday, 3 May 2026", "May 2026", "May"),
        ("pt", "Domingo, 3 de Maio de 2026", "Maio de 2026", "Maio"),
        ("de", "Sonntag, 3. Mai 2026", "Mai 2026", "Mai"),
    ],
)
def test_so_are_the_days_and_months_of_the_archive(
    client: Client, published: Published, language: str, day: str, month: str, name: str
) -> None:
    Paper(pk=1, date_language=language).save()
    moment = datetime(2026, 5, 3, 14, 5, tzinfo=UTC)
    with time_machine.travel(moment + timedelta(days=2), tick=False):
        published(live_from=moment)
        published(live_from=moment + timedelta(days=1))

        def time(value: str, said: str) -> str:
            return f'<time datetime="{value}" lang="{language}" dir="auto">{said}</time>'

        html = page(client, "/archive/2026/5/3/")
        assert f"<title>{day} ·" in html
        assert f"<h1>{time('2026-05-03', day)}</h1>" in html
        assert f'<a href="/archive/2026/5/">{time("2026-05", month)}</a>' in html
        assert f"<h1>{time('2026-05', month)}</h1>" in page(client, "/archive/2026/5/")
        assert f"<h1>{time('2026', '2026')}</h1>" in page(client, "/archive/2026/")
        for address in ("/archive/", "/archive/2026/"):
            assert f'<a href="/archive/2026/5/">{time("2026-05", name)}</a>' in page(client, address)


def test_so_is_the_end_of_a_review_link_and_a_note_in_a_feed(client: Client, published: Published, ben: Person) -> None:
    Paper(pk=1, date_language="pt").save()
    moment = datetime(2026, 5, 3, 14, 5, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        article = published().article
        link = reviewing.invite(
            article, receiver="Dr. Adebayo", expires_at=moment + timedelta(days=3), version=article.version, by=ben
        )
        html = page(client, reverse("review", args=[reviewing.token(link)]))
        assert 'lang="pt" dir="auto">6 de Maio de 2026, 14:05</time>.' in html
        telling = publishing.Telling(Change.CORRECTION, "It took eight years.")
        publishing.publish(article, by=ben, seen_version=article.version, telling=telling)
        assert "(3 de Maio de 2026, 14:05) It took eight years." in page(client, "/feed.json")


def test_links_may_have_words_before_them() -> None:
    assert [
        (link.label, link.url) for link in links_in(" Write to us  mailto:a@b.example \n\nhttp://c.example/d ")
    ] == [
        ("Write to us", "mailto:a@b.example"),
        ("c.example", "http://c.example/d"),
    ]
