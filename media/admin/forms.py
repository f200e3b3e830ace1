"""Forms of the photo desk: one photo, and many at once."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.html import format_html
from taggit.forms import TagField, TagWidget

from media import darkroom, intake
from media.admin.seen import SeenForm
from media.framing import SHAPES, WHOLE
from media.intake import Inspected, PhotoRefused
from media.models import Keyword, Photo

ACCEPTED = "image/jpeg,image/png,image/webp,image/tiff,image/avif,image/gif"
LARGEST = f"up to {intake.MAX_BYTES // 1024 // 1024} MB and {darkroom.MAX_PIXELS // 1_000_000} megapixels."


@dataclass(frozen=True)
class Read:
    """An upload that is a usable picture: its bytes, and what was seen of it."""

    data: bytes
    seen: Inspected


def read(upload: UploadedFile[Any]) -> Read:
    """The upload, if it is a usable picture; raises PhotoRefused if not.

    One that is too large is not read to its end.
    """
    data: bytes = upload.read(intake.MAX_BYTES + 1)
    return Read(data, intake.inspect(data, name=upload.name or ""))


def twin_of(data: bytes, *, but: Photo | None = None) -> Photo | None:
    """The photo that has this very file already, if there is one other than `but`."""
    same = Photo.objects.filter(sha256=hashlib.sha256(data).hexdigest())
    found: Photo | None = (same.exclude(pk=but.pk) if but and but.pk else same).first()
    return found


class KeywordsField(TagField):  # type: ignore[misc]
    """Keywords, separated by commas, none longer than a keyword may be."""

    def clean(self, value: Any) -> list[str]:
        """Their names."""
        names: list[str] = super().clean(value)
        longest = Keyword._meta.get_field("name").max_length
        for name in names:
            if len(name) > longest:
                raise forms.ValidationError(
                    f"“{name[:40]}…” is longer than the {longest} characters of a keyword. Put commas between keywords."
                )
        return names


class Decoder(json.JSONDecoder):
    """Says that something is no JSON also where Python gives up: numbers and nestings without end."""

    def decode(self, s: str, *args: Any) -> Any:
        """What it says; raises JSONDecodeError."""
        try:
            return super().decode(s, *args)
        except (ValueError, RecursionError) as error:
            raise json.JSONDecodeError(str(error), s, 0) from error


class PhotoForm(SeenForm[Photo]):
    """One photo. Its file comes in by `upload`; `file_read` is what came, once the form is valid, None for no file."""

    upload = forms.FileField(
        label="File", required=False, allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ACCEPTED})
    )
    keep_both = forms.BooleanField(
        label="Keep both", required=False, help_text="Take the file although the photo desk has the very same one."
    )
    licensor_url = forms.URLField(
        label="Licensor’s address", required=False, max_length=300, assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vTextField"}), help_text="Where others can get a licence.",
    )  # fmt: skip
    crops = forms.JSONField(required=False, widget=forms.HiddenInput, decoder=Decoder)
    # Set by the script that showed the words of the file: what was taken out again stays out.
    words_shown = forms.BooleanField(required=False, widget=forms.HiddenInput)

    shown_besides = {"sha256": "the file"}
    # Why the file could not be stored when this was sent.
    refusal = ""

    class Meta:
        model = Photo
        fields = ("caption", "credit", "agency", "alt", "decorative", "kind", "origin", "place", "taken", "people",
                  "keywords", "photographer", "copyright", "licence", "usage_terms", "licensor", "licensor_url",
                  "allowed_from", "allowed_until", "is_barred", "is_whole", "is_one_time", "restrictions", "focal_x",
                  "focal_y", "rotation", "crops")  # fmt: skip
        field_classes = {"keywords": KeywordsField}
        widgets = {
            "caption": forms.Textarea(attrs={"rows": 3}),
            "alt": forms.Textarea(attrs={"rows": 2}),
            "credit": forms.TextInput(attrs={"class": "vTextField"}),
            "agency": forms.TextInput(attrs={"class": "vTextField"}),
            "place": forms.TextInput(attrs={"class": "vTextField"}),
            "people": forms.TextInput(attrs={"class": "vTextField"}),
            "photographer": forms.TextInput(attrs={"class": "vTextField"}),
            "copyright": forms.TextInput(attrs={"class": "vTextField"}),
            "usage_terms": forms.Textarea(attrs={"rows": 2}),
            "licensor": forms.TextInput(attrs={"class": "vTextField"}),
            "keywords": TagWidget(attrs={"class": "vTextField"}),
            "restrictions": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.file_read: Read | None = None
        if "rotation" in self.fields:
            self.fields["rotation"].required = False
        is_new, upload = self.instance.pk is None, self.fields["upload"]
        upload.required = is_new
        if is_new:
            upload.help_text = f"JPEG, PNG, WebP, TIFF, AVIF or GIF, {LARGEST}"
        elif self.instance.has_file:
            upload.label = "Another file"
            upload.help_text = (
                "Takes the place of the one above. Stories that readers have already keep the picture that they had."
            )
        else:
            upload.help_text = "A manuscript announced this photo; its file is still awaited."

    def clean_upload(self) -> UploadedFile[Any] | None:
        """Look into the file; what cannot be used is refused with words."""
        upload: UploadedFile[Any] | None = self.cleaned_data["upload"]
        if self.refusal:
            raise forms.ValidationError(self.refusal)
        if upload:
            try:
                self.file_read = read(upload)
                intake.require_storage(name=upload.name or "")
            except PhotoRefused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return upload

    def clean_rotation(self) -> int:
        """As it was, where nothing is said."""
        turn = self.cleaned_data.get("rotation")
        return self.instance.rotation if turn in {None, ""} else int(turn)

    def clean_crops(self) -> dict[str, list[int]]:
        """Crops as the script sets them; what it would not set is none."""
        said = self.cleaned_data.get("crops")
        if not isinstance(said, dict):
            return {}
        return {shape: edges for shape, edges in said.items() if shape in SHAPES and _is_crop(edges)}

    def clean(self) -> dict[str, Any] | None:
        """Point to the photo that is the same, unless both are wanted."""
        cleaned = super().clean() or self.cleaned_data
        if self.file_read and not cleaned.get("keep_both"):
            twin = twin_of(self.file_read.data, but=self.instance)
            if twin:
                self.add_error(
                    "upload",
                    forms.ValidationError(
                        format_html(
                            'This very picture is here already: <a href="{}">{}</a>. Use that one, or tick “Keep both” '
                            "and choose the file again.",
                            reverse("admin:media_photo_change", args=[twin.pk]),
                            twin,
                        ),
                        code="twin",
                    ),
                )
        return cleaned


def _is_crop(edges: Any) -> bool:
    if not isinstance(edges, list) or len(edges) != 3:
        return False
    if not all(isinstance(edge, int) and 0 <= edge <= WHOLE for edge in edges):
        return False
    return bool(edges[2])


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, in the order in which they were chosen."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Each of them as a single FileField would have it."""
        given = data or [None]
        return [super(FilesField, self).clean(each, initial) for each in given]


class UploadForm(forms.Form):
    """Photos as they arrive: files, and the words that are the same for all of them."""

    pictures = FilesField(
        label="Photos",
        allow_empty_file=True,
        widget=ManyFiles(attrs={"accept": ACCEPTED, "multiple": True}),
        help_text=f"JPEG, PNG, WebP, TIFF, AVIF or GIF, each {LARGEST}",
    )
    caption = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    credit = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Whom they belong to, e.g. “Ana Ruiz/The Ledger”.",
    )
    alt = forms.CharField(label="Alt text", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    decorative = forms.BooleanField(required=False, label="Decorative: adds nothing to the words around it")
    keep_both = forms.BooleanField(
        required=False, label="Take files that the photo desk has already as photos of their own"
    )
    # Set by the script that showed the words of the file: what was taken out again stays out.
    words_shown = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A decorative photo has no alt text."""
        cleaned = super().clean() or {}
        if cleaned.get("decorative") and cleaned.get("alt"):
            self.add_error("alt", "A decorative photo has no alt text: remove the text or untick “decorative”.")
        return cleaned
