"""The security log: who came in, who tried, and who changed what others may do."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone


class EventQuerySet(models.QuerySet["Event"]):
    """Entries of the log."""

    def trim(self) -> int:
        """Delete what is older than SECURITY_LOG_DAYS; how many entries that were.

        The database itself refuses to delete what is younger than thirty days, and to change anything.
        """
        oldest = timezone.now() - timedelta(days=settings.SECURITY_LOG_DAYS)
        return self.filter(at__lt=oldest).delete()[0]


class Event(models.Model):
    """One entry. It is written once; `person` is whom it is about, `by` who did it.

    People are kept by their ids, which outlive an erased account without telling who that was.
    """

    class Kind(models.TextChoices):
        SIGNED_IN = "signed-in", "Signed in"
        NEW_DEVICE = "new-device", "Signed in with a new device"
        FAILED = "failed", "Failed to sign in"
        LOCKED = "locked", "Too many failures"
        SIGNED_OUT = "signed-out", "Signed out"
        SESSION_ENDED = "session-ended", "Session ended"
        PASSWORD = "password", "Password changed"
        FACTOR_ADDED = "factor-added", "Second factor added"
        FACTOR_REMOVED = "factor-removed", "Second factor removed"
        FACTOR_RESET = "factor-reset", "Second factor reset"
        RECOVERED = "recovered", "Used a recovery code"
        INVITED = "invited", "Invited"
        REVOKED = "revoked", "Invitation revoked"
        JOINED = "joined", "Joined"
        ROLES = "roles", "Roles changed"
        ADDRESS = "address", "Address changed"
        LEFT = "left", "Left"
        REVIVED = "revived", "Came back"
        ERASED = "erased", "Data erased"
        EXPORTED = "exported", "Exported"
        OVERRIDE = "override", "Passed over a rule"

    kind = models.CharField(max_length=16, choices=Kind)
    at = models.DateTimeField("when")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    said = models.TextField("details", blank=True)
    address = models.GenericIPAddressField("network address", null=True)
    browser = models.CharField(max_length=200, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "entry"
        verbose_name_plural = "security log"
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=["-at", "-id"], name="staff_event_newest"),
            models.Index(fields=["person", "-at"], name="staff_event_of_person"),
        )

    def __str__(self) -> str:
        return self.get_kind_display()
