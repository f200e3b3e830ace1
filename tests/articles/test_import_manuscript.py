"""`manage.py import_manuscript`: a file becomes a story, or says why not and leaves no trace."""

import html
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.test import Client

from articles import body
from articles.models import Article, Author, Section, Snapshot
from media.models import Photo
from tests.conftest import RealManuscript

pytestmark = pytest.mark.django_db

MANUSCRIPT = """The Estuary

View Original

The ferry that would not retire

Forty years on the water, and still on time

The Constance left at six, as she has since before the mayor was born.

Two gulls on the rail of a ferry, 4 March 2026 – Oskar Lindqvist/The Estuary

A slow start

Nobody had told the harbour master.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A manuscript with one photo line."""
    path = tmp_path / "ferry.txt"
    path.write_text(MANUSCRIPT, encoding="utf-8")
    return path


@pytest.fixture
def picture(tmp_path: Path, jpeg: Callable[..., bytes]) -> Path:
    """A picture on the disk."""
    path = tmp_path / "gulls=two.jpg"
    path.write_bytes(jpeg())
    return path


def run(*arguments: object) -> str:
    """Call the command; what it printed."""
    output = io.StringIO()
    call_command("import_manuscript", *map(str, arguments), stdout=output)
    return output.getvalue()


def is_untouched() -> bool:
    """Whether nothing was stored, in the database or on the disk."""
    files = [path for path in Path(storages["originals"].path(".")).rglob("*") if path.is_file()]
    return not (Article.objects.exists() or Photo.objects.exists() or files)


def test_it_becomes_a_draft(file: Path, world: Section, ines: Author) -> None:
    printed = run(file, "--section", "world", "--author", "Inés Varga", "--original-url", "https://estuary.example/1")
    article = Article.objects.get()
    assert (article.headline, article.deck) == (
        "The ferry that would not retire",
        "Forty years on the water, and still on time",
    )
    assert (article.original_publication, article.original_url) == ("The Estuary", "https://estuary.example/1")
    assert (article.section, article.slug, article.stage) == (world, "the-ferry-that-would-not-retire", "draft")
    assert [byline.author for byline in article.bylines.all()] == [ines]
    assert "<h2>A slow start</h2>" in article.body
    assert "1 without a file" in printed
    assert not Snapshot.objects.exists()


def test_a_photo_line_without_a_file_keeps_its_place(file: Path, world: Section) -> None:
    run(file, "--section", "world")
    photo = Photo.objects.get()
    assert not photo.has_file
    assert (photo.caption, photo.credit) == (
        "Two gulls on the rail of a ferry, 4 March 2026",
        "Oskar Lindqvist/The Estuary",
    )
    assert [reference.photo_id for reference in body.photos(Article.objects.get().body)] == [photo.pk]


def test_published_at_once_with_its_photo(
    file: Path, picture: Path, world: Section, ines: Author, client: Client
) -> None:
    run(
        file, "--section", "world", "--author", "ines-varga", "--photo", f"{picture}=1", "--alt", "1=Two gulls",
        "--publish",
    )  # fmt: skip
    page = client.get("/world/the-ferry-that-would-not-retire/").content.decode()
    for words in ("Two gulls on the rail", "Oskar Lindqvist/The Estuary", "A slow start", 'alt="Two gulls"'):
        assert words in page


