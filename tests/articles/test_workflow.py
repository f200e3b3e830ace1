"""The workflow: who may do what at which stage, what each verb needs, and what it leaves behind."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone

from articles import editing, moves, planning, publishing, reviewing, roles
from articles.changes import Change
from articles.editing import NotYours, StaleVersion
from articles.management.commands import workflow
from articles.models import Article, Author, Correction, Duty, Move, Section, Snapshot
from articles.moves import Details, Refused
from articles.preflight import NotReady
from articles.publishing import Telling
from articles.roles import ROLES, Hand
from articles.workflow import VERBS, Asks, Publication, Stage, Verb
from media.models import Photo
from staff.models import Person

pytestmark = pytest.mark.django_db
Story = Callable[..., Article]
NO_PHOTO = {"no-lead-photo": "It is a brief."}
NO_PHOTO_KEPT = {"The story has no lead photo.": "It is a brief."}


def do(verb: str, article: Article, by: Person | None, **details: Any) -> Move:
    """Use a verb on a story as it is stored now."""
    stored = Article.objects.get(pk=article.pk)
    said = Details(**{"waived": NO_PHOTO, **details})
    return moves.perform(verb, stored, by=by, seen_version=stored.version, details=said)


def stage_of(article: Article) -> str:
    """Where the story stands now."""
    return Article.objects.values_list("stage", flat=True).get(pk=article.pk)


def with_role(code: str, *sections: Section, name: str = "X") -> Person:
    """Somebody with one role."""
    person = Person.objects.create_user(f"{name}-{code}@paper.example", name, "correct horse battery", is_staff=True)
    Duty.objects.create(person=person, role=code).sections.set(sections)
    return person


def test_a_story_goes_from_draft_to_print_and_the_line_of_time_says_so(story: Story, ana: Person, ben: Person) -> None:
    article = story(by=ana)
    noor = with_role("copy-editor")
    do("submit", article, ana)
    do("return", article, ben, reason="Who says so?")
    assert stage_of(article) == Stage.DRAFT
    do("submit", article, ana)
    do("claim", article, ben)
    do("copy_edit", article, ben)
    do("claim", article, noor)
    do("approve", article, noor)
    move = do("publish", article, ben)
    assert stage_of(article) == Stage.READY
    assert Snapshot.objects.live().get() == move.snapshot
    assert move.waived == {"The story has no lead photo.": "It is a brief."}
    assert [(move.verb, str(move.by)) for move in Move.objects.order_by("pk")] == [
        ("submit", "Ana"), ("return", "Ben"), ("submit", "Ana"), ("claim", "Ben"), ("copy_edit", "Ben"),
        ("claim", "X"), ("approve", "X"), ("publish", "Ben"),
    ]  # fmt: skip


# What each role may do with a story of its section at each stage; a story that somebody else writes.
DESK_VERBS = {verb.code for verb in VERBS}
OTHERS: dict[str, dict[str, set[str]]] = {
    "contributor": {},
    "writer": {},
    "copy-editor": {Stage.COPY_EDIT: {"claim", "hand_over", "return", "approve"}},
    "photo-editor": {},
    "section-editor": dict.fromkeys(Stage, DESK_VERBS),
    "editor-in-chief": dict.fromkeys(Stage, DESK_VERBS),
    "administrator": {},
}
OWN = {"contributor": {"submit", "spike", "revive"}, "writer": {"submit", "spike", "revive", "claim"}}
EDITS_OTHERS = {
    "copy-editor": {Stage.COPY_EDIT: Hand.EDITS},
    "photo-editor": dict.fromkeys(set(Stage) - {Stage.SPIKED}, Hand.PHOTOS),
    "section-editor": dict.fromkeys(set(Stage) - {Stage.SPIKED}, Hand.EDITS),
    "editor-in-chief": dict.fromkeys(set(Stage) - {Stage.SPIKED}, Hand.EDITS),
}
EDITS_OWN = {"contributor": {Stage.DRAFT}, "writer": {Stage.DRAFT, Stage.SUBMITTED}}


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("code", [role.code for role in ROLES])
def test_each_role_has_its_verbs_at_each_stage_in_its_sections_and_none_elsewhere(
    story: Story, dee: Person, world: Section, city: Section, code: str, stage: Stage
) -> None:
    here, elsewhere = with_role(code, world, name="Here"), with_role(code, city, name="There")
    article = story(by=dee, stage=stage)
    for verb in DESK_VERBS:
        expected = verb in OTHERS[code].get(stage, set())
        assert roles.may(here, verb, article) is expected, verb
        assert not roles.may(elsewhere, verb, article), verb
        if not expected:
            with pytest.raises(PermissionDenied):
                do(verb, article, here)
        with pytest.raises(PermissionDenied):
            do(verb, article, elsewhere)
    assert roles.hand(here, article, Publication.UNPUBLISHED) == EDITS_OTHERS.get(code, {}).get(stage, Hand.NONE)
    assert roles.hand(elsewhere, article, Publication.UNPUBLISHED) == Hand.NONE
    sees = Article.objects.visible_to
    assert sees(here).exists() is (roles.hand(here, article, Publication.UNPUBLISHED) != Hand.NONE or (
        stage == Stage.SPIKED and code in {"photo-editor", "section-editor", "editor-in-chief"}
    ))  # fmt: skip
    assert not sees(elsewhere).exists()
    mine = story(by=here, stage=stage)
    if code in OWN:
        assert {verb for verb in DESK_VERBS if roles.may(here, verb, mine)} == OWN[code]
        assert (roles.hand(here, mine, Publication.UNPUBLISHED) == Hand.EDITS) is (stage in EDITS_OWN[code])


def test_a_story_that_nobody_writes_is_found_and_claimed_by_a_writer_of_its_section(
    story: Story, world: Section, city: Section
) -> None:
    article = story()
    here, elsewhere = with_role("writer", world, name="Here"), with_role("writer", city, name="There")
    assert Article.objects.visible_to(here).get() == article
    assert not Article.objects.visible_to(elsewhere).exists()
    do("claim", article, here)
    assert Article.objects.get().writer == here
    with pytest.raises(Refused, match="yours already"):
        do("claim", article, here)


def test_a_duty_ends_with_its_last_day(story: Story, ben: Person) -> None:
    story()
    Duty.objects.filter(person=ben).update(until=timezone.localdate())
    fresh = Person.objects.get(pk=ben.pk)
    assert fresh.has_perm("articles.change_article")
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        fresh = Person.objects.get(pk=ben.pk)
        assert not fresh.has_perm("articles.change_article")
        assert not Article.objects.visible_to(fresh).exists()


def test_a_claimed_story_is_not_taken_over_unawares(story: Story, ben: Person, chen: Person) -> None:
    article = story(stage=Stage.SUBMITTED)
    do("claim", article, ben)
    with pytest.raises(Refused, match="claimed the story in the meantime"):
        do("claim", article, chen, holder=None)
    do("claim", article, chen, holder=ben.pk)
    assert Article.objects.get().editor == chen
    do("hand_over", article, chen, to=ben)
    assert Article.objects.get().editor == ben


def test_a_writer_does_not_claim_what_is_with_the_desk(story: Story, ana: Person) -> None:
    article = story(by=ana, stage=Stage.SUBMITTED)
    assert "claim" not in [offer.verb.code for offer in moves.offers(article, ana)]
    with pytest.raises(Refused, match="with the desk now"):
        do("claim", article, ana)


def test_a_verb_that_does_not_fit_is_refused_with_words(story: Story, ben: Person) -> None:
    article = story(stage=Stage.READY)
    for verb, words in (("submit", "does not fit"), ("update", "does not fit"), ("unschedule", "does not fit"),
                        ("withdraw", "does not fit"), ("revive", "does not fit")):  # fmt: skip
        with pytest.raises(Refused, match=words):
            do(verb, article, ben)
    with pytest.raises(Refused, match="Say why"):
        do("return", article, ben, reason=" ")
    with pytest.raises(StaleVersion):
        moves.perform("publish", article, by=ben, seen_version=99)
    assert not Move.objects.exists()
    assert stage_of(article) == Stage.READY


def test_what_stops_cannot_be_waved_through_and_a_warning_needs_a_reason(story: Story, ben: Person) -> None:
    bare = story(deck="")
    with pytest.raises(NotReady, match="no deck"):
        do("publish", bare, ben, waived={"no-deck": "please", **NO_PHOTO})
    article = story()
    with pytest.raises(NotReady, match="no lead photo"):
        do("publish", article, ben, waived={"no-lead-photo": " "})
    assert not Snapshot.objects.exists()
    do("publish", article, ben)
    assert Snapshot.objects.live().exists()


def test_a_link_to_a_story_that_is_not_there_stops_it(story: Story, ben: Person) -> None:
    article = story(body='<p><a href="/world/nowhere/">here</a>, <a href="/admin/x/">not ours</a></p>')
    with pytest.raises(NotReady, match="/world/nowhere/"):
        do("publish", article, ben)
    do("publish", story(slug="nowhere"), ben)
    do("publish", article, ben)


def test_the_rule_of_four_eyes_and_its_override(story: Story, ben: Person, chen: Person, settings: Any) -> None:
    settings.FOUR_EYES = True
    article = story(by=ben)
    with pytest.raises(Refused, match="somebody else must look"):
        do("publish", article, ben)
    with pytest.raises(PermissionDenied):
        do("publish", article, ben, override="It burns.")
    Article.objects.update(writer=chen)
    move = do("publish", article, chen, override="It burns.")
    assert move.override == "It burns."
    assert Snapshot.objects.live().exists()


def test_once_it_is_live_a_writer_proposes_and_the_desk_makes_the_change(
    client: Client, story: Story, ana: Person, ben: Person
) -> None:
    article = story(by=ana, headline="As it was")
    do("publish", article, ben)
    stored = Article.objects.get()
    assert roles.hand(ana, stored, stored.publication_at()) == Hand.PROPOSES
    stored.headline = "As she wants it"
    with pytest.raises(NotYours, match="propose"):
        editing.save(stored, by=ana, seen_version=1)

    from tests.articles.forms import form_of

    url = f"/admin/articles/article/{article.pk}/change/"
    client.force_login(ana)
    page = client.post(url, form_of(client, url, headline="As she wants it"), follow=True).content.decode()
    assert "proposed to the desk" in page
    assert Article.objects.get().headline == "As it was"
    proposal = article.proposals.get()
    here = f"/admin/articles/article/{article.pk}/proposals/{proposal.pk}/"
    assert client.post(here, {"accept": "1"}).status_code == 403

    client.force_login(ben)
    assert "<ins>" in client.get(here).content.decode()
    client.post(here, {"accept": "1"})
    assert Article.objects.get().headline == "As she wants it"
    revision = article.revisions.first()
    assert revision is not None
    assert (revision.by, revision.proposed_by) == (ben, ana)
    assert "in the meantime: taken over" in client.post(here, {"accept": "1"}, follow=True).content.decode()
    assert Snapshot.objects.live().get().headline == "As it was"


def test_a_photo_editor_changes_photos_and_not_a_word(story: Story, photo: Callable[..., Photo]) -> None:
    lee = with_role("photo-editor")
    inside = photo()
    article = story()
    article.lead_photo = photo()
    article.body += f'\n<figure data-photo="{inside.pk}"></figure>'
    editing.save(article, by=lee, seen_version=1)
    article.body = article.body.replace("dog", "cat")
    with pytest.raises(NotYours, match="not its words"):
        editing.save(article, by=lee, seen_version=2)
    assert "dog" in Article.objects.get().body


def test_a_story_is_put_into_a_section_of_ones_own_only(story: Story, world: Section, city: Section) -> None:
    editor = with_role("section-editor", world)
    article = story()
    article.section = city
    with pytest.raises(NotYours, match="not one of yours"):
        editing.save(article, by=editor, seen_version=1)


# --- Time ---


def test_a_scheduled_story_goes_out_on_its_minute_and_can_be_called_off(story: Story, ben: Person) -> None:
    article = story()
    soon = timezone.now() + timedelta(hours=3)
    with pytest.raises(Refused, match="is past"):
        do("schedule", article, ben, live_from=timezone.now() - timedelta(minutes=1))
    do("schedule", article, ben, live_from=soon)
    assert Article.objects.get().publication_at() == Publication.SCHEDULED
    later = soon + timedelta(hours=1)
    do("schedule", article, ben, live_from=later)
    assert not Snapshot.objects.live(soon).exists()
    assert Snapshot.objects.live(later).exists()
    do("unschedule", article, ben)
    assert not Snapshot.objects.live(later).exists()
    assert Article.objects.get().publication_at() == Publication.UNPUBLISHED


def test_a_scheduled_update_that_is_called_off_leaves_readers_what_they_have(story: Story, ben: Person) -> None:
    article = story(headline="First words")
    do("publish", article, ben)
    stored = Article.objects.get()
    stored.headline = "Second words"
    editing.save(stored, by=ben, seen_version=1)
    later = timezone.now() + timedelta(hours=1)
    do("schedule", article, ben, live_from=later)
    assert Snapshot.objects.live(later).get().headline == "Second words"
    do("unschedule", article, ben)
    assert Snapshot.objects.live(later).get().headline == "First words"


def test_a_story_keeps_the_end_that_was_agreed_until_somebody_says_otherwise(
    client: Client, story: Story, ben: Person
) -> None:
    article, now = story(headline="First words"), timezone.now()
    end = now.replace(second=0, microsecond=0) + timedelta(days=3)
    do("schedule", article, ben, live_from=now + timedelta(hours=2), live_until=end)
    do("schedule", article, ben, live_from=now + timedelta(hours=1))
    with time_machine.travel(now + timedelta(hours=1, minutes=1)):
        assert Snapshot.objects.live().get().live_until == end
        stored = Article.objects.get()
        stored.headline = "Second words"
        editing.save(stored, by=ben, seen_version=1)
        do("update", article, ben, telling=Telling(Change.SILENT))
        assert Snapshot.objects.live().get().live_until == end
        client.force_login(ben)
        here = f"/admin/articles/article/{article.pk}"
        assert f', until <time datetime="{end.isoformat()}"' in client.get(f"{here}/change/").content.decode()
        with pytest.raises(Refused, match="before it begins"):
            do("schedule", article, ben, live_from=end)
        form = client.get(f"{here}/move/schedule/").context["form"]
        assert form["live_until"].initial == end
        stored.headline = "Third words"
        editing.save(stored, by=ben, seen_version=2)
        do("schedule", article, ben, live_from=end - timedelta(days=1), telling=Telling(Change.SILENT))
        assert Snapshot.objects.live().get().live_until == end - timedelta(days=1)
        do("unschedule", article, ben)
        assert Snapshot.objects.live().get().live_until == end
        sent = {"seen_version": 3, "live_from": f"{end:%Y-%m-%dT%H:%M}", "live_until": "", "change": "update"}
        client.post(f"{here}/move/schedule/", {**sent, "waive-no-lead-photo": "It is a brief."})
        assert Snapshot.objects.scheduled().get().live_until is None


def test_an_embargo_gates_the_way_out_and_is_shortened_by_its_own_right_only(
    story: Story, ben: Person, chen: Person
) -> None:
    article = story()
    until = timezone.now() + timedelta(hours=5)
    planning.embargo(article, until, by=ben)
    with pytest.raises(Refused, match="under embargo"):
        do("publish", article, ben)
    with pytest.raises(Refused, match="under embargo"):
        do("schedule", article, ben, live_from=until - timedelta(minutes=1))
    do("schedule", article, ben, live_from=until)
    with pytest.raises(PermissionDenied):
        planning.embargo(article, None, by=ben)
    with pytest.raises(Refused, match="Unschedule it first"):
        planning.embargo(article, until + timedelta(hours=1), by=ben)
    planning.embargo(article, None, by=chen)
    assert Article.objects.get().embargo_until is None


def test_no_word_of_an_embargoed_story_is_at_any_public_address(
    client: Client, story: Story, published: Callable[..., Snapshot], ben: Person, photo: Callable[..., Photo]
) -> None:
    published(tags=("bridges",))
    article = story(headline="Xylophone secrets", deck="Quetzal words.", body="<p>Zymurgy.</p>", tags=("bridges",))
    until = timezone.now() + timedelta(hours=5)
    planning.embargo(article, until, by=ben)
    do("schedule", article, ben, live_from=until)
    path = f"/world/{article.slug}/"
    addresses = ["/", "/world/", "/tags/bridges/", "/authors/ines-varga/", "/corrections/", path, "/nowhere/at-all/"]
    for address in addresses:
        page = client.get(address).content.decode()
        assert not any(word in page for word in ("Xylophone", "Quetzal", "Zymurgy")), address
    assert client.get(path).status_code == 404
    with time_machine.travel(until + timedelta(seconds=1), tick=False):
        assert "Zymurgy" in client.get(path).content.decode()


def test_a_command_crawls_the_paper_for_the_words_of_embargoed_stories(
    story: Story, published: Callable[..., Snapshot], ben: Person, photo: Callable[..., Photo], capsys: Any
) -> None:
    call_command("check_embargoes")
    assert "No story is under embargo" in capsys.readouterr().out
    words = "The council will close the old harbour for good on the first of May."
    published(headline="The council meets", body="<p>The council will close its doors at noon.</p>")
    fields = {"headline": "Harbour to close", "deck": "Old quay shuts.", "body": f"<p>{words}</p>"}
    secret = story(**fields, lead_photo=photo(), tags=("harbour",))
    planning.embargo(secret, timezone.now() + timedelta(hours=5), by=ben)
    until = timezone.now() + timedelta(days=1)
    reviewing.invite(secret, receiver="The lawyer", expires_at=until, version=1, by=ben)
    call_command("check_embargoes")
    assert re.search(r"\d\d public pages, and none tells of 1 embargoed", capsys.readouterr().out)
    for leak in (
        {"body": f"<p>As we hear, {words.lower()}</p>"},
        {"deck": "Harbour to close!"},
        {"body": f'<p>More <a href="{secret.path}">here</a>.</p>'},
        {"lead_photo": secret.lead_photo, "lead_caption": "Nothing to see."},
    ):
        told = published(headline="Word gets out", **leak)
        with pytest.raises(CommandError, match="tell of what is under embargo"):
            call_command("check_embargoes")
        assert f"{told.path} tells of “Harbour to close”" in capsys.readouterr().err
        publishing.withdraw(Article.objects.get(pk=told.article_id), seen_version=1)
        call_command("check_embargoes")
        capsys.readouterr()


def test_the_page_about_the_workflow_is_made_from_the_table() -> None:
    written = (Path(__file__).resolve().parents[2] / "docs" / "workflow.md").read_text(encoding="utf-8")
    assert written == f"{workflow.page()}\n", "run: manage.py workflow > docs/workflow.md"


@pytest.mark.parametrize("wrong", ["2026-03-29T02:30", "2026-10-25T02:30", "nonsense"])
def test_a_time_that_the_clocks_leave_out_is_refused_with_words(
    client: Client, story: Story, ben: Person, settings: Any, wrong: str
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    client.force_login(ben)
    article = story()
    with timezone.override("Europe/Berlin"):
        page = client.post(
            f"/admin/articles/article/{article.pk}/move/schedule/",
            {"seen_version": 1, "live_from": wrong, "waive-no-lead-photo": "x"},
        ).content.decode()
    assert ("clocks of" in page) or (wrong == "nonsense" and "Enter a valid date/time" in page)
    assert not Snapshot.objects.exists()


# --- After it went out ---


def update(article: Article, by: Person, change: Change, words: str = "", **fields: Any) -> Snapshot:
    """Change a live story and publish that as what it is."""
    stored = Article.objects.get(pk=article.pk)
    for name, value in fields.items():
        setattr(stored, name, value)
    editing.save(stored, by=by, seen_version=stored.version)
    snapshot = do("update", article, by, telling=Telling(change, words)).snapshot
    assert snapshot is not None
    return snapshot


def test_what_an_update_is_said_to_be_decides_what_readers_are_told(client: Client, story: Story, ben: Person) -> None:
    article = story(headline="The brigde opens", slug="bridge")
    do("publish", article, ben)
    silent = update(article, ben, Change.SILENT, headline="The bridge opens")
    assert silent.revised_at is None
    told = update(article, ben, Change.CORRECTION, "It took nine years, not eight.", deck="It took nine years!")
    assert told.revised_at == told.live_from
    after = update(article, ben, Change.SILENT, kicker="Transport")
    assert after.revised_at == told.live_from
    page = client.get("/world/bridge/").content.decode()
    assert "It took nine years, not eight." in page
    assert "Correction" in page
    listed = client.get("/corrections/").content.decode()
    assert "It took nine years, not eight." in listed
    assert "/world/bridge/" in listed
    with pytest.raises(Refused, match="needs its words"):
        update(article, ben, Change.CLARIFICATION, " ", kicker="Other")
    do("withdraw", article, ben, reason="Wrong bridge.")
    assert "nine years" not in client.get("/corrections/").content.decode()
    assert "Wrong bridge." in client.get("/world/bridge/").content.decode()


def said_to_machines(client: Client, path: str) -> dict[str, Any]:
    """The structured data of a story's page."""
    found = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', client.get(path).content.decode(), re.DOTALL
    )
    assert found
    data: dict[str, Any] = json.loads(found[1])["@graph"][0]
    return data


