"""Pages of the paper. They are made from snapshots alone: nothing here can even name a working copy."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from taggit.models import Tag

from articles.models.beside import Series
from articles.models.page import Page
from articles.models.snapshot import Correction, Snapshot
from articles.models.tag_address import TagAddress
from articles.paper.beside import PARTS_AT_MOST, beside, with_series
from articles.paper.front import front
from articles.paper.masthead import masthead
from articles.paper.paging import page_of

MORE = 4
CORRECTIONS = 200


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page."""
    return render(request, "paper/home.html", {"front": front(masthead(request).sections, timezone.now())})


@require_safe
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """A section's page, newest first; or a page that editors wrote, which stand at the same level."""
    here = next((section for section in masthead(request).sections if section.slug == slug), None)
    if here is None:
        return _page(request, slug)
    page = page_of(Snapshot.objects.live().filter(section=here).in_brief(), request)
    return render(request, "paper/section.html", {"section": here, "page": page})


def _page(request: HttpRequest, slug: str) -> HttpResponse:
    if not any(page.slug == slug for page in masthead(request).pages):
        raise Http404("There is no such page.")
    return render(request, "paper/page.html", {"page": get_object_or_404(Page, slug=slug)})


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands under a tag; a former address leads to its present one. A tag that no story before readers has is
    not theirs to know of.
    """
    here = Tag.objects.filter(slug=slug).first()
    if here is None:
        former = get_object_or_404(TagAddress.objects.select_related("tag"), slug=slug)
        return HttpResponsePermanentRedirect(reverse("paper:tag", args=[former.tag.slug]))
    page = page_of(Snapshot.objects.live().filter(tags=here).in_brief(), request)
    if not page.stories:
        raise Http404("No story has this tag.")
    return render(request, "paper/tag.html", {"tag": here, "page": page})


@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """The stories of a series that readers have, in its order. One without any is not theirs to know of."""
    here = get_object_or_404(Series, slug=slug)
    parts = here.parts.order_by("position", "pk").values_list("article", flat=True)[:PARTS_AT_MOST]
    found = {story.article_id: story for story in Snapshot.objects.live().filter(article__in=list(parts)).in_brief()}
    stories = [found[article] for article in parts if article in found]
    if not stories:
        raise Http404("No story of this series is published.")
    return render(request, "paper/series.html", {"series": here, "stories": stories})


@require_safe
def story(request: HttpRequest, section_slug: str, slug: str) -> HttpResponse:
    """A story; its old addresses lead to the present one, and a withdrawn one says so."""
    now = timezone.now()
    path = f"/{section_slug}/{slug}/"
    at_address = Snapshot.objects.at_address(path)
    live = at_address.live(now).with_withheld().with_translations(now).select_related("section")
    snapshot = with_series(live).first()
    if snapshot is None:
        last = at_address.ended(now).in_brief().order_by("-live_until", "-pk").first()
        if last:
            return render(request, "paper/410.html", {"farewell": last.farewell}, status=410)
        raise Http404("There is no such story.")
    if request.path != snapshot.path:
        return HttpResponsePermanentRedirect(snapshot.path)
    return render(request, "paper/story.html", {"story": snapshot, "beside": beside(snapshot, now)})


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """What we got wrong and said so: the notices of stories that readers still have, the newest first."""
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
