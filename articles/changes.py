"""What a publication after the first one is, in front of readers."""

from django.db import models


class Change(models.TextChoices):
    """How much readers are told of it."""

    SILENT = "silent", "Silent fix"
    UPDATE = "update", "Update"
    CLARIFICATION = "clarification", "Clarification"
    CORRECTION = "correction", "Correction"
    NOTE = "note", "Editor’s note"

    @property
    def is_told(self) -> bool:
        """Whether readers are told of it, by a notice in its own words."""
        return self in {Change.CLARIFICATION, Change.CORRECTION, Change.NOTE}
