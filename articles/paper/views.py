"""Pages of the paper. They are made from snapshots alone: nothing here can even name a working copy."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from taggit.models import Tag

from articles import zones
from articles.models import stamp
from articles.models.beside import Series
from articles.models.page import Page
from articles.models.section import Section
from articles.models.snapshot import Correction, Snapshot, SnapshotQuerySet
from articles.models.tag_address import TagAddress
from articles.paper import front as fronts
from articles.paper.beside import PARTS_AT_MOST, beside, with_series
from articles.paper.front import Front
from articles.paper.made_of import made_of, page
from articles.paper.masthead import masthead
from articles.paper.paging import page_of
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
    here = next((section for section in masthead(request).sections if section.slug == slug), None)
    if here is None:
        return _page(request, slug)
    made_of(request, stamp.of_section(here.pk))
    now, languages = timezone.now(), masthead(request).paper.languages
    if "before" in request.GET:
        older = page_of(fronts.river_of(here, now, languages).in_brief(), request)
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
    here = Tag.objects.filter(slug=slug).first()
    if here is None:
        former = get_object_or_404(TagAddress.objects.select_related("tag"), slug=slug)
        return HttpResponsePermanentRedirect(reverse("paper:tag", args=[former.tag.slug]))
    made_of(request, stamp.of_tag(here.pk))
    stories = page_of(Snapshot.objects.live().of_tag(here).in_brief(), request)
    if not stories.stories:
        raise Http404("No story has this tag.")
    return render(request, "paper/tag.html", {"tag": here, "page": stories})


@page()
@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """The stories of a series that readers have, in its order. One without any is not theirs to know of."""
    here = get_object_or_404(Series, slug=slug)
    made_of(request, stamp.of_series(here.pk))
    parts = here.parts.order_by("position", "pk").values_list("article", flat=True)[:PARTS_AT_MOST]
    found = {story.article_id: story for story in Snapshot.objects.live().filter(article__in=list(parts)).in_brief()}
    stories = [found[article] for article in parts if article in found]
    if not stories:
        raise Http404("No story of this series is published.")
    return render(request, "paper/series.html", {"series": here, "stories": stories})


def _story(path: str, at: datetime, today: date) -> SnapshotQuerySet:
    live = Snapshot.objects.at_address(path).live(at).with_withheld(today)
    return with_series(live.with_translations(at).select_related("section"))


STORY: Prepared[Snapshot] = Prepared(Snapshot, _story, knows_rows=True)


@page()
@require_safe
def story(request: HttpRequest, section_slug: str, slug: str) -> HttpResponse:
    """A story; its old addresses lead to the present one, and a withdrawn one says so."""
    now = timezone.now()
    path = f"/{section_slug}/{slug}/"
    snapshot: Any = next(iter(STORY(path=path, at=now, today=timezone.localdate(now))), None)
    if snapshot is None:
        last = Snapshot.objects.at_address(path).ended(now).in_brief().order_by("-live_until", "-pk").first()
        if last:
            made_of(request, stamp.of_story(last.article_id))
            return render(request, "paper/410.html", {"farewell": last.farewell}, status=410)
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
    newest = Snapshot.objects.live().in_brief().newest_first()[:MORE]
    return render(request, "paper/404.html", {"newest": newest}, status=404)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Something that was sent cannot be used; the page asks nothing of the database or of the request."""
    return render(request, "paper/400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke on our side; the page asks nothing of the database, which may be what broke."""
    return render(request, "paper/500.html", status=500)
