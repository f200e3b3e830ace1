"""The byline as readers see it."""

import pytest

from articles.bylines import BylineName, Words, lines, text


def name(name: str, role: str = "by", wording: str = "") -> BylineName:
    """A name of a byline, with a slug made from it."""
    return BylineName(role=role, name=name, slug=name.lower().replace(" ", "-"), wording=wording)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        ([name("Ana")], "By Ana"),
        ([name("Ana"), name("Ben")], "By Ana and Ben"),
        ([name("Ana"), name("Ben"), name("Lee")], "By Ana, Ben and Lee"),
        ([name("Ana"), name("Lee", "photographs")], "By Ana · Photographs by Lee"),
        ([name("Lee", "photographs"), name("Ana")], "Photographs by Lee · By Ana"),
        ([name("Ana"), name("Lee", "photographs"), name("Ben")], "By Ana · Photographs by Lee · By Ben"),
        ([name("Ana", wording="As told to Ana Brandt")], "As told to Ana Brandt"),
        ([name("Ana"), name("Ben", wording="with Ben in Lisbon")], "By Ana · with Ben in Lisbon"),
    ],
)
def test_what_it_says(names: list[BylineName], said: str) -> None:
    assert text(names) == said


def test_names_lead_to_their_authors() -> None:
    [line] = lines([name("Ana"), name("Ben")])
    assert line == [
        Words("By ", language="en"),
        Words("Ana", "ana"),
        Words(" and ", language="en"),
        Words("Ben", "ben"),
    ]


def test_wording_keeps_the_link_on_the_name() -> None:
    assert lines([name("Ana", wording="By Ana, aboard")]) == [[Words("By "), Words("Ana", "ana"), Words(", aboard")]]


def test_wording_without_the_name_is_the_link_itself() -> None:
    assert lines([name("Layla", wording="بقلم ليلى")]) == [[Words("بقلم ليلى", "layla")]]


def test_two_people_with_the_same_wording_both_stand() -> None:
    assert len(lines([name("Ana", wording="Staff"), name("Ben", wording="Staff")])) == 2


def test_a_name_survives_its_record() -> None:
    one = name("Ana", "reporting", "With Ana")
    assert BylineName.from_record(one.as_record()) == one
