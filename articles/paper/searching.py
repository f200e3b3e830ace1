"""The page on which readers search: one address with everything asked in it, so that a search can be kept and sent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from taggit.models import Tag

from articles import body
from articles.kinds import Kind
from articles.models.author import Author
from articles.models.section import Section
from articles.models.snapshot import Snapshot
from articles.paper.masthead import masthead
from articles.prepared import Prepared
from articles.search.asked import Asked, Term, begin_of, end_of, facet, terms
from articles.search.excerpt import excerpt, marked
from articles.search.finding import Found, by_date, by_relevance, meant

MOST_SIGNS = 300
AUTHORS_OFFERED = 300
NEWEST = 4
SLUGS_OF_A_TAG = 40
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
PLACE = re.compile(r"-?[0-9]{1,19}")
RELEVANCE, DATE = "relevance", "date"


def _authors() -> QuerySet[Author, tuple[str, str]]:
    return Author.objects.order_by("name").values_list("slug", "name")[:AUTHORS_OFFERED]


AUTHORS: Prepared[tuple[str, str]] = Prepared(Author, _authors)


class Day(forms.DateInput):
    """A box for a day. What is no day leaves it empty, as a browser would."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        """The day as HTML wants it."""
        try:
            day = parse_date(str(value or ""))
        except ValueError:
            return None
        return day.isoformat() if day else None


class SearchForm(forms.Form):
    """What can be asked. A value that makes no sense is said to be so and is passed over."""

    q = forms.CharField(required=False, label="Words")
    order = forms.ChoiceField(required=False, choices=[(RELEVANCE, "Best first"), (DATE, "Newest first")])
    section = forms.ModelChoiceField(Section.objects.all(), to_field_name="slug", required=False)
    author = forms.ModelChoiceField(Author.objects.all(), to_field_name="slug", required=False)
    kind = forms.ChoiceField(required=False, choices=[("", "Any"), *Kind.choices])
    tag = forms.CharField(required=False, max_length=100)
    since = forms.DateField(required=False, label="From", widget=Day)
    until = forms.DateField(required=False, label="To", widget=Day)

    NARROWING = ("section", "author", "kind", "tag", "since", "until")

    def __init__(self, asked: QueryDict, sections: Sequence[Section]) -> None:
        data = {name: CONTROLS.sub(" ", asked.get(name, ""))[:MOST_SIGNS].strip() for name in self.base_fields}
        super().__init__(data)
        self.offered = {
            "section": [("", "Any"), *((section.slug, section.name) for section in sections)],
            "author": [("", "Anybody"), *AUTHORS()],
        }
        for name, choices in self.offered.items():
            field: Any = self.fields[name]
            # Looked at only where the piece that shows them is made.
            field.choices = partial(iter, choices)

    def clean_tag(self) -> list[str]:
        """The slugs that the tag of that name or address has and had; raises ValidationError where there is none."""
        said = self.cleaned_data["tag"]
        if not said:
            return []
        tags = Tag.objects.filter(Q(slug=said) | Q(name__iexact=said) | Q(former_addresses__slug=said))
        pairs = tags.values_list("slug", "former_addresses__slug")[:SLUGS_OF_A_TAG]
        found = sorted({slug for pair in pairs for slug in pair if slug})
        if not found:
            raise forms.ValidationError("There is no such tag.")
        return found

    @property
    def narrowed_to(self) -> list[str]:
        """What was asked for but words, as it was said."""
        return [self.data[name] for name in self.NARROWING]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but words was asked for."""
        return any(self.narrowed_to)

    @cached_property
    def asked(self) -> Asked:
        """What is to be found."""
        said = self.cleaned_data
        groups: list[tuple[str, ...]] = []
        if said.get("section"):
            groups.append((facet("section", said["section"].slug),))
        if said.get("author"):
            groups.append((facet("author", said["author"].slug),))
        if said.get("kind"):
            groups.append((facet("kind", said["kind"]),))
        if said.get("tag"):
            groups.append(tuple(facet("tag", slug) for slug in said["tag"]))
        return Asked(
            terms=terms(said.get("q", "")),
            facets=tuple(groups),
            begin=begin_of(said["since"]) if said.get("since") else None,
            end=end_of(said["until"]) if said.get("until") else None,
        )

    @property
    def ordered_by(self) -> str:
        """How the answers stand: the best first, where words were asked for and nothing else is wished."""
        return DATE if self.cleaned_data.get("order") == DATE or not self.asked.terms else RELEVANCE


@dataclass(frozen=True)
class Answer:
    """A story that was found by these terms."""

    story: Snapshot
    terms: Sequence[Term]

    @property
    def headline(self) -> SafeString:
        """Its headline, with the words marked."""
        return marked(self.story.headline, self.terms)

    @property
    def passage(self) -> SafeString:
        """The passage that answers, with the words marked."""
        text = body.in_brackets(body.plain_text(self.story.body))
        return excerpt([text, self.story.deck], self.terms)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The search page, with its answers where something was asked."""
    now = timezone.now()
    form = SearchForm(request.GET, masthead(request).sections)
    form.full_clean()
    context: dict[str, Any] = {"form": form}
    if form.asked.terms or form.is_narrowed:
        context |= _answers(request, form, now)
    elif form.data["q"]:
        context["has_no_word"] = True
    return render(request, "paper/search.html", context)


def _answers(request: HttpRequest, form: SearchForm, now: datetime) -> dict[str, Any]:
    asked = form.asked
    found = _found(request, form, asked, now)
    context: dict[str, Any] = {"is_wider": False, "meant": ""}
    if not found.stories and asked.terms:
        context["meant"] = meant(asked, now)
        wider = asked.widened()
        if wider != asked:
            found = _found(request, form, wider, now)
            context["is_wider"] = bool(found.stories)
    context |= {"found": found, "answers": [Answer(story, found.terms) for story in found.stories]}
    if not found.stories:
        context["newest"] = Snapshot.objects.live(now).as_teasers().newest_first()[:NEWEST]
    return context


def _found(request: HttpRequest, form: SearchForm, asked: Asked, now: datetime) -> Found:
    if form.ordered_by == RELEVANCE:
        number = request.GET.get("page", "")
        return by_relevance(asked, now, int(number) if re.fullmatch("[0-9]{1,4}", number) else 1)
    before = request.GET.get("before", "")
    return by_date(asked, now, int(before) if PLACE.fullmatch(before) and abs(int(before)) < 2**63 else None)
