"""Pages that editors write: about the paper, imprint, privacy."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from articles.addresses import refuse_reserved
from articles.editor import BodyField
from articles.models.section import Section


class Page(models.Model):
    """A page of the paper that is no story. Saved, it is before readers; who changed it when is in its history."""

    title = models.CharField(max_length=120)
    slug = models.SlugField(
        max_length=60,
        unique=True,
        validators=[refuse_reserved],
        help_text="The page's address. It stays as it is once the page exists: readers keep links to it.",
    )
    body = BodyField("text", help_text="Words, crossheads, lists and tables; photos belong to stories.")
    in_footer = models.BooleanField(
        "linked from the foot", default=True, help_text="Whether the foot of every page leads to it."
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Pages stand in this order at the foot.")
    updated_at = models.DateTimeField("updated", auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ("position", "title")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where readers find it; sections and pages share the top level."""
        return reverse("paper:section", args=[self.slug])

    def clean(self) -> None:
        """A page may not stand where a section stands."""
        if Section.objects.filter(slug=self.slug).exists():
            raise ValidationError({"slug": "A section has this address. Choose another one."})
