"""Pages of the paper. They are made from snapshots alone: nothing here can even name a working copy."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import zones
from articles.models import stamp
from articles.models.beside import Part, Series
from articles.models.correction import Correction
from articles.models.page import Page
from articles.models.section import Section
from articles.models.snapshot import Snapshot, SnapshotQuerySet
from articles.models.tag_address import TAGS, TagAddress
from articles.paper import front as fronts
from articles.paper.beside import PARTS_AT_MOST, beside, with_neighbours
from articles.paper.front import Front
from articles.paper.made_of import made_of, page
from articles.paper.masthead import masthead
from articles.paper.paging import page_of, paged
from articles.prepared import Prepared

MORE = 4
CORRECTIONS = 200
# A story that could stand beside another one may be missing there for so long; one that is gone, never.
JOINS_WITHIN = timedelta(minutes=10)


@page()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page."""
    now, around = timezone.now(), masthead(request)
    front = fronts.home(around.sections, now, around.paper.languages)
    _made_of_front(request, None, front, now)
    return render(request, "paper/home.html", {"front": front})


@page("before")
@require_safe
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """A section's front, its river newest first; or a page that editors wrote, which stand at the same level."""
    around = masthead(request)
    here = around.section(slug)
    if here is None:
        return _page(request, slug)
    made_of(request, stamp.of_section(here.pk))
    now, languages = timezone.now(), around.paper.languages
    if "before" in request.GET:
        older = page_of(fronts.RIVER_OF_SECTION, request, section=here.pk, languages=languages)
        return render(request, "paper/section.html", {"section": here, "page": older, "stories": older.stories})
    front, river = fronts.of_section(here, now, languages)
    _made_of_front(request, here, front, now)
    stories = [*front.stories, *river.stories]
    return render(request, "paper/section.html", {"section": here, "front": front, "page": river, "stories": stories})


def _made_of_front(request: HttpRequest, section: Section | None, front: Front, now: datetime) -> None:
    """What a front is made of beside its section's stories: its edition, what is put there, and the breaking line."""
    placed = [placement for _, placement in zones.each(front.edition.placed)] if front.edition else []
    named = {placement.story for placement in placed}
    if front.breaking and front.breaking.article_id:
        named.add(front.breaking.article_id)
    made_of(
        request,
        *([] if section else [stamp.STORIES]),
        stamp.of_front(section.pk if section else None),
        stamp.BREAKING,
        *map(stamp.of_story, named),
        until=min((placement.until for placement in placed if placement.until and placement.until > now), default=None),
    )


def _page(request: HttpRequest, slug: str) -> HttpResponse:
    if not any(each.slug == slug for each in masthead(request).pages):
        raise Http404("There is no such page.")
    here = get_object_or_404(Page, slug=slug)
    made_of(request, stamp.of_page(here.pk))
    return render(request, "paper/page.html", {"page": here})


@page("before")
@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands under a tag; a former address leads to its present one. A tag that no story before readers has is
    not theirs to know of.
    """
    here = TAGS.first(slug=slug)
    if here is None:
        former = get_object_or_404(TagAddress.objects.select_related("tag"), slug=slug)
        return HttpResponsePermanentRedirect(reverse("paper:tag", args=[former.tag.slug]))
    made_of(request, stamp.of_tag(here.pk))
    stories = page_of(OF_TAG, request, tag=here.pk)
    if not stories.stories:
        raise Http404("No story has this tag.")
    return render(request, "paper/tag.html", {"tag": here, "page": stories})


OF_TAG = paged(lambda tag, at, today: Snapshot.objects.live(at).of_tag(tag).as_teasers(today))


@page()
@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """The stories of a series that readers have, in its order. One without any is not theirs to know of."""
    here = SERIES.first(slug=slug)
    if here is None:
        raise Http404("There is no such series.")
    made_of(request, stamp.of_series(here.pk))
    now = timezone.now()
    stories = OF_SERIES(series=here.pk, at=now, today=timezone.localdate(now))
    if not stories:
        raise Http404("No story of this series is published.")
    return render(request, "paper/series.html", {"series": here, "stories": stories})


def _of_series(series: int, at: datetime, today: date) -> SnapshotQuerySet:
    parts = Part.objects.filter(series=series).order_by("position", "pk")[:PARTS_AT_MOST]
    place = Part.objects.filter(article=OuterRef("article")).order_by()
    found = Snapshot.objects.live(at).filter(article__in=parts.values("article")).as_teasers(today)
    return found.order_by(Subquery(place.values("position")), Subquery(place.values("pk")))


SERIES: Prepared[Series] = Prepared(Series, lambda slug: Series.objects.filter(slug=slug))
OF_SERIES: Prepared[Snapshot] = Prepared(Snapshot, _of_series, knows_rows=True)


def _story(path: str, at: datetime, today: date) -> SnapshotQuerySet:
    live = Snapshot.objects.at_address(path).live(at).with_withheld(today)
    return with_neighbours(live.with_translations(at).select_related("section"))


def _withdrawn(path: str, at: datetime) -> QuerySet[Snapshot, tuple[int, str]]:
    last = Snapshot.objects.at_address(path).ended(at).order_by("-live_until", "-pk")
    return last.values_list("article", "farewell")[:1]


STORY: Prepared[Snapshot] = Prepared(Snapshot, _story, knows_rows=True)
WITHDRAWN: Prepared[tuple[int, str]] = Prepared(Snapshot, _withdrawn)


@page()
@require_safe
def story(request: HttpRequest, section_slug: str, slug: str) -> HttpResponse:
    """A story; its old addresses lead to the present one, and a withdrawn one says so."""
    now = timezone.now()
    path = f"/{section_slug}/{slug}/"
    snapshot: Any = STORY.first(path=path, at=now, today=timezone.localdate(now))
    if snapshot is None:
        if last := WITHDRAWN.first(path=path, at=now):
            article, farewell = last
            made_of(request, stamp.of_story(article))
            return render(request, "paper/410.html", {"farewell": farewell}, status=410)
        raise Http404("There is no such story.")
    if request.path != snapshot.path:
        return HttpResponsePermanentRedirect(snapshot.path)
    near = beside(snapshot, now)
    shown = [snapshot.article_id, snapshot.translation_of_id or snapshot.article_id]
    shown += [each.article_id for each in near.stories]
    made_of(request, *map(stamp.of_story, shown), until=now + JOINS_WITHIN)
    if snapshot.series:
        made_of(request, stamp.of_series(snapshot.series["pk"]))
    return render(request, "paper/story.html", {"story": snapshot, "beside": near})


@page()
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """What we got wrong and said so: the notices of stories that readers still have, the newest first."""
    made_of(request, stamp.CORRECTIONS)
    found = Correction.objects.before_readers()[:CORRECTIONS]
    return render(request, "paper/corrections.html", {"corrections": found})


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address at which nothing stands, with ways to go on."""
    now = timezone.now()
    newest = NEWEST(at=now, today=timezone.localdate(now))
    return render(request, "paper/404.html", {"newest": newest}, status=404)


NEWEST: Prepared[Snapshot] = Prepared(
    Snapshot, lambda at, today: Snapshot.objects.live(at).as_teasers(today).newest_first()[:MORE], knows_rows=True
)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Something that was sent cannot be used; the page asks nothing of the database or of the request."""
    return render(request, "paper/400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke on our side; the page asks nothing of the database, which may be what broke."""
    return render(request, "paper/500.html", status=500)
