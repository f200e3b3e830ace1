"""Arranging a front: putting a story into a zone, moving it a step, bringing two people's arrangements together.

Arrangements go in and come out; what comes out has not been saved.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from articles import zones
from articles.models import Section
from articles.zones import LEAD, SECONDS, Placed, Placement, Zone

# What is said of a story in its place.
WORDS = ("headline", "deck", "photo", "size", "until")


class Misplaced(ValueError):
    """Raised where an arrangement cannot stand; the message says why, in words for whoever made it."""


def put(section: Section | None, placed: Placed, story: int, zone: str, before: int | None = None) -> Placed:
    """Put a story into a zone, before another one there or at its end; where it stood is free again.

    In a zone that is full the last one makes room: the former lead opens the second leads, others stand where they
    come by themselves.
    """
    held = {code: [each for each in there if each.story != story] for code, there in placed.items()}
    was = next((each for _, each in zones.each(placed) if each.story == story), Placement(story))
    there = held.setdefault(zone, [])
    position = next((number for number, each in enumerate(there) if each.story == before), len(there))
    wanted = zones.zones_of(section)
    most = {each.code: each.most for each in wanted}
    if zone not in most:
        raise Misplaced("This front has no such zone.")
    there.insert(min(position, most[zone] - 1), was)
    if zone == LEAD.code:
        held[SECONDS] = [*there[1:], *held.get(SECONDS, [])]
    for code in (zone, SECONDS):
        held[code] = held.get(code, [])[: most[code]]
    return held


def step(section: Section | None, placed: Placed, story: int, *, down: bool) -> Placed:
    """Move a story one place up or down; from the end of a zone into the next one, where it changes places with its
    neighbour if there is no room. Raises Misplaced for one that stands nowhere.
    """
    wanted = zones.zones_of(section)
    held = {zone.code: list(placed.get(zone.code, ())) for zone in wanted}
    places = [
        (number, place)
        for number, zone in enumerate(wanted)
        for place, each in enumerate(held[zone.code])
        if each.story == story
    ]
    if not places:
        raise Misplaced("This story stands in no zone of the front.")
    number, place = places[0]
    here, by = held[wanted[number].code], 1 if down else -1
    if 0 <= place + by < len(here):
        here[place], here[place + by] = here[place + by], here[place]
    elif 0 <= number + by < len(wanted):
        beside = wanted[number + by]
        there, moved = held[beside.code], here.pop(place)
        if len(there) == beside.most:
            here.insert(place, there.pop(0 if down else -1))
        there.insert(0 if down else len(there), moved)
    return held


def merge(
    wanted: Iterable[Zone], base: Placed, theirs: Placed, mine: Placed
) -> tuple[dict[str, Sequence[Placement]], list[str]]:
    """Two arrangements that began with the same one, brought together; and the zones in which they collide.

    A zone that only one of the two changed is as they have it. A story that both moved, each elsewhere, is a collision
    too: it can't stand in two places.
    """
    merged: dict[str, Sequence[Placement]] = {}
    collisions = []
    for zone in wanted:
        was, hers, own = (said(each.get(zone.code, ())) for each in (base, theirs, mine))
        merged[zone.code] = theirs.get(zone.code, ()) if own == was else mine.get(zone.code, ())
        if own not in (was, hers) and hers != was:
            collisions.append(zone.code)
    places: dict[int, list[str]] = {}
    for code, placement in zones.each(merged):
        places.setdefault(placement.story, []).append(code)
    twice = {code for codes in places.values() if len(codes) > 1 for code in codes}
    return merged, [zone.code for zone in wanted if zone.code in {*collisions, *twice}]


def with_words(placed: Placed, base: Placed, mine: Placed) -> Placed:
    """An arrangement with what `mine` says of its stories otherwise than `base` does."""
    was, own = ({each.story: each for _, each in zones.each(there)} for there in (base, mine))

    def told(placement: Placement) -> Placement:
        old, new = was.get(placement.story), own.get(placement.story)
        if old is None or new is None:
            return placement
        return replace(
            placement, **{name: getattr(new, name) for name in WORDS if getattr(new, name) != getattr(old, name)}
        )

    return {code: [told(each) for each in zone] for code, zone in placed.items()}


def said(zone: Iterable[Placement]) -> list[Placement]:
    """What an editor said of a zone: its placements without `since`, which nobody types."""
    return [replace(each, since=None) for each in zone]