def test_machines_are_told_the_dates_and_corrections_that_readers_are(
    client: Client, story: Story, ben: Person
) -> None:
    article = story(headline="</script><b>Hard</b> & fast")
    with time_machine.travel(timezone.now() - timedelta(hours=3), tick=False):
        do("publish", article, ben)
    path = Snapshot.objects.get().path
    first = said_to_machines(client, path)
    assert first["headline"] == "</script><b>Hard</b> & fast"
    assert first["dateModified"] == first["datePublished"]
    assert first["author"][0]["name"] == "Inés Varga"
    update(article, ben, Change.SILENT, deck="Now spelled right.")
    assert said_to_machines(client, path)["dateModified"] == first["datePublished"]
    update(article, ben, Change.CORRECTION, "It was a cat.", deck="It was a cat.")
    corrected = said_to_machines(client, path)
    assert corrected["dateModified"] > first["datePublished"]
    assert [each["text"] for each in corrected["correction"]] == ["It was a cat."]


def test_a_correction_is_told_on_its_minute_and_not_before(client: Client, story: Story, ben: Person) -> None:
    article = story()
    do("publish", article, ben)
    soon = timezone.now() + timedelta(hours=1)
    telling = Telling(Change.CORRECTION, "It was a cat.")
    Article.objects.update(deck="It was a cat all along.")
    do("schedule", article, ben, live_from=soon, telling=telling)
    for moment, told in ((soon - timedelta(microseconds=1), False), (soon, True)):
        with time_machine.travel(moment, tick=False):
            for address in ("/corrections/", Snapshot.objects.first().path):  # type: ignore[union-attr]
                assert ("It was a cat." in client.get(address).content.decode()) is told, (address, moment)


