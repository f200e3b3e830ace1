"""Fronts in the newsroom: arranging them together, and putting an arrangement before readers.

A draft is saved as often as anybody likes, each time as an arrangement that stays on record. Publishing freezes the
draft into an edition, at once or for a moment to come; that is the only way from here to readers.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from articles import arranging, moments, preflight, roles, zones
from articles.arranging import Misplaced, said
from articles.models import (
    Arrangement,
    Article,
    Edition,
    EditionPhoto,
    Front,
    Paper,
    Section,
    Snapshot,
)
from articles.paper import front as paper
from articles.paper.paging import Page
from articles.zones import LEAD, RIVER, Placed, Placement, Size
from media.models import Photo

if TYPE_CHECKING:
    from staff.models import Person

# How long a story may stand in a zone without an end before somebody is asked whether it still should.
OLD_AFTER = {LEAD.code: timedelta(hours=36)}
OLD_AFTER_ELSEWHERE = timedelta(days=3)
POOL = 40
HOME = "home"
LONGEST_HEADLINE = 300
LONGEST_DECK = 1_000


class Rearranged(Exception):
    """Raised where two people arranged the same zones. Nothing was stored.

    `stored` is what stands now; `merged` is mine with everything of theirs that does not collide; `collisions` are the
    codes of the zones in which one of the two must be chosen, and have mine in `merged`.
    """

    def __init__(self, stored: "Arrangement | None", merged: Placed, collisions: Sequence[str]) -> None:
        super().__init__("Somebody arranged this front while you had it open.")
        self.stored, self.merged, self.collisions = stored, merged, collisions


@dataclass(frozen=True)
class Remark:
    """Something to be seen to on a front: about which story, where, and what."""

    zone: str
    story: int
    words: str


@dataclass(frozen=True)
class ToSee:
    """A remark about a front as readers have it: which front, which story if readers still have it, and the words."""

    section: Section | None
    story: Snapshot | None
    words: str

    @property
    def name(self) -> str:
        """What the front is called."""
        return str(Front(section=self.section))

    @property
    def place(self) -> str:
        """How addresses in the newsroom name it."""
        return place_of(self.section)


def place_of(section: Section | None) -> str:
    """How addresses in the newsroom name a front: by its section's slug, or as “home”."""
    return section.slug if section else HOME


def front_of(section: Section | None) -> Front:
    """The front of a section, of the paper for None; not stored yet where nobody has arranged it."""
    return Front.objects.filter(section=section).select_related("section").first() or Front(section=section)


def everywhere() -> list[Section | None]:
    """Every front by its section; None is the front page."""
    return [None, *Section.objects.all()]


def in_force(places: Iterable[Section | None], at: datetime | None = None) -> dict[int | None, Edition]:
    """The edition that readers have of each of these fronts at that moment (now, unless told), by the ids of the
    sections, where there is one; one query.
    """
    at = at or timezone.now()
    newest = Q(pk__in=[])
    for section in places:
        newest |= Q(pk__in=Edition.objects.of(section).in_force(at).values("pk")[:1])
    return {edition.section_id: edition for edition in Edition.objects.filter(newest)}


def arranged_by(person: "Person") -> list[Section | None]:
    """The fronts that this person arranges."""
    return [section for section in everywhere() if roles.may_arrange(person, section)]


def draft(front: Front) -> Placed:
    """What stands in each zone of the draft; nothing before anybody has arranged it."""
    newest = front.arrangements.first() if front.pk else None
    return newest.placed if newest else {}


@transaction.atomic
def save(section: Section | None, placed: Placed, *, by: "Person", seen_version: int) -> Arrangement:
    """Make this the draft of a front; what somebody else did to other zones since `seen_version` stays as they have it.

    Raises PermissionDenied, Misplaced with why it cannot stand, and Rearranged where two people's zones collide.
    """
    if not roles.may_arrange(by, section):
        raise PermissionDenied
    front = _locked(section)
    stored = front.arrangements.first()
    theirs: Placed = stored.placed if stored else {}
    now = timezone.now()
    mine: Placed = {code: [_since(each, code, theirs, now) for each in zone] for code, zone in placed.items() if zone}
    if seen_version != front.version:
        base = front.arrangements.filter(version=seen_version).first()
        merged, collisions = arranging.merge(zones.zones_of(section), base.placed if base else {}, theirs, mine)
        if collisions:
            raise Rearranged(stored, merged, collisions)
        mine = merged
    _require_sound(section, mine, theirs, by)
    if stored and _told(mine) == _told(theirs):
        return stored
    front.version = F("version") + 1
    front.save(update_fields=["version"])
    front.refresh_from_db()
    return Arrangement.objects.create(
        front=front, version=front.version, zones=zones.as_record(mine), by=by, at=timezone.now()
    )


