"""The security log in the admin: to be read, filtered and taken along, and never to be changed."""

import csv
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format

from articles.roles import person_of
from staff import arrivals, fresh
from staff.formulas import harmless
from staff.log import record
from staff.models import Event, Person

COLUMNS = ("at", "what", "whose account", "by", "details", "network address", "browser")


class _Line:
    """Gives back what is written into it, line by line."""

    def write(self, value: str) -> str:
        return value


@admin.register(Event)
class EventAdmin(admin.ModelAdmin[Event]):
    """Who came in, who tried, and who changed what others may do."""

    list_display = ("moment", "what", "person_said", "by_said", "said", "address", "browser_said")
    list_display_links = None
    list_filter = ("kind", ("at", admin.DateFieldListFilter))
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("person__name", "person__email", "by__name", "said", "address")
    list_select_related = ("person", "by")
    list_per_page = 100
    show_full_result_count = False
    actions = None
    sortable_by = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody writes into it by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        """Nobody, whatever their rights; the database refuses it too."""
        return False

    has_delete_permission = has_change_permission

    @admin.display(description="when")
    def moment(self, event: Event) -> str:
        """When it happened, on the newsroom's clock, to the second."""
        here = timezone.localtime(event.at)
        return f"{date_format(here, 'j F Y, H:i:s')} {here.tzname()}"

    @admin.display(description="what")
    def what(self, event: Event) -> str:
        """What happened."""
        return event.get_kind_display()

    @admin.display(description="whose account")
    def person_said(self, event: Event) -> str:
        """Whom it is about."""
        return _name(event.person_id, event.person)

    @admin.display(description="by")
    def by_said(self, event: Event) -> str:
        """Who did it, where that was somebody else."""
        return "" if event.by_id == event.person_id else _name(event.by_id, event.by)

    @admin.display(description="browser")
    def browser_said(self, event: Event) -> str:
        """The browser, in words."""
        return arrivals.in_words(event.browser) if event.browser else ""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with how long its entries are kept."""
        return super().changelist_view(request, {"kept_for": settings.SECURITY_LOG_DAYS, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        """Beside the list: the same as a table."""
        ours = [path("csv/", self.admin_site.admin_view(self.as_csv), name="staff_event_csv")]
        return [*ours, *super().get_urls()]

    def as_csv(self, request: HttpRequest) -> StreamingHttpResponse:
        """What the list shows with these filters, as a table; that it was taken along stands in the log too."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        fresh.require(request)
        events: QuerySet[Event] = self.get_changelist_instance(request).get_queryset(request)
        record(Event.Kind.EXPORTED, by=person_of(request), said="the security log", request=request)
        writer = csv.writer(_Line())
        # The rows are written once the request is over, and the newsroom's time zone with it.
        rows: Iterator[str] = (
            writer.writerow([harmless(cell) for cell in row])
            for row in self._rows(events, timezone.get_current_timezone())
        )
        answer = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="security-log.csv"'
        return answer

    def _rows(self, events: QuerySet[Event], zone: tzinfo) -> Iterator[tuple[object, ...]]:
        yield COLUMNS
        for event in events.iterator(chunk_size=1000):
            yield (
                timezone.localtime(event.at, zone).isoformat(), self.what(event), self.person_said(event),
                self.by_said(event), event.said, event.address, event.browser,
            )  # fmt: skip


def _name(pk: int | None, person: Person | None) -> str:
    """Who has that account, or had it; nobody for None."""
    if pk is None:
        return ""
    return f"{person.name} <{person.email}>" if person else f"account {pk}, deleted"
