"""Photos as the photo desk keeps them."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from media.pictures import Picture, credit_line


def originals() -> Storage:
    """Where uploaded files are kept: a private place that no reader is served from."""
    return storages["originals"]


class PhotoQuerySet(models.QuerySet["Photo"]):
    """Photos, and the questions that a photo desk asks of them."""

    def awaiting_file(self) -> "PhotoQuerySet":
        """Photos that a manuscript announced and whose file has not arrived."""
        return self.filter(file="")

    def matching(self, words: str) -> "PhotoQuerySet":
        """Photos in whose caption, credit, alt text, agency or place each of `words` occurs, whatever its case."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(caption__icontains=word)
                | Q(credit__icontains=word)
                | Q(alt__icontains=word)
                | Q(agency__icontains=word)
                | Q(place__icontains=word)
            )
        return found


class Photo(models.Model):
    """A photo, or the announcement of one whose file is still awaited.

    Captions and alt texts may be overridden where a photo is used, the credit never.
    """

    file = models.FileField(storage=originals, blank=True, max_length=255)
    caption = models.TextField(blank=True, help_text="What the photo shows, as readers will see it under the photo.")
    credit = models.CharField(
        max_length=200,
        blank=True,
        help_text="Whom it belongs to, e.g. “Ana Ruiz/The Ledger”. Never part of the caption.",
    )
    alt = models.TextField(
        "alt text",
        blank=True,
        help_text="What somebody who cannot see the photo needs to know. Say what is in it, not “photo of”.",
    )
    decorative = models.BooleanField(
        default=False, help_text="The photo adds nothing to the words around it; screen readers may pass over it."
    )
    agency = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=200, blank=True, help_text="Where it was taken.")
    taken = models.DateField("date taken", null=True, blank=True)
    focal_x = models.PositiveSmallIntegerField(
        "focal point, from the left", default=50, validators=[MaxValueValidator(100)], help_text="Percent."
    )
    focal_y = models.PositiveSmallIntegerField(
        "focal point, from the top", default=50, validators=[MaxValueValidator(100)], help_text="Percent."
    )
    sha256 = models.CharField("SHA-256 of the file", max_length=64, blank=True, editable=False, db_index=True)
    width = models.PositiveIntegerField(null=True, editable=False, help_text="Pixels, upright.")
    height = models.PositiveIntegerField(null=True, editable=False, help_text="Pixels, upright.")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField("added", auto_now_add=True)
    updated_at = models.DateTimeField("changed", auto_now=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        indexes = (models.Index(fields=["-created_at", "-id"], name="media_photo_newest"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(file="", sha256="", width=None, height=None)
                | (~Q(file="") & ~Q(sha256="") & Q(width__gt=0) & Q(height__gt=0)),
                name="media_photo_file_is_measured",
            ),
            models.CheckConstraint(
                condition=Q(focal_x__lte=100) & Q(focal_y__lte=100), name="media_photo_focal_point_inside"
            ),
            models.CheckConstraint(
                condition=Q(decorative=False) | Q(alt=""),
                name="media_photo_decorative_has_no_alt",
                violation_error_message="A decorative photo has no alt text: remove the text or untick “decorative”.",
            ),
        )

    def __str__(self) -> str:
        words = self.caption or self.alt or self.credit or "Photo without a caption"
        return words if len(words) <= 80 else f"{words[:79].rstrip()}…"

    @property
    def has_file(self) -> bool:
        """Whether the photo's file has arrived."""
        return bool(self.file)

    @property
    def is_described(self) -> bool:
        """Whether somebody wrote an alt text or chose “decorative”; an empty alt text alone is no choice."""
        return self.decorative or bool(self.alt.strip())

    @property
    def credit_line(self) -> str:
        """Whom the photo belongs to, in one line."""
        return credit_line(credit=self.credit, agency=self.agency)

    def picture(self) -> Picture:
        """The photo as a page needs it, with the photo desk's own caption, credit and alt text.

        Raises ValueError while the file is awaited: there is nothing to show.
        """
        if self.pk is None or self.width is None or self.height is None:
            raise ValueError(f"The photo “{self}” has no file yet.")
        return Picture(
            photo_id=self.pk,
            sha256=self.sha256,
            width=self.width,
            height=self.height,
            focal_x=self.focal_x,
            focal_y=self.focal_y,
            caption=self.caption,
            credit=self.credit_line,
            alt="" if self.decorative else self.alt,
        )
