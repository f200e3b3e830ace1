"""Prints: what renditions are made from."""

import hashlib
import json
from dataclasses import astuple
from typing import TYPE_CHECKING, ClassVar

from django.db import models

if TYPE_CHECKING:
    from media.models.photo import Photo


class PrintManager(models.Manager["Print"]):
    """Keeps the prints."""

    def of(self, photo: "Photo") -> "Print":
        """The print of a photo as it is now, stored if it is a new one."""
        recipe = {
            "rotation": photo.rotation,
            "size": photo.size,
            "boxes": {shape: [round(edge, 6) for edge in astuple(box)] for shape, box in photo.boxes().items()},
            "rights": {name: value for name, value in photo.rights().items() if value},
        }
        original = str(photo.file.name)
        said = json.dumps([original, recipe], sort_keys=True, ensure_ascii=False)
        key = hashlib.sha256(said.encode()).hexdigest()[:24]
        return self.get_or_create(key=key, defaults={"original": original, "recipe": recipe})[0]


class Print(models.Model):
    """One way in which a photo was framed and signed. Its renditions are named by its key, and it is never changed.

    It stays when the photo is framed anew or gets another file: snapshots may still show it.
    """

    key = models.CharField(max_length=24, unique=True)
    original = models.CharField(max_length=255, db_index=True, help_text="The name of the file among the originals.")
    recipe = models.JSONField(help_text="Rotation, size as turned, boxes by shape, and the rights to be written in.")

    objects: ClassVar[PrintManager] = PrintManager()

    def __str__(self) -> str:
        return self.key

    def shapes(self) -> dict[str, int]:
        """How many pixels of the original each shape has, by its width."""
        return {shape: round(edges[2] * self.recipe["size"][0]) for shape, edges in self.recipe["boxes"].items()}
