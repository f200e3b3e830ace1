"""The zones of a front, and what an editor puts in them. Newsroom and paper both go by these words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from articles.kinds import Kind

VOICE_KINDS = frozenset({Kind.OPINION, Kind.LETTER})
FEATURE_KINDS = frozenset({Kind.ANALYSIS, Kind.INTERVIEW, Kind.REVIEW})


class Size(models.TextChoices):
    """How large a story stands in its zone."""

    USUAL = "usual", "As the zone has it"
    LARGE = "large", "Larger"
    SMALL = "small", "Headline only"


@dataclass(frozen=True)
class Zone:
    """A part of a front: what the newsroom calls it, and how many stories it holds at most.

    Where an editor puts fewer, it fills itself with the newest, of its `kinds` where it has any. One that does not fill
    itself is shown only where somebody put something into it.
    """

    code: str
    label: str
    most: int
    kinds: frozenset[Kind] = frozenset()
    fills_itself: bool = True


LEAD = Zone("lead", "Lead", 1)
RIVER = Zone("river", "River", 10)
SECONDS = "seconds"
# In the order of the page. On the front page sections have bands of their own between the briefs and the river.
HOME = (
    LEAD,
    Zone(SECONDS, "Second leads", 4),
    Zone("opinion", "Opinion", 4, VOICE_KINDS),
    Zone("briefs", "Briefs", 8),
    Zone("features", "Features", 3, FEATURE_KINDS),
    RIVER,
)
SECTION = (
    LEAD,
    Zone(SECONDS, "Second leads", 3),
    Zone("opinion", "Opinion", 4, VOICE_KINDS, fills_itself=False),
    Zone("briefs", "Briefs", 8, fills_itself=False),
    Zone("features", "Features", 3, FEATURE_KINDS, fills_itself=False),
    RIVER,
)


def zones_of(section: object | None) -> Sequence[Zone]:
    """The zones of a section's front; of the front page for None."""
    return HOME if section is None else SECTION


@dataclass(frozen=True)
class Placement:
    """A story in a zone, by the id of its article, with what is said of it there in place of its own words.

    It leaves at `until`; without it stands until somebody moves it, or readers no longer have it. `since` is when it
    came into this zone.
    """

    story: int
    headline: str = ""
    deck: str = ""
    photo: int | None = None
    size: str = Size.USUAL
    until: datetime | None = None
    since: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it is in its zone at that moment."""
        return self.until is None or at < self.until

    def as_record(self) -> dict[str, Any]:
        """This placement in JSON; what is not said is left out."""
        moments = {name: moment.isoformat() for name in ("until", "since") if (moment := getattr(self, name))}
        words = {name: getattr(self, name) for name in ("headline", "deck", "photo") if getattr(self, name)}
        size = {"size": self.size} if self.size != Size.USUAL else {}
        return {"story": self.story, **words, **size, **moments}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Placement":
        """The placement that `as_record` wrote."""
        moments = {name: datetime.fromisoformat(record[name]) for name in ("until", "since") if name in record}
        return cls(**{**record, **moments})


Placed = Mapping[str, Sequence[Placement]]


def from_record(record: Mapping[str, Any]) -> dict[str, list[Placement]]:
    """What stands in each zone, from JSON."""
    return {code: [Placement.from_record(each) for each in placed] for code, placed in record.items()}


def as_record(placed: Placed) -> dict[str, Any]:
    """The same in JSON; a zone without anything is left out."""
    return {code: [each.as_record() for each in zone] for code, zone in placed.items() if zone}


def each(placed: Placed) -> Iterator[tuple[str, Placement]]:
    """Every placement with the code of its zone."""
    return ((code, placement) for code, zone in placed.items() for placement in zone)
