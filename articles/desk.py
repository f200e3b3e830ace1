"""The desk: what waits for somebody, what is due, and where every story of a section stands.

Each question is asked of the database in a way that costs the same however large the archive is: what is settled (see
`Article.is_settled`) is left out by an index, and no list is without an end.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from articles import autosave, fronts, messages, moves, roles
from articles.addresses import id_in
from articles.fronts import ToSee
from articles.models import Article, Buffer, Message, Move, Proposal, Report, Section, Snapshot, SnapshotPhoto
from articles.models.article import ArticleQuerySet
from articles.models.report import ReportQuerySet
from articles.moments import midnight
from articles.moves import Offer
from articles.waiting import waiting_for
from articles.workflow import AT_THE_DESK, PLANNING, UNSPIKED, Publication, Stage
from media.models import Photo
from media.models.photo import ENDING_SOON

if TYPE_CHECKING:
    from staff.models import Person

ON_THE_DESK = 12
IN_A_COLUMN = 40
IN_A_DAY = 40
DUE_AT_MOST = 1_000
DUE_WITHIN = timedelta(days=3)
TOLD_FOR = timedelta(days=3)
FORGOTTEN_AFTER = timedelta(days=60)


@dataclass(frozen=True)
class MyDesk:
    """What one person finds on their desk; each list is cut at ON_THE_DESK."""

    messages: Sequence[Message]
    unsaved: Sequence[Buffer]
    returned: Sequence[Article]
    waiting: Sequence[Article]
    mine: Sequence[Article]
    handed_in: Sequence[Article]
    due: Sequence[Article]
    today: Sequence[Snapshot]
    proposals: Sequence[Proposal]
    decided: Sequence[Proposal]
    reports: Sequence[Report]
    ending: Sequence["Ending"]
    fronts: Sequence[ToSee]


@dataclass(frozen=True)
class Ending:
    """A photo before readers whose terms end soon or have ended lately, and the stories that show it, or would."""

    photo: Photo
    stories: Sequence[Snapshot]


def my_desk(person: "Person") -> MyDesk:
    """Everything that asks for this person now."""
    now = timezone.now()
    at_work = _with_last(Article.objects.visible_to(person)).select_related("section", "writer", "editor").defer("body")
    drafts = at_work.filter(stage=Stage.DRAFT, writer=person.pk)
    at_the_desk = at_work.filter(stage__in=AT_THE_DESK, is_settled=False)
    waiting = at_the_desk.filter(waiting_for(person))
    near = _due(now - FORGOTTEN_AFTER, now + DUE_WITHIN)
    return MyDesk(
        messages=list(messages.unread(person)[:ON_THE_DESK]),
        unsaved=autosave.unsaved(person)[:ON_THE_DESK],
        returned=list(drafts.filter(last_verb="return")[:ON_THE_DESK]),
        waiting=list(waiting.order_by("deadline", "updated_at")[:ON_THE_DESK]),
        mine=list(drafts.exclude(last_verb="return")[:ON_THE_DESK]),
        handed_in=list(at_the_desk.filter(writer=person.pk).exclude(editor=person.pk)[:ON_THE_DESK]),
        due=list(at_work.filter(near, _concerns(person)).order_by("deadline", "pk")[:ON_THE_DESK]),
        today=list(_going_out(person, timezone.localdate(now))[:ON_THE_DESK]),
        proposals=_open_proposals(person),
        decided=list(_decided(person, now)[:ON_THE_DESK]),
        reports=list(reports_for(person).waiting().prefetch_related("snapshot")[:ON_THE_DESK]),
        ending=_ending(person),
        fronts=fronts.to_see_to(person)[:ON_THE_DESK],
    )


def _with_last(stories: ArticleQuerySet) -> Any:
    """With `last_verb`, and `last`: the person and the reason of the last move."""
    moved = Move.objects.filter(article=OuterRef("pk")).exclude(verb__in=PLANNING).order_by("-at", "-pk")[:1]
    return stories.annotate(
        last=Subquery(moved.values(said=JSONObject(by="by__name", reason="reason"))),
        last_verb=Coalesce(Subquery(moved.values("verb")), Value("")),
    )


def _due(begin: datetime, end: datetime) -> Q:
    """The stories at work with a deadline in that time, and no more of them than anybody could look at."""
    due = Article.objects.filter(deadline__gte=begin, deadline__lt=end, is_settled=False).exclude(stage=Stage.SPIKED)
    # Found first and by themselves, so that the database begins with their index and not with everybody's sections.
    return Q(pk__in=due.order_by("deadline").values("pk")[:DUE_AT_MOST])


def _concerns(person: "Person") -> Q:
    """The stories whose deadlines are this person's: what they write or edit, and what their desk puts out."""
    desk = roles.within_reach_of(person, lambda role: roles.ASSIGN in role.rights)
    everything = Q()
    return everything if desk == everything else desk | Q(writer=person.pk) | Q(editor=person.pk)


