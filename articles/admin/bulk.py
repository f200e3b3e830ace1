"""Moving many stories at once, after a look at what will happen to each."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from articles import bulk, roles
from articles.addresses import id_in, version_in
from articles.admin.moving import MomentField
from articles.changes import Change
from articles.moves import Details
from articles.publishing import Telling
from articles.roles import person_of
from articles.workflow import BY_CODE

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin
    from staff.models import Person


ALIKE = (Change.UPDATE, Change.SILENT)


class BulkForm(forms.Form):
    """What is to be done to the chosen stories; what a verb does not ask for is passed over."""

    verb = forms.ChoiceField(label="Do this to all of them")
    reason = forms.CharField(
        label="Why", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For returning and spiking.",
    )  # fmt: skip
    to: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        label="To whom", queryset=None, required=False, help_text="For handing over."
    )
    live_from = MomentField(label="Goes out at", required=False, help_text="For scheduling.")
    # What is told in words is told story by story.
    change = forms.ChoiceField(
        label="What it is to readers", required=False, choices=[(each.value, each.label) for each in ALIKE],
        help_text="For publishing and scheduling stories that readers have seen before.",
    )  # fmt: skip

    def __init__(self, person: "Person", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = {code for duty in roles.held(person) for code in duty.role.verbs}
        choices = [(verb.code, verb.label) for verb in bulk.VERBS if verb.code in mine]
        verb, to = self.fields["verb"], self.fields["to"]
        assert isinstance(verb, forms.ChoiceField)  # noqa: S101 - for the type checker
        assert isinstance(to, forms.ModelChoiceField)  # noqa: S101
        verb.choices = choices
        to.queryset = roles.colleagues(None)

    def details(self) -> Details:
        """What was said, once the form is valid."""
        said = self.cleaned_data
        telling = Telling(Change(said["change"] or Change.UPDATE))
        return Details(reason=said["reason"], to=said["to"], live_from=said["live_from"], telling=telling)


def bulk_view(desk: "ArticleAdmin", request: HttpRequest) -> HttpResponse:
    """The chosen stories (`?ids=1,2`), the verb, then what would happen to each, then the doing of it (`do`)."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    person = person_of(request)
    if request.method == "POST":
        seen = _seen(request)
        chosen = [(story, seen[story.pk]) for story in desk.get_queryset(request).filter(pk__in=seen)]
    else:
        ids = [id_in(text) for text in request.GET.get("ids", "").split(",")[: bulk.MOST]]
        chosen = [(story, story.version) for story in desk.get_queryset(request).filter(pk__in=ids)]
    form = BulkForm(person, request.POST if request.method == "POST" else None)
    outcomes = None
    if form.is_valid():
        verb = BY_CODE[form.cleaned_data["verb"]]
        if "do" in request.POST:
            return _do(request, list(bulk.perform(verb, chosen, by=person, details=form.details())))
        outcomes = bulk.rehearse(verb, chosen, by=person, details=form.details())
    context = {
        **desk.admin_site.each_context(request), "opts": desk.opts, "title": "Move several stories", "form": form,
        "chosen": chosen, "outcomes": outcomes, "moving": [each for each in outcomes or [] if not each.problem],
    }  # fmt: skip
    return TemplateResponse(request, "admin/articles/article/bulk.html", context)


def _do(request: HttpRequest, outcomes: list[bulk.Outcome]) -> HttpResponse:
    moved = [outcome for outcome in outcomes if not outcome.problem]
    if moved:
        messages.success(request, f"{len(moved)} of {len(outcomes)} are moved.")
    for outcome in outcomes:
        if outcome.problem:
            messages.warning(request, f"“{outcome.article}” stays as it is. {outcome.problem}")
    return HttpResponseRedirect(reverse("admin:articles_article_changelist"))


def _seen(request: HttpRequest) -> dict[int, int]:
    """The version that the person saw of each chosen story."""
    pairs = [pair.partition(":") for pair in request.POST.getlist("seen")[: bulk.MOST]]
    return {id_in(pk): version_in(version) for pk, _, version in pairs}
