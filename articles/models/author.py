"""Authors: the names that readers know."""

from functools import cached_property

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from media.models import Photo
from media.pictures import Picture


class AuthorQuerySet(models.QuerySet["Author"]):
    """Authors, and what is asked of them."""

    def on_masthead(self) -> "AuthorQuerySet":
        """Those whom the masthead names, in its order."""
        return self.filter(is_on_masthead=True).order_by("masthead_position", "name")

    def for_readers(self) -> "AuthorQuerySet":
        """Each with what readers see of them, in two queries."""
        return self.select_related("portrait__licence").prefetch_related("links")


class Author(models.Model):
    """Somebody with a byline. A profile is not an account: the account may be missing, suspended or deleted."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(
        max_length=80,
        unique=True,
        help_text="The address of the author's page. It stays as it is once the author exists.",
    )
    role = models.CharField(max_length=120, blank=True, help_text="As readers see it, e.g. “Chief reporter”.")
    bio = models.TextField(blank=True, help_text="A few sentences for the author's page.")
    portrait = models.ForeignKey(Photo, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        help_text="The staff account of this author, where there is one.",
    )

    is_on_masthead = models.BooleanField(
        "on the masthead", default=False, help_text="Whether readers find the name among those who make the paper."
    )
    masthead_position = models.PositiveSmallIntegerField(
        "place on the masthead", default=0, help_text="Names stand in this order; those with the same by the alphabet."
    )

    objects = AuthorQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(condition=~models.Q(slug="") & ~models.Q(name=""), name="articles_author_is_named"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The author's page."""
        return reverse("paper:author", args=[self.slug])

    @cached_property
    def portrait_picture(self) -> Picture | None:
        """The portrait as readers see it; None where there is none, or none that may be shown today."""
        portrait = self.portrait
        return portrait.picture() if portrait and portrait.has_file and not portrait.refusal() else None

    def clean(self) -> None:
        """A photo that may not be used does not become a portrait; one whose terms ended since may stay, unseen."""
        super().clean()
        before = Author.objects.filter(pk=self.pk).values_list("portrait", flat=True).first()
        if self.portrait and self.portrait.pk != before and (why := self.portrait.refusal_outside_stories()):
            raise ValidationError({"portrait": why})


class ContactLink(models.Model):
    """A way to reach an author: a page, a profile elsewhere, a public e-mail address."""

    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(max_length=60, help_text="What readers see, e.g. “Website” or the address itself.")
    url = models.CharField(
        "address",
        max_length=300,
        help_text="https://… or mailto:…",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(url__istartswith="https://")
                | models.Q(url__istartswith="http://")
                | models.Q(url__istartswith="mailto:"),
                name="articles_contactlink_is_a_link",
                violation_error_message="Give an address that begins with https:// or mailto:.",
            ),
        )

    def __str__(self) -> str:
        return self.label