def _published_by(person: "Person") -> Q:
    return roles.within_reach_of(person, lambda role: "publish" in role.verbs, of="article__")


def _open_proposals(person: "Person") -> Sequence[Proposal]:
    wanted = Proposal.objects.filter(_published_by(person), decided_at=None)
    return list(wanted.prefetch_related("article", "by").defer("content")[:ON_THE_DESK])


def _decided(person: "Person", now: datetime) -> QuerySet[Proposal]:
    """What became of the changes that this person proposed to stories that they may open, for some days."""
    seen = roles.visible(person, of="article__")
    mine = Proposal.objects.filter(seen, by=person.pk, decided_at__gte=now - TOLD_FOR).order_by("-decided_at")
    return mine.select_related("article", "decided_by").defer("content", "article__body")


def _ending(person: "Person") -> list[Ending]:
    """What the photo desk must see to in the stories that this person publishes or keeps the photos of."""
    mine = roles.within_reach_of(
        person, lambda role: role.photos_only or "publish" in role.verbs, of="snapshot__article__"
    )
    today = timezone.localdate()
    near = Photo.objects.filter(allowed_until__gte=today - ENDING_SOON, allowed_until__lte=today + ENDING_SOON)
    # Photo by photo and use by use: as a list of ids, SQLite would gather everything that is live first.
    live = Exists(Snapshot.objects.live().filter(pk=OuterRef("snapshot")).order_by())
    uses = SnapshotPhoto.objects.filter(mine, live, photo__in=near.order_by().values("pk"))
    uses = uses.order_by("photo__allowed_until", "photo", "snapshot")[:DUE_AT_MOST]
    pairs = list(uses.values_list("photo", "snapshot"))
    photos = Photo.objects.in_bulk([photo for photo, _ in pairs])
    stories = Snapshot.objects.in_brief().in_bulk([story for _, story in pairs])
    found: dict[int, list[Snapshot]] = {}
    for photo, story in pairs:
        found.setdefault(photo, []).append(stories[story])
    return [Ending(photos[photo], told) for photo, told in found.items()][:ON_THE_DESK]


def reports_for(person: "Person") -> ReportQuerySet:
    """What readers reported of the stories that this person's roles publish."""
    return Report.objects.filter(_published_by(person))


# --- Filters, as they stand in the address ---


@dataclass(frozen=True)
class Filters:
    """What a board or a calendar is about: a section of the person's, and one colleague's stories."""

    section: Section | None = None
    person: int | None = None

    def stories(self) -> Q:
        """The working copies that pass."""
        wanted = Q() if self.section is None else Q(section=self.section)
        return wanted if self.person is None else wanted & (Q(writer=self.person) | Q(editor=self.person))


def filters(person: "Person", asked: Mapping[str, str]) -> Filters:
    """The filters of an address: `section` is a slug, `who` the id of a colleague. What makes no sense is no filter."""
    section = next((each for each in roles.sections_of(person) if each.slug == asked.get("section")), None)
    return Filters(section, id_in(asked.get("who", "")) or None)


# --- The board ---


@dataclass(frozen=True)
class Card:
    """A story on the board, with the moves between columns that this person may make."""

    story: Any
    ways: Sequence[Offer]


@dataclass(frozen=True)
class Column:
    """One stage of the board; `has_more` says that it was cut."""

    stage: Stage
    cards: Sequence[Card]
    has_more: bool


