"""What is written of a story, as one value: the unit that is saved, compared, merged, buffered and brought back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict, cast

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from taggit.models import TaggedItem

from articles import body
from articles.models import Article, Author, Byline, Section
from articles.prepared import Prepared
from media.models import Photo


class Name(TypedDict):
    """A name in the byline: the author's id, the role, and wording in place of the usual words."""

    author: int
    role: str
    wording: str


class Content(TypedDict):
    """Everything of a story that a save may change. Section, photo, original are ids; tags are names, in order."""

    kicker: str
    headline: str
    deck: str
    body: str
    names: list[Name]
    lead_photo: int | None
    lead_caption: str
    lead_alt: str
    section: int | None
    kind: str
    slug: str
    tags: list[str]
    dateline: str
    language: str
    original_publication: str
    original_url: str
    translation_of: int | None


FIELDS = tuple(Content.__annotations__)
# Those that are rows of their own beside the story's.
ROWS = frozenset({"names", "tags"})
PHOTO_FIELDS = frozenset({"lead_photo", "lead_caption", "lead_alt", "body"})
CALLED = {
    "kicker": "kicker",
    "headline": "headline",
    "deck": "deck",
    "body": "text",
    "names": "byline",
    "lead_photo": "lead photo",
    "lead_caption": "caption of the lead photo",
    "lead_alt": "alt text of the lead photo",
    "section": "section",
    "kind": "kind",
    "slug": "slug",
    "tags": "tags",
    "dateline": "dateline",
    "language": "language",
    "original_publication": "original publication",
    "original_url": "original address",
    "translation_of": "story that it translates",
}
REFERENCES = {"section": "section_id", "lead_photo": "lead_photo_id", "translation_of": "translation_of_id"}
REFERRED_TO: Mapping[str, type[Model]] = {"section": Section, "lead_photo": Photo, "translation_of": Article}
NAMES: Prepared[tuple[int, str, str]] = Prepared(
    Byline, lambda article: Byline.objects.filter(article=article).values_list("author", "role", "wording")
)
TAGS: Prepared[str] = Prepared(
    TaggedItem,
    lambda article, kind: TaggedItem.objects.filter(object_id=article, content_type=kind).values_list(
        "tag__name", flat=True
    ),
)


def of(article: Article, *, names: Sequence[Name] | None = None, tags: Iterable[str] | None = None) -> Content:
    """The content of a story as the instance has it; `names` and `tags`, where given, in place of the stored ones."""
    found: dict[str, Any] = {
        field: getattr(article, REFERENCES.get(field, field)) for field in FIELDS if field not in ROWS
    }
    found["body"] = body.clean(article.body)
    if names is None:
        rows = NAMES(article=article.pk) if article.pk else []
        names = [Name(author=author, role=role, wording=wording) for author, role, wording in rows]
    if tags is None:
        kind = ContentType.objects.get_for_model(Article)
        tags = TAGS(article=article.pk, kind=kind.pk) if article.pk else ()
    found["names"], found["tags"] = list(names), sorted(set(tags), key=str.casefold)
    return cast(Content, {field: found[field] for field in FIELDS})


def put(content: Content, article: Article) -> None:
    """Give the instance the content's fields; names and tags are rows of their own and stay as they are.

    A photo, section or original that is no longer there is left out.
    """
    values: dict[str, Any] = {**content}
    for field, model in REFERRED_TO.items():
        # What it refers to already is there.
        is_there = values[field] == getattr(article, REFERENCES[field])
        if not is_there and not model._default_manager.filter(pk=values[field]).exists():
            values[field] = None
    for field in FIELDS:
        if field not in ROWS:
            setattr(article, REFERENCES.get(field, field), values[field])


def keep_names(article: Article, names: Sequence[Name]) -> None:
    """Make the byline on record equal to `names`, passing over authors that no longer exist."""
    known = set(Author.objects.filter(pk__in=[name["author"] for name in names]).values_list("pk", flat=True))
    article.bylines.all().delete()
    Byline.objects.bulk_create(
        Byline(article=article, author_id=name["author"], role=name["role"], wording=name["wording"], position=position)
        for position, name in enumerate(name for name in names if name["author"] in known)
    )
    # What was prefetched for the page is no longer so.
    getattr(article, "_prefetched_objects_cache", {}).pop("bylines", None)


def differing(one: Content, other: Content) -> list[str]:
    """The fields in which two contents differ, in the order of the page."""
    return [field for field in FIELDS if _value(one, field) != _value(other, field)]


def _value(content: Content, field: str) -> Any:
    return cast(dict[str, Any], content).get(field)
