"""The gate for HTML: what comes out of it whatever goes in."""

import re
from collections.abc import Callable
from typing import Any

import nh3
import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from articles import body, publishing
from articles.body import PhotoReference, clean
from articles.models import Article

STORED = re.compile(
    r"""</?(?:p|h2|h3|strong|em|ul|ol|li|table|caption|thead|tbody|tr|td|th|figcaption)>
    |<hr>|</a>|</blockquote>|</figure>|<br>
    |<a\ href="(?:https?://|mailto:|/|\#)[^"<>]*">
    |<blockquote(?:\ class="pullquote")?>
    |<t[dh](?:\ (?:colspan|rowspan)="\d+")*(?:\ scope="(?:row|col)")?>
    |<figure\ data-photo="[1-9]\d*"(?:\ data-alt="[^"<>]*")?>""",
    re.VERBOSE,
)


def strays(html: str) -> str:
    """What stands in a body and is neither text nor one of the tags that may be stored."""
    return "".join(re.findall(r"<[^>]*>?", STORED.sub("", html)))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Just words", "<p>Just words</p>"),
        ("<h1>Title</h1><p>Text</p>", "<h2>Title</h2>\n<p>Text</p>"),
        ("<h4>Small</h4>", "<h3>Small</h3>"),
        ("<p>One<br><br>two</p>", "<p>One</p>\n<p>two</p>"),
        ("<div><div>a</div>b</div>", "<p>a</p>\n<p>b</p>"),
        ("<p>a <b>bold</b> and <i>slanted</i></p>", "<p>a <strong>bold</strong> and <em>slanted</em></p>"),
        ("<p><b>one</b><b> two</b></p>", "<p><strong>one two</strong></p>"),
        ("<p>&nbsp;</p><p></p><p> <br> </p>", ""),
        ("<p>a&nbsp;&nbsp;&nbsp; b</p>", "<p>a b</p>"),
        ("<p>12&nbsp;%</p>", "<p>12\u00a0%</p>"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        (
            '<blockquote class="pullquote x"><p>q</p></blockquote>',
            '<blockquote class="pullquote"><p>q</p></blockquote>',
        ),
        ("<p>a</p><hr><p>b</p>", "<p>a</p>\n<hr>\n<p>b</p>"),
        ('<p><a href="/city/x/">in</a></p>', '<p><a href="/city/x/">in</a></p>'),
        ('<p><a href="javascript:alert(1)">out</a></p>', "<p>out</p>"),
        ('<p><a href="//host/x">out</a> <a href="/&#9;/host">o</a></p>', "<p>out o</p>"),
        ('<p><a href="data:text/html,x">out</a></p>', "<p>out</p>"),
        ('<p><a href="/&#1;/host">out</a> <a href="/&#x200b;/host">o</a></p>', "<p>out o</p>"),
        ('<figure data-photo="3" data-alt="a&#1;b"></figure>', '<figure data-photo="3" data-alt="ab"></figure>'),
        ("<p>a&#1;b&shy;c&#8203;d</p>", "<p>abcd</p>"),
        ('<p onclick="x()" style="color:red" class="y" id="z">a</p>', "<p>a</p>"),
        ("<p>a<script>alert(1)</script><style>p{}</style>b</p>", "<p>ab</p>"),
        ('<p><img src="x.png" alt="y">a</p>', "<p>a</p>"),
        ('<figure data-photo="3"></figure>', '<figure data-photo="3"></figure>'),
        (
            '<figure data-photo="3" class="x"><img src="y"><figcaption>New <b>words</b></figcaption><p>Cr</p></figure>',
            '<figure data-photo="3"><figcaption>New <strong>words</strong></figcaption></figure>',
        ),
        ('<figure data-photo="3 or 1"><img src="y"><figcaption>c</figcaption></figure>', "<p>c</p>"),
        ("<p>5 < 6 & 7 > 2</p>", "<p>5 &lt; 6 &amp; 7 &gt; 2</p>"),
    ],
)
def test_it_comes_out_in_the_stored_form(typed: str, stored: str) -> None:
    assert clean(typed) == stored


def test_what_word_leaves_behind_is_gone_and_the_words_are_there() -> None:
    pasted = """<!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]-->
    <p class="MsoNormal" style="mso-margin-top-alt:auto"><b style="mso-bidi-font-weight:normal"><span lang="EN-GB"
    style='font-size:14.0pt;mso-fareast-font-family:"Times New Roman"'>The gate<o:p></o:p></span></b></p>
    <p class="MsoNormal"><span style="mso-spacerun:yes">&nbsp; </span>It <i>held</i>.<o:p>&nbsp;</o:p></p>
    <p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
    style='mso-list:Ignore'>·<span style='font:7.0pt "Times"'>&nbsp;&nbsp; </span></span><![endif]>First<o:p></o:p></p>
    <p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Second</p>"""
    assert clean(pasted) == (
        "<p><strong>The gate</strong></p>\n<p>It <em>held</em>.</p>\n<ul><li>First</li><li>Second</li></ul>"
    )


