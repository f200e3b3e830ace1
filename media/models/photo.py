"""Photos as the photo desk keeps them, and the terms on which they may be used."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast

from django.conf import settings
from django.core.files.storage import storages
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from taggit.managers import TaggableManager

from media import finding
from media.framing import FULL, ROTATIONS, SHAPES, Box, Crop, box, shaped
from media.metadata import Brought, words_of
from media.models.prints import Print
from media.models.terms import Licence, PhotoKeyword
from media.pictures import ORIGINS, Picture, credit_line
from media.shelves import Shelf
from media.words import joined

ENDING_SOON = timedelta(days=14)
UNDONE_AT_MOST = 20
AT_ONCE = 200
ENDS_BEFORE = "Its terms would end before they begin."
# What a photo still needs. The index for each holds only while it and the question have the same condition.
AWAITED = Q(file="")
UNDESCRIBED = Q(alt="", decorative=False)
UNCREDITED = Q(credit="", agency="")
# What decides which part of the original is seen, and which way up.
FRAMING = ("focal_x", "focal_y", "rotation", "crops")


def originals() -> Shelf:
    """Where uploaded files are kept: a private place that no reader is served from."""
    return cast(Shelf, storages["originals"])


def outside_terms(on: date | None = None, *, of: str = "") -> Q:
    """The photos that may not be shown on that day (today, unless told); `of` is the way to them from another model."""
    on = on or timezone.localdate()
    return Q(**{f"{of}allowed_from__gt": on}) | Q(**{f"{of}allowed_until__lt": on})


class PhotoQuerySet(models.QuerySet["Photo"]):
    """Photos, and the questions that a photo desk asks of them."""

    def matching(self, words: str) -> "PhotoQuerySet":
        """Photos in whose words (caption, credit, people, keywords ...) one begins with each of `words`, without regard
        to case and accents, the latest first.
        """
        return finding.matching(self, words)

    def outside_terms(self, on: date | None = None) -> "PhotoQuerySet":
        """Photos that may not be shown on that day (today, unless told)."""
        return self.filter(outside_terms(on))

    def find_by_keywords(self) -> None:
        """Have photos found by their keywords as they are now, a few hundred at a time."""
        pks = list(self.order_by("pk").values_list("pk", flat=True))
        for some in range(0, len(pks), AT_ONCE):
            photos = list(Photo.objects.filter(pk__in=pks[some : some + AT_ONCE]).prefetch_related("keywords"))
            for photo in photos:
                photo.sought = photo._sought()
            Photo.objects.bulk_update(photos, ["sought"])


class PhotoManager(models.Manager["Photo"].from_queryset(PhotoQuerySet)):  # type: ignore[misc]
    """Photos with their licence, which each picture names."""

    def get_queryset(self) -> PhotoQuerySet:
        """With the licence, in the same query."""
        photos: PhotoQuerySet = super().get_queryset()
        return photos.select_related("licence")


class Kind(models.TextChoices):
    """Where a photo comes from."""

    STAFF = "staff", "Staff"
    AGENCY = "agency", "Agency"
    HANDOUT = "handout", "Handout"
    FILE = "file", "File photo"
    ILLUSTRATION = "illustration", "Illustration"
    GRAPHIC = "graphic", "Graphic"


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
    people = models.CharField("people shown", max_length=500, blank=True, help_text="Names, separated by commas.")
    photographer = models.CharField(max_length=200, blank=True, help_text="Who made it, whoever owns it.")
    copyright = models.CharField("copyright notice", max_length=300, blank=True)
    usage_terms = models.TextField(blank=True, help_text="What its owner allows, in the owner's words.")
    licensor = models.CharField(max_length=200, blank=True, help_text="Who grants a licence.")
    licensor_url = models.URLField(
        "licensor’s address", max_length=300, blank=True, help_text="Where others can get a licence."
    )
    kind = models.CharField(max_length=12, choices=[("", "Not said"), *Kind.choices], blank=True)
    origin = models.CharField(
        "made by",
        max_length=40,
        choices=[("", "A camera"), *((code, words) for code, (words, _) in ORIGINS.items())],
        blank=True,
        help_text="Readers are told where AI had a hand in it.",
    )
    keywords = TaggableManager(
        "keywords",
        through=PhotoKeyword,
        blank=True,
        help_text="Words to find it by, separated by commas. Readers don’t see them.",
    )
    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, null=True, blank=True, related_name="photos")
    allowed_from = models.DateField(
        "allowed from", null=True, blank=True, help_text="The first day on which it may be used."
    )
    allowed_until = models.DateField(
        "allowed until", null=True, blank=True, help_text="The last day. After it the photo leaves the paper by itself."
    )
    is_barred = models.BooleanField(
        "not for fronts", default=False, help_text="Only in its story, in no list of stories."
    )
    is_whole = models.BooleanField("no crop", default=False, help_text="Shown whole wherever it is shown.")
    is_one_time = models.BooleanField("one-time use", default=False, help_text="For a single story.")
    restrictions = models.TextField(
        "other restrictions", blank=True, help_text="In words, for whoever is about to use it."
    )
    focal_x = models.PositiveSmallIntegerField(
        "focal point, from the left", default=50, validators=[MaxValueValidator(100)], help_text="Percent."
    )
    focal_y = models.PositiveSmallIntegerField(
        "focal point, from the top", default=50, validators=[MaxValueValidator(100)], help_text="Percent."
    )
    rotation = models.PositiveSmallIntegerField(
        default=0, choices=[(turn, f"{turn}°") for turn in ROTATIONS], help_text="Degrees, clockwise."
    )
    crops = models.JSONField(
        default=dict, blank=True, help_text="Shape to left, top and width, each in hundredths of a percent."
    )
    framed_before = models.JSONField(default=list, editable=False, help_text="How it was framed before, latest last.")
    sha256 = models.CharField("SHA-256 of the file", max_length=64, blank=True, editable=False, db_index=True)
    width = models.PositiveIntegerField(null=True, editable=False, help_text="Pixels, upright.")
    height = models.PositiveIntegerField(null=True, editable=False, help_text="Pixels, upright.")
    brought = models.JSONField(
        default=dict, editable=False, help_text="What the file said of itself: field to text and where in the file."
    )
    hint = models.TextField(blank=True, editable=False, help_text="A few pixels of it, as a data address.")
    print_key = models.CharField(max_length=24, blank=True, editable=False)
    shape = models.CharField(
        max_length=8, blank=True, editable=False, help_text="Wide, tall or square, as it is turned."
    )
    sought = models.TextField(blank=True, editable=False, help_text="The words that it is found by, folded.")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField("added", auto_now_add=True)
    updated_at = models.DateTimeField("changed", auto_now=True)

    objects = PhotoManager()

    class Meta:
        ordering = ("-pk",)
        # Each question of the grid has an index in the order of its answers, which is read until a page is full.
        # SQLite uses an index on a part of the rows where that part “is not null”, and not where it is “not (is null)”.
        indexes = (
            models.Index(
                fields=["allowed_from", "id"], condition=Q(allowed_from__isnull=False), name="media_photo_begins"
            ),
            models.Index(
                fields=["allowed_until", "id"], condition=Q(allowed_until__isnull=False), name="media_photo_ends"
            ),
            models.Index(fields=["taken", "id"], name="media_photo_taken"),
            models.Index(fields=["kind", "id"], name="media_photo_kind"),
            models.Index(fields=["shape", "id"], name="media_photo_shape"),
            models.Index(fields=["id"], condition=AWAITED, name="media_photo_awaited"),
            models.Index(fields=["id"], condition=UNDESCRIBED, name="media_photo_undescribed"),
            models.Index(fields=["id"], condition=UNCREDITED, name="media_photo_uncredited"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(file="", sha256="", width=None, height=None)
                | (~Q(file="") & ~Q(sha256="") & Q(width__gt=0) & Q(height__gt=0)),
                name="media_photo_file_is_measured",
            ),
            models.CheckConstraint(
                condition=Q(focal_x__lte=100) & Q(focal_y__lte=100), name="media_photo_focal_point_inside"
            ),
            models.CheckConstraint(condition=Q(rotation__in=ROTATIONS), name="media_photo_rotation_is_known"),
            models.CheckConstraint(
                condition=Q(allowed_from=None) | Q(allowed_until=None) | Q(allowed_until__gte=F("allowed_from")),
                name="media_photo_terms_end_later",
                violation_error_message=ENDS_BEFORE,
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

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it, with what it is found by and the print that its renditions are made from."""
        self.sought = self._sought()
        self.shape = shaped(*self.size) if self.width else ""
        if self.has_file and self.width:
            self.print_key = Print.objects.of(self).key
        super().save(*args, **kwargs)

    def name_keywords(self, names: Sequence[str]) -> None:
        """Give a stored photo these keywords in place of the ones it has."""
        self.keywords.set(names)
        self.sought = self._sought()
        Photo.objects.filter(pk=self.pk).update(sought=self.sought)

    def _sought(self) -> str:
        keywords = [keyword.name for keyword in self.keywords.all()] if self.pk else ()
        said = (self.caption, self.credit, self.alt, self.agency, self.place, self.people, self.photographer)
        return joined(*said, *keywords)

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
        """Whom the photo belongs to, in one line, and what readers are told of a machine's part in it."""
        return credit_line(credit=self.credit, agency=self.agency, origin=self.origin)

    def refusal(self, on: date | None = None) -> str:
        """Why it may not be used on that day (today, unless told), in words; empty where it may."""
        on = on or timezone.localdate()
        if self.allowed_from and on < self.allowed_from:
            return f"The photo “{self}” may not be used before {date_format(self.allowed_from, 'j F Y')}."
        if self.allowed_until and on > self.allowed_until:
            return f"The photo “{self}” could be used until {date_format(self.allowed_until, 'j F Y')} only."
        return ""

    def refusal_outside_stories(self) -> str:
        """Why it may not be chosen today for a place that stays, such as a portrait; empty where it may."""
        return f"The photo “{self}” is for a single story." if self.is_one_time else self.refusal()

    def conditions(self) -> list[str]:
        """What whoever is about to use it must know, each in a few words."""
        until = f"Until {date_format(self.allowed_until, 'j F Y')}." if self.allowed_until else ""
        ticked = (
            (self.is_barred, "Not for fronts."), (self.is_whole, "No crop."), (self.is_one_time, "For one story."),
        )  # fmt: skip
        duties = self.licence.duties if self.licence else ""
        return [
            words for words in (until, *(words for is_so, words in ticked if is_so), self.restrictions, duties) if words
        ]

    @property
    def is_ending(self) -> bool:
        """Whether its terms end soon, or have ended."""
        return bool(self.allowed_until and self.allowed_until <= timezone.localdate() + ENDING_SOON)

    def take_words(self, found: Mapping[str, Brought], *, but: Collection[str] = ()) -> None:
        """Fill with what its file says what nobody has filled yet, `but` for some fields.

        Keywords can be given to a stored photo only.
        """
        for name, value in words_of(found).items():
            if name in but or name == "keywords" or (name == "alt" and self.decorative):
                continue
            if not getattr(self, name):
                setattr(self, name, value)

    # --- How it is framed ---

    @property
    def framing(self) -> dict[str, Any]:
        """How it is framed, by the names of FRAMING."""
        return {name: getattr(self, name) for name in FRAMING}

    def was_framed(self, before: Mapping[str, Any]) -> None:
        """Remember how it was framed before a change."""
        if before != self.framing:
            self.framed_before = [*self.framed_before, dict(before)][-UNDONE_AT_MOST:]

    def frame_as_before(self) -> bool:
        """Take back the last change of its framing; whether there was one. It is not stored by this."""
        if not self.framed_before:
            return False
        *self.framed_before, last = self.framed_before
        for name, value in last.items():
            setattr(self, name, value)
        return True

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels as it is shown, turned. Raises ValueError while the file is awaited."""
        if self.width is None or self.height is None:
            raise ValueError(f"The photo “{self}” has no file yet.")
        return (self.height, self.width) if self.rotation in (90, 270) else (self.width, self.height)

    def boxes(self) -> dict[str, Box]:
        """What it shows in each shape; the whole alone where it may not be cropped."""
        width, height = self.size
        focal = (self.focal_x, self.focal_y)
        shapes = [FULL] if self.is_whole else [FULL, *SHAPES]
        return {
            shape: box(
                shape, width=width, height=height, focal=focal,
                crop=Crop(*self.crops[shape]) if shape in self.crops else None,
            )
            for shape in shapes
        }  # fmt: skip

    def rights(self) -> dict[str, str]:
        """What is written into every file that readers get of it."""
        return {
            "creator": self.photographer,
            "credit": self.credit_line,
            "copyright": self.copyright,
            "usage_terms": self.usage_terms,
            "licensor": self.licensor,
            "licensor_url": self.licensor_url,
        }

    def picture(self) -> Picture:
        """The photo as a page needs it, with the photo desk's own caption, credit and alt text.

        Raises ValueError while the file is awaited: there is nothing to show.
        """
        if self.pk is None:
            raise ValueError(f"The photo “{self}” is not stored.")
        width, height = self.size
        return Picture(
            photo_id=self.pk,
            key=self.print_key,
            width=width,
            height=height,
            shapes={shape: round(box.width * width) for shape, box in self.boxes().items() if shape != FULL},
            caption=self.caption,
            credit=self.credit_line,
            alt="" if self.decorative else self.alt,
            hint=self.hint,
            is_barred=self.is_barred,
            is_whole=self.is_whole,
            creator=self.photographer,
            copyright=self.copyright,
            licence=self.licence.url if self.licence else "",
            licensor=self.licensor_url,
            origin=self.origin,
        )
