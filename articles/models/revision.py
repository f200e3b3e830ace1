"""What happened to a working copy: its revisions, its moves through the workflow, and what was proposed for it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from articles.models.article import Article
from articles.models.snapshot import Snapshot
from articles.workflow import RECORDED


class Revision(models.Model):
    """A story as one save left it: everything that the newsroom writes, by whom and when.

    `content` is an `articles.content.Content`. The present one equals the working copy.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    restores = models.PositiveIntegerField(null=True, help_text="The version that was brought back.")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("article", "-version")
        constraints = (
            models.UniqueConstraint(fields=["article", "version"], name="articles_revision_once_per_version"),
        )

    def __str__(self) -> str:
        return f"version {self.version} of {self.article_id}"


class Move(models.Model):
    """A verb of the workflow, carried out: who, when, on which version, from where to where, and why.

    A change of the desk's plans or of the embargo is recorded as one that moves nothing.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="moves")
    verb = models.CharField(max_length=16)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField()
    from_stage = models.CharField(max_length=12)
    to_stage = models.CharField(max_length=12)
    reason = models.TextField(blank=True)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, related_name="+")
    waived = models.JSONField(default=dict, help_text="The preflight's warnings that were waved through, and why.")
    override = models.TextField(blank=True, help_text="Why the rule of four eyes was overridden.")

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["article", "-at"], name="articles_move_of_story"),)
        constraints = (
            models.CheckConstraint(condition=Q(verb__in=list(RECORDED)), name="articles_move_verb_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.article_id}"


class Proposal(models.Model):
    """A change to a story that readers have, by somebody who may not publish it; the desk takes it over or declines."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Taken over"
        DECLINED = "declined", "Declined"

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="proposals")
    version = models.PositiveIntegerField(help_text="The version that it was made from.")
    content = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["-at", "-id"], condition=Q(decided_at=None), name="articles_proposal_waiting"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted", "declined"]), name="articles_proposal_state_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"proposal for {self.article_id}"
