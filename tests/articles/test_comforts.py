"""Small comforts without script: links to paragraphs, footnotes that come back, a letter about a story."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from articles import body
from articles.models import Snapshot

VOID = {"br", "hr", "img", "input", "link", "meta"}


class Nesting(HTMLParser):
    """Notes where an element does not end where it began, and links that stand in links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.feed(page)
        self.wrong += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember what begins."""
        if tag == "a" and "a" in self.open:
            self.wrong.append("a link in a link")
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Compare it with what ends."""
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def shown(text: str) -> str:
    """A body as a story shows it."""
    return str(body.render(body.with_anchors(body.clean(text)), lambda reference: ""))


def test_a_footnote_is_a_number_and_a_note_that_leads_back() -> None:
    first = "<p>It held.^[See <em>the annex</em>, page 4.] Twice ^[In 1957, and [so they say] since.].</p>"
    page = shown(f"{first}<h2>A ^[b]</h2>")
    assert '<a href="#note-1" id="note-1-back" role="doc-noteref" aria-label="Note 1">1</a></sup>' in page
    assert '<li id="note-1">See <em>the annex</em>, page 4. <a href="#note-1-back"' in page
    assert "Twice<sup" in page
    assert 'since. <a href="#note-2-back"' in page
    assert "A ^[b]" in page


@pytest.mark.parametrize(
    "text",
    [
        "<p>Not closed ^[here.</p><p>Nor ] here.</p>",
        "<p><em>Through ^[an</em> emphasis]</p>",
        '<p><a href="https://a.example/">in ^[a] link</a></p>',
        "<p>Empty ^[] and ^[ ].</p>",
    ],
)
def test_what_cannot_be_a_footnote_stays_as_it_was_typed(text: str) -> None:
    page = shown(text)
    assert "footnote" not in page
    assert "^[" in page


@pytest.mark.django_db
def test_a_passage_that_was_found_has_its_footnotes_in_brackets(
    client: Client, published: Callable[..., Snapshot]
) -> None:
    published(headline="A bridge", body="<p>The pier held.^[See the annex, page 4.] Nobody knew of ^[ this.</p>")
    for word in ("annex", "pier"):
        page = client.get("/search/", {"q": word}).content.decode()
        said = re.sub("</?mark>", "", page)
        assert "The pier held. [See the annex, page 4.] Nobody knew of ^[ this." in said


def test_a_paragraph_keeps_its_address_while_others_come_and_go() -> None:
    before = re.findall(r'<p id="([^"]+)">', shown("<p>One.</p><p>Two.</p><p>Two.</p>"))
    after = re.findall(r'<p id="([^"]+)">', shown("<p>New.</p><p>One.</p><p>Two.</p><p>Two.</p>"))
    assert after[1:] == before
    assert before[2] == f"{before[1]}-2"
    page = shown("<h2>What it “kept” out</h2><h2>مكتبة</h2><ul><li>x</li></ul><blockquote><p>y</p></blockquote>")
    assert '<h2 id="h-what-it-kept-out">' in page
    assert 'aria-label="Link to “What it “kept” out”"' in page
    assert 'id="h-مكتبة"' in page
    assert "<blockquote><p>y</p>" in page


@given(text=st.text(alphabet="ab ^[]<>/\"'&emastrongp=hif#.", max_size=120))
@example(text="^[<a href='#x'>a^[b]</a>]")
@example(text='<table><tr><td>a^[b]</td><td>c"^["d]</td></tr></table>')
@example(text="<ul><li>a^[<b>b]</b></li></ul>")
def test_whatever_is_typed_the_page_stays_whole(text: str) -> None:
    page = Nesting(shown(text))
    assert not page.wrong, shown(text)
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.django_db
def test_a_story_can_be_sent_by_mail(published: Callable[..., Snapshot], client: Client) -> None:
    story = published(headline="Fish & “chips”?", body="<h2>Then</h2><p>Words.^[A note.]</p>")
    page = client.get(story.path).content.decode()
    assert 'href="mailto:?subject=Fish%20%26%20%E2%80%9Cchips%E2%80%9D%3F&amp;body=' in page
    assert f"{story.path.strip('/').partition('/')[2]}" in page
    assert "min read" in page
    assert '<a class="skip" href="#main">' in page
    assert 'role="doc-endnotes"' in page
    assert "<script src" not in page
