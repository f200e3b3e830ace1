"""Fronts: which stories stand where, by an editor's hand and by themselves.

A front is made of the edition in force, the clock, and what readers have at that moment; of nothing else. So it can be
shown as it will be tomorrow, or as it was on a day in May, by the same function.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.utils import timezone

from articles import zones
from articles.models.edition import BreakingLine, Edition, EditionQuerySet
from articles.models.section import Section
from articles.models.snapshot import Snapshot, SnapshotQuerySet
from articles.paper.paging import PAGE_LENGTH, Page, first_page, paged
from articles.prepared import Prepared
from articles.zones import LEAD, RIVER, SECONDS, VOICE_KINDS, Placement, Size, Zone

BAND = 4
# Among how many of the newest a lead with a picture is looked for.
LEAD_AMONG = 4
# A section's river goes on over pages; what stands in it by hand opens the first.
ABOVE_PAGES = (*zones.SECTION[:-1], replace(RIVER, fills_itself=False))


@dataclass(frozen=True)
class Band:
    """The stories of one section across the page."""

    section: Section
    stories: Sequence[Snapshot]


@dataclass(frozen=True)
class Front:
    """A front; no story stands on it twice. A story in `zones` has the words that it has in that place; one that an
    editor put there has the snapshot itself, in the words of its own page, as `published`.
    """

    zones: Mapping[str, Sequence[Any]]
    bands: Sequence[Band] = ()
    edition: Edition | None = None
    breaking: BreakingLine | None = None

    @property
    def lead(self) -> Any:
        """The story that leads; None on a front without any."""
        return next(iter(self.zones[LEAD.code]), None)

    @property
    def lead_as_published(self) -> Snapshot | None:
        """The story that leads, in the words of its own page; None on a front without any."""
        found: Snapshot | None = getattr(self.lead, "published", self.lead)
        return found

    @property
    def stories(self) -> Iterator[Snapshot]:
        """Every story on it, in the order of the page."""
        yield from (story for zone in self.zones.values() for story in zone)
        yield from (story for band in self.bands for story in band.stories)


def home(sections: Sequence[Section], at: datetime, languages: Sequence[str], edition: Edition | None = None) -> Front:
    """The front page at that moment; by `edition`, unless it is the one in force. At most three queries.

    What comes by itself comes in one of these languages of the paper, if it is told in any.
    """
    edition = edition or _in_force(None, at)
    stories = OF_HOME(
        sections=[section.pk for section in sections],
        by_hand=_placed_stories(edition, at),
        languages=languages,
        at=at,
        today=timezone.localdate(),
    )
    found = arrange(zones.HOME, stories, edition, at, sections)
    return Front(found.zones, found.bands, edition, BREAKING.first(at=at))


def of_section(
    section: Section, at: datetime, languages: Sequence[str], edition: Edition | None = None
) -> tuple[Front, Page]:
    """A section's front at that moment, as `home`, and its river, which goes on over further pages."""
    edition = edition or _in_force(section, at)
    stories = OF_SECTION(
        section=section.pk,
        by_hand=_placed_stories(edition, at),
        languages=languages,
        at=at,
        today=timezone.localdate(),
    )
    found = arrange(ABOVE_PAGES, stories, edition, at)
    left = _Left(stories)
    left.take(found.stories)
    return Front(found.zones, edition=edition, breaking=BREAKING.first(at=at)), first_page(list(left.of(section)))


def arrange(
    wanted: Sequence[Zone],
    stories: Iterable[Snapshot],
    edition: Edition | None,
    at: datetime,
    sections: Sequence[Section] = (),
) -> Front:
    """Give each story, newest first, its place: first where an editor put it, then by itself.

    News leads, opinion has its column, features have theirs; sections have their bands before briefs and river.
    """
    left = _Left(stories)
    by_article = {story.article_id: story for story in left.all()}
    found = {zone.code: _by_hand(zone, by_article, edition, at) for zone in wanted}
    left.take([story for zone in found.values() for story in zone])
    fills = {zone.code: zone for zone in wanted if zone.fills_itself}

    def fill(code: str, among: Iterable[Snapshot]) -> None:
        if code in fills:
            found[code] += left.take(among, fills[code].most - len(found[code]))

    newest = list(islice(left.news(), LEAD_AMONG)) or list(islice(left.all(), LEAD_AMONG))
    fill(LEAD.code, sorted(newest, key=_has_no_picture))
    fill(SECONDS, left.news())
    for zone in wanted:
        if zone.kinds:
            fill(zone.code, (story for story in left.all() if story.kind in zone.kinds))
    bands = [Band(section, left.take(left.of(section), BAND)) for section in sections]
    for code in ("briefs", RIVER.code):
        fill(code, left.all())
    # A band opens with a picture where one of its stories has any.
    shown = [Band(band.section, sorted(band.stories, key=_has_no_picture)) for band in bands if band.stories]
    return Front(found, shown)


