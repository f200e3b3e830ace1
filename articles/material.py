"""What a page says besides a story's own words: photos, section, authors and tags, as they are now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from taggit.models import Tag

from articles import body
from articles.content import Content
from articles.models import Author, Section
from articles.prepared import Prepared
from media.models import Photo

PHOTOS: Prepared[Photo] = Prepared(Photo, lambda ids: Photo.objects.filter(pk__in=ids).order_by())
SECTIONS: Prepared[Section] = Prepared(Section, lambda pk: Section.objects.filter(pk=pk))
AUTHORS: Prepared[Author] = Prepared(Author, lambda ids: Author.objects.filter(pk__in=ids).order_by())
NAMED: Prepared[Author] = Prepared(Author, lambda names: Author.objects.filter(name__in=names).order_by())
TAGS: Prepared[Tag] = Prepared(Tag, lambda names: Tag.objects.filter(name__in=names).order_by("name"))


def photos(ids: Collection[int]) -> dict[int, Photo]:
    """Those of these photos that are there, by id."""
    return {photo.pk: photo for photo in PHOTOS(ids=[*ids])}


def makers(photos: Iterable[Photo]) -> dict[int, Author]:
    """By photo, the author of ours who made it, if any: by the photographer's name, or the credit's before a slash."""
    said = {photo.pk: (photo.photographer.strip(), photo.credit.partition("/")[0].strip()) for photo in photos}
    wanted = {name for names in said.values() for name in names} - {""}
    found = {author.name: author for author in NAMED(names=[*wanted])}
    ours = {pk: next((found[name] for name in names if name in found), None) for pk, names in said.items()}
    return {pk: author for pk, author in ours.items() if author}


@dataclass(frozen=True)
class Material:
    """What a page says besides the story's own words, as the photo desk, the authors and the tags are now."""

    section: Section | None
    lead: Photo | None
    in_body: dict[int, Photo]
    authors: dict[int, Author]
    tags: list[Tag]

    @classmethod
    def of(cls, content: Content) -> "Material":
        """That of what is written; what is no longer there is left out."""
        in_body, lead, section = body.photo_ids(content["body"]), content["lead_photo"], content["section"]
        found = photos(in_body | {lead} if lead else in_body)
        return cls(
            section=next(iter(SECTIONS(pk=section)), None) if section else None,
            lead=found.get(lead) if lead else None,
            in_body={pk: found[pk] for pk in sorted(in_body) if pk in found},
            authors={author.pk: author for author in AUTHORS(ids=[name["author"] for name in content["names"]])},
            tags=TAGS(names=content["tags"]),
        )

    @property
    def photos(self) -> dict[int, Photo]:
        """Those that have a file, each once."""
        photos = {**self.in_body, **({self.lead.pk: self.lead} if self.lead else {})}
        return {pk: photo for pk, photo in photos.items() if photo.has_file}