def board(person: "Person", wanted: Filters) -> list[Column]:
    """Where the stories stand that are not out: a column for each stage, the latest on top."""
    stories = Article.objects.visible_to(person).filter(wanted.stories(), is_settled=False).with_publication()
    stories = stories.select_related("section", "writer", "editor").prefetch_related("bylines__author")
    stories = stories.defer("body", "lead_caption", "lead_alt")
    columns = []
    for stage in UNSPIKED:
        found = list(stories.filter(stage=stage)[: IN_A_COLUMN + 1])
        cards = [Card(story, _ways(story, person)) for story in found[:IN_A_COLUMN]]
        columns.append(Column(stage, cards, has_more=len(found) > IN_A_COLUMN))
    return columns


def _ways(story: Any, person: "Person") -> list[Offer]:
    is_scheduled = story.publication == Publication.SCHEDULED
    offered = moves.offers(story, person, moves.Standing(Publication(story.publication), is_scheduled=is_scheduled))
    return [offer for offer in offered if offer.verb.to in UNSPIKED and offer.verb.to != story.stage]


# --- The calendar ---


@dataclass(frozen=True)
class Entry:
    """Something in the calendar: a deadline, a story that is scheduled, or one that went out."""

    DEADLINE, SCHEDULED, PUBLISHED = "deadline", "scheduled", "published"

    at: datetime
    what: str
    article_id: int
    headline: str
    section: str
    is_movable: bool = False
    is_late: bool = False
    version: int = 0

    @property
    def says(self) -> str:
        """What it is, in words."""
        return {self.DEADLINE: "Deadline", self.SCHEDULED: "Goes out", self.PUBLISHED: "Went out"}[self.what]


@dataclass
class Day:
    """A day of the newsroom's calendar, its entries in the order of time; `more` were left out."""

    date: date
    entries: list[Entry] = field(default_factory=list)
    more: int = 0

    @property
    def is_today(self) -> bool:
        """Whether it is today in the newsroom."""
        return self.date == timezone.localdate()


def week(person: "Person", first: date, wanted: Filters) -> list[Day]:
    """The seven days from `first` on: deadlines, what is scheduled, and what went out, within what the person sees."""
    days = {first + timedelta(days=number): Day(first + timedelta(days=number)) for number in range(7)}
    for entry in sorted(_entries(person, first, wanted), key=lambda entry: (entry.at, entry.article_id)):
        day = days[timezone.localtime(entry.at).date()]
        if len(day.entries) < IN_A_DAY:
            day.entries.append(entry)
        else:
            day.more += 1
    return list(days.values())


def _entries(person: "Person", first: date, wanted: Filters) -> Iterable[Entry]:
    begin, end = midnight(first), midnight(first + timedelta(days=7))
    now = timezone.now()
    mine = Article.objects.visible_to(person).filter(wanted.stories()).defer("body")
    due = mine.filter(_due(begin, end)).select_related("section").prefetch_related("bylines__author")[: 7 * IN_A_DAY]
    for story in due:
        assert story.deadline is not None  # noqa: S101 - asked for above
        may_move = roles.has_right(person, roles.ASSIGN, story)
        section = story.section.name if story.section else ""
        yield Entry(story.deadline, Entry.DEADLINE, story.pk, str(story), section, may_move, story.is_late)
    scheduled = Snapshot.objects.scheduled(now).filter(live_from__gte=begin, live_from__lt=end)
    went_out = Snapshot.objects.seen_by(now).filter(published_at__gte=begin, published_at__lt=end, change="")
    for snapshots, what in ((scheduled, Entry.SCHEDULED), (went_out, Entry.PUBLISHED)):
        # First by the clock, then what of it the person sees: each by its own index.
        found = list(snapshots.order_by("live_from", "pk").in_brief()[:DUE_AT_MOST])
        stories = mine.prefetch_related("bylines__author").in_bulk({snapshot.article_id for snapshot in found})
        for snapshot in [each for each in found if each.article_id in stories]:
            story = stories[snapshot.article_id]
            movable = what == Entry.SCHEDULED and roles.may(person, "schedule", story)
            yield Entry(
                snapshot.live_from, what, story.pk, snapshot.headline, snapshot.section_name, movable,
                version=story.version,
            )  # fmt: skip


def _going_out(person: "Person", day: date) -> QuerySet[Snapshot]:
    """What is scheduled for that day, the next one first, among the stories that this person sees."""
    begin, end = midnight(day), midnight(day + timedelta(days=1))
    seen = roles.visible(person, of="article__")
    found = Snapshot.objects.scheduled().filter(seen, live_from__gte=begin, live_from__lt=end)
    return found.in_brief().order_by("live_from", "pk")
