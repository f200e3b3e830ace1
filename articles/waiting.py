"""For whom a story waits: the one rule behind "Waiting for you" on the desk and behind every message."""

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from articles import roles
from articles.models import Article, Duty
from articles.roles import ROLES, Role
from articles.workflow import AT_THE_DESK, Stage

if TYPE_CHECKING:
    from staff.models import Person


def waiting_for(person: "Person") -> Q:
    """The stories that this person can take the next step with: what they hold, and what nobody holds at their desk."""
    wanted = Q(stage=Stage.DRAFT, writer=person.pk) | Q(stage__in=AT_THE_DESK, is_settled=False, editor=person.pk)
    for duty in roles.held(person):
        if duty.role.takes_up:
            wanted |= duty.within("") & Q(stage__in=duty.role.takes_up, is_settled=False, editor=None)
    return wanted


def waited_for(article: Article) -> "QuerySet[Person]":
    """Who is to be told that the story has come to them: who holds it, else the desk that takes it up at this stage.

    Where a section has nobody of its own for that, it is those who take it up for the whole paper.
    """
    people = get_user_model().objects.filter(is_active=True).order_by("name")
    if article.stage == Stage.SPIKED or article.is_settled:
        return people.none()
    if article.stage == Stage.DRAFT:
        return people.filter(pk__in=[article.writer_id])
    if article.editor_id:
        return people.filter(pk=article.editor_id)
    for candidates in (_taking_up(article.stage, is_last=False), _taking_up(article.stage, is_last=True)):
        duties = Duty.objects.current().filter(role__in=[role.code for role in candidates])
        here = duties.filter(Q(sections=None) | Q(sections=article.section_id))
        if found := people.filter(pk__in=here.values("person")):
            return found
    return people.none()


def _taking_up(stage: str, *, is_last: bool) -> list[Role]:
    return [role for role in ROLES if stage in role.takes_up and role.takes_up_last is is_last]
