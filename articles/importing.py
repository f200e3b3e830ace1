"""Bringing a manuscript in: from what was read to a working copy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError
from django.utils.html import escape

from articles import body, editing
from articles.bylines import BylineRole
from articles.content import Name
from articles.manuscript import Block, Crosshead, Manuscript, ManuscriptError, Paragraph, PhotoLine
from articles.models import Article, Author, Section
from media import intake
from media.models import Photo

if TYPE_CHECKING:
    from staff.models import Person


@dataclass(frozen=True)
class PhotoFile:
    """The file of a photo line: its bytes and the name it came with."""

    data: bytes
    name: str


def require_fitting(manuscript: Manuscript, *, name: str) -> None:
    """Raise ManuscriptError, naming the file and the line, for a headline, publication or address that is too long."""
    texts = (
        ("headline", "headline", manuscript.headline, manuscript.line),
        ("original_publication", "name of the publication", manuscript.publication, None),
        ("original_url", "address of the original", manuscript.original_url, None),
    )
    for field, called, text, line in texts:
        most = getattr(Article._meta.get_field(field), "max_length", None)
        if most is not None and len(text) > most:
            said = f"the {called} has {len(text)} characters, and {most} is the most."
            raise ManuscriptError(name, said, line)


@intake.files_and_rows()
def bring_in(
    manuscript: Manuscript,
    *,
    by: "Person | None",
    section: Section,
    authors: Sequence[Author] = (),
    files: Mapping[int, PhotoFile] | None = None,
    alts: Mapping[int, str] | None = None,
    tab: str = "",
) -> Article:
    """Make a working copy of the manuscript, with its photos and a byline of `authors` in their order.

    `files` and `alts` give the file and the alt text of photo lines by their number. A photo line without a file
    becomes a photo that waits for it: it keeps its place, caption and credit in the story, which can't be published
    before the file has come. What a person has not put right must be `require_fitting` before. Raises
    media.intake.PhotoRefused for a file that is not a usable picture; nothing is stored then.
    """
    photos = {
        line.number: _photo(line, by=by, file=(files or {}).get(line.number), alt=(alts or {}).get(line.number, ""))
        for line in manuscript.photo_lines
    }
    article = Article(
        section=section,
        headline=manuscript.headline,
        deck=manuscript.deck,
        body=_as_body(manuscript.blocks, photos),
        original_publication=manuscript.publication,
        original_url=manuscript.original_url,
        begun_in=tab,
    )
    names = [Name(author=author.pk, role=BylineRole.BY, wording="") for author in authors]
    return editing.save(article, by=by, seen_version=0, names=names)


def bring_in_once(
    manuscript: Manuscript,
    *,
    by: "Person",
    tab: str,
    section: Section,
    authors: Sequence[Author],
    files: Mapping[int, PhotoFile],
    alts: Mapping[int, str],
) -> Article:
    """As `bring_in`; the same form (`tab` is its own) sent twice brings in one story."""
    begun = Article.objects.filter(created_by=by, begun_in=tab)
    if found := begun.first():
        return found
    try:
        return bring_in(manuscript, by=by, section=section, authors=authors, files=files, alts=alts, tab=tab)
    except IntegrityError:
        # Both came at the same moment, and the other one was stored.
        return begun.get()


def _as_body(blocks: Sequence[Block], photos: Mapping[int, Photo]) -> str:
    """The body that the blocks of a manuscript make, each photo line as a reference to its photo."""
    return body.clean("\n".join(_markup(block, photos) for block in blocks))


def _markup(block: Block, photos: Mapping[int, Photo]) -> str:
    match block:
        case Paragraph(text=text):
            return f"<p>{escape(text)}</p>"
        case Crosshead(text=text):
            return f"<h2>{escape(text)}</h2>"
        case PhotoLine(number=number):
            return body.figure(body.PhotoReference(photo_id=photos[number].pk, caption=None, alt=None))


def _photo(line: PhotoLine, *, by: "Person | None", file: PhotoFile | None, alt: str) -> Photo:
    photo = Photo(caption=line.caption, credit=line.credit, alt=alt, uploaded_by=by)
    if file is None:
        photo.save()
    else:
        intake.give_file(photo, file.data, name=file.name)
    return photo
