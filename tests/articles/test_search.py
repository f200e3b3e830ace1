"""Readers search the paper: what they find, in which order, and what they are told where nothing is found."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from articles import editing, publishing
from articles.models import Article, Author, SearchEntry, Section, Snapshot, Spelling
from articles.prepared import Prepared
from articles.search import entries, finding, spelling
from articles.search.asked import Asked, Term, place, terms
from articles.search.excerpt import excerpt, marked
from articles.search.matching import ANYWHERE, DECK, HEADLINE, Among, latest, statement
from media.models import Photo
from media.words import joined, words

pytestmark = pytest.mark.django_db


def found(client: Client, **asked: str) -> list[str]:
    """The headlines that a search finds, in their order."""
    page = client.get("/search/", asked)
    assert page.status_code == 200, asked
    return [answer.story.headline for answer in page.context.get("answers", [])]


def test_a_story_is_found_by_a_word_of_it_with_the_word_marked(
    published: Callable[..., Snapshot], client: Client
) -> None:
    story = published(headline="The ferry waits", body="<p>Nobody hurries on the <strong>landing stage</strong>.</p>")
    page = client.get("/search/", {"q": "landing"}).content.decode()
    assert f'href="{story.path}"' in page
    assert "Nobody hurries on the <mark>landing</mark> stage." in page
    assert '<meta name="robots" content="noindex' in page
    assert '<h3 class="headline"><a' in page
    assert found(client, q="nowhere-to-be-seen") == []


def test_headline_before_deck_before_text_before_captions_names_and_tags(
    published: Callable[..., Snapshot], photo: Callable[..., Photo], client: Client
) -> None:
    plain = {"deck": "Nothing.", "body": "<p>Nothing at all.</p>"}
    published(headline="By its tag", **plain, tags=("Lighthouse",))
    published(headline="By its caption", **plain, lead_photo=photo(caption="The lighthouse at dusk."))
    published(headline="By its text", deck="Nothing.", body="<p>A lighthouse. A lighthouse. A lighthouse.</p>")
    published(headline="By its deck", deck="A lighthouse stands.", body="<p>Nothing at all.</p>")
    published(headline="The lighthouse", **plain)
    answers = found(client, q="lighthouse")
    assert answers[:3] == ["The lighthouse", "By its deck", "By its text"]
    assert set(answers[3:]) == {"By its tag", "By its caption"}
    assert found(client, q="inés varga lighthouse") == answers


def test_what_is_new_comes_before_what_is_old_and_by_date_nothing_else_counts(
    published: Callable[..., Snapshot], client: Client
) -> None:
    now = timezone.now()
    published(headline="A bridge long ago", live_from=now - timedelta(days=2000))
    published(headline="A bridge today", live_from=now - timedelta(hours=1))
    published(headline="Quite another thing", body="<p>Under a bridge.</p>", live_from=now - timedelta(minutes=5))
    assert found(client, q="bridge") == ["A bridge today", "A bridge long ago", "Quite another thing"]
    assert found(client, q="bridge", order="date") == ["Quite another thing", "A bridge today", "A bridge long ago"]


def test_phrases_beginnings_accents_and_letters(published: Callable[..., Snapshot], client: Client) -> None:
    published(headline="Café Señor", body="<p>The tide gate holds. Søren was there. Straße.</p>")
    published(headline="Apart", body="<p>The gate. The tide. Soon.</p>")
    published(headline="مكتبة الميناء", body="<p>حين تعود الكتب من البحر.</p>", language="ar")
    published(headline="港口的书", body="<p>城市图书馆重新开放。</p>")
    assert found(client, q='"tide gate"') == ["Café Señor"]
    assert found(client, q="„tide gate“") == ["Café Señor"]
    assert set(found(client, q="tide gate")) == {"Café Señor", "Apart"}
    for way in ("cafe", "CAFÉ", "café senor", "sør*", "soren", "strasse", "cafe\u0301"):
        assert found(client, q=way) == ["Café Señor"], way
    assert found(client, q="ميناء") == []
    assert found(client, q="الميناء") == ["مكتبة الميناء"]
    assert found(client, q="图书馆") == ["港口的书"]
    assert found(client, q="馆书图") == []


def test_it_can_be_narrowed_by_section_author_kind_tag_and_date(
    published: Callable[..., Snapshot], city: Section, client: Client
) -> None:
    now = timezone.now()
    published(headline="One", section=city, kind="opinion", tags=("Old town",), live_from=now - timedelta(days=9))
    published(headline="Two", live_from=now - timedelta(days=3))
    other = Author.objects.create(name="Noor", slug="noor")
    assert found(client, section="city") == ["One"]
    assert found(client, q="dog", section="world") == ["Two"]
    assert found(client, kind="opinion") == ["One"]
    assert found(client, tag="old town") == found(client, tag="old-town") == ["One"]
    assert set(found(client, author="ines-varga", q="dog")) == {"One", "Two"}
    assert found(client, author=other.slug) == []
    day = (timezone.localdate() - timedelta(days=3)).isoformat()
    assert found(client, since=day) == found(client, since=day, until=day, q="dog") == ["Two"]
    assert found(client, until=(timezone.localdate() - timedelta(days=4)).isoformat()) == ["One"]
    # No day is too far away to be asked for.
    for far in ("6000-01-01", "9999-12-31"):
        assert found(client, until=far, q="dog") == found(client, q="dog") != []
        assert found(client, since=far, q="dog") == found(client, since=far, until=far) == []
    assert found(client, since="0001-01-01", q="dog") == found(client, q="dog")
    assert found(client, until="0001-01-01", q="dog") == []
    page = client.get("/search/", {"q": "dog", "section": "nowhere", "tag": "nothing", "since": "yesterday"})
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"section", "tag", "since"}


def test_whom_and_what_it_can_be_narrowed_to_is_always_what_there_is(city: Section, client: Client) -> None:
    for name in ("Noor", "Zoë"):
        Author.objects.create(name=name, slug=name[0].lower())
        assert f">{name}</option>" in client.get("/search/").content.decode()
    Section.objects.filter(pk=city.pk).update(name="Town")
    assert '<option value="city" selected>Town</option>' in client.get("/search/?section=city").content.decode()


def test_the_clock_decides_and_never_the_index(
    published: Callable[..., Snapshot], client: Client, time_machine: Any
) -> None:
    now = timezone.now()
    story = published(
        headline="Embargoed secret", live_from=now + timedelta(hours=1), live_until=now + timedelta(hours=2)
    )
    assert SearchEntry.objects.count() == 1
    assert found(client, q="secret") == []
    assert client.get("/search/", {"q": "embargoedd"}).context["meant"] == ""
    time_machine.move_to(now + timedelta(minutes=61))
    assert found(client, q="secret") == [story.headline]
    assert client.get("/search/", {"q": "embargoedd"}).context["meant"] == "embargoed"
    time_machine.move_to(now + timedelta(minutes=121))
    assert found(client, q="secret") == []


def test_the_texts_of_answers_are_read_once_and_whether_readers_have_them_is_asked_each_time(
    published: Callable[..., Snapshot], client: Client, time_machine: Any
) -> None:
    now = timezone.now()
    texts = '"articles_searchentry"."body"'
    published(headline="A bridge")
    published(headline="A bridge today", live_until=now + timedelta(hours=1))
    published(headline="A bridge tomorrow", live_from=now + timedelta(hours=2))
    for reads, minutes, answers in (
        (True, 1, {"A bridge", "A bridge today"}),
        (False, 1, {"A bridge", "A bridge today"}),
        (False, 61, {"A bridge"}),
        (False, 121, {"A bridge", "A bridge tomorrow"}),
    ):
        time_machine.move_to(now + timedelta(minutes=minutes))
        with CaptureQueriesContext(connection) as context:
            assert set(found(client, q="bridge")) == answers
        assert any(texts in query["sql"] for query in context.captured_queries) is reads
    published(headline="Another bridge")
    assert set(found(client, q="bridge")) == {"A bridge", "A bridge tomorrow", "Another bridge"}


def test_a_withdrawn_story_is_never_found_and_an_update_is_found_by_its_new_words(
    published: Callable[..., Snapshot], client: Client
) -> None:
    story = published(headline="Before")
    article = Article.objects.get(pk=story.article_id)
    article.headline = "Afterwards"
    article = editing.save(article, by=None, seen_version=article.version)
    assert found(client, q="before") == ["Before"]
    publishing.publish(article, by=None, seen_version=article.version)
    assert found(client, q="before") == []
    assert found(client, q="afterwards") == ["Afterwards"]
    publishing.withdraw(article, seen_version=article.version)
    assert found(client, q="afterwards") == []
    assert not SearchEntry.objects.exists()


def test_a_word_of_a_headline_or_a_deck_has_a_place_of_its_own_in_the_index(
    published: Callable[..., Snapshot],
) -> None:
    """What stands in every text is not passed over to find the few that have it in the headline."""

    def places(words: str, *columns: str) -> list[int]:
        return latest(SearchEntry, Asked(terms(words)), 10, columns=columns)

    one = published(headline="The old bridge", deck="It stands.", body="<p>The old tower of the bridge.</p>")
    two = published(headline="A tower", deck="Of the old bridge.", body="<p>Nothing.</p>")
    first, second = (place(each.published_at, each.pk) for each in (one, two))
    assert places("tower bridge", ANYWHERE) == [second, first]
    assert places('"old bridge"', HEADLINE) == places("old brid*", HEADLINE) == places("bridge", HEADLINE) == [first]
    assert places('"old bridge"', DECK) == places("old brid*", DECK) == [second]
    assert places("stands old", DECK) == places("old stands", HEADLINE) == [first]
    assert places('"bridge it"', ANYWHERE) == places('"bridge old"', ANYWHERE) == []
    asked = [statement(SearchEntry._meta.db_table, Asked(terms("old")), column)[1][0] for column in (HEADLINE, DECK)]
    assert all(word in question for word, question in zip(("^old", "~old"), asked, strict=True))
    SearchEntry.objects.filter(place=first).update(headline="the new bridge")
    assert places("old", HEADLINE) == []
    assert places("new", HEADLINE) == [first]
    SearchEntry.objects.all().delete()
    assert places("bridge", ANYWHERE, HEADLINE, DECK) == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="FTS5 has its words in no table.")
def test_a_word_that_few_have_is_asked_of_the_index_in_an_archive_of_any_size() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE many (place bigint PRIMARY KEY, words tsvector NOT NULL) ON COMMIT DROP")
        cursor.execute("INSERT INTO many SELECT n, 'of every one'::tsvector FROM generate_series(1, 20000) AS n")
        cursor.execute("CREATE INDEX many_words ON many USING gin (words)")
        cursor.execute("ANALYZE many")
        for word, index in (("zeppelin", "many_words"), ("every", "many_pkey")):
            sql, values = statement("many", Asked(terms(word)))
            cursor.execute(f"EXPLAIN {sql} ORDER BY place DESC LIMIT 10", values)
            assert index in "".join(line for (line,) in cursor.fetchall()), word


def test_a_question_about_a_list_is_the_same_however_long_the_list_is(published: Callable[..., Snapshot]) -> None:
    every = [published(headline=f"Story {number}").pk for number in range(3)]
    asked = Prepared(Snapshot, lambda ids: Snapshot.objects.filter(Among("pk", ids)).values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as context:
        for wanted in ([], every[:1], [*every, 0, 2**31]):
            assert set(asked(ids=Among.said(wanted))) == {*wanted} & {*every}
    assert len({re.sub(r"\[.*?\]", "", query["sql"]) for query in context.captured_queries}) == 1


def test_a_typing_error_gets_a_suggestion_and_nothing_found_still_helps(
    published: Callable[..., Snapshot], client: Client
) -> None:
    published(headline="The harbour master retires")
    for wrong in ("harbuor", "arbour", "harbourr", "hxrbour", "hrbour"):
        page = client.get("/search/", {"q": f"{wrong} master"})
        assert page.context["meant"] == "harbour master", wrong
        assert "q=harbour+master" in page.content.decode()
    page = client.get("/search/", {"q": "harb"})
    assert page.context["is_wider"]
    assert [answer.story.headline for answer in page.context["answers"]] == ["The harbour master retires"]
    page = client.get("/search/", {"q": "zeppelin", "section": "world"})
    text = page.content.decode()
    assert "Nothing found" in text
    assert "Look for it in the whole paper" in text
    assert "The harbour master retires" in text


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=320))
@example(typed='"')
@example(typed="AND OR NOT NEAR(")
@example(typed="headline: x")
@example(typed="' OR 1=1; --")
@example(typed="%' \\ * ** a* \" b")
@example(typed="\x00\x01")
@example(typed="😀 👩‍👩‍👧")
@example(typed="الكتب من البحر")
@example(typed="中文" * 150)
@example(typed="".join(chr(0x4E00 + at) for at in range(300)))
@example(typed="x" * 300)
@example(typed="a:* & !b | <-> 'c'")
def test_there_is_no_wrong_way_to_ask(typed: str, client: Client, published: Callable[..., Snapshot]) -> None:
    if not Snapshot.objects.exists():
        published(headline="A story")
    for rest in ({}, {"order": "date"}, {"tag": typed, "author": typed, "kind": typed, "since": typed, "page": typed}):
        assert client.get("/search/", {"q": typed, **rest}).status_code == 200


@given(text=st.text())
def test_what_is_marked_is_the_text_escaped(text: str) -> None:
    sought = terms(text)
    plain = re.sub("</?mark>", "", marked(text, sought))
    assert "<" not in plain
    assert all(re.fullmatch(r"\S+", word) for word in words(text))
    assert "<" not in re.sub("</?mark>", "", excerpt([text], sought))


def test_an_excerpt_is_the_passage_with_the_most_of_the_words() -> None:
    text = f"A bridge. {'Nothing. ' * 80} The old bridge over the river. {'Nothing. ' * 80}"
    passage = excerpt([text], terms("bridge river"))
    assert "old <mark>bridge</mark> over the <mark>river</mark>" in passage
    assert passage.startswith("… ")
    assert passage.endswith(" …")
    assert excerpt(["<b> & more"], terms("more")) == "&lt;b&gt; &amp; <mark>more</mark>"


def test_what_was_typed_is_read_as_words_phrases_and_beginnings() -> None:
    assert terms('tide "the gate" harb*') == (Term(("tide",)), Term(("the", "gate")), Term(("harb",), is_prefix=True))
    assert terms("ab* e-mail ***") == (Term(("ab",)), Term(("e", "mail")))
    assert joined("Über, die BRÜCKE!") == "uber die brucke"


def test_pages_by_relevance_end_and_pages_by_date_do_not(
    published: Callable[..., Snapshot], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PAGE_LENGTH", 2)
    monkeypatch.setattr(finding, "RANKED", 4)
    monkeypatch.setattr(finding, "HANDFUL", 3)
    now = timezone.now()
    for number in range(6):
        published(headline=f"Story {'abcdef'[number]}", live_from=now - timedelta(hours=number + 1))
    first = client.get("/search/", {"q": "dog"})
    assert "The best of more than 4 stories" in first.content.decode()
    assert [len(found(client, q="dog", page=page)) for page in ("1", "2", "3", "9999", "x", "-1")] == [2] * 6
    seen, address = [], "/search/?q=dog&order=date"
    for _ in range(5):
        page = client.get(address)
        seen += [answer.story.headline for answer in page.context["answers"]]
        if page.context["found"].older is None:
            break
        address = f"/search/?q=dog&order=date&before={page.context['found'].older}"
    assert seen == [f"Story {letter}" for letter in "abcdef"]


def test_a_phrase_is_looked_for_among_the_latest_that_have_its_words_and_further_back_where_that_is_asked(
    published: Callable[..., Snapshot], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "READ_THROUGH", 3)
    now = timezone.now()
    for days in range(1, 9):
        published(
            headline="The red bridge" if days in (2, 8) else f"A bridge of red stone {days}",
            live_from=now - timedelta(days=days),
        )
    published(headline="The bridge alone", live_from=now - timedelta(days=20))
    for order in ("relevance", "date"):
        asked, seen = {"q": '"red bridge"', "order": order}, []
        for looked in range(3):
            page = client.get("/search/", asked)
            seen.append([answer.story.headline for answer in page.context["answers"]])
            since, text = page.context["found"].since, page.content.decode()
            assert ("Look further back" in text) == (since is not None) == (looked < 2)
            if since is None:
                break
            # Three of the eight that have both words, and the moment of the next is the end.
            assert since.date() == (now - timedelta(days=4 + 3 * looked)).date()
            assert "1 story back to" in text if not looked else "Nothing found back to" in text
            further = re.search(r'href="\?([^"]*)">Look further back', text)
            assert further
            asked = QueryDict(html.unescape(further[1])).dict()
        assert seen == [["The red bridge"], [], ["The red bridge"]], order
    # Neither are more looked through for what begins so.
    asked_for: list[Asked] = []

    def noted(entries: type[SearchEntry], asked: Asked, limit: int, **more: Any) -> list[int]:
        asked_for.append(asked)
        return latest(entries, asked, limit, **more)

    monkeypatch.setattr(finding, "latest", noted)
    assert found(client, q='"stone red"') == []
    assert [each.terms[0].is_prefix for each in asked_for if each.begin is not None] == [False, True]


FEW_WORDS = st.lists(st.sampled_from(["tide", "tides", "gate"]), max_size=5).map(" ".join)


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(texts={"headline": "tide", "deck": "", "body": "gate tide", "rest": ""}, typed='"gate tide" "tides"')
@given(
    texts=st.fixed_dictionaries(dict.fromkeys(["headline", "deck", "body", "rest"], FEW_WORDS)),
    typed=st.lists(FEW_WORDS.map('"{}"'.format), min_size=1, max_size=2).map(" ".join),
)
def test_a_phrase_is_found_where_its_words_stand_side_by_side_in_one_text(
    texts: dict[str, str], typed: str, published: Callable[..., Snapshot]
) -> None:
    story = Snapshot.objects.first() or published(headline="A story")
    SearchEntry.objects.all().delete()
    SearchEntry.objects.create(**texts, place=place(story.published_at, story.pk), facets=":all", snapshot=story)

    def stands(term: Term, text: str) -> bool:
        return f" {' '.join(term.words)}{'' if term.is_prefix else ' '}" in f" {text} "

    exact = Asked(terms(typed))
    for asked in (exact, exact.widened()):
        anywhere = all(any(stands(term, text) for text in texts.values()) for term in asked.terms)
        for column in (HEADLINE, DECK):
            there = anywhere and any(stands(term, texts[column]) for term in asked.terms)
            assert bool(latest(SearchEntry, asked, 5, columns=[column])) == (there or not asked.terms), asked
        assert bool(latest(SearchEntry, asked, 5)) == anywhere, asked


def test_the_index_can_be_thrown_away_and_made_again(
    published: Callable[..., Snapshot],
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(entries, "BATCH", 2)
    for number in range(5):
        published(headline=f"Story {'abcde'[number]}")
    kept = list(SearchEntry.objects.order_by("place").values())
    known = set(Spelling.objects.values_list("key", "word"))
    SearchEntry.objects.all().delete()
    assert found(client, q="dog") == []
    # Interrupted after the first batch, it goes on where it was.
    next(entries.rebuild(from_nothing=False))
    call_command("rebuild_search")
    assert "3 of 3 stories for readers" in capsys.readouterr().out
    assert list(SearchEntry.objects.order_by("place").values()) == kept
    call_command("rebuild_search", "--all", verbosity=0)
    assert set(Spelling.objects.values_list("key", "word")) == known
    assert len(found(client, q="dog")) == 5
    call_command("rebuild_search")
    assert "No stories for readers were missing." in capsys.readouterr().out


def test_a_text_of_any_length_can_be_published(published: Callable[..., Snapshot], client: Client) -> None:
    text = " ".join(f"word{number}" for number in range(60_000))
    published(headline="Long", body=f"<p>{text} {'y' * 5000}</p>")
    assert found(client, q="word1500") == ["Long"]


def test_a_search_asks_a_known_number_of_queries(published: Callable[..., Snapshot], client: Client) -> None:
    narrowed = {"q": "harbour", "section": "world", "tag": "dockers", "author": "ines-varga"}
    published(headline="The harbour", tags=("dockers",))
    for more in range(2):
        for number, asked in (
            (2, {}),
            (5, {"q": "harbour"}),
            (5, {"q": "harbour", "order": "date"}),
            (6, {"q": '"the harbour"'}),
            (6, {"q": '"the harbour"', "order": "date"}),
            (8, narrowed),
            (8, {"q": "harbuor"}),
        ):
            with CaptureQueriesContext(connection) as context:
                client.get("/search/", asked)
            assert len(context) == number, (asked, [query["sql"] for query in context.captured_queries])
        published(headline=f"The harbour again {'ab'[more]}", tags=("dockers",))


def test_an_empty_question_is_asked_for_words(client: Client) -> None:
    page = client.get("/search/")
    assert page.status_code == 200
    assert 'role="search"' in page.content.decode()
    assert "There is no word in that" in client.get("/search/", {"q": "*?!"}).content.decode()
    assert client.post("/search/").status_code == 405
    assert Asked().groups == ((":all",),)


def test_a_word_that_is_known_is_looked_for_once_and_not_learnt_again() -> None:
    """Each word beside each other would be a great many in a long story."""
    spelling.learn(["harbour"])
    known = Spelling.objects.count()
    with CaptureQueriesContext(connection) as context:
        spelling.learn(["harbour"])
    assert [each["sql"].count("harbour") for each in context] == [1]
    assert Spelling.objects.count() == known
