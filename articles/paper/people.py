"""Who makes the paper: a page for each author, and the masthead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models import stamp
from articles.models.author import Author
from articles.models.snapshot import Snapshot, SnapshotPhoto
from articles.paper.made_of import made_of, page
from articles.paper.paging import page_of, paged
from articles.prepared import Prepared
from media.models import Photo, outside_terms
from media.pictures import Picture

PICTURES = 12
# The same picture may stand in many stories, or in many versions of one.
LOOKED_THROUGH = 80


@dataclass(frozen=True)
class Taken:
    """A picture by an author, and the story that it stands in: its address, its headline, its language."""

    picture: Picture
    path: str
    headline: str
    language: str


@page("before")
@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    """An author: who it is, and what they wrote and photographed."""
    here = AUTHOR.first(slug=slug)
    if here is None:
        raise Http404("There is no such author.")
    made_of(request, stamp.of_author(here.pk))
    stories = page_of(OF_AUTHOR, request, author=here.pk)
    context = {"author": here, "page": stories, "pictures": pictures_by(here) if stories.is_first else ()}
    return render(request, "paper/author.html", context)


def pictures_by(author: Author) -> Sequence[Taken]:
    """The latest pictures by this author in stories that readers have, each once; two queries, one where none is."""
    now = timezone.now()
    found: dict[int, tuple[str, ...]] = {}
    for photo, *story in USES(author=author.pk, at=now, today=timezone.localdate(now)):
        found.setdefault(photo, tuple(story))
    wanted = list(found)[:PICTURES]
    pictures = {photo.pk: photo.picture() for photo in PHOTOS(ids=wanted)}
    return [Taken(pictures[photo], *found[photo]) for photo in wanted if photo in pictures]


def _uses(author: int, at: datetime, today: date) -> QuerySet[SnapshotPhoto, tuple[int, str, str, str]]:
    """Photos by this author that may stand in a list, each with a story that readers have; the latest first."""
    by = SnapshotPhoto.objects.filter(author=author).order_by("-snapshot_id", "photo_id")
    live = Snapshot.objects.live(at).filter(pk=OuterRef("snapshot"))
    found = by.filter(Exists(live), pk__in=by[:LOOKED_THROUGH].values("pk"), photo__is_barred=False)
    shown = found.exclude(photo__file="").exclude(outside_terms(today, of="photo__"))
    return shown.values_list("photo_id", "snapshot__path", "snapshot__headline", "snapshot__language")


AUTHOR: Prepared[Author] = Prepared(Author, lambda slug: Author.objects.for_readers().filter(slug=slug))
OF_AUTHOR = paged(lambda author, at, today: Snapshot.objects.live(at).of_author(author).in_brief(today))
USES: Prepared[tuple[Any, ...]] = Prepared(SnapshotPhoto, _uses)
PHOTOS: Prepared[Photo] = Prepared(Photo, lambda ids: Photo.objects.filter(pk__in=ids).order_by(), knows_rows=True)


@page()
@require_safe
def masthead(request: HttpRequest) -> HttpResponse:
    """Who makes the paper, as far as they are marked as public."""
    made_of(request, stamp.AUTHORS)
    people = Author.objects.on_masthead().for_readers()
    return render(request, "paper/masthead.html", {"people": people})
