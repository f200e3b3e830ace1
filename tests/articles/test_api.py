"""The API: valid ninjs, every story once, nothing before its minute, and each refusal in words for a program."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema
import openapi_spec_validator
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from articles import editing, publishing
from articles.changes import Change
from articles.models import Article, Author, Byline, Paper, Section, Snapshot
from articles.paper.api import NAMES
from articles.paper.paging import PAGE_LENGTH
from articles.publishing import Telling
from media.models import Licence, Photo

pytestmark = pytest.mark.django_db
Published = Callable[..., Snapshot]
SITE = "http://127.0.0.1:8000"
STORIES = "/api/v1/stories/"
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def get(client: Client, address: str, status: int = 200) -> Any:
    """What the API says there, with the status that it must have."""
    answer = client.get(address.removeprefix(SITE))
    assert answer.status_code == status, answer.content
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    kind = "application/json" if status == 200 else "application/problem+json"
    assert answer.headers["Content-Type"] == kind
    return answer.json()


def titles(client: Client, address: str = STORIES) -> list[str]:
    """The headlines of a page of stories."""
    return [each["title"] for each in get(client, address)["items"]]


@pytest.fixture
def full(story: Callable[..., Article], photo: Callable[..., Photo]) -> Snapshot:
    """A story that has everything."""
    licence = Licence.objects.create(name="CC BY", url="https://licences.example/by")
    lead = photo(credit="Oskar Lindqvist", agency="Northlight", licence=licence, copyright="2026", photographer="Oskar")
    inside = photo(caption="A dog & its master", origin="algorithmicMedia")
    article = story(
        headline="Ships & <sails>", kicker="Harbour", dateline="Saltmouth", lead_photo=lead, tags=("harbour",),
        body=f'<p>First <a href="/city/x/">words</a>.</p><figure data-photo="{inside.pk}"></figure>',
        original_publication="The Old Post", original_url="https://post.example/1",
    )  # fmt: skip
    author = Author.objects.create(name="Bo Ek", slug="bo-ek")
    Byline.objects.create(article=article, author=author, role="photographs", position=1)
    publishing.publish(article, by=None, seen_version=1)
    article.deck = "Another deck"
    editing.save(article, by=None, seen_version=1)
    told = Telling(Change.CORRECTION, "It was a cat.")
    return publishing.publish(article, by=None, seen_version=2, telling=told)


@pytest.mark.parametrize("text", ["full", "summary"])
def test_every_story_is_valid_ninjs(
    client: Client, full: Snapshot, published: Published, shared: Path, text: str
) -> None:
    Paper(pk=1, feed_text=text).save()
    published(headline="Plain")
    published(headline="Navios", language="pt", translation_of=full.article)
    file = shared / "cases" / "ninjs" / "specification" / "ninjs-schema_3.1.json"
    checker = jsonschema.Draft202012Validator(
        json.loads(file.read_text()), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    items = get(client, STORIES)["items"]
    assert len(items) == 3
    for each in [*items, get(client, f"{STORIES}{full.uid}/")]:
        checker.validate(each)
    one = get(client, f"{STORIES}{full.uid}/")
    assert one == items[-1]
    assert ("bodies" in one) == (one["representationType"] == "full") == (text == "full")


def test_a_story_says_everything_that_its_page_says(client: Client, full: Snapshot) -> None:
    said = get(client, f"{STORIES}{full.uid}/")
    assert said["uri"] == f"urn:uuid:{full.uid}"
    assert said["by"] == "By Inés Varga · Photographs by Bo Ek"
    assert [(each["name"], each["role"]) for each in said["infoSources"]] == [
        ("Inés Varga", "by"), ("Bo Ek", "photographs"), ("The Old Post", "original")
    ]  # fmt: skip
    assert {each["role"]: each["value"] for each in said["descriptions"]} == {
        "deck": "Another deck", "correction": "It was a cat."
    }  # fmt: skip
    assert f'<a href="{SITE}/city/x/">words</a>' in said["bodies"][0]["value"]
    assert [each["literal"] for each in said["subjects"]] == ["world", "harbour"]
    lead, inside = said["associations"]
    assert lead["infoSources"] == [{"name": "Oskar Lindqvist/Northlight", "role": "credit"}]
    assert (lead["rightsInfo"], lead["by"]) == ({"linkedRights": "https://licences.example/by"}, "Oskar")
    assert inside["digitalSourceType"]["uri"].endswith("/algorithmicMedia")
    page = said["renditions"][0]["href"]
    assert client.get(page.removeprefix(SITE)).status_code == 200


def test_paging_goes_through_every_story_once_and_keeps_the_filters(client: Client, published: Published) -> None:
    for number in range(2 * PAGE_LENGTH + 3):
        published(headline=f"Story {number}", kind="opinion", live_from=NOON + timedelta(minutes=number // 2))
    seen: list[str] = []
    address = f"{STORIES}?kind=opinion&section=world"
    while address:
        page = get(client, address)
        link = client.get(address.removeprefix(SITE)).headers.get("Link")
        seen += [each["title"] for each in page["items"]]
        published(headline="Just in", kind="news")
        address = page["next"]
        assert link == (f'<{address}>; rel="next"' if address else None)
    assert seen == [f"Story {number}" for number in reversed(range(2 * PAGE_LENGTH + 3))]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("section=city", ["City"]),
        ("section=nowhere", []),
        ("author=bo-ek", ["City"]),
        ("author=nobody", []),
        ("tag=harbour", ["World"]),
        ("kind=opinion", ["World"]),
        ("language=pt", ["City"]),
        ("since=2026-05-03", ["City"]),
        ("until=2026-05-03", ["World"]),
        ("since=2026-05-03T12:00:00Z&until=2026-05-03T12:00:01Z", ["City"]),
        ("since=2026-05-03T14:00:01%2B02:00", []),
        ("section=world&kind=opinion&tag=harbour&language=en", ["World"]),
        ("section=world&language=pt", []),
    ],
)
def test_filters(client: Client, published: Published, city: Section, query: str, found: list[str]) -> None:
    published(headline="World", tags=("harbour",), kind="opinion", live_from=NOON - timedelta(days=1))
    snapshot = published(headline="City", section=city, language="pt", live_from=NOON)
    bo = Author.objects.create(name="Bo Ek", slug="bo-ek")
    snapshot.authors.add(bo, through_defaults={"published_at": snapshot.published_at})
    assert titles(client, f"{STORIES}?{query}") == found


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("colour=red", "colour"),
        ("kind=gossip", "gossip"),
        ("since=yesterday", "since"),
        ("until=2026-13-01", "until"),
        ("since=0001-01-01T00:00:00%2B14:00", "since"),
        ("section=%00", "section"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_words(client: Client, db: None, query: str, said: str) -> None:
    assert said in get(client, f"{STORIES}?{query}", status=400)["title"]


@rules(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(name=st.sampled_from([*NAMES, "before"]), value=st.text(max_size=40))
def test_whatever_is_asked_is_answered_in_json(client: Client, name: str, value: str) -> None:
    answer = client.get(f"{STORIES}?{name}={quote(value.encode('utf-8', 'surrogatepass'))}")
    assert answer.status_code in {200, 400, 404}
    assert isinstance(answer.json(), dict)


@pytest.mark.parametrize(
    "address", ["/api/", "/api/v1/nothing/", "/api/v2/", f"{STORIES}nothing/", f"{STORIES}?before=x"]
)
def test_what_is_not_there_is_told_in_json(client: Client, db: None, address: str) -> None:
    assert get(client, address, status=404)["status"] == 404


def test_it_can_be_read_only(client: Client, full: Snapshot) -> None:
    checked = Client(enforce_csrf_checks=True)
    for address in ("/api/v1/", STORIES, f"{STORIES}{full.uid}/", "/api/v1/openapi.json"):
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(checked, method)(address)
            assert answer.status_code == 405
            assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
            assert answer.headers["Content-Type"] == "application/problem+json"
        answer = client.options(address)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["Access-Control-Allow-Headers"] == "If-None-Match"
        assert client.head(address).status_code == 200
        assert not client.get(address).cookies


def test_who_has_it_already_is_told_so(client: Client, full: Snapshot, published: Published) -> None:
    for address in ("/api/v1/", STORIES, f"{STORIES}{full.uid}/", "/api/v1/openapi.json"):
        tag = client.get(address).headers["ETag"]
        again = client.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["Access-Control-Allow-Origin"] == "*"
    tag = client.get(STORIES).headers["ETag"]
    published(headline="Just in")
    assert client.get(STORIES, headers={"If-None-Match": tag}).status_code == 200


def test_a_story_comes_on_its_minute_and_goes_on_its_minute(client: Client, story: Callable[..., Article]) -> None:
    with time_machine.travel(NOON - timedelta(hours=1), tick=False) as clock:
        article = story(headline="Under embargo", tags=("harbour",))
        address, ends = f"{STORIES}{article.uid}/", NOON + timedelta(hours=6)
        publishing.publish(article, by=None, seen_version=1, live_from=NOON, live_until=ends)
        clock.move_to(NOON - timedelta(microseconds=1))
        assert titles(client) == titles(client, f"{STORIES}?tag=harbour") == []
        get(client, address, status=404)
        clock.move_to(NOON)
        assert titles(client) == titles(client, f"{STORIES}?tag=harbour") == ["Under embargo"]
        assert get(client, address)["title"] == "Under embargo"
        clock.move_to(ends)
        assert titles(client) == []
        get(client, address, status=410)


def test_a_withdrawn_story_says_why(client: Client, full: Snapshot) -> None:
    publishing.withdraw(Article.objects.get(pk=full.article_id), seen_version=2, farewell="It was not so.")
    assert get(client, f"{STORIES}{full.uid}/", status=410)["detail"] == "It was not so."


def test_photos_for_their_story_alone_are_not_handed_on(
    client: Client, published: Published, photo: Callable[..., Photo]
) -> None:
    barred = photo(is_barred=True)
    story = published(lead_photo=barred, body=f'<p>Words.</p><figure data-photo="{barred.pk}"></figure>')
    assert barred.print_key not in json.dumps(get(client, f"{STORIES}{story.uid}/"))


def test_the_queries_are_known_and_the_same_for_one_and_for_many(
    client: Client, published: Published, photo: Callable[..., Photo]
) -> None:
    for number in (1, PAGE_LENGTH + 5):
        for _ in range(number):
            snapshot = published(tags=("harbour",), lead_photo=photo())
        everything = f"{STORIES}?section=world&author=ines-varga&tag=harbour&kind=news&language=en&since=2020-01-01"
        budgets = {
            STORIES: 2, everything: 2, f"{STORIES}{snapshot.uid}/": 2, "/api/v1/": 1, "/api/v1/openapi.json": 1,
        }  # fmt: skip
        for address, budget in budgets.items():
            with CaptureQueriesContext(connection) as asked:
                get(client, address)
            statements = [query["sql"] for query in asked.captured_queries]
            assert len(statements) == budget, (address, statements)
            assert not any('"articles_article"' in statement for statement in statements)


def test_the_description_describes_what_there_is(client: Client, full: Snapshot) -> None:
    said = get(client, "/api/v1/openapi.json")
    assert said["openapi"].startswith("3.1")
    # The story itself is described by the IPTC's schema, elsewhere.
    openapi_spec_validator.validate({**said, "components": {"schemas": {**said["components"]["schemas"], "Story": {}}}})
    [server] = said["servers"]
    for path, verbs in said["paths"].items():
        address = f"{server['url']}{path}".replace("{uid}", str(full.uid))
        assert set(verbs) == {"get"}
        assert get(client, address)
        for parameter in verbs["get"]["parameters"]:
            if parameter["in"] == "query" and parameter["name"] != "before":
                value = parameter["schema"].get("enum", ["2026-05-03"])[0]
                get(client, f"{address}?{parameter['name']}={value}")
    named = {each["name"] for each in said["paths"]["/stories/"]["get"]["parameters"]}
    assert named == {*NAMES, "before"}
    jsonschema.validate(get(client, STORIES), {**said["components"]["schemas"]["Stories"], "properties": {}})


def test_the_entrance_leads_to_everything(client: Client, full: Snapshot) -> None:
    said = get(client, "/api/v1/")
    assert get(client, said["stories"])["items"]
    assert get(client, said["description"])["openapi"]
    assert [section["slug"] for section in said["sections"]] == ["world"]
