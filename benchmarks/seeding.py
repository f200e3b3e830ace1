"""A paper of our own with as many stories before readers as wanted, made quickly and the same each time."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from benchmarks import copying, stories
from benchmarks.progress import tell

BATCH = 1_000
# In kilobytes.
FOR_PAGES = 500_000


def fill(number: int, story: Callable[[int], stories.Story] = stories.story) -> None:
    """Make the paper of this process's site as large as that, where it is smaller: pictures, stories, search.

    Can be interrupted at any moment and called again; it goes on where it was.
    """
    from articles.models import Snapshot
    from articles.search import entries

    desk = _Desk()
    begin = Snapshot.objects.filter(published_at__lte=stories.NEWEST).count()
    tell(begin, number, "stories")
    with _unnoticed(), _in_memory():
        for first in range(begin, min(number, stories.TEXTS), BATCH):
            end = min(first + BATCH, number, stories.TEXTS)
            _publish([story(each) for each in range(first, end)], desk)
            tell(end, number, "stories")
        missing = entries.missing().count()
        found = 0
        for taken in entries.rebuild(from_nothing=False):
            found += taken
            tell(found, missing, "stories that can be searched")
        while (first := max(begin, stories.TEXTS)) < number:
            begin = min(first - first % stories.TEXTS + stories.TEXTS, number)
            copying.copy(first, begin)
            tell(begin, number, "stories")
    count()


@contextmanager
def _unnoticed() -> Iterator[None]:
    """Leave stamps alone meanwhile: each of many rows would raise them, and note a moment that is long past. Afterwards
    every page is made anew.
    """
    from django.db import connection, transaction

    from articles.migrations import _stamps

    editor = connection.SchemaEditorClass(connection)
    with transaction.atomic():
        _stamps.remove(editor)
    try:
        yield
    finally:
        with transaction.atomic():
            _stamps.install(editor)


@contextmanager
def _in_memory() -> Iterator[None]:
    """Let SQLite keep the pages of indexes that it writes meanwhile: else it puts each to disk, and fetches it again,
    as many rows are added at once.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            yield
            return
        [(before,)] = cursor.execute("PRAGMA cache_size").fetchall()
        cursor.execute(f"PRAGMA cache_size = -{FOR_PAGES}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {before:d}")


def count() -> None:
    """Let PostgreSQL count what there is, as its autovacuum does sooner or later, and not while pages are measured;
    SQLite is never asked to.
    """
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")


def photograph_of(number: int) -> bytes:
    """The file of the picture of that number, which every paper has."""
    from benchmarks.photograph import as_jpeg, photograph

    return as_jpeg(photograph(number, *stories.SIZE))


class _Desk:
    """What stories are made of: sections, authors, tags and photos, in the order of their numbers; made once."""

    def __init__(self) -> None:
        from taggit.models import Tag

        from articles.models import Author, Paper, Section

        Paper.objects.get_or_create(pk=1, defaults={"name": stories.NAME})
        self.sections = [
            Section.objects.get_or_create(slug=name.lower(), defaults={"name": name, "position": at})[0]
            for at, name in enumerate(stories.SECTIONS)
        ]
        self.authors = [
            Author.objects.get_or_create(slug=stories.author_slug(each), name=stories.author_name(each))[0]
            for each in range(stories.AUTHORS)
        ]
        self.tags = [
            Tag.objects.get_or_create(slug=name, defaults={"name": name})[0]
            for name in [*map(stories.tag_name, range(stories.TAGS)), stories.TAG]
        ]
        self.photos = list(self._photos())

    def _photos(self) -> Iterator[Any]:
        from media import intake
        from media.models import Photo

        known = list(Photo.objects.exclude(file="").order_by("pk"))
        yield from known
        for number in range(len(known), stories.PHOTOS):
            tell(number, stories.PHOTOS, "pictures")
            photo = Photo(caption=stories.CAPTION, credit=stories.CREDIT, alt=stories.ALT)
            yield intake.give_file(photo, photograph_of(number), name=f"{number}.jpg")


def _publish(wanted: Sequence[stories.Story], desk: _Desk) -> None:
    """What `articles.publishing` leaves behind for each of these, all of them at once; not yet found by searching."""
    from django.db import transaction

    from articles.bylines import BylineName
    from articles.changes import Change
    from articles.models import Address, Article, Correction, Snapshot, SnapshotAuthor, SnapshotPhoto, SnapshotTag
    from articles.workflow import Stage

    # The archive was saved over the years.
    with transaction.atomic(), patch.object(Article._meta.get_field("updated_at"), "auto_now", new=False):
        articles = Article.objects.bulk_create(
            Article(
                headline=story.headline, slug=story.slug, section=desk.sections[story.section], stage=Stage.READY,
                is_settled=True, version=1, updated_at=story.published,
            )
            for story in wanted
        )  # fmt: skip
        snapshots = []
        for article, story in zip(articles, wanted, strict=True):
            author, section = desk.authors[story.author], desk.sections[story.section]
            tags = [desk.tags[story.tag], desk.tags[-1]]
            snapshots.append(
                Snapshot(
                    article=article, uid=article.uid, version=1, path=story.path, kind="news", language="en",
                    live_from=story.published, published_at=story.published,
                    section=section, section_name=section.name,
                    headline=story.headline, deck=story.deck, body=story.body,
                    byline=[BylineName(role="by", name=author.name, slug=author.slug).as_record()],
                    tagged=sorted(({"name": tag.name, "slug": tag.slug} for tag in tags), key=lambda tag: tag["name"]),
                    lead=desk.photos[story.photo].picture().as_record(),
                )
            )  # fmt: skip
        made = list(zip(Snapshot.objects.bulk_create(snapshots), wanted, strict=True))
        Address.objects.bulk_create(Address(path=each.path, article_id=each.article_id) for each, _ in made)
        SnapshotAuthor.objects.bulk_create(
            SnapshotAuthor(snapshot=each, author=desk.authors[story.author], published_at=each.published_at)
            for each, story in made
        )
        SnapshotTag.objects.bulk_create(
            SnapshotTag(snapshot=each, tag=tag, published_at=each.published_at)
            for each, story in made
            for tag in (desk.tags[story.tag], desk.tags[-1])
        )
        SnapshotPhoto.objects.bulk_create(
            SnapshotPhoto(
                snapshot=each, photo=desk.photos[story.photo],
                author=None if story.photographer is None else desk.authors[story.photographer],
            )
            for each, story in made
        )  # fmt: skip
        Correction.objects.bulk_create(
            Correction(
                snapshot=each, change=Change.CORRECTION, text=stories.CAPTION,
                at=each.published_at + timedelta(minutes=note + 1),
            )
            for each, story in made
            for note in range(story.notes)
        )  # fmt: skip