def test_the_same_correction_sent_twice_is_one(story: Story, ben: Person) -> None:
    article = story()
    do("publish", article, ben)
    first = do("update", article, ben, telling=Telling(Change.CORRECTION, "Nine years."))
    second = do("update", article, ben, telling=Telling(Change.CORRECTION, "Nine years."))
    assert first.snapshot == second.snapshot
    assert Correction.objects.count() == 1


def test_every_verb_has_its_page_and_says_what_it_asks(client: Client, story: Story, chen: Person) -> None:
    client.force_login(chen)
    article = story(by=chen)
    for verb in VERBS:
        page = client.get(f"/admin/articles/article/{article.pk}/move/{verb.code}/")
        assert page.status_code == 200, verb.code
        if Asks.PERSON in verb.asks:
            assert "To whom" in page.content.decode()
    assert client.get(f"/admin/articles/article/{article.pk}/move/explode/").status_code == 404


def test_the_plans_are_made_by_who_may_assign(client: Client, story: Story, ben: Person, ana: Person) -> None:
    article = story(by=ana)
    url = f"/admin/articles/article/{article.pk}/plan/"
    client.force_login(ana)
    assert client.get(url).status_code == 403
    client.force_login(ben)
    seen = client.get(url).context["form"]["seen"].value()
    sent = {"writer": ana.pk, "editor": ben.pk, "deadline": "2030-01-01T12:00", "length": "600", "embargo_until": ""}
    assert client.post(url, {**sent, "seen": seen}).status_code == 302
    stored = Article.objects.get()
    assert (stored.writer, stored.editor, stored.length, stored.version) == (ana, ben, 600, 1)
    late = client.post(url, {**sent, "length": "900", "seen": seen})
    assert "written by Ana, edited by Ben, deadline 1 January 2030, 12:00 UTC, 600 words" in late.content.decode()
    assert Article.objects.get().length == 600
    seen = late.context["form"]["seen"].value()
    past = {**sent, "length": "900", "embargo_until": "2001-01-01T12:00", "seen": seen}
    assert "is past" in client.post(url, past).content.decode()
    assert client.post(url, {**past, "embargo_until": ""}).status_code == 302
    assert Article.objects.get().length == 900


