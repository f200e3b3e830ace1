"""Keeping what stories are found by: written in the transaction that publishes, made again by `rebuild_search`."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from articles import body
from articles.models.searched import SearchEntry
from articles.models.snapshot import Snapshot, SnapshotQuerySet
from articles.search import matching, spelling
from articles.search.asked import ALL, facet, place
from media.words import joined

BATCH = 200


def take_in(snapshot: Snapshot) -> None:
    """Let the snapshot be found from its moment on."""
    _keep([snapshot])


def forget_past(article_id: int) -> None:
    """Drop the entries of the story's snapshots that are past or were called off."""
    past = Snapshot.objects.filter(_past(timezone.now()), article=article_id)
    SearchEntry.objects.filter(snapshot__in=past).delete()


def _past(now: datetime) -> Q:
    return Q(live_until__lte=now) | Q(live_until=F("live_from"))


def missing() -> SnapshotQuerySet:
    """The snapshots that readers have or will have, and that nobody could find."""
    there = SearchEntry.objects.filter(snapshot=OuterRef("pk"))
    wanted = Snapshot.objects.exclude(_past(timezone.now())).filter(~Exists(there))
    return wanted.select_related("section").order_by("pk")


def rebuild(*, from_nothing: bool) -> Iterator[int]:
    """Take in what is missing, a batch at a time, and yield how many were taken in; `from_nothing` throws all away
    first. Can be interrupted at any moment and called again.
    """
    if from_nothing:
        SearchEntry.objects.all().delete()
        spelling.forget()
    SearchEntry.objects.filter(snapshot__in=Snapshot.objects.filter(_past(timezone.now()))).delete()
    after = 0
    while batch := list(missing().filter(pk__gt=after)[:BATCH]):
        _keep(batch)
        after = batch[-1].pk
        yield len(batch)
    matching.took_in_many(SearchEntry._meta.db_table)


def _keep(snapshots: Iterable[Snapshot]) -> None:
    entries = [_entry(snapshot) for snapshot in snapshots]
    SearchEntry.objects.bulk_create(entries, ignore_conflicts=True)
    spelling.learn({word for entry in entries for word in _worth_knowing(entry)})


def _worth_knowing(entry: SearchEntry) -> Iterator[str]:
    """The words that may be suggested: of a text, those that it uses more than once."""
    yield from f"{entry.headline} {entry.deck} {entry.rest}".split()
    yield from (word for word, times in Counter(entry.body.split()).items() if times > 1)


def _entry(snapshot: Snapshot) -> SearchEntry:
    captions = [picture["caption"] for picture in snapshot.pictures.values()]
    captions += [body.plain_text(reference.caption or "") for reference in body.photos(snapshot.body)]
    if snapshot.lead:
        captions.append(snapshot.lead["caption"])
    names = [f"{name.name} {name.wording}" for name in snapshot.names]
    tags = [tag["name"] for tag in snapshot.tagged]
    facets = [
        ALL,
        facet("section", snapshot.section.slug),
        facet("kind", snapshot.kind),
        *(facet("author", name.slug) for name in snapshot.names),
        *(facet("tag", tag["slug"]) for tag in snapshot.tagged),
    ]
    return SearchEntry(
        place=place(snapshot.published_at, snapshot.pk),
        snapshot=snapshot,
        headline=joined(snapshot.headline, snapshot.kicker),
        deck=joined(snapshot.deck),
        body=joined(body.plain_text(snapshot.body), snapshot.dateline),
        rest=joined(*captions, *names, *tags),
        facets=" ".join(facets),
    )
