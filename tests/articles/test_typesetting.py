"""How headlines are set: what belongs together stays in one line, and no sign is changed but spaces."""

from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Snapshot
from articles.paper.typesetting import FIXED, NARROW, typeset


@pytest.mark.parametrize(
    ("typed", "language", "parts"),
    [
        ("Line 4 is back by 10 pm", "en", ["Line 4", "is", "back", "by", "10 pm"]),
        ("Berth 12: 4 km of rope", "en", ["Berth 12:", "4 km", "of", "rope"]),
        ("Rents rise 5 per cent", "en", ["Rents", "rise", "5 per cent"]),
        ("Ms Stoop and J. R. Hale", "en", ["Ms Stoop", "and", "J. R. Hale"]),
        ("The gate – and the sea", "en", ["The", "gate –", "and", "the", "sea"]),
        ("41,306 young eels over Upper Weir", "en", ["41,306", "young", "eels", "over", "Upper", "Weir"]),
        ("In 2026 nothing", "en", ["In", "2026", "nothing"]),
        ("من الميناء إلى المكتبة", "ar", ["من", "الميناء", "إلى", "المكتبة"]),
    ],
)
def test_what_belongs_together_is_not_parted(typed: str, language: str, parts: list[str]) -> None:
    assert [part.replace(FIXED, " ") for part in typeset(typed, language).split(" ")] == parts


def test_french_marks_stay_with_their_words() -> None:
    assert typeset("« Oui » : et après ?", "fr-CA") == f"«{FIXED}Oui{FIXED}»{FIXED}: et après{NARROW}?"
    assert typeset("« Oui » : et", "en") == "« Oui » : et"


@given(st.text(max_size=60), st.sampled_from(["en", "fr", "ar", "zh-hans"]))
def test_whatever_is_typed_only_spaces_change(text: str, language: str) -> None:
    """Figures, names and dashes keep their signs, one for one."""
    spaces = {ord(FIXED): " ", ord(NARROW): " "}
    assert typeset(text, language).translate(spaces) == text.translate(spaces)


@pytest.mark.django_db
def test_a_headline_is_set_on_its_page_and_machines_are_told_what_was_typed(
    client: Client, published: Callable[..., Snapshot]
) -> None:
    page = client.get(published(headline="“Line 4 is back”").path).content.decode()
    assert f'<h1 class="headline is-quoted">“Line{FIXED}4 is back”</h1>' in page
    assert "<title>“Line 4 is back”" in page
    assert '"headline": "“Line 4 is back”"' in page
