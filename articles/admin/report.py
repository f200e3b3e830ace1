"""Errors that readers report, as a queue: each is corrected in one step, or closed with a word of why not."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from articles import desk, moments, reports, roles
from articles.admin.moving import MoveForm
from articles.admin.pages import typed
from articles.changes import Change
from articles.editing import Clash, StaleVersion
from articles.models import Article, Report, Snapshot
from articles.moves import Refused
from articles.preflight import NotReady
from articles.roles import person_of
from articles.workflow import BY_CODE
from media.admin.paging import BoundedPaginator


class WordsForm(forms.Form):
    """Which words are wrong, and which are right."""

    wrong = forms.CharField(
        label="These words are wrong", widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), max_length=2000,
        help_text="As they stand in the headline, the deck or the text, and there once.",
    )  # fmt: skip
    right = forms.CharField(
        label="These are right", required=False, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        max_length=2000, help_text="Empty: they go.",
    )  # fmt: skip


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin[Report]):
    """Reports about the stories that this person publishes."""

    list_display = ("about", "what", "reported", "state")
    list_filter = ("state",)
    list_per_page = 50
    list_select_related = ("snapshot",)
    search_fields = ("text", "snapshot__headline")
    show_full_result_count = False
    paginator = BoundedPaginator
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        """Those that this person can do something about."""
        return desk.reports_for(person_of(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Readers add them."""
        return False

    @admin.display(description="story", ordering="snapshot__headline")
    def about(self, report: Report) -> str:
        """The headline that the reader saw."""
        return report.snapshot.headline

    @admin.display(description="what is wrong")
    def what(self, report: Report) -> str:
        """The beginning of what the reader wrote."""
        return report.text if len(report.text) <= 120 else f"{report.text[:119]}…"

    @admin.display(description="reported", ordering="at")
    def reported(self, report: Report) -> str:
        """When, in the newsroom's time."""
        return moments.in_short(report.at)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One report beside what readers have now, and what to do about it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        report = self.get_object(request, object_id or "")
        if report is None:
            raise Http404("There is no such report.")
        article = Article.objects.get(pk=report.article_id)
        person = person_of(request)
        data = request.POST if request.method == "POST" else None
        correcting = data if "correct" in request.POST else None
        words = WordsForm(correcting, initial={"wrong": report.passage})
        update = MoveForm(BY_CODE["update"], article, person, correcting)
        update.fields["change"].initial = Change.CORRECTION
        if data is not None and self._decide(request, report, words, update):
            return HttpResponseRedirect(reverse("admin:articles_report_changelist") + "?state__exact=open")
        live = Snapshot.objects.filter(article=article).live().select_related("section").first()
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": "A reader’s report",
            "report": report, "article": article, "live": live, "words_form": words, "update_form": update,
            "is_open": report.state == Report.State.OPEN, "may_correct": roles.may(person, "update", article),
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/report/change_form.html", context)

    def _decide(self, request: HttpRequest, report: Report, words: WordsForm, update: MoveForm) -> bool:
        """Do what the button says; whether it is done. What keeps it from being done is said."""
        person = person_of(request)
        try:
            if "correct" in request.POST:
                if not (words.is_valid() and update.is_valid()):
                    return False
                seen = update.cleaned_data["seen_version"]
                reports.correct(report, by=person, seen_version=seen, details=update.details(), **words.cleaned_data)
                messages.success(request, "Corrected: readers have it now, and are told so.")
            else:
                state = Report.State.CORRECTED if "corrected" in request.POST else Report.State.DISMISSED
                reports.close(report, state, by=person, answer=typed(request.POST, "answer"))
                messages.success(request, "The report is closed.")
        except (Refused, NotReady, StaleVersion, Clash) as problem:
            messages.error(request, str(problem))
            return False
        return True
