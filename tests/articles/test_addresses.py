"""Slugs and addresses."""

import re
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from articles.addresses import RESERVED, SLUG_LENGTH, slug_for
from articles.models import Article, Section


@pytest.mark.parametrize(
    ("headline", "slug"),
    [
        ("The last ferry", "the-last-ferry"),
        ("Élan, Ærø & Łódź", "elan-aero-lodz"),
        ("“Quoted” — and dashed", "quoted-and-dashed"),
        ("…", ""),
        ("12 % more", "12-more"),
    ],
)
def test_a_slug_is_the_headline_in_plain_letters(headline: str, slug: str) -> None:
    assert slug_for(headline) == slug


@pytest.mark.parametrize("headline", ["السفينة الأخيرة", "最后的渡船", "Последний паром"])
def test_other_scripts_are_written_in_latin_letters(headline: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug_for(headline))


def test_a_long_headline_is_cut_between_words() -> None:
    slug = slug_for("word " * 60)
    assert len(slug) <= SLUG_LENGTH
    assert set(slug.split("-")) == {"word"}


@given(st.text(max_size=400))
def test_any_words_make_a_usable_slug_or_none(words: str) -> None:
    slug = slug_for(words)
    assert len(slug) <= SLUG_LENGTH
    assert re.fullmatch(r"[-\w]*", slug, re.ASCII)


def test_a_second_story_with_the_same_headline_gets_an_address_of_its_own(story: Callable[..., Article]) -> None:
    slugs = [story(headline="The bridge").slug for _ in range(3)]
    assert slugs == ["the-bridge", "the-bridge-2", "the-bridge-3"]


def test_the_second_of_two_very_long_headlines_keeps_within_the_length(story: Callable[..., Article]) -> None:
    first, second = (story(headline="w" * 290).slug for _ in range(2))
    assert first != second
    assert max(len(first), len(second)) <= SLUG_LENGTH


@pytest.mark.parametrize("slug", sorted(slug for slug in RESERVED if "." not in slug))
def test_a_section_cannot_take_an_address_of_the_site(db: None, slug: str) -> None:
    with pytest.raises(ValidationError, match="the site itself uses"):
        Section(name="Any", slug=slug).full_clean()
