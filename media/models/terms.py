"""What photos come under, and the words they are found by."""

from typing import Any

from django.apps import apps
from django.db import models, transaction
from taggit.models import ItemBase, TagBase


class Licence(models.Model):
    """Terms that many photos come under, and what they ask of us."""

    name = models.CharField(max_length=120, unique=True, help_text="E.g. “CC BY 4.0” or “Northlight subscription”.")
    url = models.URLField("address", max_length=300, blank=True, help_text="Where its text stands.")
    duties = models.TextField(
        blank=True, help_text="What it asks of us, e.g. “Name the photographer and link to the licence”."
    )

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Keyword(TagBase):  # type: ignore[misc]
    """A word by which photos are found; readers never see it."""

    class Meta:
        ordering = ("name",)

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it; its photos are found by its new name."""
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if not is_new:
            apps.get_model("media", "Photo").objects.filter(keywords=self).find_by_keywords()

    def slugify(self, tag: str, i: int | None = None) -> str:
        """As every tag's, and never longer than its column: some signs become several letters."""
        slug = str(super().slugify(tag))[:90]
        return slug if i is None else f"{slug}_{i}"


class PhotoKeyword(ItemBase):  # type: ignore[misc]
    """A keyword of a photo."""

    tag = models.ForeignKey(Keyword, on_delete=models.CASCADE, related_name="items")
    content_object = models.ForeignKey("media.Photo", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["content_object", "tag"], name="media_photokeyword_once"),)

    def __str__(self) -> str:
        return f"{self.tag_id} of {self.content_object_id}"
