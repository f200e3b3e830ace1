"""Duties: which roles somebody holds, in which sections, until when."""

from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models.section import Section
from articles.roles import BY_ROLE, ROLES, Role


def roles() -> Sequence[tuple[str, str]]:
    """The roles that a duty may name."""
    return [(role.code, role.name) for role in ROLES]


class DutyQuerySet(models.QuerySet["Duty"]):
    """Duties, past and present."""

    def current(self) -> "DutyQuerySet":
        """Those held today, by the newsroom's calendar; the last day is one of them."""
        return self.filter(Q(until=None) | Q(until__gte=timezone.localdate()), role__in=[role.code for role in ROLES])


class Duty(models.Model):
    """A role that a person holds. Without sections it is held for all of them; without an end, for good."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="duties")
    role = models.CharField(max_length=20, choices=roles)
    sections = models.ManyToManyField(
        Section, blank=True, related_name="duties", help_text="None chosen: every section."
    )
    until = models.DateField(null=True, blank=True, help_text="The last day of it; empty if it has no end.")

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "duties"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["person", "role"],
                name="articles_duty_once",
                violation_error_message="This person has this role already.",
            ),
        )

    def __str__(self) -> str:
        return self.as_role().name

    def as_role(self) -> Role:
        """The role, with what it allows."""
        return BY_ROLE[self.role]
