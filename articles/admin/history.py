"""What happened to a story: its line of time in sentences, any two versions compared, any one brought back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from articles import comparing, editing, roles
from articles.addresses import id_in, version_in
from articles.admin.clash import clash_page
from articles.admin.moving import MomentField
from articles.admin.pages import figures_of, page, story_of
from articles.models import Comment, Move, Proposal, Revision, Snapshot
from articles.roles import Hand, person_of
from articles.workflow import BY_CODE

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin
    from staff.models import Person

ON_A_PAGE = 40


@dataclass(frozen=True)
class Event:
    """Something that happened: when, who did it, and the rest of the sentence."""

    at: datetime
    who: str
    did: str
    revision: Revision | None = None
    move: Move | None = None
    comment: Comment | None = None
    proposal: Proposal | None = None

    @property
    def why(self) -> str:
        """The words that were given with it."""
        if self.proposal:
            return self.proposal.reason if self.proposal.decided_at == self.at else ""
        return self.move.reason if self.move and self.move.verb in BY_CODE else ""


def history_page(desk: "ArticleAdmin", request: HttpRequest, object_id: str) -> HttpResponse:
    """The line of time, the latest first, with the form that compares two versions."""
    article = story_of(desk, request, id_in(object_id))
    keys = sorted(
        [(at, "revision", pk) for pk, at in article.revisions.values_list("pk", "at")]
        + [(at, "move", pk) for pk, at in article.moves.values_list("pk", "at")]
        + [(at, "comment", pk) for pk, at in article.comments.values_list("pk", "at")]
        + [(at, "proposal", pk) for pk, at in article.proposals.values_list("pk", "at")]
        + [
            (at, "decision", pk)
            for pk, at in article.proposals.filter(state=Proposal.State.DECLINED).values_list("pk", "decided_at")
        ],
        reverse=True,
    )
    part = Paginator(keys, ON_A_PAGE).get_page(request.GET.get("page"))
    return page(
        desk, request, "history.html", article,
        title="History",
        events=_events(article, list(part.object_list)),
        part=part,
        may_restore=roles.hand(person_of(request), article, article.publication) == Hand.EDITS,
        snapshots=Snapshot.objects.filter(article=article).order_by("-live_from").in_brief(),
    )  # fmt: skip


def _events(article: Any, keys: list[tuple[datetime, str, int]]) -> list[Event]:
    def of(*kinds: str) -> list[int]:
        return [pk for _, kind, pk in keys if kind in kinds]

    revisions = Revision.objects.select_related("by", "proposed_by").in_bulk(of("revision"))
    numbers = {each.version - 1 for each in revisions.values()}
    before = {each.version: each.content for each in article.revisions.filter(version__in=numbers)}
    moves = Move.objects.select_related("by", "to", "snapshot").in_bulk(of("move"))
    comments = Comment.objects.select_related("by").in_bulk(of("comment"))
    offered = Proposal.objects.select_related("by", "decided_by").defer("content")
    proposals = offered.in_bulk(of("proposal", "decision"))
    told: dict[str, Callable[[int], Event]] = {
        "revision": lambda pk: _saved(revisions[pk], before.get(revisions[pk].version - 1)),
        "move": lambda pk: _moved(moves[pk]),
        "comment": lambda pk: _said(comments[pk]),
        "proposal": lambda pk: _proposed(proposals[pk]),
        "decision": lambda pk: _declined(proposals[pk]),
    }
    return [told[kind](pk) for _, kind, pk in keys]


def _name(person: "Person | None") -> str:
    """Who it was; the operator at the command line, and whoever has no account any more, have no name."""
    return str(person or "Somebody")


def _said(comment: Comment) -> Event:
    did = "answered" if comment.thread_id else "commented"
    return Event(comment.at, _name(comment.by), did, comment=comment)


def _proposed(proposal: Proposal) -> Event:
    return Event(proposal.at, _name(proposal.by), "proposed a change", proposal=proposal)


def _declined(proposal: Proposal) -> Event:
    assert proposal.decided_at is not None  # noqa: S101 - it is declined
    did = f"declined the change that {proposal.by or 'somebody'} proposed"
    return Event(proposal.decided_at, _name(proposal.decided_by), did, proposal=proposal)


def _saved(revision: Revision, before: Any) -> Event:
    did = comparing.listed(comparing.sentences(before, revision.content))
    if revision.restores:
        did = f"brought back version {revision.restores}"
    if revision.proposed_by:
        did += f", as {revision.proposed_by} had proposed"
    return Event(revision.at, _name(revision.by), did, revision=revision)


def _moved(move: Move) -> Event:
    if verb := BY_CODE.get(move.verb):
        did = verb.told + (f" to {move.to}" if move.to else "")
    elif move.verb == "plan":
        did = f"planned: {move.reason}"
    else:
        did = f"set the embargo until {move.reason}" if move.reason else "lifted the embargo"
    return Event(move.at, _name(move.by), did, move=move)


def compare_view(desk: "ArticleAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions as rendered prose, with the words that differ marked."""
    article = story_of(desk, request, pk)
    numbers = sorted(version_in(request.GET.get(name, "")) for name in ("old", "new"))
    old, new = (get_object_or_404(article.revisions.select_related("by"), version=number) for number in numbers)
    figure = figures_of(old.content["body"], new.content["body"])
    return page(
        desk, request, "compare.html", article,
        title=f"Version {old.version} and version {new.version}",
        old=old, new=new, differences=comparing.differences(old.content, new.content, figure),
    )  # fmt: skip


def restore_view(desk: "ArticleAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a version back, as a new one: nothing that came after it is lost."""
    article = story_of(desk, request, pk)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:articles_article_history", args=[pk]))
    if roles.hand(person_of(request), article, article.publication) != Hand.EDITS:
        raise PermissionDenied
    seen = version_in(request.POST.get("seen_version", ""))
    revision = get_object_or_404(article.revisions, version=version_in(request.POST.get("version", "")))
    if seen != article.version:
        messages.error(request, "The story was saved in the meantime. Look at it again first.")
        return HttpResponseRedirect(reverse("admin:articles_article_history", args=[pk]))
    try:
        editing.save_content(
            article, revision.content, by=person_of(request), seen_version=seen, restores=revision.version
        )
    except editing.Clash as clash:
        return clash_page(desk, request, clash)
    except editing.NotYours as refusal:
        messages.error(request, f"{refusal} Nothing was brought back.")
        return HttpResponseRedirect(reverse("admin:articles_article_history", args=[pk]))
    messages.success(request, f"Version {revision.version} is brought back, as a new version.")
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))


def seen_view(desk: "ArticleAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """What readers saw at a moment."""
    article = story_of(desk, request, pk)
    field = MomentField(required=True)
    try:
        at = field.clean(request.GET.get("at", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(reverse("admin:articles_article_history", args=[pk]) + "#seen")
    mine = Snapshot.objects.filter(article=article)
    snapshot = mine.live(at).select_related("section").first() if at else None
    gone = mine.ended(at).order_by("-live_until", "-pk").first() if at and not snapshot else None
    return page(desk, request, "seen.html", article, title="What readers saw", at=at, story=snapshot, gone=gone)