@transaction.atomic
def publish(section: Section | None, *, by: "Person", seen_version: int, at: datetime | None = None) -> Edition:
    """Put the draft before readers, now or from a moment to come.

    Raises PermissionDenied, Rearranged where the draft is not the one that the person saw, and Misplaced for a moment
    that is past or a photo that may not be shown.
    """
    if not roles.may_arrange(by, section):
        raise PermissionDenied
    front, now = _locked(section), timezone.now()
    newest = front.arrangements.first()
    if front.version != seen_version:
        raise Rearranged(newest, newest.placed if newest else {}, [])
    if at is not None and at <= now:
        raise Misplaced("That moment is past. Publish it now, or say a later one.")
    placed: Placed = newest.placed if newest else {}
    return _freeze(section, placed, by=by, at=at or now)


@transaction.atomic
def call_off(edition: Edition, *, by: "Person") -> None:
    """Call off an edition that is to come. Raises PermissionDenied, and Misplaced once readers have it."""
    if not roles.may_arrange(by, edition.section):
        raise PermissionDenied
    called_off = Edition.objects.filter(pk=edition.pk).coming().order_by().update(called_off_at=timezone.now())
    if not called_off:
        raise Misplaced("Readers have this front already, or it was called off.")


def bring_back(section: Section | None, at: datetime, *, by: "Person", seen_version: int) -> Arrangement:
    """Make the draft what readers saw at that moment, whether an editor had put a story there or it had come by itself;
    the river goes on flowing. What readers no longer have is left out. Raises as `save` does.
    """
    now = timezone.now()
    edition = Edition.objects.of(section).in_force(at).first()
    by_hand = {each.story: each for _, each in zones.each(edition.placed)} if edition else {}
    placed = {
        code: [
            replace(by_hand.get(story.article_id, Placement(story.article_id)), until=None, since=None)
            for story in stories
        ]
        for code, stories in as_readers(section, at, edition)[0].zones.items()
        if code != RIVER.code
    }
    there = set(Snapshot.objects.live(now).filter(article__in=_stories_in(placed)).values_list("article", flat=True))
    kept = {code: [each for each in zone if each.story in there] for code, zone in placed.items()}
    return save(section, kept, by=by, seen_version=seen_version)


def as_edition(section: Section | None, placed: Placed) -> Edition:
    """An arrangement as it would be published, not stored: what a preview shows."""
    photos = Photo.objects.in_bulk({each.photo for _, each in zones.each(placed) if each.photo})
    pictures = {str(pk): photo.picture().as_record() for pk, photo in photos.items() if photo.has_file}
    return Edition(section=section, live_from=timezone.now(), zones=zones.as_record(placed), pictures=pictures)


def as_readers(section: Section | None, at: datetime, edition: Edition | None) -> tuple[paper.Front, Page | None]:
    """A front as readers see it at that moment, by this edition, past and future alike; and a section's river."""
    languages = Paper.objects.current().languages
    if section is None:
        return paper.home(list(Section.objects.all()), at, languages, edition), None
    return paper.of_section(section, at, languages, edition)


@transaction.atomic
def undo(section: Section | None, placed: Placed, *, by: "Person", seen_version: int) -> Arrangement:
    """Make the arrangement before the one that the person saw the draft; what was typed since, in `placed`, stays with
    its stories, and is saved before, so that undoing again brings back all of it.

    Raises as `save` does, Rearranged where somebody else arranged anything, and Misplaced where nothing came before.
    """
    front = _locked(section)
    seen = front.arrangements.filter(version=seen_version).first()
    stored = front.arrangements.first()
    typed = save(section, placed, by=by, seen_version=seen_version)
    if front.version != seen_version:
        raise Rearranged(stored, typed.placed, [])
    if seen is None:
        raise Misplaced("There is nothing to undo.")
    before = front.arrangements.filter(version__lt=seen_version).first()
    there = arranging.with_words(before.placed if before else {}, seen.placed, typed.placed)
    return save(section, there, by=by, seen_version=typed.version)


