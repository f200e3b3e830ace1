"""What the preflight finds in the words of a story, and what it leaves alone."""

from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from articles import wording
from articles.models import Article, StyleRule
from articles.preflight import check
from staff.models import Person

STREET = "The street was quiet."


def found(*, headline: str = "", deck: str = "", body: str = STREET, rules: tuple[StyleRule, ...] = ()) -> list[str]:
    """The codes of what is doubtful."""
    article = Article(headline=headline, deck=deck, body=body if body.startswith("<") else f"<p>{body}</p>")
    return [doubt.code for doubt in wording.doubts(article, rules)]


@pytest.mark.parametrize(
    ("headline", "body"),
    [
        ("Four die in 2 fires", "Two fires broke out."),
        ("40,000 march", "Some 40 000 people marched."),
        ("42,000 march", "Forty-two thousand people marched."),
        ("300 march", "Three hundred of them marched."),
        ("1.5 metres of water", "The water stood 1.5 metres high."),
        ("1,5 Meter Wasser", "Das Wasser stand 1.5 Meter hoch."),
        ("All quiet", "On the 3rd street."),
    ],
)
def test_a_number_in_the_headline_is_found_in_the_text_however_it_is_written(headline: str, body: str) -> None:
    assert found(headline=headline, body=body) == []


@pytest.mark.parametrize(("headline", "body"), [("41 march", "Forty marched."), ("1,000 march", "A hundred marched.")])
def test_a_number_that_the_text_does_not_have_is_pointed_out(headline: str, body: str) -> None:
    assert found(headline=headline, body=body) == ["number-in-headline"]


def test_a_headline_that_will_not_fit_is_pointed_out() -> None:
    assert found(headline="x" * 90) == []
    assert found(headline="x" * 91) == ["long-headline"]


@pytest.mark.parametrize("left", ["He was TK years old.", "It cost TKTK.", "XXX said so.", "XXXX said so."])
def test_what_was_left_open_is_pointed_out(left: str) -> None:
    assert found(body=left) == ["left-open"]


def test_what_was_left_open_around_the_text_is_pointed_out() -> None:
    body = '<p>Fine.</p>\n<figure data-photo="1" data-alt="TK"><figcaption>By XXX</figcaption></figure>'
    article = Article(headline="Fine", kicker="TK", lead_caption="Who is TK?", lead_alt="XXX", body=body)
    places = [doubt.field for doubt in wording.doubts(article, ()) if doubt.code == "left-open"]
    assert sorted(places) == ["body", "body", "kicker", "lead_alt", "lead_caption"]
    assert "“TK” is still in the caption of the lead photo." in [doubt.words for doubt in wording.doubts(article, ())]


@pytest.mark.parametrize("fine", ["The Turks said so.", "A film rated XX.", "It was Tkachenko.", "ATK is a firm."])
def test_words_that_only_look_like_it_are_not(fine: str) -> None:
    assert found(body=fine) == []


@pytest.mark.parametrize("body", ["He said: “No.", "He said: no.”", "«No.", "(as if", 'A "word.', "„Nein."])
def test_a_mark_without_its_other_half_is_pointed_out(body: str) -> None:
    assert found(body=body) == ["unpaired"]


@pytest.mark.parametrize(
    "body",
    [
        "“Yes,” he said. “No.”",
        "„Ja“, sagte er. „Nein.“",
        "«Oui» (ou non).",
        "<p>“It begins here.</p><p>“It goes on.</p><p>“It ends.”</p>",
        'A 5" nail and a 6" nail.',
    ],
)
def test_pairs_and_quotations_over_several_paragraphs_are_fine(body: str) -> None:
    assert found(body=body) == []


def test_a_paragraph_of_more_than_200_words_is_pointed_out() -> None:
    assert found(body="word " * 200) == []
    assert found(body="word " * 201) == ["long-paragraph"]


@pytest.mark.parametrize(
    "body",
    [
        "Aleksey Druzhinin came. Alexey Druzhinin left.",
        "Volodymyr Zelensky spoke; then Volodymyr Zelenskyy left.",
        "Inés Várga came, and Inés Varga went.",
    ],
)
def test_a_name_in_two_spellings_is_pointed_out(body: str) -> None:
    assert found(body=body) == ["two-spellings"]


@pytest.mark.parametrize(
    "body",
    [
        "Ana Brandt’s dog knew Ana Brandt.",
        "The Prime Minister met other Prime Ministers.",
        "North Korea and South Korea agreed.",
        "Marta Brandt and Jonas Brandt are brother and sister.",
        "Then Ben Achterberg came. When Ben Achterberg left, it rained.",
    ],
)
def test_names_that_are_two_are_left_alone(body: str) -> None:
    assert found(body=body) == []


def test_the_house_style_names_what_to_write_instead() -> None:
    rules = (
        StyleRule(wrong="utilise", right="use", why="shorter"),
        StyleRule(wrong="internet", right="internet"),
        StyleRule(wrong="C++", right=""),
    )
    article = Article(headline="How to UTILISE the internet", body="<p>They utilised the Internet and C++.</p>")
    said = [doubt.words for doubt in wording.doubts(article, rules)]
    assert said == [
        "House style: not “UTILISE”, write “use” (shorter).",
        "House style: not “Internet”, write “internet”.",
        "House style: not “C++”, find another word.",
    ]


@given(st.text(max_size=400), st.text(max_size=400))
def test_no_text_breaks_it(headline: str, text: str) -> None:
    for doubt in wording.doubts(Article(headline=headline, deck=text, body=f"<p>{text}</p>"), ()):
        assert doubt.words
        assert doubt.field in {"headline", "deck", "body"}


@pytest.mark.django_db
def test_the_page_leads_to_the_passage_and_a_reason_lets_it_pass(
    client: Client, story: Callable[..., Article], chen: Person
) -> None:
    client.force_login(chen)
    client.post("/admin/articles/stylerule/add/", {"wrong": "Dog", "right": "hound", "why": ""})
    again = client.post("/admin/articles/stylerule/add/", {"wrong": "dog", "right": "cur", "why": ""})
    assert "This word is in the list" in again.content.decode()
    article = story(body="<p>The first to cross was a dog. TK</p>")
    page = client.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert 'data-passage="dog"' in page
    assert {finding.code for finding in check(article)} == {"no-lead-photo", "left-open", "house-style"}
    move = client.get(f"/admin/articles/article/{article.pk}/move/publish/").content.decode()
    assert "“TK” is still in the text." in move
