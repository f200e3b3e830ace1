"""The page of the desk's plans for a story."""

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from articles import planning, roles
from articles.admin.moving import MomentField
from articles.admin.pages import page, story_of
from articles.models import Article
from articles.moves import Refused
from articles.planning import Replanned
from articles.roles import person_of

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin


class SeenField(forms.JSONField):
    """The plans as they stood on the page, to be compared with what stands when it is sent."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> dict[str, str]:
        """Texts by their names; what is not that is compared with nothing that could be so."""
        found = super().clean(value)
        return {str(name): str(text) for name, text in found.items()} if isinstance(found, dict) else {"deadline": "?"}


class PlanForm(forms.ModelForm[Article]):
    """An assignment, and the embargo."""

    seen = SeenField()
    deadline = MomentField(required=False)
    embargo_until = MomentField(
        label="Embargo until", required=False, help_text="Before it nobody outside sees a word of the story."
    )

    class Meta:
        model = Article
        fields = ("writer", "editor", "deadline", "length", "embargo_until")
        labels = {"writer": "Who writes", "editor": "Who edits"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = planning.seen(self.instance)
        for name, people in (("writer", planning.writers), ("editor", planning.editors)):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                stored = getattr(self.instance, f"{name}_id")
                everybody = people(self.instance)
                field.queryset = everybody.model.objects.filter(Q(pk__in=everybody) | Q(pk=stored)).order_by("name")


def plan_view(desk: "ArticleAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """The plans, to be changed by who may assign the story."""
    article, person = story_of(desk, request, pk), person_of(request)
    if not roles.has_right(person, roles.ASSIGN, article):
        raise PermissionDenied
    form = PlanForm(request.POST if request.method == "POST" else None, instance=Article.objects.get(pk=pk))
    if form.is_valid():
        said, field = form.cleaned_data, "deadline"
        try:
            with transaction.atomic():
                planning.plan(article, said, by=person, seen=said["seen"])
                field = "embargo_until"
                planning.embargo(article, said["embargo_until"], by=person)
        except Replanned as changed:
            now = json.dumps(planning.seen(Article.objects.get(pk=pk)))
            form.data = {**{name: request.POST.get(name, "") for name in form.fields}, "seen": now}
            form.add_error(None, str(changed))
        except (Refused, PermissionDenied) as refusal:
            form.add_error(field, str(refusal))
        else:
            messages.success(request, "The plans are kept.")
            return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))
    return page(desk, request, "plan.html", article, title="Plans", form=form)