def test_several_authors_stand_in_the_order_given(file: Path, world: Section, ines: Author) -> None:
    lee = Author.objects.create(name="Lee Sandoval", slug="lee-sandoval")
    run(file, "--section", "world", "--author", "lee sandoval", "--author", "Inés Varga")
    assert [byline.author for byline in Article.objects.get().bylines.all()] == [lee, ines]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"Headline\x00\x01\x02\xff\xfe binary", "text"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"Only a headline\n", "line 1"),
        (b"x" * 20_000_000, "2 MiB"),
    ],
    ids=["empty", "blank", "binary", "pdf", "one line", "20 MB"],
)
def test_a_file_that_is_no_manuscript(tmp_path: Path, world: Section, content: bytes, words: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    with pytest.raises(CommandError) as refusal:
        run(path, "--section", "world")
    assert words.lower() in str(refusal.value).lower()
    assert str(path) in str(refusal.value)
    assert refusal.value.returncode != 0
    assert is_untouched()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--section", "nowhere"], "no such section. There are: world"),
        (["--section", "world", "--author", "Ines Vargas"], "Did you mean Inés Varga?"),
        (["--section", "world", "--photo", "missing.jpg=1"], "missing.jpg: No such file"),
        (["--section", "world", "--photo", "missing.jpg"], "FILE=N"),
        (["--section", "world", "--alt", "1="], "the text is missing"),
        (["--section", "world", "--alt", "one=Gulls"], "N=TEXT"),
        (["--section", "world", "--alt", "2=Gulls"], "no photo 2"),
        (["--section", "world", "--alt", "1=Gulls", "--alt", "1=Two gulls"], "has an alt text already"),
        (["--section", "world", "--author", "ines-varga", "--author", "Inés Varga"], "in the byline already"),
        (["--section", "world", "--original-url", "ftp://estuary.example/1"], "not an address"),
        (["--section", "world", "--original-url", f"https://estuary.example/{'x' * 500}"], "and 500 is the most"),
        (["--section", "world", "--original-url", "javascript:alert(1)"], "not an address"),
        (["--section", "world", "--publish"], "no byline"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(
    file: Path, world: Section, ines: Author, arguments: list[str], words: str
) -> None:
    with pytest.raises(CommandError) as refusal:
        run(file, *arguments)
    assert words in str(refusal.value)
    assert is_untouched()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"\n\n{'h' * 301}\n\nA deck.\n\nThe one paragraph.\n", "line 3: the headline has 301 characters"),
        (f"{'p' * 121}\n\nView Original\n\nHead\n\nThe one paragraph.\n", "the name of the publication has 121"),
    ],
    ids=["headline", "publication"],
)
def test_what_has_no_room_is_said_with_its_line(tmp_path: Path, world: Section, text: str, words: str) -> None:
    path = tmp_path / "long.txt"
    path.write_text(text)
    with pytest.raises(CommandError, match=re.escape(str(path))) as refusal:
        run(path, "--section", "world")
    assert words in str(refusal.value)
    assert is_untouched()


def test_a_photo_number_that_does_not_exist(file: Path, picture: Path, world: Section) -> None:
    with pytest.raises(CommandError, match="has 1 photo lines; there is no photo 2"):
        run(file, "--section", "world", "--photo", f"{picture}=2")
    assert is_untouched()


def test_a_broken_picture_leaves_nothing_behind(file: Path, tmp_path: Path, world: Section) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    with pytest.raises(CommandError, match=r"broken\.jpg"):
        run(file, "--section", "world", "--photo", f"{broken}=1")
    assert is_untouched()


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_published_leaves_no_file_behind(
    file: Path, picture: Path, world: Section, ines: Author
) -> None:
    with pytest.raises(CommandError, match="no alt text"):
        run(file, "--section", "world", "--author", "Inés Varga", "--photo", f"{picture}=1", "--publish")
    assert is_untouched()


def test_a_folder_and_a_missing_file(tmp_path: Path, world: Section) -> None:
    for path in (tmp_path, tmp_path / "nothing.txt"):
        with pytest.raises(CommandError, match=re.escape(str(path))):
            run(path, "--section", "world")


def test_a_real_manuscript_line_by_line(
    real_manuscript: RealManuscript,
    tmp_path: Path,
    jpeg: Callable[..., bytes],
    world: Section,
    ines: Author,
    client: Client,
) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.jpg").write_bytes(jpeg(colour=f"#0000{number}0"))
    run(
        real_manuscript.file, "--section", "world", "--author", "Inés Varga", "--original-url", "https://original.example/",
        "--photo", f"{tmp_path}/1.jpg=1", "--photo", f"{tmp_path}/2.jpg=2", "--alt", "1=A meeting", "--alt", "2=Ships",
        "--publish",
    )  # fmt: skip
    article = Article.objects.get()
    page = client.get(article.path).content.decode()
    story = page[page.index("<article") : page.index("</article>")]
    normal = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", story)).split())
    for line in real_manuscript.file.read_text(encoding="utf-8-sig").splitlines():
        for part in line.rsplit(" - ", 1):
            expected = " ".join(part.split())
            if expected:
                assert normal.lower().count(expected.lower()) >= 1, expected
                if len(expected) > 80:
                    assert normal.count(expected) == 1, expected
    assert (article.headline, article.deck) == (real_manuscript.headline, real_manuscript.line(7))
    assert html.unescape(re.sub(r"</?p>", "", "\n".join(re.findall(r"<p>.*?</p>", article.body)))).split("\n") == (
        real_manuscript.paragraphs
    )
    assert re.findall(r"<h2>(.*?)</h2>", article.body) == real_manuscript.crossheads
    assert list(Photo.objects.order_by("pk").values_list("caption", "credit")) == real_manuscript.photos
    assert real_manuscript.line(1) in normal
    assert "é" in real_manuscript.line(1)
