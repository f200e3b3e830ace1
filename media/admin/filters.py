"""What the grid of photos can be narrowed to."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from media import uses
from media.framing import SQUARE, TALL, WIDE
from media.models import Photo, outside_terms
from media.models.photo import AWAITED, ENDING_SOON, UNCREDITED, UNDESCRIBED


class ChoiceFilter(admin.SimpleListFilter):
    """One question with a few answers; `questions` gives for each its words and its condition.

    `orders` gives the answers that have another order than the latest first.
    """

    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def questions(self) -> dict[str, tuple[str, Q]]:
        """The answers by their place in the address."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        """The words of the answers."""
        return [(code, words) for code, (words, _) in self.questions().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Photo]) -> QuerySet[Photo]:
        """The photos for which the answer holds."""
        asked = self.questions().get(self.value() or "")
        return queryset.filter(asked[1]) if asked else queryset


class MissingFilter(ChoiceFilter):
    """What a photo still needs before a story with it can go out."""

    title = "what is missing"
    parameter_name = "missing"

    def questions(self) -> dict[str, tuple[str, Q]]:
        """The three things."""
        return {
            "file": ("File awaited", AWAITED),
            "alt": ("No alt text", UNDESCRIBED),
            "credit": ("No credit", UNCREDITED),
        }


class TermsFilter(ChoiceFilter):
    """Whether it may be used."""

    title = "terms"
    parameter_name = "terms"
    orders = MappingProxyType(
        {
            "ending": ("allowed_until", "pk"),
            "ended": ("-allowed_until", "-pk"),
            "later": ("allowed_from", "pk"),
        }
    )

    def questions(self) -> dict[str, tuple[str, Q]]:
        """By the calendar of today."""
        today = timezone.localdate()
        return {
            "ending": (
                f"End within {ENDING_SOON.days} days",
                Q(allowed_until__gte=today, allowed_until__lte=today + ENDING_SOON),
            ),
            "ended": ("Have ended", Q(allowed_until__lt=today)),
            "later": ("Begin later", Q(allowed_from__gt=today)),
            "usable": ("May be used", ~outside_terms(today)),
        }


class ShapeFilter(ChoiceFilter):
    """How it is shaped."""

    title = "shape"
    parameter_name = "shape"

    def questions(self) -> dict[str, tuple[str, Q]]:
        """As it is turned."""
        return {shape: (shape.capitalize(), Q(shape=shape)) for shape in (WIDE, TALL, SQUARE)}


class UseFilter(ChoiceFilter):
    """Whether anything uses it."""

    title = "use"
    parameter_name = "use"

    def questions(self) -> dict[str, tuple[str, Q]]:
        """Asked of everything that uses photos."""
        return {"none": ("Unused", ~uses.is_used()), "some": ("Used", uses.is_used())}


class TakenFilter(ChoiceFilter):
    """When it was taken."""

    title = "date taken"
    parameter_name = "when"
    orders = MappingProxyType(dict.fromkeys(("week", "year", "earlier"), ("-taken", "-pk")))

    def questions(self) -> dict[str, tuple[str, Q]]:
        """The recent past, as desks speak of it."""
        today = timezone.localdate()
        return {
            "today": ("Today", Q(taken=today)),
            "week": ("In the last 7 days", Q(taken__gt=today - timedelta(days=7), taken__lte=today)),
            "year": ("This year", Q(taken__year=today.year)),
            "earlier": ("Earlier", Q(taken__year__lt=today.year)),
            "unknown": ("Not known", Q(taken=None)),
        }
