"""The stages of a working copy.

Whether readers see a story is not a stage: it follows from its snapshots and the clock.
"""

from django.db import models


class Stage(models.TextChoices):
    """How far a working copy has come."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    COPY_EDIT = "copy_edit", "Copy edit"
    READY = "ready", "Ready"
    SPIKED = "spiked", "Spiked"
