"""What a reader may go on to from a story: its series, what an editor put beside it, and what is near."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from articles.models.beside import Part, Related
from articles.models.snapshot import Snapshot, SnapshotQuerySet, SnapshotTag

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


def with_series(stories: SnapshotQuerySet) -> SnapshotQuerySet:
    """Each with `series`: the id, name, address and place of the series that its story is part of, None for none."""
    mine = Part.objects.filter(article=OuterRef("article")).order_by()
    brief = mine.values(said=JSONObject(pk="series", name="series__name", slug="series__slug", position="position"))
    return stories.annotate(series=Subquery(brief[:1]))


def beside(story: Any, now: datetime) -> Beside:
    """What stands beside that story at that moment; one query. The story comes `with_series`."""
    series = story.series["pk"] if story.series else None
    live = Snapshot.objects.live(now)
    mine = Related.objects.filter(article=story.article_id).order_by("position", "pk")[:BY_HAND_AT_MOST]
    parts = Part.objects.filter(series=series).order_by("position", "pk")[:PARTS_AT_MOST]
    near = live.filter(section=story.section_id).newest_first()[: SHOWN + BY_HAND_AT_MOST]
    wanted = [
        live.filter(article__in=mine.values("other")),
        *([live.filter(article__in=parts.values("article"))] if series else []),
        live.filter(pk__in=near.values("pk")),
        *(live.filter(pk__in=_tagged(tag["slug"]).values("snapshot")) for tag in story.tagged[:TAGS_LOOKED_AT]),
    ]
    ids = [each.order_by().values("pk") for each in wanted]
    found = list(
        live.filter(pk__in=ids[0].union(*ids[1:]))
        .in_brief()
        .annotate(
            by_hand=Subquery(_place(Related.objects.filter(article=story.article_id, other=OuterRef("article")))),
            part=Subquery(_place(Part.objects.filter(series=series, article=OuterRef("article")))),
        )
        .newest_first()
    )
    return _arranged(story, found)


def _tagged(slug: str) -> QuerySet[SnapshotTag]:
    """The snapshots that were last given this tag: few, and found by their index."""
    return SnapshotTag.objects.filter(tag__slug=slug).order_by("-snapshot")[:OF_A_TAG]


def _place(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    return rows.order_by().values("position")[:1]


def _arranged(story: Any, found: Sequence[Any]) -> Beside:
    parts = sorted((each for each in found if each.part is not None), key=lambda each: (each.part, -each.pk))
    number = next((at for at, part in enumerate(parts) if part.article_id == story.article_id), -1)
    in_series = {part.article_id for part in parts} | {story.article_id}
    others = [each for each in found if each.article_id not in in_series]
    tags = {tag["slug"] for tag in story.tagged}

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
