"""Invitations: somebody may make themselves an account, once, with the roles that were chosen for them."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from staff.models.person import as_kept


def roles() -> Sequence[tuple[str, str]]:
    """The roles that somebody may be invited for; asked for late, because the newsroom's models ask for ours."""
    from articles.models import duty

    return duty.roles()


class State(models.TextChoices):
    """What has become of an invitation."""

    UNSENT = "unsent", "On its way"
    OPEN = "open", "Not answered yet"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"
    ANSWERED = "answered", "Answered"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations."""

    def waiting(self) -> "InvitationQuerySet":
        """Those that nobody has answered and nobody has revoked, expired ones among them."""
        return self.filter(answered_at=None, revoked_at=None)


class Invitation(models.Model):
    """An invitation. Of the token in its link only the hash is kept, and only while the link works."""

    name = models.CharField(max_length=150)
    email = models.EmailField("e-mail address")
    token_hash = models.CharField(max_length=64, blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    at = models.DateTimeField("invited", editable=False)
    expires_at = models.DateTimeField("until", null=True, editable=False)
    answered_at = models.DateTimeField("answered", null=True, editable=False)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="invitation"
    )
    revoked_at = models.DateTimeField("revoked", null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["token_hash"], condition=~Q(token_hash=""), name="staff_invitation_by_token"),)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The address as it is kept."""
        super().clean()
        self.email = as_kept(self.email)

    def state(self, at: datetime | None = None) -> State:
        """What has become of it at this moment (now, unless told)."""
        if self.answered_at:
            return State.ANSWERED
        if self.revoked_at:
            return State.REVOKED
        if self.expires_at is None:
            return State.UNSENT
        return State.OPEN if (at or timezone.now()) < self.expires_at else State.EXPIRED


class InvitedDuty(models.Model):
    """A role that somebody will hold once they have answered; see `articles.models.Duty`."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="duties")
    role = models.CharField(max_length=20, choices=roles)
    sections = models.ManyToManyField("articles.Section", blank=True, help_text="None chosen: every section.")
    until = models.DateField("last day", null=True, blank=True, help_text="Empty if it has no end.")

    class Meta:
        verbose_name = "role"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["invitation", "role"],
                name="staff_invitedduty_once",
                violation_error_message="This role is in the invitation already.",
            ),
        )

    def __str__(self) -> str:
        return dict(roles())[self.role]