class _Left:
    """The stories that have no place yet, in any language, newest first."""

    def __init__(self, stories: Iterable[Snapshot]) -> None:
        self._stories = list(stories)
        self._told: set[int] = set()
        self._by_section: dict[int, list[Snapshot]] = {}
        for story in self._stories:
            self._by_section.setdefault(story.section_id, []).append(story)

    def all(self) -> Iterator[Snapshot]:
        return self._untold(self._stories)

    def news(self) -> Iterator[Snapshot]:
        return (story for story in self.all() if story.kind not in VOICE_KINDS)

    def of(self, section: Section) -> Iterator[Snapshot]:
        return self._untold(self._by_section.get(section.pk, ()))

    def take(self, among: Iterable[Any], most: int | None = None) -> list[Any]:
        """The first of these, `most` of them, which have their place now."""
        taken = list(islice(among, None if most is None else max(0, most)))
        self._told |= {story.first_written for story in taken}
        return taken

    def _untold(self, stories: Sequence[Snapshot]) -> Iterator[Snapshot]:
        return (story for story in stories if story.first_written not in self._told)


def _has_no_picture(story: Snapshot) -> bool:
    return story.front_picture is None


def _of_home(
    sections: list[int], by_hand: list[int], languages: list[str], at: datetime, today: date
) -> SnapshotQuerySet:
    live = Snapshot.objects.live(at)
    fill = live.told_once(languages, at).newest_first()
    some = 2 * BAND + len(by_hand)
    kinds = sorted({kind for zone in zones.HOME for kind in zone.kinds})
    parts = [fill[: sum(zone.most for zone in zones.HOME) + len(by_hand)]]
    parts += [fill.filter(kind=kind)[:some] for kind in kinds]
    parts += [fill.filter(section=section)[:some] for section in sections]
    return _wanted(live, parts, by_hand, today)


def _river(section: int, languages: list[str], at: datetime) -> SnapshotQuerySet:
    """What a section's river holds in all, in no order."""
    return Snapshot.objects.live(at).filter(section=section).told_once(languages, at, section)


def _of_section(section: int, by_hand: list[int], languages: list[str], at: datetime, today: date) -> SnapshotQuerySet:
    live = Snapshot.objects.live(at)
    fill = _river(section, languages, at).newest_first()
    most = PAGE_LENGTH + 1 + len(by_hand) + sum(zone.most for zone in zones.SECTION if zone.fills_itself)
    return _wanted(live, [fill[:most]], by_hand, today)


def _wanted(
    live: SnapshotQuerySet, parts: Sequence[SnapshotQuerySet], by_hand: list[int], today: date
) -> SnapshotQuerySet:
    """The stories of these parts, and those by hand."""
    chosen = [live.filter(article__in=by_hand)] if by_hand else []
    return Snapshot.objects.any_of(*parts, *chosen).as_teasers(today).newest_first()


def _editions(sections: list[int], at: datetime, today: date) -> EditionQuerySet:
    """By a list of one section, or of none for the front page."""
    of = Edition.objects.filter(section=sections[0] if sections else None)
    return of.in_force(at).with_withheld(today)[:1]


OF_HOME: Prepared[Snapshot] = Prepared(Snapshot, _of_home, knows_rows=True)
OF_SECTION: Prepared[Snapshot] = Prepared(Snapshot, _of_section, knows_rows=True)
# A section's river, for the pages after the first.
RIVER_OF_SECTION = paged(lambda section, languages, at, today: _river(section, languages, at).as_teasers(today))
EDITION: Prepared[Edition] = Prepared(Edition, _editions)
BREAKING: Prepared[BreakingLine] = Prepared(BreakingLine, lambda at: BreakingLine.objects.live(at)[:1])


def _in_force(section: Section | None, at: datetime) -> Edition | None:
    return EDITION.first(sections=[section.pk] if section else [], at=at, today=timezone.localdate())


def _placed_stories(edition: Edition | None, at: datetime) -> list[int]:
    """The articles that stand somewhere by hand at that moment."""
    placed = zones.each(edition.placed) if edition else ()
    return [placement.story for _, placement in placed if placement.holds(at)]


def _by_hand(zone: Zone, stories: Mapping[int, Snapshot], edition: Edition | None, at: datetime) -> list[Any]:
    """What an editor put into a zone, of that which readers have; each says what is said of it there."""
    placed = edition.placed.get(zone.code, []) if edition else []
    held = [placement for placement in placed if placement.holds(at) and placement.story in stories]
    return [_told(stories[placement.story], placement, edition) for placement in held][: zone.most]


def _told(story: Snapshot, placement: Placement, edition: Edition | None) -> Any:
    """A story in the words of its place. The copy is for the page alone; a snapshot cannot be saved again."""
    told: Any = copy(story)
    # It says something else than the story.
    vars(told).pop("said_in_brief", None)
    told.published = story
    told.size = placement.size
    told.headline = placement.headline or story.headline
    told.deck = "" if placement.size == Size.SMALL else placement.deck or story.deck
    picture = edition.picture(placement) if edition and placement.photo else None
    if placement.size == Size.SMALL:
        told.lead_picture = None
    elif picture:
        told.lead_picture = picture
    return told
