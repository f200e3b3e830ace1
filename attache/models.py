"""What the site knows of itself."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from django.db import models

if TYPE_CHECKING:
    from attache.backup.manifest import Manifest


class BackupManager(models.Manager["Backup"]):
    """Keeps the book of backups."""

    def note(self, manifest: "Manifest", folder: Path) -> "Backup":
        """Write down that a backup was taken."""
        return self.create(
            taken_at=manifest.taken_at,
            folder=str(folder)[:500],
            rows=manifest.rows,
            originals=manifest.originals.files,
            bytes=manifest.originals.bytes,
            lacking=len(manifest.originals.lacking),
        )


class Backup(models.Model):
    """A backup was taken of this site. Whether it still exists is another question."""

    taken_at = models.DateTimeField(db_index=True)
    folder = models.CharField(max_length=500)
    rows = models.PositiveBigIntegerField()
    originals = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField(help_text="Of the originals.")
    lacking = models.PositiveIntegerField(help_text="Originals that the site itself did not have.")

    objects: ClassVar[BackupManager] = BackupManager()

    class Meta:
        default_permissions = ()
        permissions = (("consult_doctor", "Can see how the site is"),)
        ordering = ("-taken_at", "-pk")

    def __str__(self) -> str:
        return f"{self.taken_at:%Y-%m-%d %H:%M} in {self.folder}"