def test_an_author_with_an_account_owns_what_their_name_stands_on(story: Story, ines: Author) -> None:
    jonas = with_role("contributor")
    article = story()
    assert not Article.objects.visible_to(jonas).exists()
    ines.account = jonas
    ines.save()
    assert Article.objects.visible_to(Person.objects.get(pk=jonas.pk)).get() == article


def test_four_eyes_are_two_people_even_where_the_story_was_handed_on(
    story: Story, ana: Person, ben: Person, chen: Person, settings: Any, world: Section, ines: Author
) -> None:
    settings.FOUR_EYES = True
    names = [{"author": ines.pk, "role": "by", "wording": ""}]
    alone = Article(headline="Alone", deck="Nobody looked.", body="<p>Not once.</p>", section=world)
    editing.save(alone, by=ben, seen_version=0, names=names)  # type: ignore[arg-type]
    do("hand_over", alone, ben, to=ana)
    with pytest.raises(Refused, match="somebody else must look"):
        do("publish", alone, ben)
    stored = Article.objects.get()
    stored.deck = "Chen looked."
    editing.save(stored, by=chen, seen_version=1)
    do("publish", alone, ben)


def test_a_link_to_a_story_that_readers_have_only_later_may_be_meant(story: Story, ben: Person) -> None:
    later = story(slug="later")
    evening = timezone.now() + timedelta(hours=6)
    do("schedule", later, ben, live_from=evening)
    article = story(body='<p><a href="/world/later/">here</a></p>')
    with pytest.raises(NotReady, match="which readers have only from"):
        do("publish", article, ben)
    move = do("schedule", article, ben, live_from=evening)
    assert move.waived == NO_PHOTO_KEPT
    do("unschedule", later, ben)
    with pytest.raises(NotReady, match="where no story stands"):
        do("publish", article, ben, waived={**NO_PHOTO, "link-to-later": "x", "link-to-nowhere": "x"})


