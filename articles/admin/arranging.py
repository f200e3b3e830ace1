"""The page on which a front is arranged: zones, what stands in them, and what may come in.

All that is done sends the whole page, so that it works without script, and nothing that was typed is lost on the way.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from articles import arranging, fronts, moments, zones
from articles.addresses import HIGHEST_ID, id_in, version_in
from articles.admin.front_pages import front_page, section_at
from articles.admin.moving import MomentField
from articles.arranging import Misplaced
from articles.clock import ZONE
from articles.fronts import LONGEST_DECK, LONGEST_HEADLINE, Rearranged
from articles.models import Article, Edition, Section, Snapshot
from articles.roles import person_of
from articles.zones import Placed, Placement, Size, Zone
from media.widgets import PhotoChooser

if TYPE_CHECKING:
    from articles.admin.front import FrontAdmin

THEIRS = "theirs"
# What is said of a story in a zone, in the form as in the placement.
SAID = ("story", *arranging.WORDS)


class PlacementForm(forms.Form):
    """A story in a zone, and what is said of it there."""

    story = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=HIGHEST_ID)
    zone = forms.CharField(widget=forms.HiddenInput)
    headline = forms.CharField(
        label="Headline here", required=False, max_length=LONGEST_HEADLINE,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), help_text="Empty: the story's own.",
    )  # fmt: skip
    deck = forms.CharField(
        label="Deck here", required=False, max_length=LONGEST_DECK,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}), help_text="Empty: the story's own.",
    )  # fmt: skip
    photo = forms.IntegerField(
        label="Photo here", required=False, min_value=1, max_value=HIGHEST_ID, widget=PhotoChooser()
    )
    size = forms.ChoiceField(label="Size", choices=Size.choices, initial=Size.USUAL)
    until = MomentField(label="Stands until", required=False, help_text="Empty: until somebody moves it.")

    def placement(self) -> Placement:
        """What was said, checked."""
        return Placement(**{name: self.cleaned_data[name] for name in SAID})

    @property
    def says_something(self) -> bool:
        """Whether anything is said of the story here."""
        told = any(self[name].value() for name in ("headline", "deck", "photo", "until"))
        return bool(told or self["size"].value() not in (None, Size.USUAL))


Placements = forms.formset_factory(PlacementForm, extra=0, max_num=60, absolute_max=60)


@dataclass(frozen=True)
class Row:
    """A story in a zone as the page shows it, by the id of its article; without `form` it came by itself."""

    story: int
    headline: str
    stands: str
    form: PlacementForm | None = None
    remark: str = ""


@dataclass(frozen=True)
class ShownZone:
    """A zone with what stands in it."""

    zone: Zone
    rows: Sequence[Row]


@dataclass(frozen=True)
class Collision:
    """A zone that two people arranged: what each of them has in it."""

    zone: Zone
    theirs: Sequence[str]
    mine: Sequence[str]


def arrange_view(desk: "FrontAdmin", request: HttpRequest, place: str) -> HttpResponse:
    """The page; POST saves the draft with what was done to it, and may publish it."""
    section = section_at(desk, request, place)
    if request.method != "POST":
        front = fronts.front_of(section)
        return _page(desk, request, section, fronts.draft(front), front.version)
    seen = version_in(request.POST.get("seen_version", ""))
    formset = Placements(request.POST)
    if not formset.is_valid():
        messages.error(request, "Nothing was saved yet: something said of a story cannot be. It is marked below.")
        return _page(desk, request, section, _typed(formset), seen, formset=formset)
    placed: Placed = _placed(formset, section, request)
    try:
        placed, anchor = _done(request, section, placed)
        return _saved(request, section, placed, seen, anchor)
    except Rearranged as clash:
        version = clash.stored.version if clash.stored else 0
        if not clash.collisions:
            messages.error(request, f"{clash} This is how it stands now; look it over, and press again.")
        return _page(desk, request, section, clash.merged, version, clash=clash)
    except (Misplaced, ValidationError) as problem:
        said = " ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)
        messages.error(request, said)
        return _page(desk, request, section, placed, seen)


def _saved(request: HttpRequest, section: Section | None, placed: Placed, seen: int, anchor: str) -> HttpResponse:
    """Save, and publish where that was asked; then the page anew, where one was."""
    asked, person = request.POST, person_of(request)
    here = reverse("admin:articles_front_arrange", args=[fronts.place_of(section)])
    at = MomentField(label="Goes out at").clean(asked.get("at", "")) if "schedule" in asked else None
    if "undo" in asked:
        fronts.undo(section, placed, by=person, seen_version=seen)
        messages.success(request, "Undone. Undo again to have it back.")
        return HttpResponseRedirect(here)
    draft = fronts.save(section, placed, by=person, seen_version=seen)
    if "publish" in asked or "schedule" in asked:
        edition = fronts.publish(section, by=person, seen_version=draft.version, at=at)
        when = f"from {moments.with_distance(edition.live_from)} on" if at else "now"
        messages.success(request, f"Readers have this front {when}.")
    elif "save" in asked:
        messages.success(request, "The draft is saved. Readers see it once you publish it.")
    return HttpResponseRedirect(f"{here}#{anchor}" if anchor else here)


def _done(request: HttpRequest, section: Section | None, placed: Placed) -> tuple[Placed, str]:
    """What was done by a button or by dragging, and where on the page one goes on."""
    asked = request.POST
    if story := id_in(asked.get("dropped", "")):
        return arranging.put(section, placed, story, asked.get("to", ""), id_in(asked.get("before", ""))), f"at-{story}"
    if story := id_in(asked.get("put", "")):
        return arranging.put(section, placed, story, asked.get(f"zone-{story}", "")), f"at-{story}"
    if story := id_in(asked.get("remove", "")):
        return {code: [each for each in zone if each.story != story] for code, zone in placed.items()}, "zones"
    for name, down in (("up", False), ("down", True)):
        if story := id_in(asked.get(name, "")):
            return arranging.step(section, placed, story, down=down), f"{name}-{story}"
    return placed, ""


def _placed(formset: Any, section: Section | None, request: HttpRequest) -> dict[str, list[Placement]]:
    """What was typed, by zones, in the order of the page; theirs where that was chosen after a clash."""
    placed: dict[str, list[Placement]] = {}
    for form in formset:
        placed.setdefault(form.cleaned_data["zone"], []).append(form.placement())
    stored = fronts.draft(fronts.front_of(section))
    for zone in zones.zones_of(section):
        if request.POST.get(f"keep-{zone.code}") == THEIRS:
            placed[zone.code] = list(stored.get(zone.code, ()))
    return placed


def _typed(formset: Any) -> Placed:
    """As much of it as can be shown again: which story stands where."""
    placed: dict[str, list[Placement]] = {}
    for form in formset:
        if story := id_in(str(form["story"].value())):
            placed.setdefault(str(form["zone"].value()), []).append(Placement(story))
    return placed


def _page(
    desk: "FrontAdmin", request: HttpRequest, section: Section | None, placed: Placed, version: int, *,
    formset: Any = None, clash: Rearranged | None = None,
) -> HttpResponse:  # fmt: skip
    """The page; one that was sent and comes back has been refused."""
    if formset is None:
        formset = Placements(initial=[_initial(code, each) for code, each in zones.each(placed)])
    # Only who made up what is sent names a story that the page never offered.
    strange = fronts.strange_to(person_of(request), section, placed) if request.method == "POST" else set()
    stories = {pk: story for pk, story in fronts.stories_of(placed).items() if pk not in strange}
    remarks = {remark.story: remark.words for remark in fronts.remarks(placed, stories)}
    by_itself, _ = fronts.as_readers(section, timezone.now(), fronts.as_edition(section, placed))
    unknown = {each.story for _, each in zones.each(placed)} - stories.keys() - strange
    named = {article.pk: str(article) for article in Article.objects.filter(pk__in=unknown)}

    def by_hand(form: PlacementForm) -> Row:
        pk = id_in(str(form["story"].value()))
        story = stories.get(pk)
        headline = story.headline if story else named.get(pk, "A story that is not there any more")
        return Row(pk, headline, _stands(story), form, remarks.get(pk, ""))

    wanted = zones.zones_of(section)
    shown = []
    for zone in wanted:
        rows = [by_hand(form) for form in formset if form["zone"].value() == zone.code]
        taken = {row.story for row in rows}
        come = [story for story in by_itself.zones.get(zone.code, ()) if story.article_id not in taken]
        shown.append(ShownZone(zone, [*rows, *(Row(each.article_id, each.headline, _stands(each)) for each in come)]))
    on_it = {row.story for each in shown for row in each.rows}
    editions = Edition.objects.of(section).select_related("made_by")
    return front_page(
        desk, request, "arrange.html", section,
        status=409 if clash else 422 if request.method == "POST" else 200,
        formset=formset, shown=shown, zones=wanted, version=version, media=formset.empty_form.media,
        pool=[
            Row(story.article_id, story.headline, _stands(story))
            for story in fronts.pool(person_of(request), section) if story.article_id not in on_it
        ],
        collisions=_collisions(wanted, clash, stories) if clash else (),
        who=clash.stored.by if clash and clash.stored else None,
        edition=editions.in_force().first(), coming=list(editions.coming()),
        at=request.POST.get("at", ""), time_zone=ZONE,
    )  # fmt: skip


def _initial(code: str, placement: Placement) -> dict[str, Any]:
    return {"zone": code, **{name: getattr(placement, name) for name in SAID}}


def _stands(story: Snapshot | None) -> str:
    """What readers have of a story, where that is not simply the story."""
    if story is None:
        return "not before readers"
    return f"goes out {moments.with_distance(story.live_from)}" if story.live_from > timezone.now() else ""


def _collisions(wanted: Iterable[Zone], clash: Rearranged, stories: dict[int, Snapshot]) -> list[Collision]:
    theirs: Placed = clash.stored.placed if clash.stored else {}
    known = {**fronts.stories_of(theirs), **stories}

    def told(placed: Placed) -> Callable[[Zone], list[str]]:
        return lambda zone: [
            known[each.story].headline if each.story in known else "A story that readers do not have"
            for each in placed.get(zone.code, ())
        ]

    return [
        Collision(zone, told(theirs)(zone), told(clash.merged)(zone))
        for zone in wanted
        if zone.code in clash.collisions
    ]
