"""Fronts arranged by editors: what readers see of it and when, who may, two at once, and the line for breaking news."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles import arranging, breaking, fronts, moves, zones
from articles.arranging import Misplaced
from articles.fronts import Rearranged
from articles.models import Arrangement, Article, BreakingLine, Duty, Edition, EditionPhoto, Paper, Section, Snapshot
from articles.models.edition import EditionIsFrozen
from articles.moves import Details
from articles.zones import Placement, Size
from media import uses
from media.models import Photo
from staff.models import Person

pytestmark = pytest.mark.django_db
Published = Callable[..., Snapshot]
NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)
HOME = "/admin/articles/front/of/home/"


def headlines(client: Client, address: str = "/") -> list[str]:
    """The headlines of the stories on a page, in their order."""
    html = client.get(address).getvalue().decode().replace("\u00a0", " ")
    return re.findall(r'<h3 class="headline"><a href="[^"]*">(.*?)</a></h3>', html)


def publish(by: Person, section: Section | None = None, at: datetime | None = None, **placed: Any) -> Edition:
    """Arrange a front and put it before readers: the stories of each zone, as snapshots or placements."""
    draft = fronts.save(
        section,
        {code: [_placement(each) for each in there] for code, there in placed.items()},
        by=by,
        seen_version=fronts.front_of(section).version,
    )
    return fronts.publish(section, by=by, seen_version=draft.version, at=at)


def _placement(story: Any) -> Placement:
    return story if isinstance(story, Placement) else Placement(story.article_id)


def sent(page: Any, **changes: Any) -> dict[str, Any]:
    """The form of the page as a browser sends it."""
    found = {"seen_version": page.context["version"], "placements-TOTAL_FORMS": 0}
    formset = page.context["formset"]
    found |= {f"{formset.prefix}-{name}": value for name, value in formset.management_form.initial.items()}
    for form in formset:
        for field in form:
            value = field.value()
            if value is not None:
                found[field.html_name] = value
    return {**found, **changes}


def test_an_editor_puts_a_story_where_it_belongs_in_words_of_its_own(
    client: Client, chen: Person, published: Published
) -> None:
    start = timezone.now()
    stories = [published(headline=f"Story {each}", live_from=start - timedelta(hours=each)) for each in range(9)]
    client.force_login(chen)
    client.post(HOME, sent(client.get(HOME), put=stories[7].article_id, **{f"zone-{stories[7].article_id}": "lead"}))
    assert headlines(client)[0] == "Story 0", "a draft changes nothing for readers"
    page = client.get(HOME)
    answer = client.post(HOME, sent(page, publish="1", **{"form-0-headline": "Seven, & why", "form-0-deck": "Here."}))
    assert answer.status_code == 302
    shown = headlines(client)
    assert shown[:2] == ["Seven, &amp; why", "Story 0"]
    assert len(shown) == len(set(shown)) == 9
    assert '<p class="deck">Here.</p>' in client.get("/").content.decode()
    # Where the story itself stands, nothing has changed.
    assert "Story 7" in client.get(stories[7].path).content.decode()


def test_what_is_not_filled_by_hand_fills_itself_and_a_withdrawn_story_leaves(
    client: Client, chen: Person, published: Published
) -> None:
    newest, other = published(headline="Newest"), published(headline="Other")
    pinned = published(headline="Pinned", live_from=timezone.now() - timedelta(days=9))
    publish(chen, lead=[pinned], seconds=[other])
    assert headlines(client) == ["Pinned", "Other", "Newest"]
    moves.perform(
        "withdraw", pinned.article, by=chen, seen_version=pinned.version, details=Details(reason="It was wrong.")
    )
    assert headlines(client) == ["Newest", "Other"]
    assert "Readers do not have this story" in _as(client, chen).get(HOME).content.decode()
    assert newest.headline in headlines(client)


def test_a_story_that_is_to_come_takes_its_place_on_its_minute(
    client: Client, chen: Person, published: Published
) -> None:
    with time_machine.travel(NOW, tick=False):
        published(headline="Out already")
        coming = published(headline="To come", live_from=NOW + timedelta(hours=3))
        placed = Placement(coming.article_id, headline="Nobody may know yet", deck="Nor this")
        publish(chen, lead=[placed])
    for moment, expected in (
        (NOW + timedelta(hours=3) - timedelta(microseconds=1), ["Out already"]),
        (NOW + timedelta(hours=3), ["Nobody may know yet", "Out already"]),
    ):
        with time_machine.travel(moment, tick=False):
            assert headlines(client) == expected
            assert ("Nor this" in client.get("/").content.decode()) is (len(expected) == 2)


def test_a_pin_ends_and_an_edition_begins_on_the_moment(client: Client, chen: Person, published: Published) -> None:
    end, begin, tick = NOW + timedelta(hours=1), NOW + timedelta(hours=2), timedelta(microseconds=1)
    with time_machine.travel(NOW, tick=False):
        old = published(headline="Old", live_from=NOW - timedelta(days=3))
        published(headline="New")
        publish(chen, lead=[Placement(old.article_id, until=end)])
        later = publish(chen, lead=[old], at=begin)
        with pytest.raises(Misplaced, match="past"):
            publish(chen, lead=[old], at=NOW)
    for moment, lead in ((NOW, "Old"), (end - tick, "Old"), (end, "New"), (begin - tick, "New"), (begin, "Old")):
        with time_machine.travel(moment, tick=False):
            assert headlines(client)[0] == lead, moment
    with time_machine.travel(end, tick=False):
        fronts.call_off(later, by=chen)
    with time_machine.travel(begin, tick=False):
        assert headlines(client)[0] == "New"
        with pytest.raises(Misplaced, match="called off"):
            fronts.call_off(later, by=chen)


def test_a_section_has_a_front_and_a_river_that_goes_on(client: Client, chen: Person, published: Published) -> None:
    world, start = _world(published), timezone.now()
    for each in range(1, 30):
        published(headline=f"World {each}", live_from=start - timedelta(hours=each))
    abroad = published(headline="From the city", section=Section.objects.create(name="City", slug="city"))
    publish(chen, world, lead=[Snapshot.objects.get(headline="World 20")], opinion=[abroad])
    shown = headlines(client, "/world/")
    assert shown[0] == "World 20"
    assert "From the city" in shown
    assert len(shown) == len(set(shown)) == 1 + 3 + 1 + 20
    older = re.search(r'href="(\?before=[^"]*)"', client.get("/world/").content.decode())
    assert older
    assert "World 29" in headlines(client, f"/world/{older[1]}")
    assert headlines(client)[0] != "World 20", "the front page is another front"


@pytest.mark.parametrize(("address", "dates"), [("/", "en-gb"), ("/", "pt"), ("/world/", "en-gb"), ("/world/", "pt")])
def test_a_story_stands_once_however_many_languages_tell_it(
    client: Client, published: Published, address: str, dates: str
) -> None:
    first = published(headline="The bridge").article
    Paper.objects.create(pk=1, date_language=dates)
    for headline, language in (("A ponte", "pt-br"), ("El puente", "es")):
        published(headline=headline, language=language, translation_of=first)
    for day in range(60):
        published(headline=f"Story {day}", live_from=timezone.now() - timedelta(days=day + 1))
    shown = headlines(client, address)
    assert shown[0] == ("A ponte" if dates == "pt" else "The bridge")
    assert not {"A ponte", "El puente", "The bridge"} & set(shown[1:])
    assert "El puente" in client.get("/feed.json").content.decode()
    assert "El puente" in client.get(f"/archive/{timezone.localdate():%Y/%m}/").content.decode()


def test_translations_do_not_take_the_room_of_other_stories(client: Client, published: Published) -> None:
    for each in range(40):
        first = published(headline=f"Story {each}").article
        published(headline=f"História {each}", language="pt", translation_of=first)
    assert len(headlines(client)) == 1 + 4 + 4 + 8 + 10
    river = headlines(client, "/world/")
    older = re.search(r'href="(\?before=[^"]*)"', client.get("/world/").content.decode())
    assert older
    river += headlines(client, f"/world/{older[1]}")
    assert sorted(river) == sorted(f"Story {each}" for each in range(40))


def test_a_translation_stands_in_while_the_first_story_is_not_before_readers(
    client: Client, published: Published, city: Section
) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        first = published(headline="The bridge", live_until=start + timedelta(hours=1)).article
        for headline, language in (("A ponte", "pt"), ("El puente", "es")):
            published(headline=headline, language=language, translation_of=first)
        published(headline="Le pont", language="fr", translation_of=first, section=city)
        for address, shown in (("/", "The bridge"), ("/world/", "The bridge"), ("/city/", "Le pont")):
            assert headlines(client, address) == [shown]
    with time_machine.travel(start + timedelta(hours=1), tick=False):
        for address, shown in (("/", "A ponte"), ("/world/", "A ponte"), ("/city/", "Le pont")):
            assert headlines(client, address) == [shown]


def test_translations_stay_where_an_editor_put_them(client: Client, chen: Person, published: Published) -> None:
    first, other = published(headline="The bridge"), published(headline="Other")
    second = published(headline="A ponte", language="pt", translation_of=first.article)
    published(headline="El puente", language="es", translation_of=first.article)
    for section, address in ((None, "/"), (first.section, "/world/")):
        publish(chen, section, seconds=[second])
        assert headlines(client, address) == [other.headline, "A ponte"]
        publish(chen, section, seconds=[second], river=[first])
        assert sorted(headlines(client, address)) == ["A ponte", "Other", "The bridge"]


def test_what_stands_in_a_river_by_hand_does_not_lead_by_itself(
    client: Client, chen: Person, published: Published
) -> None:
    older = published(headline="Older", live_from=timezone.now() - timedelta(days=1))
    newest = published(headline="Newest")
    publish(chen, newest.section, river=[newest])
    assert headlines(client, "/world/") == [older.headline, "Newest"]


def _world(published: Published) -> Section:
    return published(headline="World 0").section


def test_sizes_and_zones_that_stand_only_when_somebody_fills_them(
    client: Client, chen: Person, published: Published, photo: Callable[..., Photo]
) -> None:
    stories = [published(headline=f"Story {each}", lead_photo=photo()) for each in range(8)]
    sizes = [Placement(stories[0].article_id, size=Size.LARGE), Placement(stories[1].article_id, size=Size.SMALL)]
    publish(chen, briefs=sizes, river=[stories[2]])
    html = client.get("/").content.decode().replace("\u00a0", " ")
    large, small = (re.search(rf"<article[^>]*>(?:(?!</article>).)*Story {each}<", html, re.DOTALL) for each in (0, 1))
    assert large
    assert small
    assert "is-large" in large[0]
    assert "<img" in large[0]
    assert "<img" not in small[0]
    assert "More stories" in html


def test_the_preview_shows_tomorrow_and_yesterday(client: Client, chen: Person, published: Published) -> None:
    now = timezone.now()
    gone = published(headline="Yesterday", live_from=now - timedelta(days=2), live_until=now - timedelta(hours=1))
    published(headline="Today", live_from=now - timedelta(minutes=5))
    coming = published(headline="Tomorrow", live_from=now + timedelta(days=1))
    client.force_login(chen)
    fronts.save(None, {"lead": [Placement(coming.article_id)]}, by=chen, seen_version=0)
    page = f"{HOME}as-readers/"

    def at(away: timedelta, of: str = "draft") -> list[str]:
        moment = timezone.localtime(now + away).strftime("%Y-%m-%dT%H:%M")
        return headlines(client, f"{page}?of={of}&at={moment}")

    assert at(timedelta(days=1, minutes=1)) == ["Tomorrow", "Today"]
    assert headlines(client, page) == ["Today"]
    assert at(timedelta(days=-1), "published") == [gone.headline]
    assert client.get(f"{HOME}preview/?at=nonsense").status_code == 200
    assert "noindex" in client.get(page).content.decode()
    assert Client().get(page).status_code == 302


def test_the_front_at_a_moment_is_brought_back(client: Client, chen: Person, published: Published) -> None:
    with time_machine.travel(NOW, tick=False):
        stories = [published(headline=f"Story {each}") for each in range(6)]
        publish(chen, lead=[Placement(stories[0].article_id, headline="As it was at noon")])
        noon = headlines(client)
    with time_machine.travel(NOW + timedelta(hours=6), tick=False):
        for each in range(6, 12):
            published(headline=f"Story {each}")
        publish(chen, lead=[])
        assert headlines(client)[0] != noon[0]
        client.force_login(chen)
        version = fronts.front_of(None).version
        asked = {"bring_back": (NOW + timedelta(minutes=1)).isoformat(), "seen_version": version}
        assert client.post(f"{HOME}editions/", asked).status_code == 302
        client.post(HOME, sent(client.get(HOME), publish="1"))
        assert headlines(client)[:5] == noon[:5], "bands and river flow on"
        for moment in ("nonsense", "0001-01-01T00:00:00+14:00"):
            client.post(f"{HOME}editions/", {"bring_back": moment, "seen_version": version})
            assert "Say which moment." in client.get(f"{HOME}editions/").content.decode(), moment


def test_two_editors_lose_nothing(client: Client, ben: Person, chen: Person, published: Published) -> None:
    one, two, three, four = (published(headline=f"Story {each}") for each in ("one", "two", "three", "four"))
    client.force_login(ben)
    seen = client.get(HOME)
    fronts.save(None, {"lead": [_placement(one)]}, by=chen, seen_version=0)
    # Another zone: both stand.
    client.post(HOME, sent(seen, put=two.article_id, **{f"zone-{two.article_id}": "briefs"}))
    assert _stories(fronts.draft(fronts.front_of(None))) == {"lead": [one.article_id], "briefs": [two.article_id]}
    # The same zone: nothing is stored over anything, both are shown, and one is chosen.
    seen = client.get(HOME)
    fronts.save(None, {"lead": [_placement(three)], "briefs": [_placement(two)]}, by=chen, seen_version=2)
    clash = client.post(HOME, sent(seen, put=four.article_id, **{f"zone-{four.article_id}": "lead"}))
    assert clash.status_code == 409
    assert {"Story three", "Story four", "Chen arranged"} <= set(
        re.findall(r"Story three|Story four|Chen arranged", clash.content.decode())
    )
    assert _stories(fronts.draft(fronts.front_of(None)))["lead"] == [three.article_id]
    client.post(HOME, sent(clash, save="1", **{"keep-lead": "mine", "keep-seconds": "theirs"}))
    assert _stories(fronts.draft(fronts.front_of(None)))["lead"] == [four.article_id]
    # What somebody did not see, they do not publish.
    with pytest.raises(Rearranged):
        fronts.publish(None, by=ben, seen_version=1)


def _stories(placed: zones.Placed) -> dict[str, list[int]]:
    return {code: [each.story for each in there] for code, there in placed.items() if there}


def test_undo_and_steps(client: Client, chen: Person, published: Published) -> None:
    one, two = published(headline="One"), published(headline="Two")
    client.force_login(chen)
    for story in (one, two):
        client.post(HOME, sent(client.get(HOME), dropped=story.article_id, to="seconds"))
    assert _stories(fronts.draft(fronts.front_of(None))) == {"seconds": [one.article_id, two.article_id]}
    answer = client.post(HOME, sent(client.get(HOME), up=two.article_id))
    assert answer.headers["Location"].endswith(f"#up-{two.article_id}"), "the keyboard goes on where it was"
    assert _stories(fronts.draft(fronts.front_of(None))) == {"seconds": [two.article_id, one.article_id]}
    client.post(HOME, sent(client.get(HOME), undo="1"))
    assert _stories(fronts.draft(fronts.front_of(None))) == {"seconds": [one.article_id, two.article_id]}
    client.post(HOME, sent(client.get(HOME), remove=one.article_id))
    assert _stories(fronts.draft(fronts.front_of(None))) == {"seconds": [two.article_id]}
    assert Arrangement.objects.count() == 5, "every save is on record"


def test_undo_keeps_what_was_typed_since(client: Client, chen: Person, published: Published) -> None:
    one, two = published(headline="One"), published(headline="Two")
    client.force_login(chen)
    for story in (one, two):
        client.post(HOME, sent(client.get(HOME), dropped=story.article_id, to="seconds"))
    typed = {"form-0-headline": "Typed and not saved", "form-1-deck": "For what goes"}
    client.post(HOME, sent(client.get(HOME), undo="1", **typed))
    kept = Placement(one.article_id, headline="Typed and not saved")
    assert arranging.said(fronts.draft(fronts.front_of(None))["seconds"]) == [kept]
    client.post(HOME, sent(client.get(HOME), undo="1"))
    gone = Placement(two.article_id, deck="For what goes")
    assert arranging.said(fronts.draft(fronts.front_of(None))["seconds"]) == [kept, gone]
    client.post(HOME, sent(client.get(HOME), undo="1"))
    assert arranging.said(fronts.draft(fronts.front_of(None))["seconds"]) == [kept]


def test_undo_takes_nothing_from_somebody_else(client: Client, ben: Person, chen: Person, published: Published) -> None:
    one, two = published(headline="One"), published(headline="Two")
    fronts.save(None, {"lead": [_placement(one)]}, by=chen, seen_version=0)
    client.force_login(chen)
    page = client.get(HOME)
    theirs = fronts.save(None, {"lead": [_placement(one)], "river": [_placement(two)]}, by=ben, seen_version=1)
    answer = client.post(HOME, sent(page, undo="1", **{"form-0-headline": "Typed"}))
    assert answer.status_code == 409
    assert "Typed" in answer.content.decode()
    assert fronts.draft(fronts.front_of(None)) == theirs.placed
    client.post(HOME, sent(answer, undo="1"))
    draft = fronts.draft(fronts.front_of(None))
    assert [each.headline for each in draft["lead"]] == ["Typed"]
    assert "river" not in draft, "once it was seen it can be undone"


@pytest.mark.parametrize("place", ["home", "world"])
def test_only_who_arranges_a_front_gets_to_it(
    client: Client, ana: Person, dee: Person, published: Published, place: str
) -> None:
    story = published()
    editor = Person.objects.create_user("city@paper.example", "City editor", "correct horse battery", is_staff=True)
    city = Section.objects.create(name="City", slug="city")
    Duty.objects.create(person=editor, role="section-editor").sections.add(city)
    for person in (ana, dee, editor):
        client.force_login(person)
        for page in ("", "preview/", "as-readers/", "editions/"):
            assert client.get(f"/admin/articles/front/of/{place}/{page}").status_code == 403, (person, page)
        for section in (None, story.section):
            with pytest.raises(Exception, match=r"^$") as refused:
                fronts.save(section, {"lead": [_placement(story)]}, by=person, seen_version=0)
            assert refused.typename == "PermissionDenied"
    assert client.get("/admin/articles/front/of/city/").status_code == 200
    listed = client.get("/admin/articles/front/").content.decode()
    assert ("of/city/" in listed, "of/home/" in listed, "Breaking news" in listed) == (True, False, False)
    refused_line = client.post("/admin/articles/front/breaking/", {"words": "x", "until": "2099-01-01T00:00"})
    assert refused_line.status_code in {403, 422}
    assert not BreakingLine.objects.exists()
    assert client.get("/admin/articles/front/of/nowhere/").status_code == 404


def test_what_cannot_stand_is_refused_with_words_and_nothing_typed_is_lost(
    client: Client, chen: Person, published: Published, story: Callable[..., Article]
) -> None:
    out, draft = published(headline="Out"), story(headline="Not out")
    client.force_login(chen)
    client.post(HOME, sent(client.get(HOME), put=out.article_id, **{f"zone-{out.article_id}": "lead"}))
    for changes, words in (
        ({"put": draft.pk, f"zone-{draft.pk}": "lead"}, "Only what readers have"),
        ({"dropped": out.article_id, "to": "nowhere"}, "no such zone"),
        ({"schedule": "1", "at": "2020-01-01T00:00"}, "past"),
        ({"schedule": "1", "at": "soon"}, "valid"),
        ({"save": "1", "form-0-headline": "x" * 301}, "300"),
        ({"save": "1", "form-0-until": "never"}, "valid"),
        ({"save": "1", "form-0-photo": "999999"}, "no photo with the number"),
        ({"save": "1", "form-0-size": "enormous"}, "valid choice"),
        ({"save": "1", "form-0-zone": "nowhere"}, "no such zone"),
        ({"save": "1", "form-0-photo": "9" * 30}, "less than or equal"),
        ({"save": "1", "form-0-story": "9" * 30}, "Nothing was saved yet"),
        ({"put": "9" * 18, f"zone-{'9' * 18}": "lead"}, "Only what readers have"),
        ({"up": draft.pk}, "stands in no zone"),
    ):
        answer = client.post(HOME, sent(client.get(HOME), **changes))
        html = answer.content.decode()
        assert answer.status_code == 422, changes
        assert words in html, changes
        assert "Out" in html
    assert _stories(fronts.draft(fronts.front_of(None))) == {"lead": [out.article_id]}
    twice = {"lead": [_placement(out)], "briefs": [_placement(out)]}
    many = {"lead": [_placement(out), Placement(draft.pk)]}
    for placed, said in ((twice, "one place"), (many, "one story at most")):
        with pytest.raises(Misplaced, match=said):
            fronts.save(None, placed, by=chen, seen_version=1)


def test_a_photo_for_a_place(
    client: Client, chen: Person, published: Published, photo: Callable[..., Photo], lee: Person
) -> None:
    story = published(headline="With a photo", lead_photo=photo())
    chosen, barred = photo(credit="For the front"), photo(is_barred=True)
    bare = photo(alt="", decorative=False)
    for wrong, words in ((barred, "does not want it on fronts"), (bare, "no alt text")):
        with pytest.raises(Misplaced, match=words):
            publish(chen, lead=[Placement(story.article_id, photo=wrong.pk)])
    edition = publish(chen, lead=[Placement(story.article_id, photo=chosen.pk)])
    assert "For the front" in client.get("/").content.decode()
    assert ("front", "Front page") in {(use.what, use.name) for use in uses.of(chosen, by=chen)}
    with pytest.raises(ProtectedError):
        chosen.delete()
    new = photo(credit="Taken anew")
    assert [each.done for each in uses.replace(chosen, new, by=chen)] == ["Replaced, also for readers."]
    assert "Taken anew" in client.get("/").content.decode()
    Photo.objects.filter(pk=new.pk).update(allowed_until=timezone.localdate() - timedelta(days=1))
    html = client.get("/").content.decode()
    assert "Taken anew" not in html
    assert "Oskar Lindqvist" in html, "the story's own photo stands again"
    with pytest.raises(EditionIsFrozen):
        edition.save()
    with pytest.raises(EditionIsFrozen):
        Edition.objects.update(zones={})
    assert EditionPhoto.objects.count() == 2


@pytest.fixture
def lee(db: None) -> Person:
    """A photo editor, who arranges no front."""
    person = Person.objects.create_user("lee@paper.example", "Lee", "correct horse battery", is_staff=True)
    Duty.objects.create(person=person, role="photo-editor")
    return person


def test_who_keeps_photos_and_arranges_nothing_is_told_so(
    chen: Person, lee: Person, published: Published, photo: Callable[..., Photo]
) -> None:
    story, chosen = published(), photo()
    publish(chen, lead=[Placement(story.article_id, photo=chosen.pk)])
    assert [each.problem for each in uses.replace(chosen, photo(), by=lee)] == ["You may not arrange this front."]


def test_an_old_pin_is_pointed_out(client: Client, chen: Person, published: Published) -> None:
    with time_machine.travel(NOW, tick=False):
        story = published(headline="Still here")
        publish(chen, lead=[story])
        assert fronts.to_see_to(chen) == []
    with time_machine.travel(NOW + timedelta(hours=37), tick=False):
        client.force_login(chen)
        for page in ("/admin/", HOME):
            assert "Should it still be?" in client.get(page).content.decode(), page


def test_breaking_news_stands_above_every_front_until_its_end(
    client: Client, chen: Person, published: Published
) -> None:
    with time_machine.travel(NOW, tick=False):
        story = published(headline="The gate closes", live_from=NOW + timedelta(hours=1))
        client.force_login(chen)
        until = timezone.localtime(NOW + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
        sent_line = {"words": "The gate <closes> at noon", "story": "", "until": until}
        assert client.post("/admin/articles/front/breaking/", sent_line).status_code == 302
        line = breaking.break_news("Gate closed", until=NOW + timedelta(hours=2), by=chen, article=story.article)
        for wrong in (NOW - timedelta(minutes=1), NOW + timedelta(days=3)):
            with pytest.raises(Misplaced):
                breaking.break_news("x", by=chen, until=wrong)
    for minutes, is_there, leads in ((0, True, False), (61, True, True), (119, True, True), (120, False, False)):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            for page in ("/", "/world/"):
                html = client.get(page).content.decode()
                assert ("Gate closed" in html) is is_there, minutes
                assert (f'<a href="{story.path}">Gate closed</a>' in html) is leads, minutes
                assert "at noon" not in html, "one line at a time"
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        client.force_login(chen)
        client.post("/admin/articles/front/breaking/", {"end": line.pk})
        assert "Gate closed" not in client.get("/").content.decode()


def test_the_page_asks_the_same_number_of_questions_however_much_there_is(
    client: Client, chen: Person, published: Published, django_assert_max_num_queries: Any
) -> None:
    stories = [published() for _ in range(20)]
    publish(chen, seconds=stories[:4], briefs=stories[4:12])
    client.force_login(chen)
    client.get(HOME)
    with django_assert_max_num_queries(24):
        client.get(HOME)


STORIES = st.lists(st.integers(1, 40), unique=True, max_size=20)


@given(STORIES, st.data())
def test_moving_stories_about_loses_none_that_there_is_room_for(stories: list[int], data: st.DataObject) -> None:
    codes = [zone.code for zone in zones.HOME]
    placed: zones.Placed = {}
    for story in stories:
        placed = arranging.put(None, placed, story, data.draw(st.sampled_from(codes)))
        _is_sound(placed)
    there = [each.story for _, each in zones.each(placed)]
    for story in data.draw(st.lists(st.sampled_from(there), max_size=10) if there else st.just([])):
        moved = arranging.step(None, placed, story, down=data.draw(st.booleans()))
        _is_sound(moved)
        assert sorted(each.story for _, each in zones.each(moved)) == sorted(there)
        placed = moved


def _is_sound(placed: zones.Placed) -> None:
    most = {zone.code: zone.most for zone in zones.HOME}
    there = [each.story for _, each in zones.each(placed)]
    assert len(there) == len(set(there))
    assert all(len(zone) <= most[code] for code, zone in placed.items())


def _as(client: Client, person: Person) -> Client:
    client.force_login(person)
    return client
