"""What readers find: the stories that they have at this moment and that answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.cache import caches
from django.db.models import Exists, OuterRef, QuerySet

from articles.models.searched import IDS, SearchEntry
from articles.models.snapshot import WORDS_OF_AN_ANSWER, Snapshot
from articles.prepared import Prepared
from articles.search import spelling
from articles.search.asked import Asked, Term, moment_of, terms
from articles.search.matching import ANYWHERE, DECK, HEADLINE, Among, after_the_latest, latest
from articles.search.ranking import WEIGHTS, best_first, worths
from media.said import name_of

# The latest of those that have the words at all, and of those that have one in the headline or in the deck, are ranked.
RANKED = 200
PAGE_LENGTH = 20
# Whether words stand side by side is looked up in so many of the latest stories that have them all.
READ_THROUGH = 2_000
# The latest are asked for by the handful; those whose time is over are few, and a page looks through so many at most.
HANDFUL, HANDFULS = 60, 5


@dataclass(frozen=True)
class Found:
    """A page of stories that answer: by relevance the page `number` of `pages`, by date those before a place.

    `count` is how many answer, where that is known; `is_cut` says that there are more than were ranked. `older` is the
    place where the next page by date begins, None on the last one. `reached` is the place back to which a phrase was
    looked for, where stories before it may have it too.
    """

    stories: Sequence[Snapshot]
    terms: Sequence[Term]
    count: int | None = None
    is_cut: bool = False
    number: int = 1
    pages: int = 1
    older: int | None = None
    reached: int | None = None

    @property
    def since(self) -> datetime | None:
        """The moment back to which a phrase was looked for."""
        return None if self.reached is None else moment_of(self.reached)


def by_relevance(asked: Asked, now: datetime, number: int = 1) -> Found:
    """The page of that number, the best answers first; the last page where there are fewer. Three queries, one more for
    a phrase.
    """
    asked, end = within_reach(asked)
    places = latest(SearchEntry, asked, RANKED, columns=(ANYWHERE, HEADLINE, DECK) if asked.terms else (ANYWHERE,))
    is_cut = len(places) >= RANKED
    ranked = best_first(_worths(places, asked.terms, now), now)
    pages = max(1, -(-len(ranked) // PAGE_LENGTH))
    number = min(max(number, 1), pages)
    return Found(
        stories=_stories(ranked[(number - 1) * PAGE_LENGTH : number * PAGE_LENGTH], now),
        terms=asked.terms,
        count=len(ranked),
        is_cut=is_cut,
        number=number,
        pages=pages,
        reached=None if is_cut else end,
    )


def by_date(asked: Asked, now: datetime, before: int | None = None) -> Found:
    """The latest that answer, before that place; three queries, one more for a phrase, and a few more where the time
    of many is over.
    """
    if before is not None:
        asked = replace(asked, end=before if asked.end is None else min(asked.end, before))
    asked, end = within_reach(asked)
    found: list[int] = []
    for _ in range(HANDFULS):
        places = latest(SearchEntry, asked, HANDFUL)
        found += _live(places, now)
        if len(found) > PAGE_LENGTH or len(places) < HANDFUL:
            break
        asked = replace(asked, end=places[-1])
    is_last = len(found) <= PAGE_LENGTH and len(places) < HANDFUL
    shown = found[:PAGE_LENGTH]
    return Found(
        stories=_stories(shown, now),
        terms=asked.terms,
        count=len(found) if is_last and before is None else None,
        older=None if is_last else (shown[-1] if len(found) > PAGE_LENGTH else places[-1]),
        reached=end if is_last else None,
    )


def meant(asked: Asked, now: datetime) -> str:
    """Another way to write what was asked for, with which a story is found that readers have; empty where none is."""
    for other in spelling.suggestions(asked.terms):
        if _live(latest(SearchEntry, replace(asked, terms=terms(other)), HANDFUL), now):
            return other
    return ""


def within_reach(asked: Asked) -> tuple[Asked, int | None]:
    """What was asked, no farther back than a phrase is looked for, and the place where that ends; None where nothing
    that may have it is left out.
    """
    beyond = after_the_latest(SearchEntry, asked.loosened(), READ_THROUGH) if asked.has_phrase else None
    return (asked, None) if beyond is None else (replace(asked, begin=beyond + 1), beyond + 1)


def _worths(places: Sequence[int], sought: Sequence[Term], now: datetime) -> dict[int, float]:
    """What the stories at these places are worth as answers, of those that readers have; one query.

    To unpack and to read their texts takes longer than all the rest. It is done once: as long as the same stories may
    answer to the same words, they are worth the same, and all that is asked is whether readers have them.
    """
    if not places:
        return {}
    # Kept as pieces of pages are, under a name made of all that it follows from.
    said, kept = Among.said(places), caches["template_fragments"]
    name = name_of(said, sought)
    known: dict[int, float] | None = kept.get(name)
    if known is not None:
        return {place: known[place] for place in _live(places, now)}
    rows = RANKED_ONES(places=said, at=now)
    known = worths(((place, texts) for place, _, *texts in rows), sought)
    # While all entries are made anew, some may be gone already.
    if len(known) == len(places):
        kept.set(name, known)
    return {place: known[place] for place, is_live, *_ in rows if is_live}


def _live(places: Sequence[int], now: datetime) -> list[int]:
    """Of these places, in their order, those of stories that readers have."""
    live = set(LIVE_ONES(ids=Among.said(place % IDS for place in places), at=now)) if places else set()
    return [place for place in places if place % IDS in live]


def _stories(places: Sequence[int], now: datetime) -> list[Snapshot]:
    wanted = [place % IDS for place in places]
    found = {story.pk: story for story in STORIES(ids=Among.said(wanted), at=now)} if wanted else {}
    return [found[pk] for pk in wanted if pk in found]


def _ranked_ones(places: str, at: datetime) -> QuerySet[SearchEntry, Any]:
    """What stories at these places are ranked by, and whether readers have them."""
    live = Exists(Snapshot.objects.live(at).filter(pk=OuterRef("snapshot")))
    return SearchEntry.objects.filter(Among("place", places)).values_list("place", live, *WEIGHTS)


def _live_ones(ids: str, at: datetime) -> QuerySet[Snapshot, Any]:
    return Snapshot.objects.live(at).filter(Among("pk", ids)).values_list("pk", flat=True)


def _found_ones(ids: str, at: datetime) -> QuerySet[Snapshot]:
    """These stories, with WORDS_OF_AN_ANSWER alone and what lists show of their section."""
    wanted = [*WORDS_OF_AN_ANSWER, *(f"section__{field}" for field in ("name", "slug", "accent"))]
    return Snapshot.objects.live(at).filter(Among("pk", ids)).select_related("section").only(*wanted)


RANKED_ONES: Prepared[Any] = Prepared(SearchEntry, _ranked_ones)
LIVE_ONES: Prepared[int] = Prepared(Snapshot, _live_ones)
STORIES: Prepared[Snapshot] = Prepared(Snapshot, _found_ones, knows_rows=True)
