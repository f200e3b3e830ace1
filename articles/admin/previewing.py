"""Previews of a story at the width of a phone and of a desk, and the links for somebody outside."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from articles import reviewing
from articles.addresses import id_in, version_in
from articles.admin.moving import MomentField
from articles.admin.pages import framed, page, story_of
from articles.models import Article, Revision
from articles.previewing import as_readers
from articles.roles import person_of

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin

USUAL = timedelta(days=3)


def preview_view(desk: "ArticleAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """A version in a frame as wide as a phone's window or a desk's (`?on=phone`)."""
    article = story_of(desk, request, pk)
    revision = _revision(article, request)
    versions = article.revisions.values_list("version", "at")
    on = "phone" if request.GET.get("on") == "phone" else "desk"
    return page(
        desk, request, "preview.html", article, title="As readers will see it", revision=revision, on=on,
        versions=versions,
    )  # fmt: skip


def as_readers_view(desk: "ArticleAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """The page that stands in the frame: the reader's own, made of this version."""
    article = story_of(desk, request, pk)
    story = as_readers(article, _revision(article, request))
    return framed(request, "paper/preview.html", {"story": story})


def _revision(article: Article, request: HttpRequest) -> Revision:
    wanted = version_in(request.GET.get("version", str(article.version)))
    return get_object_or_404(article.revisions.select_related("by"), version=wanted)


class ReviewForm(forms.Form):
    """A new review link."""

    receiver = forms.CharField(label="For whom", max_length=120, help_text="The name stands on the page.")
    expires_at = MomentField(label="Until", help_text=f"At most {reviewing.LONGEST.days} days from now.")

    def clean_expires_at(self) -> datetime:
        """Later than now, and not for ever."""
        until: datetime = self.cleaned_data["expires_at"]
        if why := reviewing.refusal(until):
            raise forms.ValidationError(why)
        return until


def reviews_view(desk: "ArticleAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """The links that were made, with who opened them when; POST makes one, or closes one (`revoke`)."""
    article, person = story_of(desk, request, pk), person_of(request)
    here = reverse("admin:articles_article_reviews", args=[pk])
    is_revoked = request.method == "POST" and "revoke" in request.POST
    form = ReviewForm(
        request.POST if request.method == "POST" and not is_revoked else None,
        initial={"expires_at": timezone.now() + USUAL},
    )
    if is_revoked:
        link = get_object_or_404(article.review_links, pk=id_in(request.POST["revoke"]))
        reviewing.revoke(link, by=person)
        messages.success(request, f"The link for {link.receiver} is closed.")
        return HttpResponseRedirect(here)
    if form.is_valid():
        said = form.cleaned_data
        link = reviewing.invite(article, by=person, version=article.version, **said)
        messages.success(request, f"Here is the link for {link.receiver}. Copy it from the list and send it.")
        return HttpResponseRedirect(here)
    links = article.review_links.select_related("by").prefetch_related("views")
    return page(
        desk, request, "reviews.html", article, title="Review links", form=form,
        may_invite=reviewing.may_invite(person, article),
        is_embargoed=bool(article.embargo_until and article.embargo_until > timezone.now()),
        links=[(link, settings.SITE_URL + reverse("review", args=[reviewing.token(link)])) for link in links],
    )  # fmt: skip
