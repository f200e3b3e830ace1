"""Sections: the parts of the paper."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import ProtectedError
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


class SectionQuerySet(models.QuerySet["Section"]):
    """Sections, which go one by one."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Each by its own rule."""
        found: dict[str, int] = {}
        for section in self:
            for label, number in section.delete()[1].items():
                found[label] = found.get(label, 0) + number
        return sum(found.values()), found


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

    objects = SectionQuerySet.as_manager()

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

    @property
    def said(self) -> tuple[Any, ...]:
        """All that pages of others say of it."""
        return self.id, self.name, self.slug, self.accent

    def clean(self) -> None:
        """A section may not stand where a page stands."""
        from articles.models.page import Page

        if Page.objects.filter(slug=self.slug).exists():
            raise ValidationError({"slug": "A page has this address. Choose another one."})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused with ProtectedError while somebody holds a role in it: one without a section is held for all."""
        held: set[models.Model] = set(self.duties.all())
        if held:
            raise ProtectedError("Somebody holds a role in this section.", held)
        return super().delete(*args, **kwargs)