def test_what_google_docs_wraps_around_is_unwrapped() -> None:
    pasted = """<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><h1 dir="ltr"><span
    style="font-weight:400">Head</span></h1><p dir="ltr"><span style="font-weight:400">Plain </span><span
    style="font-weight:700">strong</span><span style="font-style:italic"> slanted</span></p><ul><li dir="ltr"><p
    dir="ltr"><span>Point</span></p></li></ul></b><br class="Apple-interchange-newline">"""
    assert clean(pasted) == (
        "<h2>Head</h2>\n<p>Plain <strong>strong</strong> <em>slanted</em></p>\n<ul><li>Point</li></ul>"
    )


def test_what_libreoffice_writes_becomes_plain_structure() -> None:
    pasted = """<p align="justify" style="margin-bottom: 0cm; line-height: 115%"><font face="Liberation Serif, serif">
    <font size="3" style="font-size: 12pt"><span lang="en-GB">A <u>river</u></span></font></font></p>
    <h2 class="western">Later</h2><table width="100%" cellpadding="4"><tr valign="top"><td width="50%"><p>1</p></td>
    <td><p>2</p></td></tr></table>"""
    assert clean(pasted) == (
        "<p>A river</p>\n<h2>Later</h2>\n<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
    )


TAGS = re.findall(
    r"\S+",
    "p b strong i em a ul ol li table tr td th thead tbody caption blockquote h1 h2 h3 div span br hr figure "
    "figcaption script style section dl dt dd pre o:p svg math img",
)
ATTRIBUTES = (
    "", " data-photo=5 data-alt='a&#1;&#x200b;'", " href='/&#2;/x'",
    ' style="font-weight:bold"', " style='font-weight:normal'", ' data-photo="2"', ' href="http://x.example/?a=1&b"',
    " class=pullquote", " data-photo=5 data-alt='q\"'", " onclick=x", ' style="mso-list:l0 level2 lfo1"', " colspan=2",
)  # fmt: skip
PIECES = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES)),
    st.builds("</{}>".format, st.sampled_from(TAGS)),
    st.text(max_size=12),
    st.sampled_from(
        [
            "a",
            "b c",
            " ",
            "\n",
            "&nbsp;",
            "&amp;lt;",
            "<",
            "<!--",
            "-->",
            "]]>",
            "&#0;",
            "&#1;",
            "&shy;",
            "\u200b",
            "&#x0A;",
        ]
    ),
)
SOUP = st.lists(PIECES, max_size=25).map("".join)


@given(SOUP)
def test_cleaning_twice_equals_cleaning_once_and_nothing_else_is_left(soup: str) -> None:
    stored = clean(soup)
    assert clean(stored) == stored
    assert strays(stored) == ""


WORDS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=9)


@given(
    st.lists(st.tuples(st.sampled_from(["p", "h2", "li", "td", "b", "i", "span", "div", "x-y"]), WORDS), max_size=12)
)
def test_no_word_is_lost_whatever_stands_around_it(parts: list[tuple[str, str]]) -> None:
    typed = " ".join(f"<{tag}>{escape(words)} </{tag}>" for tag, words in parts)
    assert body.plain_text(clean(typed)).split() == " ".join(words for _, words in parts).split()


def test_deep_nesting_is_no_way_to_keep_it_busy() -> None:
    assert clean("<div>" * 50_000 + "deep") == "<p>deep</p>"
    assert clean("<ul><li>" * 5_000 + "deep").count("<ul>") <= 3
    assert body.plain_text(clean("<b><i>" * 20_000 + "deep")) == "deep"


def test_photos_links_and_words_of_a_body() -> None:
    stored = clean(
        '<p>Two <a href="/city/x/">words</a> don’t.</p><figure data-photo="7" data-alt="An &amp; alt"></figure>'
        '<figure data-photo="9"><figcaption>Its <em>own</em></figcaption></figure>'
    )
    assert body.photos(stored) == [
        PhotoReference(photo_id=7, caption=None, alt="An & alt"),
        PhotoReference(photo_id=9, caption="Its <em>own</em>", alt=None),
    ]
    assert body.links(stored) == ["/city/x/"]
    assert body.plain_text(stored).split("\n")[0] == "Two words don’t."
    assert body.word_count(clean("<p>Two words don’t count twice</p>")) == 5


def test_rendering_puts_photos_in_and_lets_tables_scroll() -> None:
    stored = clean('<p>a</p><figure data-photo="7"></figure><table><tr><td>1</td><td>2</td></tr></table>')
    page = body.render(stored, lambda reference: f"[photo {reference.photo_id}]")
    assert "<p>a</p>\n[photo 7]\n" in page
    assert re.search(r'<div class="table-scroll"[^>]*><table>.*</table></div>', page, re.DOTALL)
    assert body.render(stored, lambda reference: "").count("photo") == 0


@pytest.mark.django_db
def test_a_text_is_cleaned_once_on_its_way(story: Callable[..., Article], monkeypatch: pytest.MonkeyPatch) -> None:
    cleaned: list[str] = []
    sanitise = nh3.clean

    def noted(text: str, **rules: Any) -> str:
        cleaned.append(text)
        return sanitise(text, **rules)

    monkeypatch.setattr(nh3, "clean", noted)
    article = story(body="<p>As it <b>comes</b>.</p>")
    publishing.publish(article, by=None, seen_version=1)
    assert cleaned == ["<p>As it <b>comes</b>.</p>", "<p>As it <strong>comes</strong>.</p>"]
