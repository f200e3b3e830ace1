"""The front page: which stories stand where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from articles.kinds import Kind
from articles.models.section import Section
from articles.models.snapshot import Snapshot

SECONDS = 4
BRIEFS = 8
VOICES = 4
BAND = 4
VOICE_KINDS = (Kind.OPINION, Kind.LETTER)


@dataclass(frozen=True)
class Band:
    """The stories of one section across the page."""

    section: Section
    stories: Sequence[Snapshot]


@dataclass(frozen=True)
class Front:
    """A front page; no story stands on it twice."""

    lead: Snapshot | None
    seconds: Sequence[Snapshot]
    voices: Sequence[Snapshot]
    briefs: Sequence[Snapshot]
    bands: Sequence[Band]


def front(sections: Sequence[Section], at: datetime) -> Front:
    """The front page as it fills itself at that moment, newest first; one query."""
    live = Snapshot.objects.live(at).newest_first()
    newest = live.values("pk")[: 1 + SECONDS + BRIEFS + VOICES]
    wanted = Q(pk__in=newest) | Q(pk__in=live.filter(kind__in=VOICE_KINDS).values("pk")[: VOICES + SECONDS])
    for section in sections:
        wanted |= Q(pk__in=live.filter(section=section).values("pk")[: BAND + SECONDS])
    return arrange(list(Snapshot.objects.filter(wanted).in_brief().newest_first()), sections)


def arrange(stories: Iterable[Snapshot], sections: Sequence[Section]) -> Front:
    """Give each story, newest first, its place: news leads, opinion has its column, sections have their bands."""
    left = list(stories)
    news = [story for story in left if story.kind not in VOICE_KINDS]
    lead = next((story for story in news[:SECONDS] if story.front_picture), None) or next(iter(news or left), None)

    def take(number: int, among: Iterable[Snapshot]) -> list[Snapshot]:
        taken = [story for story in among if story in left][:number]
        left[:] = [story for story in left if story not in taken]
        return taken

    if lead:
        left.remove(lead)
    seconds = take(SECONDS, news)
    voices = take(VOICES, [story for story in left if story.kind in VOICE_KINDS])
    bands = []
    for section in sections:
        stories = take(BAND, [story for story in left if story.section_id == section.pk])
        # A band opens with a picture where one of its stories has any.
        bands.append(Band(section, sorted(stories, key=lambda story: story.front_picture is None)))
    return Front(
        lead=lead,
        seconds=seconds,
        voices=voices,
        briefs=take(BRIEFS, list(left)),
        bands=[band for band in bands if band.stories],
    )
