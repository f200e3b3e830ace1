"""A change to a live story that somebody proposed: what it would change, to be taken over or declined."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from articles import comparing, proposals, roles
from articles.admin.clash import clash_page
from articles.admin.pages import figures_of, page, story_of, typed
from articles.editing import Clash, NotYours
from articles.models import Proposal
from articles.roles import Hand, person_of

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin


def proposal_view(desk: "ArticleAdmin", request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The proposal, and for who may change the story, the two buttons."""
    article = story_of(desk, request, pk)
    person = person_of(request)
    proposal = get_object_or_404(article.proposals.select_related("by", "decided_by"), pk=number)
    may_decide = roles.hand(person, article, article.publication) == Hand.EDITS
    here = reverse("admin:articles_article_proposal", args=[pk, number])
    if request.method == "POST":
        if not may_decide:
            raise PermissionDenied
        try:
            if "accept" in request.POST:
                proposals.accept(proposal, by=person)
                messages.success(request, "Taken over. Publish an update when readers are to have it.")
                return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))
            proposals.decline(proposal, by=person, reason=typed(request.POST, "reason"))
            messages.success(request, "Declined. Who proposed it sees why.")
        except Clash as clash:
            return clash_page(desk, request, clash, proposal=proposal.pk)
        except (proposals.Decided, NotYours) as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(here)
    base = article.revisions.get(version=proposal.version).content
    figure = figures_of(base["body"], proposal.content["body"])
    return page(
        desk, request, "proposal.html", article,
        title=f"A change proposed by {proposal.by or 'somebody'}",
        proposal=proposal,
        is_open=proposal.state == Proposal.State.OPEN,
        may_decide=may_decide,
        differences=comparing.differences(base, proposal.content, figure),
    )  # fmt: skip
