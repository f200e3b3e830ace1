"""Deciding on what was proposed for a story that readers have."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from articles import editing
from articles.models import Article, Proposal

if TYPE_CHECKING:
    from articles.content import Content
    from staff.models import Person


class Decided(ValueError):
    """Raised where a proposal was decided on before."""


@transaction.atomic
def accept(proposal: Proposal, *, by: "Person") -> Article:
    """Make the proposed change to the working copy, as a revision that names both people.

    Raises Decided, NotYours, and Clash where the story changed in the same place since.
    """
    held = _open(proposal)
    saved = editing.save_content(held.article, held.content, by=by, seen_version=held.version, proposed_by=held.by)
    _decide(held, Proposal.State.ACCEPTED, by, "")
    return saved.article


@transaction.atomic
def accept_as(proposal: Proposal, wanted: "Content", *, by: "Person", seen_version: int) -> Article:
    """Make of the proposed change what `by` chose where it collided with `seen_version`. Raises as `accept`."""
    held = _open(proposal)
    saved = editing.save_content(held.article, wanted, by=by, seen_version=seen_version, proposed_by=held.by)
    _decide(held, Proposal.State.ACCEPTED, by, "")
    return saved.article


@transaction.atomic
def decline(proposal: Proposal, *, by: "Person", reason: str) -> None:
    """Leave the story as it is; the reason is shown to who proposed the change. Raises Decided."""
    _decide(_open(proposal), Proposal.State.DECLINED, by, reason.strip())


def _open(proposal: Proposal) -> Proposal:
    held = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if held.state != Proposal.State.OPEN:
        raise Decided(f"Somebody has decided on this in the meantime: {held.get_state_display().lower()}.")
    return held


def _decide(proposal: Proposal, state: Proposal.State, by: "Person", reason: str) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at, proposal.reason = state, by, timezone.now(), reason
    proposal.save()
