"""What a page was made of: the stamps that say whether it still holds, told by the view while it makes the page.

Whoever keeps pages (the site's page cache) asks for it afterwards. A view that says nothing is not kept. One that says
something says all of it: every row that the page shows, or lists, must raise one of these stamps when it changes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.http import HttpRequest

from articles.models.stamp import PAPER

View = TypeVar("View", bound=Callable[..., Any])


@dataclass
class MadeOf:
    """The stamps of a page, and the moment from which it must be made anew whatever they say."""

    stamps: set[str] = field(default_factory=lambda: {PAPER})
    until: datetime | None = None


def page(*parameters: str) -> Callable[[View], View]:
    """Marks a view whose answer is the same for every reader and follows from its address, and from these parameters of
    the query alone. It calls `made_of` for what may be kept.
    """

    def marked(view: View) -> View:
        view.page_parameters = frozenset(parameters)  # type: ignore[attr-defined]
        return view

    return marked


def parameters_of(view: Any) -> frozenset[str] | None:
    """The parameters that make another page of it; None where the view is not marked."""
    found: frozenset[str] | None = getattr(view, "page_parameters", None)
    return found


def made_of(request: HttpRequest, *stamps: str, until: datetime | None = None) -> None:
    """Note that the page under way is made of these, and must be made anew at `until`; may be called again and again.

    What the paper says of itself on every page is among them by itself, and so is the change of the day.
    """
    known: MadeOf | None = told(request)
    if known is None:
        known = MadeOf()
        request._made_of = known  # type: ignore[attr-defined]
    known.stamps.update(stamps)
    if until is not None:
        known.until = until if known.until is None else min(until, known.until)


def told(request: HttpRequest) -> MadeOf | None:
    """What its view said; None where it said nothing."""
    return getattr(request, "_made_of", None)
