"""What a reader may go on to from a story: its series, what an editor put beside it, and what is near."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Concat, JSONObject
from django.utils import timezone
from taggit.models import Tag

from articles.models.beside import Part, Related
from articles.models.snapshot import Joined, Snapshot, SnapshotQuerySet, SnapshotTag
from articles.prepared import Prepared

SHOWN = 4
BY_HAND_AT_MOST = 8
PARTS_AT_MOST = 60
TAGS_LOOKED_AT = 4
OF_A_TAG = 10


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


def with_neighbours(stories: SnapshotQuerySet) -> SnapshotQuerySet:
    """Each with `series`: the id, name, address and place of the series that its story is part of, None for none; and
    with `by_hand`, what an editor put beside it, as `put_beside` reads it.
    """
    mine = Part.objects.filter(article=OuterRef("article")).order_by()
    brief = mine.values(said=JSONObject(pk="series", name="series__name", slug="series__slug", position="position"))
    said = Joined(Concat("position", Value(" "), "pk", Value(" "), "other", output_field=TextField()))
    by_hand = Related.objects.filter(article=OuterRef("article")).order_by()
    put = by_hand.annotate(one=Value(1)).values("one").annotate(said=said).values("said")
    return stories.annotate(series=Subquery(brief[:1]), by_hand=Subquery(put, output_field=TextField()))


def put_beside(story: Any) -> list[int]:
    """The articles that an editor put beside that story, in order. The story comes `with_neighbours`."""
    placed = sorted([int(part) for part in each.split()] for each in (story.by_hand or "").split(",") if each)
    return [other for _, _, other in placed[:BY_HAND_AT_MOST]]


def beside(story: Any, now: datetime) -> Beside:
    """What stands beside that story at that moment; one query. The story comes `with_neighbours`."""
    found = NEAR(
        story=story.article_id,
        section=story.section_id,
        series=[story.series["pk"]] if story.series else [],
        by_hand=put_beside(story),
        tags=[tag["slug"] for tag in story.tagged[:TAGS_LOOKED_AT]],
        at=now,
        today=timezone.localdate(now),
    )
    return _arranged(story, found)


def _near(
    story: int, section: int, series: list[int], by_hand: list[int], tags: list[str], at: datetime, today: date
) -> SnapshotQuerySet:
    """The parts of the series, what was put beside it by hand, and of all else the few that are nearest.

    Most stories have neither series nor hand: nothing is asked of either for them.
    """
    live = Snapshot.objects.live(at)
    newest = live.filter(section=section).newest_first()[: SHOWN + BY_HAND_AT_MOST]
    tagged = (live.filter(pk__in=_tagged(tag).values("snapshot")) for tag in tags)
    nearest = Snapshot.objects.any_of(newest, *tagged).exclude(article=story)
    parts = Part.objects.filter(series__in=series)
    in_parts = parts.order_by("position", "pk")[:PARTS_AT_MOST].values("article")
    if series:
        nearest = nearest.exclude(article__in=in_parts)
    chosen = [live.filter(article__in=in_parts)] if series else []
    chosen += [live.filter(article__in=by_hand)] if by_hand else []
    found = Snapshot.objects.any_of(_nearest_first(nearest, section, tags)[:SHOWN], *chosen)
    place = parts.filter(article=OuterRef("article")).order_by().values("position")[:1]
    part: Any = Subquery(place) if series else Value(None, output_field=IntegerField())
    return found.as_teasers(today).annotate(part=part).newest_first()


NEAR: Prepared[Snapshot] = Prepared(Snapshot, _near, knows_rows=True)


def _nearest_first(stories: SnapshotQuerySet, section: int, tags: list[str]) -> SnapshotQuerySet:
    """Those that share most of these tags, then those of the section, then the newest."""
    shared: Any = Value(0)
    if tags:
        mine = SnapshotTag.objects.filter(tag__in=Tag.objects.filter(slug__in=tags).values("pk"))
        count = mine.filter(snapshot=OuterRef("pk")).order_by().values("snapshot").values(found=Count("pk"))
        shared = Coalesce(Subquery(count), 0)
    elsewhere = Case(When(section=section, then=0), default=1)
    return stories.annotate(shared=shared, elsewhere=elsewhere).order_by("-shared", "elsewhere", "-published_at", "-pk")


def _tagged(slug: str) -> QuerySet[SnapshotTag]:
    """The newest snapshots with this tag: few, and found by their index."""
    tag = Tag.objects.filter(slug=slug).values("pk")[:1]
    return SnapshotTag.objects.filter(tag=Subquery(tag)).order_by("-published_at", "-snapshot")[:OF_A_TAG]


def _arranged(story: Any, found: Sequence[Any]) -> Beside:
    parts = sorted((each for each in found if each.part is not None), key=lambda each: (each.part, -each.pk))
    number = next((at for at, part in enumerate(parts) if part.article_id == story.article_id), -1)
    in_series = {part.article_id for part in parts} | {story.article_id}
    others = [each for each in found if each.article_id not in in_series]
    tags = {tag["slug"] for tag in story.tagged[:TAGS_LOOKED_AT]}
    places = {article: place for place, article in enumerate(put_beside(story))}

    def nearness(each: Any) -> tuple[int, float, int]:
        if each.article_id in places:
            return 0, places[each.article_id], 0
        shared = len(tags & {tag["slug"] for tag in each.tagged})
        return 1, -shared, 0 if each.section_id == story.section_id else 1

    ranked = sorted(others, key=nearness)
    by_hand = sum(each.article_id in places for each in ranked)
    return Beside(
        stories=ranked[: max(SHOWN, by_hand)],
        parts=parts if number >= 0 and len(parts) > 1 else (),
        number=number + 1,
        before=parts[number - 1] if number > 0 else None,
        after=parts[number + 1] if 0 <= number < len(parts) - 1 else None,
    )
