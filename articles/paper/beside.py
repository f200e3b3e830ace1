"""What a reader may go on to from a story: its series, what an editor put beside it, and what is near."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone
from taggit.models import Tag

from articles.models.beside import Part, Related
from articles.models.snapshot import Snapshot, SnapshotQuerySet, SnapshotTag
from articles.prepared import Prepared

SHOWN = 4
BY_HAND_AT_MOST = 8
PARTS_AT_MOST = 60
TAGS_LOOKED_AT = 4
OF_A_TAG = 10
# No series has this number.
NO_SERIES = 0


@dataclass(frozen=True)
class Beside:
    """Stories beside a story. `parts` are those of its series that readers have, this one among them, in order.

    `number` is this story's among them, from 1; `before` and `after` are its neighbours.
    """

    stories: Sequence[Any]
    parts: Sequence[Any] = ()
    number: int = 0
    before: Any = None
    after: Any = None


def with_series(stories: SnapshotQuerySet) -> SnapshotQuerySet:
    """Each with `series`: the id, name, address and place of the series that its story is part of, None for none."""
    mine = Part.objects.filter(article=OuterRef("article")).order_by()
    brief = mine.values(said=JSONObject(pk="series", name="series__name", slug="series__slug", position="position"))
    return stories.annotate(series=Subquery(brief[:1]))


def beside(story: Any, now: datetime) -> Beside:
    """What stands beside that story at that moment; one query. The story comes `with_series`."""
    found = NEAR(
        story=story.article_id,
        section=story.section_id,
        series=story.series["pk"] if story.series else NO_SERIES,
        tags=[tag["slug"] for tag in story.tagged[:TAGS_LOOKED_AT]],
        at=now,
        today=timezone.localdate(now),
    )
    return _arranged(story, found)


def _near(story: int, section: int, series: int, tags: list[str], at: datetime, today: date) -> SnapshotQuerySet:
    """The parts of the series, what was put beside it by hand, and of all else the few that are nearest."""
    live = Snapshot.objects.live(at)
    mine = Related.objects.filter(article=story).order_by("position", "pk")[:BY_HAND_AT_MOST]
    parts = Part.objects.filter(series=series).order_by("position", "pk")[:PARTS_AT_MOST]
    newest = live.filter(section=section).newest_first()[: SHOWN + BY_HAND_AT_MOST]
    tagged = (live.filter(pk__in=_tagged(tag).values("snapshot")) for tag in tags)
    others = Snapshot.objects.any_of(newest, *tagged).exclude(article=story)
    shared = SnapshotTag.objects.filter(snapshot=OuterRef("pk"), tag__slug__in=tags).order_by().values("snapshot")
    nearest = (
        others.exclude(article__in=parts.values("article"))
        .annotate(
            shared=Coalesce(Subquery(shared.values(found=Count("pk"))), 0),
            elsewhere=Case(When(section=section, then=0), default=1),
        )
        .order_by("-shared", "elsewhere", "-published_at", "-pk")
    )
    found = Snapshot.objects.any_of(
        nearest[:SHOWN],
        live.filter(article__in=mine.values("other")),
        live.filter(article__in=parts.values("article")),
    )
    return _with_places(found.in_brief(today), story, series).newest_first()


NEAR: Prepared[Snapshot] = Prepared(Snapshot, _near, knows_rows=True)


def _with_places(stories: SnapshotQuerySet, story: int, series: int) -> SnapshotQuerySet:
    """Each with its place among what was put beside the story `by_hand`, and its place as a `part` of the series."""
    return stories.annotate(
        by_hand=Subquery(_place(Related.objects.filter(article=story, other=OuterRef("article")))),
        part=Subquery(_place(Part.objects.filter(series=series, article=OuterRef("article")))),
    )


def _tagged(slug: str) -> QuerySet[SnapshotTag]:
    """The newest snapshots with this tag: few, and found by their index."""
    tag = Tag.objects.filter(slug=slug).values("pk")[:1]
    return SnapshotTag.objects.filter(tag=Subquery(tag)).order_by("-published_at", "-snapshot")[:OF_A_TAG]


def _place(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    return rows.order_by().values("position")[:1]


def _arranged(story: Any, found: Sequence[Any]) -> Beside:
    parts = sorted((each for each in found if each.part is not None), key=lambda each: (each.part, -each.pk))
    number = next((at for at, part in enumerate(parts) if part.article_id == story.article_id), -1)
    in_series = {part.article_id for part in parts} | {story.article_id}
    others = [each for each in found if each.article_id not in in_series]
    tags = {tag["slug"] for tag in story.tagged[:TAGS_LOOKED_AT]}

    def nearness(each: Any) -> tuple[int, float, int]:
        if each.by_hand is not None:
            return 0, each.by_hand, 0
        shared = len(tags & {tag["slug"] for tag in each.tagged})
        return 1, -shared, 0 if each.section_id == story.section_id else 1

    ranked = sorted(others, key=nearness)
    by_hand = sum(each.by_hand is not None for each in ranked)
    return Beside(
        stories=ranked[: max(SHOWN, by_hand)],
        parts=parts if number >= 0 and len(parts) > 1 else (),
        number=number + 1,
        before=parts[number - 1] if number > 0 else None,
        after=parts[number + 1] if 0 <= number < len(parts) - 1 else None,
    )
