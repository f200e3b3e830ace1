"""Who makes the paper: a page for each author, and the masthead."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from articles.models import stamp
from articles.models.author import Author
from articles.models.snapshot import Snapshot, SnapshotPhoto
from articles.paper.made_of import made_of, page
from articles.paper.paging import page_of
from media.pictures import Picture

PICTURES = 12
# The same picture may stand in many stories, or in many versions of one.
LOOKED_THROUGH = 80


@dataclass(frozen=True)
class Taken:
    """A picture by an author, and the story that it stands in."""

    picture: Picture
    story: Snapshot


@page("before")
@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    """An author: who it is, and what they wrote and photographed."""
    here = get_object_or_404(Author.objects.for_readers(), slug=slug)
    made_of(request, stamp.of_author(here.pk))
    stories = page_of(Snapshot.objects.live().of_author(here).in_brief(), request)
    context = {"author": here, "page": stories, "pictures": pictures_by(here) if stories.is_first else ()}
    return render(request, "paper/author.html", context)


def pictures_by(author: Author) -> Sequence[Taken]:
    """The latest pictures by this author in stories that readers have, each once; two queries, one where none is."""
    by = SnapshotPhoto.objects.filter(author=author).select_related("photo__licence")
    uses = list(by.order_by("-snapshot", "-photo")[:LOOKED_THROUGH])
    live = Snapshot.objects.live().in_brief().in_bulk([use.snapshot_id for use in uses])
    found: dict[int, Taken] = {}
    for use in uses:
        story, photo = live.get(use.snapshot_id), use.photo
        if story and photo.has_file and not photo.refusal() and photo.pk not in found:
            found[photo.pk] = Taken(photo.picture(), story)
    return [taken for taken in found.values() if not taken.picture.is_barred][:PICTURES]


@page()
@require_safe
def masthead(request: HttpRequest) -> HttpResponse:
    """Who makes the paper, as far as they are marked as public."""
    made_of(request, stamp.AUTHORS)
    people = Author.objects.on_masthead().for_readers()
    return render(request, "paper/masthead.html", {"people": people})
