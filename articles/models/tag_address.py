"""Addresses that tags once had."""

from django.db import models
from taggit.models import Tag

from articles.prepared import Prepared


class TagAddress(models.Model):
    """An address that a tag, or one that was merged into it, once had: it leads to the tag's present one."""

    slug = models.CharField(max_length=100, unique=True)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="former_addresses")

    class Meta:
        verbose_name_plural = "tag addresses"

    def __str__(self) -> str:
        return self.slug


TAGS: Prepared[Tag] = Prepared(Tag, lambda slug: Tag.objects.filter(slug=slug))
