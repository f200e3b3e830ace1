"""What others tell by signals, and what comes of it. Nothing else in the house listens to one."""

from typing import Any

from allauth.mfa import signals as factor_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import pre_delete
from django.utils import timezone

from articles.models import Section
from staff import factors, sessions
from staff.log import record
from staff.middleware import HAS_FACTOR, SEEN
from staff.models import Event, Invitation, InvitedDuty


def begin() -> None:
    """Listen."""
    user_logged_in.connect(_begin_session)
    factor_signals.authenticator_used.connect(_used)
    factor_signals.authenticator_removed.connect(_removed)
    factor_signals.authentication_failed.connect(_failed)
    pre_delete.connect(_section_goes, sender=Section)


def _begin_session(sender: Any, request: Any, **kwargs: Any) -> None:
    if request is not None:
        request.session[SEEN] = timezone.now().timestamp()


def _used(sender: Any, request: Any, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        left = len(Authenticator.objects.get(pk=authenticator.pk).wrap().get_unused_codes())
        record(Event.Kind.RECOVERED, person=user, by=user, said=f"{left} left", request=request)


def _removed(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    request.session.pop(HAS_FACTOR, None)
    if not factors.has_one(user):
        # The others know of the factor that was there, and would go on without one.
        sessions.end_all(user, by=user, but=request.session.session_key)


def _failed(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    record(Event.Kind.FAILED, person=user, said="wrong code", request=request)


def _section_goes(sender: Any, instance: Section, **kwargs: Any) -> None:
    """Take from invitations the roles for this section alone: without a section they would be for all of them."""
    waiting = InvitedDuty.objects.filter(invitation__in=Invitation.objects.waiting())
    for duty in waiting.filter(sections=instance):
        if duty.sections.count() == 1:
            duty.delete()
