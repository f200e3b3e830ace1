"""One box over everything that the newsroom has: stories by their words, captions, bylines and old headlines, the
photos, and the authors, each within what the person may see.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.safestring import SafeString
from taggit.models import TaggedItem

from articles import body
from articles.models import Article, Author, Byline, DeskEntry, PhotoUse, Revision
from articles.prepared import Prepared
from articles.search import matching, spelling
from articles.search.asked import ALL, Asked, Term, place, terms
from articles.search.excerpt import excerpt, marked
from articles.search.matching import ANYWHERE, HEADLINE
from articles.search.ranking import WEIGHTS, best_first, worths
from media.models import Photo
from media.words import joined

if TYPE_CHECKING:
    from staff.models import Person

# As text: a plain look into the content would take a headline such as “1984” for a number.
HEADLINES = KT("content__headline")
# What is said beside a story's own words: under its photos, in its byline, on its tags, above it before.
CAPTIONS: Prepared[tuple[Any, ...]] = Prepared(
    PhotoUse,
    lambda ids: PhotoUse.objects.filter(article__in=ids).order_by("pk").values_list("article", "photo__caption"),
)
NAMES: Prepared[tuple[Any, ...]] = Prepared(
    Byline, lambda ids: Byline.objects.filter(article__in=ids).values_list("article", "author__name", "wording")
)
TAGS: Prepared[tuple[Any, ...]] = Prepared(
    TaggedItem,
    lambda ids, kind: (
        TaggedItem.objects.filter(object_id__in=ids, content_type=kind)
        .order_by("pk")
        .values_list("object_id", "tag__name")
    ),
)
FORMERLY: Prepared[tuple[Any, ...]] = Prepared(
    Revision,
    lambda ids: (
        Revision.objects.filter(article__in=ids)
        .values_list("article", HEADLINES)
        .distinct()
        .order_by("article", HEADLINES)
    ),
)
TEXTS = attrgetter(*WEIGHTS)
TABLE = DeskEntry._meta.db_table
RANKED = 100
SHOWN = 30
OTHERS_SHOWN = 12
BATCH = 200


@dataclass(frozen=True)
class Hit:
    """A story that was found: its headline and a passage with the words marked, and the old headline that has them."""

    story: Any
    headline: SafeString
    passage: SafeString
    was_called: SafeString | str = ""


@dataclass(frozen=True)
class LookedUp:
    """What was found; `is_wider` says that words were taken for beginnings, `has_more` that the stories were cut."""

    hits: Sequence[Hit] = ()
    photos: Sequence[Photo] = ()
    authors: Sequence[Author] = ()
    meant: str = ""
    is_wider: bool = False
    has_more: bool = False


def look_up(person: "Person", typed: str) -> LookedUp:
    """What this person may see of what answers to the words that were typed."""
    asked = Asked(terms(typed))
    if not asked.terms:
        return LookedUp()
    photos, authors = _photos(person, typed), _authors(person, asked.terms)
    entries, meant, is_wider = _entries(person, asked), "", False
    if not entries:
        others = spelling.suggestions(asked.terms)
        meant = next((other for other in others if _entries(person, Asked(terms(other)))), "")
        asked = asked.widened()
        entries = _entries(person, asked)
        is_wider = bool(entries)
    hits = _hits(entries[:SHOWN], asked.terms)
    return LookedUp(hits, photos, authors, meant, is_wider, has_more=len(entries) > SHOWN)


def _entries(person: "Person", asked: Asked) -> list[DeskEntry]:
    """The best of the latest entries that match, of stories that this person may open."""
    seen = DeskEntry.objects.filter(article__in=Article.objects.visible_to(person))
    found: dict[int, DeskEntry] = {}
    for column in (ANYWHERE, HEADLINE):
        sql, values = matching.statement(TABLE, asked, column)
        latest = seen.filter(place__in=RawSQL(sql, values)).order_by("-place")[:RANKED]  # noqa: S611 - of `matching`
        found |= {entry.place: entry for entry in latest}
    texts = ((place, TEXTS(entry)) for place, entry in found.items())
    return [found[place] for place in best_first(worths(texts, asked.terms), timezone.now())]


def _hits(entries: Sequence[DeskEntry], sought: Sequence[Term]) -> list[Hit]:
    ids = [entry.article_id for entry in entries]
    stories = Article.objects.with_publication().select_related("section", "writer").in_bulk(ids)
    before: dict[int, list[str]] = {}
    for article, headline in Revision.objects.filter(article__in=ids).values_list("article", HEADLINES):
        before.setdefault(article, []).append(headline or "")
    return [_hit(stories[pk], before.get(pk, []), sought) for pk in ids if pk in stories]


def _hit(story: Article, before: Sequence[str], sought: Sequence[Term]) -> Hit:
    headline = marked(str(story), sought)
    old = "" if "<mark>" in headline else next((old for old in before if "<mark>" in marked(old, sought)), "")
    passage = excerpt([body.plain_text(story.body), story.deck, story.lead_caption, story.deck], sought)
    return Hit(story, headline, passage, marked(old, sought) if old and old != story.headline else "")


def _photos(person: "Person", typed: str) -> list[Photo]:
    if not person.has_perm("media.view_photo"):
        return []
    words = " ".join(word for term in terms(typed) for word in term.words)
    return list(Photo.objects.matching(words)[:OTHERS_SHOWN])


def _authors(person: "Person", sought: Sequence[Term]) -> list[Author]:
    """The authors in whose names all the words stand; there are few enough of them to look at each."""
    if not person.has_perm("articles.view_author"):
        return []
    wanted = [word for term in sought for word in term.words]
    named = ((pk, joined(name)) for pk, name in Author.objects.values_list("pk", "name"))
    found = [pk for pk, name in named if all(f" {word}" in f" {name}" for word in wanted)]
    return list(Author.objects.filter(pk__in=found)[:OTHERS_SHOWN]) if found else []


# --- Keeping it ---


def keep(article: Article) -> None:
    """Let the working copy be found as it was stored just now; within the transaction that stored it."""
    DeskEntry.objects.filter(article=article).delete()
    _keep([article])


def missing() -> QuerySet[Article]:
    """The working copies that nobody could find."""
    return Article.objects.filter(~Exists(DeskEntry.objects.filter(article=OuterRef("pk")))).order_by("pk")


def rebuild(*, from_nothing: bool) -> Iterator[int]:
    """As `articles.search.entries.rebuild`, for working copies."""
    if from_nothing:
        DeskEntry.objects.all().delete()
    after = 0
    while batch := list(missing().filter(pk__gt=after)[:BATCH]):
        _keep(batch)
        after = batch[-1].pk
        yield len(batch)
    matching.took_in_many(TABLE)


def _keep(articles: Sequence[Article]) -> None:
    ids, kind = [article.pk for article in articles], ContentType.objects.get_for_model(Article)
    beside: dict[int, list[str]] = {pk: [] for pk in ids}
    for rows in (CAPTIONS(ids=ids), NAMES(ids=ids), TAGS(ids=ids, kind=kind.pk), FORMERLY(ids=ids)):
        for pk, *texts in rows:
            beside[pk] += filter(None, texts)
    DeskEntry.objects.bulk_create((_entry(each, beside[each.pk]) for each in articles), ignore_conflicts=True)


def _entry(article: Article, beside: Sequence[str]) -> DeskEntry:
    captions = [body.plain_text(reference.caption or "") for reference in body.photos(article.body)]
    return DeskEntry(
        place=place(article.updated_at, article.pk),
        article=article,
        headline=joined(article.headline, article.kicker),
        deck=joined(article.deck),
        body=joined(body.plain_text(article.body), article.dateline),
        rest=joined(article.lead_caption, *captions, *beside, article.slug, article.original_publication),
        facets=ALL,
    )
