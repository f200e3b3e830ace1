"""At once: many people save, publish, plan and begin in the same moment, by real requests, and nothing is lost."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from articles import content, planning
from articles.models import Arrangement, Article, Buffer, Move, Revision, Section, Snapshot
from media.models import Photo
from staff.models import Person
from tests.articles.forms import form_of

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/admin/articles/article/"
SAVERS = 50
Story = Callable[..., Article]
Sent = tuple[Client, str, dict[str, Any]]


def at_once(requests: Sequence[Sent]) -> list[Any]:
    """The answers to requests that all begin in the same moment, each in its own thread and connection."""
    answers: list[Any] = [None] * len(requests)
    barrier = threading.Barrier(len(requests))

    def ask(number: int) -> None:
        client, address, sent = requests[number]
        try:
            barrier.wait()
            answers[number] = client.post(address, sent)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[number]) for number in range(len(requests))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def twice(client: Client, address: str, sent: dict[str, Any]) -> list[Any]:
    """Two clicks on the same button."""
    second = Client()
    second.cookies = client.cookies
    return at_once([(client, address, sent), (second, address, sent)])


def text(**changed: str) -> str:
    """A text of a hundred paragraphs, some of them changed: `p7="..."`."""
    return "\n".join(f"<p>{changed.get(f'p{number}', f'Paragraph {number}.')}</p>" for number in range(2 * SAVERS))


def test_fifty_people_save_one_story_and_each_save_is_a_revision_or_a_clash_whose_text_is_kept(story: Story) -> None:
    article = story(headline="As all saw it", body=text())
    page = f"{LIST}{article.pk}/change/"
    requests: list[Sent] = []
    for number in range(SAVERS):
        person = Person.objects.create_superuser(f"{number}@paper.example", f"Editor {number}", "correct horse battery")
        client = Client()
        client.force_login(person)
        # Half of them write in a paragraph of their own, the others all want the same headline to be theirs.
        mine = (
            {"body": text(**{f"p{2 * number}": f"Words of {number}."})} if number % 2 else {"headline": f"H {number}"}
        )
        requests.append((client, page, form_of(client, page, **mine, _tab=f"tab-{number}")))
    answers = at_once(requests)

    stored = Article.objects.get()
    saved = [number for number, answer in enumerate(answers) if answer.status_code == 302]
    clashed = [number for number, answer in enumerate(answers) if answer.status_code == 409]
    assert len(saved) + len(clashed) == SAVERS
    assert [number for number in saved if number % 2] == list(range(1, SAVERS, 2))
    assert len([number for number in saved if number % 2 == 0]) == 1
    versions = list(Revision.objects.order_by("version").values_list("version", flat=True))
    assert versions == list(range(1, len(saved) + 2))
    assert stored.version == len(saved) + 1
    assert content.of(stored) == stored.revisions.get(version=stored.version).content
    for number in saved:
        if number % 2:
            assert f"<p>Words of {number}.</p>" in stored.body
        else:
            assert stored.headline == f"H {number}"
    for number in clashed:
        assert f"H {number}" in answers[number].content.decode()
        assert dict(Buffer.objects.get(tab=f"tab-{number}").fields)["headline"] == f"H {number}"


def test_two_clicks_on_publish_make_one_snapshot(
    client: Client, story: Story, ben: Person, photo: Callable[..., Photo]
) -> None:
    client.force_login(ben)
    article = story(lead_photo=photo())
    answers = twice(client, f"{LIST}{article.pk}/move/publish/", {"seen_version": 1})
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Snapshot.objects.count() == 1
    assert Move.objects.count() == 1


def test_a_second_click_on_publish_that_comes_late_does_nothing_more(
    client: Client, story: Story, ben: Person, photo: Callable[..., Photo]
) -> None:
    client.force_login(ben)
    address = f"{LIST}{story(lead_photo=photo()).pk}/move/publish/"
    assert [client.post(address, {"seen_version": 1}).status_code for _ in range(2)] == [302, 302]
    assert Snapshot.objects.count() == 1
    assert Move.objects.count() == 1


def test_two_clicks_on_save_begin_one_story(client: Client, ben: Person, world: Section) -> None:
    client.force_login(ben)
    sent = form_of(client, f"{LIST}add/", headline="Begun once", body="<p>One.</p>", section=world.pk, _tab="t1")
    answers = twice(client, f"{LIST}add/", sent)
    article = Article.objects.get()
    assert [answer.headers["Location"] for answer in answers] == [f"{LIST}{article.pk}/change/"] * 2
    assert article.revisions.count() == 1
    # Sent again later with other words, as from the page to which one goes back: a version of the same story.
    client.post(f"{LIST}add/", {**sent, "headline": "Begun once, said better"})
    assert [each.headline for each in Article.objects.all()] == ["Begun once, said better"]
    assert article.revisions.count() == 2


def test_two_stories_with_one_headline_both_find_an_address(ben: Person, chen: Person, world: Section) -> None:
    requests: list[Sent] = []
    for person in (ben, chen):
        client = Client()
        client.force_login(person)
        address = f"{LIST}add/"
        sent = form_of(client, address, headline="The same words", section=world.pk, _tab=f"tab-{person.pk}")
        requests.append((client, address, sent))
    assert [answer.status_code for answer in at_once(requests)] == [302, 302]
    assert sorted(Article.objects.values_list("slug", flat=True)) == ["the-same-words", "the-same-words-2"]


def test_a_manuscript_stored_by_two_clicks_is_one_story(client: Client, ben: Person, world: Section) -> None:
    client.force_login(ben)
    page = client.post(f"{LIST}import/", {"text": "A headline\n\nA deck of its own.\n\nA paragraph.\n", "read": "1"})
    form, blocks = page.context["form"], page.context["blocks"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"section": world.pk, "authors": [], "store": "1"}
    for part in (blocks.management_form, *blocks.forms):
        sent |= {part.add_prefix(name): "" if (value := part[name].value()) is None else value for name in part.fields}
    assert [answer.status_code for answer in twice(client, f"{LIST}import/", sent)] == [302, 302]
    assert Article.objects.count() == 1


def test_of_two_plans_made_at_once_one_stands_and_the_other_is_told(
    story: Story, ben: Person, chen: Person, ana: Person
) -> None:
    article = story()
    requests: list[Sent] = []
    for person, length in ((ben, 400), (chen, 900)):
        client = Client()
        client.force_login(person)
        address = f"{LIST}{article.pk}/plan/"
        seen = client.get(address).context["form"]["seen"].value()
        requests.append((client, address, {"seen": seen, "writer": ana.pk, "length": length}))
    answers = at_once(requests)
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    told = next(answer for answer in answers if answer.status_code == 200).content.decode()
    stored = Article.objects.get()
    assert f"in the meantime, to: written by Ana, {stored.length} words" in told
    assert Move.objects.filter(verb="plan").count() == 1


def test_a_deadline_that_somebody_moved_is_not_moved_back_unseen(
    client: Client, story: Story, ben: Person, chen: Person
) -> None:
    client.force_login(ben)
    now = timezone.now().replace(microsecond=0)
    article = story(deadline=now + timedelta(days=1))
    sent = {"story": article.pk, "what": "deadline", "from": article.deadline.isoformat(),  # type: ignore[union-attr]
            "to": (now + timedelta(days=3)).date().isoformat()}  # fmt: skip
    later = now + timedelta(days=5)
    planning.plan(article, {"deadline": later}, by=chen, seen={})
    page = client.post(f"{LIST}calendar/", sent, follow=True).content.decode()
    assert "Somebody moved the deadline" in page
    assert Article.objects.get().deadline == later


def test_eight_people_arrange_one_front_and_each_zone_is_one_persons(published: Callable[..., Snapshot]) -> None:
    page = "/admin/articles/front/of/home/"
    requests: list[Sent] = []
    for number in range(8):
        story = published(headline=f"Story {number}").article_id
        person = Person.objects.create_superuser(f"{number}@paper.example", f"Editor {number}", "correct horse battery")
        client = Client()
        client.force_login(person)
        # The lead can be one person's only; what is put into the other zones is brought together.
        zone = {0: "briefs", 1: "features"}.get(number, "lead")
        sent = {"seen_version": 0, "form-TOTAL_FORMS": 0, "form-INITIAL_FORMS": 0, "put": story, f"zone-{story}": zone}
        requests.append((client, page, sent))
    answers = [answer.status_code for answer in at_once(requests)]
    assert answers[:2] == [302, 302]
    assert sorted(answers[2:]) == [302, *[409] * 5]
    placed = Arrangement.objects.get(version=3).placed
    assert {code: len(zone) for code, zone in placed.items()} == {"lead": 1, "briefs": 1, "features": 1}
