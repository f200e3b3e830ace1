"""The verbs of the workflow in the admin: at a click where nothing is to be said, else on a page of their own."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import format_lazy

from articles import moments, moves, preflight, publishing, roles
from articles.addresses import version_in
from articles.admin.pages import page, story_of
from articles.changes import Change
from articles.clock import ZONE
from articles.editing import StaleVersion
from articles.models import Article, Move
from articles.moves import Details, Refused
from articles.preflight import Finding, NotReady
from articles.publishing import Telling
from articles.roles import person_of
from articles.search.asked import FARTHEST
from articles.workflow import BY_CODE, Asks, Check, Verb

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin
    from staff.models import Person


# Beyond these no database and no clock of another zone can be asked for the same moment.
YEARS = range(1000, FARTHEST.year)


class MomentField(forms.DateTimeField):
    """A moment in the newsroom's time zone. One that the clocks leave out, or have twice, or that lies in no year that
    can be reckoned with, is refused with words.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, *, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(help_text=format_lazy("In the time of {}. {}", ZONE, help_text), **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        """The moment, aware; raises ValidationError with words for one that is not, or is not one."""
        try:
            moment = super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone" and "time zone" not in str(error):
                raise
            raise forms.ValidationError(
                f"On that night the clocks of {ZONE} are changed, and this time is left out or comes "
                "twice. Choose one before or after it.",
                code="ambiguous_timezone",
            ) from error
        if moment and moment.year not in YEARS:
            raise forms.ValidationError(f"The year lies between {YEARS[0]} and {YEARS[-1]}.", code="year")
        return moment


class MoveForm(forms.Form):
    """What a verb asks of whoever uses it, for this story."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    holder = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, verb: Verb, article: Article, person: "Person", data: Any = None, *, at: str = "", seen: int = 0
    ) -> None:
        begin = {"seen_version": seen or article.version, "holder": article.holder_id, "live_from": at}
        super().__init__(data, initial=begin)
        self.verb = verb
        self.findings: list[Finding] = preflight.check(article) if Check.PREFLIGHT in verb.checks else []
        if Asks.MOMENT in verb.asks:
            self.fields["live_from"] = MomentField(label="Goes out at")
            self.fields["live_until"] = MomentField(
                label="Until",
                required=False,
                initial=publishing.agreed_end(article),
                help_text="Empty: it stays until it is withdrawn.",
            )
        if Asks.PERSON in verb.asks:
            self.fields["to"] = forms.ModelChoiceField(queryset=moves.takers(article), label="To whom")
        if Asks.REASON in verb.asks:
            self.fields["reason"] = _text("Why", required=verb.code == "return", rows=3)
        if Asks.NOTICE in verb.asks:
            self.fields["reason"] = _text("What its address says from now on", required=False, rows=3)
            self.fields["reason"].help_text = "Readers who follow a link find this in place of the story."
        if Asks.CHANGE in verb.asks and moves.was_seen(article):
            choices = [(change.value, change.label) for change in Change]
            # A page from before readers had the story did not ask, and may be sent a second time.
            self.fields["change"] = forms.ChoiceField(
                choices=choices, initial=Change.UPDATE, label="What it is", required=False
            )
            self.fields["words"] = _text("What readers are told", required=False, rows=3)
            self.fields[
                "words"
            ].help_text = "For a clarification, a correction or an editor’s note; it stays with the story."
        doubtful: dict[str, list[str]] = {}
        for finding in self.findings:
            if not finding.stops:
                doubtful.setdefault(finding.code, []).append(finding.words)
        reasons = _reasons(article) if doubtful else {}
        for code, words in doubtful.items():
            self.fields[f"waive-{code}"] = _text(" ".join(words), required=True, rows=1)
            self.fields[f"waive-{code}"].initial = next((reasons[each] for each in words if each in reasons), "")
            self.fields[f"waive-{code}"].help_text = "Why it may go out as it is; the reason is kept."
        if Check.FOUR_EYES in verb.checks and moves.needs_other_eyes(article, person):
            self.fields["override"] = _text("Why you publish your own story", required=True, rows=2)
            self.fields["override"].help_text = "Here somebody else looks at a story first. The reason is kept."

    @property
    def stopping(self) -> list[Finding]:
        """What must be mended before the verb can be used at all."""
        return [finding for finding in self.findings if finding.stops]

    def details(self) -> Details:
        """What was said, once the form is valid."""
        said = self.cleaned_data
        telling = Telling(Change(said["change"] or Change.UPDATE), said["words"]) if "change" in said else None
        waived = {name.removeprefix("waive-"): reason for name, reason in said.items() if name.startswith("waive-")}
        is_endless = "live_until" in said and not said["live_until"]
        return Details(
            reason=said.get("reason", ""), to=said.get("to"), holder=said["holder"], live_from=said.get("live_from"),
            live_until=said.get("live_until"), endless=is_endless, telling=telling, waived=waived,
            override=said.get("override", ""),
        )  # fmt: skip


def _reasons(article: Article) -> dict[str, str]:
    """The reasons with which the same was waved through before, by what it said."""
    kept = article.moves.exclude(waived={}).order_by("at", "pk").values_list("waived", flat=True)
    return {words: reason for waived in kept for words, reason in waived.items()}


def _text(label: str, *, required: bool, rows: int) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}))


def move_at_once(desk: "ArticleAdmin", request: HttpRequest, verb: Verb, article: Article) -> HttpResponse:
    """Carry out a verb on a story that was just saved, or ask first what it wants to know."""
    saved = article.version
    article = story_of(desk, request, article.pk)
    if not moves.asks_nothing(verb, article, person_of(request)):
        messages.info(request, format_html("“{}” is saved.", article))
        page = reverse("admin:articles_article_move", args=[article.pk, verb.code])
        return HttpResponseRedirect(f"{page}?seen={saved}")
    return perform(desk, request, verb, article, saved, Details())


def move_view(desk: "ArticleAdmin", request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The page of a verb: what it asks, what stops it, and the button.

    `?seen=` is the version that the person had before them when they chose it; of a later one they are told first.
    """
    verb = BY_CODE.get(code)
    if verb is None:
        raise Http404("There is no such move.")
    article, person = story_of(desk, request, pk), person_of(request)
    if not roles.may(person, code, article):
        raise PermissionDenied
    offer = next((offer for offer in moves.offers(article, person) if offer.verb == verb), None)
    seen = _last_seen(article, person, version_in(request.GET.get("seen", "")))
    form = MoveForm(
        verb, article, person, request.POST if request.method == "POST" else None, at=request.GET.get("at", ""),
        seen=seen,
    )  # fmt: skip
    if form.is_valid() and not form.stopping:
        return perform(desk, request, verb, article, form.cleaned_data["seen_version"], form.details())
    return page(
        desk, request, "move.html", article, title=verb.label, verb=verb, form=form,
        why_not=offer.why_not if offer else "It does not fit the story as it stands now.", back=back_of(request),
        unseen=seen if request.method == "GET" and seen < article.version else 0,
    )  # fmt: skip


def _last_seen(article: Article, person: "Person", version: int) -> int:
    """The version that a page may go on from: what somebody saved in another tab themselves, they have seen."""
    if not 0 < version < article.version:
        return article.version
    others = article.revisions.filter(version__gt=version).exclude(by=person)
    return version if others.exists() else article.version


def perform(
    desk: "ArticleAdmin", request: HttpRequest, verb: Verb, article: Article, seen: int, details: Details
) -> HttpResponse:
    """Carry out a verb, say what came of it, and lead back: to the story, or to where the address says by `back`."""
    try:
        move = moves.perform(verb.code, article, by=person_of(request), seen_version=seen, details=details)
    except StaleVersion:
        messages.error(request, "The story was saved in the meantime. Look at it again first.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    except NotReady as unready:
        messages.error(request, str(unready))
    else:
        messages.success(request, _done(move))
    if back := back_of(request):
        return HttpResponseRedirect(back)
    if not desk.get_queryset(request).filter(pk=article.pk).exists():
        return HttpResponseRedirect(reverse("admin:index"))
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))


def back_of(request: HttpRequest) -> str:
    """Where the person came from and wants to be led back to; empty for nowhere, or for another site."""
    back = request.GET.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, None) else ""


def _done(move: Move) -> str:
    snapshot = move.snapshot
    if snapshot and snapshot.live_from > timezone.now():
        return format_html("“{}” goes out on {}.", move.article, moments.with_distance(snapshot.live_from))
    if snapshot:
        return format_html('“{}” is before readers at <a href="{}">{}</a>.', move.article, snapshot.path, snapshot.path)
    return format_html("You {}: “{}”.", BY_CODE[move.verb].told, move.article)
