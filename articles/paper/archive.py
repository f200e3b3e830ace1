"""The archive: everything that readers have, by year, month and day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models import stamp
from articles.models.snapshot import Snapshot
from articles.moments import midnight
from articles.paper.made_of import made_of, page
from articles.paper.paging import page_of, paged
from articles.prepared import Prepared


@dataclass(frozen=True)
class Span:
    """A year, a month or a day: from `begin` to the day before `end`. `length` says which."""

    begin: date
    end: date
    length: str

    @classmethod
    def of(cls, year: int, month: int | None = None, day: int | None = None) -> "Span":
        """The span of that address; raises ValueError for a date that there is not."""
        begin = date(year, 1 if month is None else month, 1 if day is None else day)
        if day is not None:
            return cls(begin, begin + timedelta(days=1), "day")
        if month is not None:
            return cls(begin, date(year + month // 12, month % 12 + 1, 1), "month")
        return cls(begin, date(year + 1, 1, 1), "year")

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return self.length == "year"

    @property
    def is_day(self) -> bool:
        """Whether it is a single day."""
        return self.length == "day"

    def get_absolute_url(self) -> str:
        """Where it stands."""
        parts = [self.begin.year, self.begin.month, self.begin.day]
        return reverse("paper:archive", args=parts[: 1 if self.is_year else 3 if self.is_day else 2])

    @property
    def wider(self) -> list["Span"]:
        """The year of a month; the year and the month of a day."""
        year, month = Span.of(self.begin.year), Span.of(self.begin.year, self.begin.month)
        return [] if self.is_year else [year, month] if self.is_day else [year]

    @property
    def narrower(self) -> list["Span"]:
        """The months of a year, the days of a month."""
        if self.is_year:
            return [Span.of(self.begin.year, month) for month in range(1, 13)]
        days = range(0 if self.is_day else (self.end - self.begin).days)
        return [Span.of(self.begin.year, self.begin.month, number + 1) for number in days]

    def beside(self, away: date) -> "Span":
        """The span of the same length in which that day lies."""
        return Span.of(away.year, None if self.is_year else away.month, away.day if self.is_day else None)


@page()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The years from the first story that readers have to the last, and their months."""
    made_of(request, stamp.STORIES)
    first, last = (end.day if end else None for end in _bounds())
    years = [Span.of(year) for year in range(last.year, first.year - 1, -1)] if first and last else []
    return render(request, "paper/archive_index.html", {"years": years, "first": first, "last": last})


@page("before")
@require_safe
def archive(request: HttpRequest, year: int, month: int | None = None, day: int | None = None) -> HttpResponse:
    """The stories that first appeared in that year, month or day of the newsroom, newest first."""
    first, last = _bounds()
    try:
        span = Span.of(year, month, day)
    except (ValueError, OverflowError) as error:
        raise Http404("There is no such date.") from error
    if first is None or last is None or span.end <= first.day or span.begin > last.day:
        raise Http404("Nothing was published then.")
    begin, end = midnight(span.begin), midnight(span.end)
    years = range(begin.astimezone(UTC).year, (end - timedelta.resolution).astimezone(UTC).year + 1)
    is_inside = first.day < span.begin and span.end <= last.day
    # Where the archive goes on to either side it does so while the stories at its ends are there, whatever comes.
    made_of(
        request,
        *map(stamp.of_year, years),
        *([stamp.of_story(first.article), stamp.of_story(last.article)] if is_inside else [stamp.STORIES]),
    )
    context = {
        "span": span,
        "before": span.beside(span.begin - timedelta(days=1)) if span.begin > first.day else None,
        "after": span.beside(span.end) if span.end <= last.day else None,
        "narrower": [each for each in span.narrower if each.end > first.day and each.begin <= last.day],
        "page": page_of(SINCE, request, until=end, begin=begin),
    }
    return render(request, "paper/archive.html", context)


@dataclass(frozen=True)
class End:
    """The first story that readers have, or the last, and the day of the newsroom on which it appeared."""

    article: int
    day: date


def _bounds() -> tuple[End | None, End | None]:
    """Both ends of the archive; a short query."""
    found = ENDS.first(at=timezone.now())
    if found is None:
        return None, None
    first, began, last, ended = found
    return End(first, timezone.localdate(began)), End(last, timezone.localdate(ended))


def _ends(at: datetime) -> QuerySet[Snapshot, tuple[int, datetime, int, datetime]]:
    """The stories and moments of the first and of the last."""
    live = Snapshot.objects.live(at)
    last = live.order_by("-published_at", "-pk")
    story, moment = (Subquery(last.values(field)[:1]) for field in ("article", "published_at"))
    return live.order_by("published_at", "pk").values_list("article", "published_at", story, moment)[:1]


ENDS: Prepared[tuple[int, datetime, int, datetime]] = Prepared(Snapshot, _ends)
SINCE = paged(lambda begin, at, today: Snapshot.objects.live(at).since(begin).as_teasers(today))
