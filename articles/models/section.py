"""Sections: the parts of the paper."""

from django.db import models
from django.urls import reverse

from articles.addresses import refuse_reserved


class Accent(models.TextChoices):
    """The colours that a section may have; each is legible on paper and in the dark."""

    RED = "red", "Red"
    BLUE = "blue", "Blue"
    GREEN = "green", "Green"
    OCHRE = "ochre", "Ochre"
    VIOLET = "violet", "Violet"
    TEAL = "teal", "Teal"
    SLATE = "slate", "Slate"


class Section(models.Model):
    """A part of the paper, with a page and a desk of its own."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(
        max_length=60,
        unique=True,
        validators=[refuse_reserved],
        help_text="The section's address. It stays as it is once the section exists: readers keep links to it.",
    )
    description = models.CharField(
        max_length=200, blank=True, help_text="One sentence, shown under the name on the section's page."
    )
    accent = models.CharField(max_length=10, choices=Accent, default=Accent.SLATE)
    position = models.PositiveSmallIntegerField(default=0, help_text="Sections stand in this order in the paper.")

    class Meta:
        ordering = ("position", "name")
        constraints = (
            models.CheckConstraint(condition=~models.Q(slug="") & ~models.Q(name=""), name="articles_section_is_named"),
            models.CheckConstraint(
                condition=models.Q(accent__in=Accent.values), name="articles_section_accent_is_known"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The section's page."""
        return reverse("paper:section", args=[self.slug])
