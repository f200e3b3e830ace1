"""What is seen in a manuscript: the parts of a story in plain text, however it was saved."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.manuscript import Crosshead, Manuscript, ManuscriptError, Paragraph, PhotoLine, read, read_text
from tests.articles.texts import MANUSCRIPT


def parsed(text: str = MANUSCRIPT) -> Manuscript:
    """The text as it is read."""
    return read_text(text, name="story.txt")


def test_every_part_is_seen() -> None:
    story = parsed()
    assert (story.publication, story.original_url) == ("The Caravel", "")
    assert story.headline == "The jetty that never was"
    assert story.deck == "For sixty years a family hid one landing place in its tables."
    assert [type(block) for block in story.blocks] == [Paragraph, Crosshead, Paragraph, PhotoLine, Paragraph]
    assert story.blocks[1] == Crosshead("A quiet line", 11)
    assert story.photo_lines == [PhotoLine(1, "Ida Reyl at her desk, March 3, 2024", "Oskar Lindqvist/The Ledger", 15)]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_encodings_and_line_endings_make_no_difference(encoding: str, ending: str) -> None:
    assert read(MANUSCRIPT.replace("\n", ending).encode(encoding), name="story.txt") == parsed()


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("A crane - Ana Ruiz", "A crane", "Ana Ruiz"),
        ("A crane – Ana Ruiz/Northlight", "A crane", "Ana Ruiz/Northlight"),
        ("A crane — Photo: Ana Ruiz", "A crane", "Photo: Ana Ruiz"),
        ("Berth 4 - the old one - on May 3, 2024 - Northlight", "Berth 4 - the old one - on May 3, 2024", "Northlight"),
        ("Fête à Névé - © Zoë Ångström", "Fête à Névé", "© Zoë Ångström"),
        ("A crane in fog, May 3, 2024—Ana Ruiz", "A crane in fog, May 3, 2024", "Ana Ruiz"),
        ("A crane\u00a0–\u00a0Ana Ruiz", "A crane", "Ana Ruiz"),
    ],
)
def test_a_photo_line_is_a_caption_and_a_credit(line: str, caption: str, credit: str) -> None:
    [photo] = parsed(f"Head\n\nA deck.\n\nThe first paragraph, long enough.\n\n{line}\n\nLast.").photo_lines
    assert (photo.caption, photo.credit) == (caption, credit)


@pytest.mark.parametrize(
    "line",
    [
        "The quay in winter - February 4, 2022",
        "The quay in winter - 2022",
        "He came - and he went - without a word.",
        "A well-known harbour",
        "War—Peace",
        "The Berlin–Prague line",
        "A quay in winter—February 4, 2022",
        "The plan - to widen the gate by eleven metres before the next equinox - was dropped by everybody",
    ],
)
def test_what_only_looks_like_a_photo_line_is_not_one(line: str) -> None:
    assert parsed(f"Head\n\nA deck.\n\nThe first paragraph, long enough.\n\n{line}\n\nLast.").photo_lines == []


@pytest.mark.parametrize(
    "line", ["“Ends like a sentence.”", "Waiting for more …", "Such a question, and then;", "x" * 81]
)
def test_what_ends_like_a_sentence_or_runs_on_is_no_crosshead(line: str) -> None:
    story = parsed(f"Head\n\nA deck.\n\nThe first paragraph, long enough.\n\n{line}\n\nLast.")
    assert Paragraph(line, 7) in story.blocks


def test_a_question_may_be_a_crosshead_and_the_last_line_never_is() -> None:
    story = parsed("Head\n\nA deck.\n\nThe first paragraph, long enough.\n\nWho reads?\n\nNobody did.\n\nThe end")
    assert [block.text for block in story.blocks if isinstance(block, Crosshead)] == ["Who reads?"]


def test_a_name_under_the_text_is_no_crosshead_for_a_photo_that_follows() -> None:
    story = parsed("Head\n\nA deck.\n\nThe first paragraph, long enough.\n\nInés Varga\n\nA crane - Ana Ruiz")
    assert [type(block) for block in story.blocks] == [Paragraph, Paragraph, PhotoLine]


def test_wrapped_lines_are_one_paragraph_and_lone_lines_are_one_each() -> None:
    assert parsed("Head\n\nDeck.\n\nFirst line\nand its rest.\n\nSecond.").blocks == (
        Paragraph("First line and its rest.", 5),
        Paragraph("Second.", 8),
    )
    assert len(parsed("Head\nThe first paragraph of it.\nThe second.\nThe third.").blocks) >= 2


@pytest.mark.parametrize(
    ("top", "publication", "url"),
    [
        ("The Caravel\n\nView Original: https://caravel.example/1\n\n", "The Caravel", "https://caravel.example/1"),
        ("The Caravel\n\nView original\n\nhttps://caravel.example/1\n\n", "The Caravel", "https://caravel.example/1"),
        ("First published in The Caravel: https://caravel.example/1\n\n", "The Caravel", "https://caravel.example/1"),
        ("View the original\n\n", "", ""),
        ("", "", ""),
    ],
)
def test_where_it_came_from_is_set_apart(top: str, publication: str, url: str) -> None:
    story = parsed(f"{top}The headline\n\nThe one paragraph of it.")
    assert (story.publication, story.original_url, story.headline) == (publication, url, "The headline")
    assert len(story.blocks) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "story.txt: it is empty."),
        (b" \r\n\t\n", "it is empty"),
        (b"Only a headline", "only a headline"),
        (b"%PDF-1.7 ...", "this is a PDF"),
        (b"PK\x03\x04word", "Word document"),
        (b"\x00\x01\x02\x03" * 300, "not plain text"),
        (b"Head\n\nFine.\n\nNot \x81 fine, and \xe9 alone.", "line 5"),
        (b"a" * (2 * 1024 * 1024 + 1), "larger than 2 MiB"),
    ],
)
def test_what_cannot_be_read_is_refused_with_words(data: bytes, words: str) -> None:
    with pytest.raises(ManuscriptError, match=r"^story\.txt") as refusal:
        read(data, name="story.txt")
    assert words in str(refusal.value)


@given(st.text(max_size=400))
def test_no_word_is_lost_and_none_is_doubled(text: str) -> None:
    try:
        story = parsed(text)
    except ManuscriptError:
        return
    parts = [story.publication, story.original_url, story.headline, story.deck]
    for block in story.blocks:
        parts += [block.caption, block.credit] if isinstance(block, PhotoLine) else [block.text]
    kept = "".join(character for part in parts for character in part if character.isalnum())
    typed = "".join(character for character in text if character.isalnum())
    # “View original” is the one thing that is read and not kept.
    assert kept == typed or re.search("original", text, re.IGNORECASE)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        story = read(data, name="story.txt")
    except ManuscriptError as refusal:
        said = str(refusal)
    else:
        said = f"story.txt is about {story.headline}" if story.headline else ""
    assert said.startswith("story.txt")
