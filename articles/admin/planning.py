"""The desk's plans for a story: who writes and edits it, until when, how long, and from when anybody may see it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from articles import moves, roles
from articles.admin.moving import MomentField
from articles.admin.pages import page, story_of
from articles.models import Article
from articles.moves import Refused
from articles.roles import person_of

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin


class PlanForm(forms.ModelForm[Article]):
    """An assignment, and the embargo."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    deadline = MomentField(required=False, help_text=f"In the time of {settings.TIME_ZONE}.")
    embargo_until = MomentField(
        label="Embargo until", required=False,
        help_text="Before this moment nobody outside the newsroom sees a word of the story, whatever is scheduled.",
    )  # fmt: skip

    class Meta:
        model = Article
        fields = ("writer", "editor", "deadline", "length", "embargo_until")
        labels = {"writer": "Who writes", "editor": "Who edits"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.stored = _in_one(self.instance)
        self.as_stored = _in_words(self.instance)
        for name in ("writer", "editor"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = roles.colleagues(self.instance)

    def clean(self) -> dict[str, Any] | None:
        """The plans are those that the person saw, or they look again."""
        cleaned = super().clean()
        if self.data.get("seen") != self.stored:
            self.data = {**{name: self.data.get(name, "") for name in self.fields}, "seen": self.stored}
            raise forms.ValidationError(
                f"Somebody changed the plans in the meantime, to: {self.as_stored}. What you see here is yours; send "
                "it again if it is to stand."
            )
        return cleaned


def _in_one(article: Article) -> str:
    """The plans as one value that can be compared."""
    return "|".join(str(getattr(article, name)) for name in moves.PLANNED)


def _in_words(article: Article) -> str:
    """The plans in one line."""
    moments = {"deadline": article.deadline, "embargo until": article.embargo_until}
    said = [f"{name} {date_format(timezone.localtime(at), 'j F Y, H:i')}" for name, at in moments.items() if at]
    people = {"written by": article.writer, "edited by": article.editor}
    said = [*(f"{name} {person}" for name, person in people.items() if person), *said]
    return ", ".join([*said, *([f"{article.length} words"] if article.length else [])]) or "nothing"


def plan_view(desk: "ArticleAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """The plans, to be changed by who may assign the story."""
    article, person = story_of(desk, request, pk), person_of(request)
    if not roles.has_right(person, roles.ASSIGN, article):
        raise PermissionDenied
    stored = Article.objects.get(pk=pk)
    form = PlanForm(request.POST if request.method == "POST" else None, instance=stored)
    if form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                moves.embargo(article, said.pop("embargo_until"), by=person)
                moves.plan(article, said, by=person)
        except Refused as refusal:
            form.add_error("embargo_until", str(refusal))
        except PermissionDenied as denied:
            form.add_error("embargo_until", str(denied))
        else:
            messages.success(request, "The plans are kept.")
            return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))
    return page(desk, request, "plan.html", article, title="Plans", form=form)
