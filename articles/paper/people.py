"""Who makes the paper: a page for each author, and the masthead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
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
    """A picture by an author, and the path, headline and language of the story that it stands in."""

    picture: Picture
    story: Mapping[str, str]


@page("before")
@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    """An author: who it is, and what they wrote and photographed."""
    here = AUTHOR.first(slug=slug)
    if here is None:
        raise Http404("There is no such author.")
    made_of(request, stamp.of_author(here.pk))
    stories = page_of(OF_AUTHOR, request, author=here.pk)
    context = {"author": here, "page": stories, "pictures": _pictures_by(here) if stories.is_first else ()}
    return render(request, "paper/author.html", context)


def _pictures_by(author: Author) -> Sequence[Taken]:
    """The latest pictures by this author in stories that readers have, each once; two queries, one where none is."""
    now = timezone.now()
    found: dict[int, Mapping[str, str]] = {}
    for photo, story in USES(author=author.pk, at=now, today=timezone.localdate(now)):
        if photo and story:
            found.setdefault(photo, story)
    wanted = list(found)[:PICTURES]
    pictures = {photo.pk: photo.picture() for photo in PHOTOS(ids=wanted)}
    return [Taken(pictures[photo], found[photo]) for photo in wanted if photo in pictures]


def _uses(author: int, at: datetime, today: date) -> QuerySet[SnapshotPhoto, tuple[int | None, dict[str, str] | None]]:
    """The latest uses of photos by this author: the photo where it may stand in a list, the story where readers have
    it.
    """
    shown = Photo.objects.filter(is_barred=False).exclude(outside_terms(today)).exclude(file="").order_by()
    live = Snapshot.objects.live(at).values(said=JSONObject(path="path", headline="headline", language="language"))
    # Both are looked up row by row, so that the latest are enough.
    photo = Subquery(shown.filter(pk=OuterRef("photo")).values("pk"))
    story = Subquery(live.filter(pk=OuterRef("snapshot")))
    uses = SnapshotPhoto.objects.filter(author=author).order_by("-snapshot_id", "photo_id")
    return uses.values_list(photo, story)[:LOOKED_THROUGH]


AUTHOR: Prepared[Author] = Prepared(Author, lambda slug: Author.objects.for_readers().filter(slug=slug))
OF_AUTHOR = paged(lambda author, at, today: Snapshot.objects.live(at).of_author(author).as_teasers(today))
USES: Prepared[tuple[int | None, dict[str, str] | None]] = Prepared(SnapshotPhoto, _uses)
PHOTOS: Prepared[Photo] = Prepared(Photo, lambda ids: Photo.objects.filter(pk__in=ids).order_by(), knows_rows=True)


@page()
@require_safe
def masthead(request: HttpRequest) -> HttpResponse:
    """Who makes the paper, as far as they are marked as public."""
    made_of(request, stamp.AUTHORS)
    people = Author.objects.on_masthead().for_readers()
    return render(request, "paper/masthead.html", {"people": people})