def pool(person: "Person", section: Section | None) -> list[Snapshot]:
    """What may be put on a front: the newest that readers have, and what is scheduled within the person's sight."""
    now = timezone.now()
    stories = Snapshot.objects.all() if section is None else Snapshot.objects.filter(section=section)
    mine = Article.objects.visible_to(person).order_by().values("pk")
    coming = stories.scheduled(now).filter(article__in=mine).in_brief().order_by("live_from", "pk")
    # An update that is to come is of a story that is there already.
    live = list(stories.live(now).in_brief().newest_first()[:POOL])
    there = {story.article_id for story in live}
    return [story for story in coming[:POOL] if story.article_id not in there] + live


def stories_of(placed: Placed, at: datetime | None = None) -> dict[int, Snapshot]:
    """What readers have, or will have, of the stories in an arrangement, by the ids of their articles; two queries."""
    at = at or timezone.now()
    wanted = Snapshot.objects.filter(article__in=_stories_in(placed)).in_brief()
    coming = {story.article_id: story for story in wanted.scheduled(at).order_by("-live_from", "-pk")}
    return coming | {story.article_id: story for story in wanted.live(at)}


def strange_to(person: "Person", section: Section | None, placed: Placed) -> set[int]:
    """The stories in an arrangement of which this person must not be told: readers do not have them, the draft does
    not hold them, and they are not within the person's sight.
    """
    strange = _stories_in(placed) - _stories_in(draft(front_of(section)))
    strange -= set(Snapshot.objects.live().filter(article__in=strange).values_list("article", flat=True))
    return strange - set(Article.objects.visible_to(person).filter(pk__in=strange).values_list("pk", flat=True))


def remarks(placed: Placed, stories: Mapping[int, Snapshot], at: datetime | None = None) -> Iterator[Remark]:
    """What is to be seen to: stories that readers no longer have, ends that are past, pins that have grown old."""
    at = at or timezone.now()
    for code, each in zones.each(placed):
        if each.story not in stories:
            yield Remark(code, each.story, "Readers do not have this story: its place fills itself.")
        elif not each.holds(at):
            yield Remark(code, each.story, "Its time here is over: the place fills itself.")
        elif each.until is None and each.since and at - each.since > OLD_AFTER.get(code, OLD_AFTER_ELSEWHERE):
            yield Remark(code, each.story, f"Here since {moments.in_words(each.since)}. Should it still be?")


def to_see_to(person: "Person") -> list[ToSee]:
    """What is to be seen to on the fronts that this person arranges, as readers have them.

    At most five queries, however many fronts there are.
    """
    now = timezone.now()
    places = arranged_by(person)
    editions = in_force(places, now)
    placed = {f"{edition.pk} {code}": zone for edition in editions.values() for code, zone in edition.placed.items()}
    stories = stories_of(placed, now) if placed else {}
    return [
        ToSee(section, stories.get(remark.story), remark.words)
        for section in places
        if (edition := editions.get(section.pk if section else None))
        for remark in remarks(edition.placed, stories, now)
    ]


@transaction.atomic
def replace_photo(section: Section | None, old: int, new: int, *, by: "Person") -> bool:
    """Put a photo in the place of another one on a front: for readers, in what is to come, and in the draft. Whether it
    was on any; raises PermissionDenied and Misplaced.
    """
    if not roles.may_arrange(by, section):
        raise PermissionDenied
    front = _locked(section)
    editions = Edition.objects.of(section)
    now = timezone.now()
    using = [*editions.in_force(now)[:1], *editions.coming(now)]
    using = [edition for edition in using if str(old) in edition.pictures]
    for edition in using:
        if edition.live_from > now:
            call_off(edition, by=by)
        _freeze(section, _with_photo(edition.placed, old, new), by=by, at=max(edition.live_from, now))
    drawn = draft(front)
    in_draft = any(each.photo == old for _, each in zones.each(drawn))
    if in_draft:
        save(section, _with_photo(drawn, old, new), by=by, seen_version=front.version)
    return bool(using or in_draft)