def test_a_reason_that_was_given_before_is_offered_again(client: Client, story: Story, ben: Person) -> None:
    article = story(stage=Stage.SUBMITTED)
    do("approve", article, ben)
    client.force_login(ben)
    page = client.get(f"/admin/articles/article/{article.pk}/move/publish/")
    assert page.context["form"]["waive-no-lead-photo"].value() == "It is a brief."


def test_a_section_with_people_in_it_stays_so_that_nobody_comes_to_hold_all(
    client: Client, chen: Person, city: Section, world: Section
) -> None:
    editor = with_role("section-editor", city)
    client.force_login(chen)
    page = client.post(f"/admin/articles/section/{city.pk}/delete/", {"post": "yes"}).content.decode()
    assert "X: Section editor" in page
    with pytest.raises(ProtectedError):
        city.delete()
    with pytest.raises(ProtectedError):
        Section.objects.all().delete()
    assert [section.pk for section in roles.sections_of(editor)] == [city.pk]
    Duty.objects.filter(person=editor).delete()
    Section.objects.filter(pk=city.pk).delete()
    assert Section.objects.get() == world


# What makes a verb lead somewhere, where its stage alone does not, and what it asks.
PREPARED = {"update": "publish", "withdraw": "publish", "unschedule": "schedule"}


@pytest.mark.parametrize("verb", VERBS, ids=[verb.code for verb in VERBS])
def test_each_verb_leads_from_each_of_its_stages_to_where_the_table_says(
    story: Story, ana: Person, ben: Person, chen: Person, verb: Verb
) -> None:
    soon = timezone.now() + timedelta(hours=1)
    asked = {"reason": "Because.", "live_from": soon if verb.code == "schedule" else None, "to": ben, "holder": ana.pk}
    for stage in Stage:
        article = story(by=ana)
        if before := PREPARED.get(verb.code):
            do(before, article, chen, live_from=soon if before == "schedule" else None)
        Article.objects.filter(pk=article.pk).update(stage=stage, is_settled=False)
        if stage in verb.from_stages:
            move = do(verb.code, article, chen, **asked)
            assert (move.from_stage, move.to_stage) == (stage, verb.to or stage)
            assert stage_of(article) == (verb.to or stage)
        else:
            with pytest.raises(Refused, match="does not fit"):
                do(verb.code, article, chen, **asked)
            assert stage_of(article) == stage
