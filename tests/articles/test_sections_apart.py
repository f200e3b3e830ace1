"""What a section keeps to itself: lists, searches and answers of the newsroom hold nothing of somebody else's."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles import content, editing, proposals, publishing
from articles.models import Article, Author, Buffer, Duty, Part, Section, Series, Snapshot
from articles.workflow import Stage
from staff.models import Person
from tests.articles.test_fronts import sent as sent_from
from tests.shown import seen

pytestmark = pytest.mark.django_db
HERE = "/admin/articles/article/"


def only_in(section: Section, person: Person) -> Person:
    """The person, with their role in this section alone."""
    Duty.objects.get(person=person).sections.set([section])
    return person


def test_lists_searches_and_answers_hold_nothing_of_another_section(
    client: Client, story: Callable[..., Article], city: Section, dee: Person, chen: Person
) -> None:
    article = story(by=dee, stage=Stage.COPY_EDIT)
    article.headline = "Xylophone secrets"
    editing.save(article, by=None, seen_version=1)
    kept = Buffer.objects.create(
        person=dee, tab="t", article=article, version=1, fields=[["headline", "Xylophone"]], saved_at=timezone.now()
    )
    client.force_login(only_in(city, chen))
    for address in (
        HERE,
        f"{HERE}?q=xylophone",
        f"{HERE}?stage__exact=copy_edit",
        f"{HERE}board/",
        f"{HERE}calendar/",
        f"{HERE}bulk/?ids={article.pk}",
        f"{HERE}board/?section=world",
        "/admin/",
        f"{HERE}tags/?q=x",
        f"{HERE}find/?q=secrets",
        f"{HERE}kept/{kept.pk}/",
        f"{HERE}{article.pk}/preview/",
        "/admin/articles/report/?q=a",
    ):
        assert b"Xylophone" not in client.get(address).content, address
    sent = {"article": article.pk, "tab": "t", "version": 1, "fields": [["headline", "x"]], "check": True}
    assert client.post(f"{HERE}at-work/", json.dumps(sent), content_type="application/json").status_code == 404
    seen = {"seen": [f"{article.pk}:2"], "verb": "return", "reason": "x"}
    assert b"Xylophone" not in client.post(f"{HERE}bulk/", seen).content


def test_what_is_typed_tells_no_headline_of_another_section(
    client: Client, story: Callable[..., Article], ana: Person, dee: Person
) -> None:
    secret, mine = story(by=dee, headline="Xylophone", language="fr"), story(by=ana)
    client.force_login(ana)
    for article in (None, mine.pk):
        fields = [["headline", "Mine"], ["translation_of", str(secret.pk)]]
        sent = {"article": article, "tab": f"{article}", "version": int(bool(article)), "fields": fields, "check": True}
        answer = client.post(f"{HERE}at-work/", json.dumps(sent), content_type="application/json")
        assert answer.json()["kept"]
        kept = Buffer.objects.get(tab=f"{article}")
        page = f"{HERE}{article}/change/" if article else f"{HERE}add/"
        for told in (answer, *map(client.get, (f"{HERE}kept/{kept.pk}/", page, f"{page}?found={kept.pk}"))):
            assert b"Xylophone" not in told.content
    # What the stored story says is the story's: it comes back with the rest.
    mine.translation_of = secret
    editing.save(mine, by=None, seen_version=1)
    fields = [["headline", "Mine"], ["translation_of", str(secret.pk)]]
    sent = {"article": mine.pk, "tab": "t", "version": 2, "fields": fields}
    client.post(f"{HERE}at-work/", json.dumps(sent), content_type="application/json")
    assert ["translation_of", str(secret.pk)] in Buffer.objects.get(tab="t").fields


@pytest.mark.parametrize("is_scheduled", [False, True])
def test_a_front_that_is_refused_tells_no_headline_of_another_section(
    client: Client, story: Callable[..., Article], city: Section, dee: Person, chen: Person, *, is_scheduled: bool
) -> None:
    secret, front = story(by=dee, headline="Xylophone"), "/admin/articles/front/of/city/"
    if is_scheduled:
        publishing.publish(secret, by=None, seen_version=1, live_from=timezone.now() + timedelta(days=1))
    client.force_login(only_in(city, chen))
    page = client.get(front)
    row = f"{page.context['formset'].prefix}-0"
    made_up = {f"{row[:-2]}-TOTAL_FORMS": 1, f"{row}-story": secret.pk, f"{row}-zone": "lead"}
    for changes in (
        {"put": secret.pk, f"zone-{secret.pk}": "lead"},
        {**made_up, f"{row}-size": "usual"},
        {**made_up, f"{row}-size": "enormous"},
    ):
        answer = client.post(front, sent_from(page, **changes))
        assert answer.status_code == 422
        assert b"Xylophone" not in answer.content


def test_a_series_takes_in_only_what_one_may_open_and_keeps_what_it_has(
    client: Client, story: Callable[..., Article], city: Section, dee: Person, ben: Person
) -> None:
    there, secret = story(by=dee, headline="Glockenspiel"), story(by=dee, headline="Xylophone")
    series = Series.objects.create(name="The harbour", slug="the-harbour")
    Part.objects.create(series=series, article=there)
    client.force_login(only_in(city, ben))
    page = f"/admin/articles/series/{series.pk}/change/"
    sent = {
        "name": "The quay", "parts-TOTAL_FORMS": 2, "parts-INITIAL_FORMS": 1, "parts-0-id": Part.objects.get().pk,
        "parts-0-article": there.pk, "parts-0-position": 0, "parts-1-article": secret.pk, "parts-1-position": 1,
        **seen(client, page),
    }  # fmt: skip
    refused = client.post(page, sent).content.decode()
    assert "not one of the available choices" in refused
    for shown in (refused, client.get(page).content.decode()):
        assert "A story that you may not open" in shown
        assert "Xylophone" not in shown
        assert "Glockenspiel" not in shown
    assert client.post(page, {**sent, "parts-TOTAL_FORMS": 1}).status_code == 302
    assert Series.objects.get().name == "The quay"
    assert Part.objects.get().article == there


def test_nobody_comes_by_the_stories_of_another_section_through_an_authors_account(
    client: Client, story: Callable[..., Article], city: Section, ines: Author, ben: Person, chen: Person, dee: Person
) -> None:
    secret = story(by=dee)
    page = f"/admin/articles/author/{ines.pk}/change/"
    sent = {"name": "Inés Varga", "account": ben.pk, "masthead_position": 0}
    sent |= {"links-TOTAL_FORMS": 0, "links-INITIAL_FORMS": 0}
    client.force_login(only_in(city, ben))
    assert client.post(page, {**sent, **seen(client, page), "role": "Reporter"}).status_code == 302
    ines.refresh_from_db()
    assert (ines.role, ines.account) == ("Reporter", None)
    assert not Article.objects.visible_to(ben).filter(pk=secret.pk).exists()
    client.force_login(chen)
    client.post(page, {**sent, **seen(client, page)})
    ines.refresh_from_db()
    assert ines.account == ben


def test_a_desk_tells_nothing_of_a_story_that_left_it(
    client: Client, published: Callable[..., Snapshot], ana: Person, ben: Person, dee: Person
) -> None:
    out = published(by=ana).article
    change = editing.propose(out, {**content.of(out), "deck": "Ten years."}, by=ana, seen_version=1)
    proposals.decline(change, by=ben, reason="Nine.")
    client.force_login(ana)
    assert b"Nine." in client.get("/admin/").content
    Article.objects.filter(pk=out.pk).update(writer=dee, headline="Xylophone")
    assert b"Xylophone" not in client.get("/admin/").content