def _with_photo(placed: Placed, old: int, new: int) -> Placed:
    return {
        code: [replace(each, photo=new) if each.photo == old else each for each in zone]
        for code, zone in placed.items()
    }


# --- Rules ---


def _freeze(section: Section | None, placed: Placed, *, by: "Person", at: datetime) -> Edition:
    """The edition that is made of an arrangement, with its photos as they are now; raises Misplaced."""
    photos = Photo.objects.in_bulk({each.photo for _, each in zones.each(placed) if each.photo})
    _require_photos(photos.values())
    edition = Edition.objects.create(
        section=section, live_from=at, made_at=timezone.now(), made_by=by, zones=zones.as_record(placed),
        pictures={str(pk): photo.picture().as_record() for pk, photo in photos.items()},
    )  # fmt: skip
    EditionPhoto.objects.bulk_create(EditionPhoto(edition=edition, photo=photo) for photo in photos.values())
    return edition


def _locked(section: Section | None) -> Front:
    """The front, made if nobody has arranged it yet, held until the transaction ends."""
    fronts = Front.objects.select_for_update(of=("self",))
    found = fronts.filter(section=section).first()
    if found is None:
        try:
            with transaction.atomic():
                Front.objects.create(section=section)
        except IntegrityError:
            # At the same moment somebody else made it.
            pass
        found = fronts.get(section=section)
    return found


def _since(placement: Placement, zone: str, stored: Placed, now: datetime) -> Placement:
    """The placement with the moment from which it is in its zone."""
    same = next((each for each in stored.get(zone, ()) if each.story == placement.story), None)
    return replace(placement, since=same.since if same and same.since else now)


def _stories_in(placed: Placed) -> set[int]:
    return {each.story for _, each in zones.each(placed)}


def _told(placed: Placed) -> dict[str, list[Placement]]:
    return {code: said(zone) for code, zone in placed.items() if zone}


def _require_sound(section: Section | None, placed: Placed, before: Placed, by: "Person") -> None:
    known = {zone.code: zone for zone in zones.zones_of(section)}
    stories: set[int] = set()
    for code, zone in placed.items():
        if code not in known:
            raise Misplaced("This front has no such zone.")
        if len(zone) > known[code].most:
            most = known[code].most
            raise Misplaced(f"“{known[code].label}” holds {'one story' if most == 1 else f'{most} stories'} at most.")
        for each in zone:
            if each.story in stories:
                raise Misplaced("A story stands in one place of a front only.")
            stories.add(each.story)
            if each.size not in Size.values:
                raise Misplaced("There is no such size.")
            if len(each.headline) > LONGEST_HEADLINE or len(each.deck) > LONGEST_DECK:
                raise Misplaced("The words for a place are too long.")
    _require_within_sight(stories - _stories_in(before), by)
    was = {each.photo for _, each in zones.each(before)}
    chosen = {each.photo for _, each in zones.each(placed) if each.photo} - was
    photos = Photo.objects.in_bulk(chosen)
    if missing := chosen - photos.keys():
        raise Misplaced(f"There is no photo with the number {missing.pop()}.")
    _require_photos(photos.values())


def _require_within_sight(stories: set[int], by: "Person") -> None:
    """Readers have them, or will have; what they do not have yet, the person must be allowed to see."""
    now = timezone.now()
    snapshots = Snapshot.objects.filter(article__in=stories)
    known = set(snapshots.live(now).values_list("article", flat=True))
    if coming := stories - known:
        mine = Article.objects.visible_to(by).filter(pk__in=coming)
        known |= set(snapshots.scheduled(now).filter(article__in=mine).values_list("article", flat=True))
    if stories - known:
        raise Misplaced("Only what readers have, or what is scheduled, can be put on a front.")


def _require_photos(photos: Iterable[Photo]) -> None:
    for photo in photos:
        for finding in preflight.photo_findings(photo, described=False, field="photo"):
            raise Misplaced(finding.words)
        if photo.is_barred:
            raise Misplaced(f"The owner of the photo “{photo}” does not want it on fronts.")
        if photo.is_one_time:
            raise Misplaced(f"The photo “{photo}” is for a single use, and that is the story's own.")
