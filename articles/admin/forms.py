"""Forms of the newsroom: a story, and a manuscript on its way to become one."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.forms import BaseFormSet, BaseInlineFormSet, formset_factory
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.text import slugify
from taggit.forms import TagWidget

from articles import manuscript as manuscripts
from articles.importing import PhotoFile
from articles.manuscript import Block, Crosshead, Manuscript, ManuscriptError, Paragraph, PhotoLine
from articles.models import Article, Author, Byline, Section
from media import intake
from media.widgets import PhotoChooser


class TagCompletion(TagWidget):  # type: ignore[misc]
    """Tags in one line, separated by commas; a script offers those that exist while one types."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        source = reverse_lazy("admin:articles_article_tags")
        super().__init__({"data-tag-source": source, "autocomplete": "off", "class": "vTextField", **(attrs or {})})


class ArticleForm(forms.ModelForm[Article]):
    """A working copy in the admin. It carries the version that the person saw."""

    original_url = forms.URLField(
        label="Original address",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Readers are offered it as “View original”.",
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    is_stale = False

    class Meta:
        model = Article
        fields = (
            "kicker", "headline", "deck", "body", "lead_photo", "lead_caption", "lead_alt", "section", "kind", "slug",
            "tags", "dateline", "language", "original_publication", "original_url",
        )  # fmt: skip
        widgets = {
            "kicker": forms.TextInput(attrs={"class": "vTextField", "dir": "auto"}),
            "headline": forms.Textarea(attrs={"rows": 2, "class": "story-headline", "maxlength": 300, "dir": "auto"}),
            "deck": forms.Textarea(attrs={"rows": 2, "class": "story-deck", "dir": "auto"}),
            "lead_photo": PhotoChooser(),
            "lead_caption": forms.Textarea(attrs={"rows": 2}),
            "lead_alt": forms.Textarea(attrs={"rows": 2}),
            "tags": TagCompletion(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_version"].initial = self.instance.version

    def clean_headline(self) -> str:
        """A headline is one line, however it was pasted."""
        return " ".join(self.cleaned_data["headline"].split())

    def clean_tags(self) -> list[str]:
        """A tag has a letter or a figure in it: without one it could have no page."""
        tags: list[str] = self.cleaned_data["tags"]
        if signs := [tag for tag in tags if not slugify(tag, allow_unicode=True)]:
            raise forms.ValidationError(f"“{signs[0]}” has no letter or figure in it; a tag needs one.")
        return tags

    def clean(self) -> dict[str, Any] | None:
        """Refuse what was edited from an older version: the words typed stay in the form, nothing is stored over."""
        cleaned = super().clean()
        if self.instance.pk and self.cleaned_data.get("seen_version") != self.instance.version:
            self.is_stale = True
            raise forms.ValidationError(
                format_html(
                    "{} saved this story while you were editing it. Nothing was stored over it, and your words are "
                    'still here. <a href="{}" target="_blank" rel="noopener">Open the other version in a new tab</a>, '
                    "take over here what yours should have of it, and save both, brought together.",
                    self.instance.updated_by or "Somebody",
                    reverse("admin:articles_article_stored", args=[self.instance.pk]),
                ),
                code="stale",
            )
        return cleaned


class BylineForm(forms.ModelForm[Byline]):
    """A name in the byline of a story."""

    class Meta:
        model = Byline
        fields = ("position", "author", "role", "wording")
        labels = {"position": "Order"}
        widgets = {"wording": forms.TextInput(attrs={"placeholder": "e.g. Words by Ana Reyl"})}

    def has_changed(self) -> bool:
        """A new row in which nothing but its number is filled in says nothing, and is passed over."""
        changed = set(self.changed_data)
        return bool(changed if self.instance.pk else changed - {"position"})


class RowFormSet(BaseInlineFormSet[Any, Any, Any]):
    """Fields in the rows of a table: the head of a column is not their label, so each says it itself."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Every field, the tick for removing a row included."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            field.widget.attrs.setdefault("aria-label", str(field.label or name).capitalize())


class PartOfThePage:
    """For inlines that are part of what their page is about: whoever may change that may change them."""

    page_permission: str

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may open the page sees all of it."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As for the page."""
        return request.user.has_perm(self.page_permission)

    has_change_permission = has_delete_permission = has_add_permission


class SectionRowForm(forms.ModelForm[Section]):
    """A section in the list of sections."""

    class Meta:
        model = Section
        fields = ("position",)
        widgets = {"position": forms.NumberInput(attrs={"aria-label": "Position", "class": "vIntegerField"})}


class ManuscriptForm(forms.Form):
    """Where a manuscript comes in: pasted, or as a file."""

    text = forms.CharField(
        label="Paste the manuscript",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="Headline, deck, paragraphs with an empty line between them; photos as “caption - credit”.",
    )
    file = forms.FileField(label="or choose a text file", required=False)

    def clean(self) -> dict[str, Any]:
        """Read it; what cannot be read is said with the line that it is about."""
        cleaned = super().clean() or {}
        text, file = cleaned.get("text", ""), cleaned.get("file")
        if self.errors:
            return cleaned
        if bool(text.strip()) == bool(file):
            raise forms.ValidationError("Paste the manuscript or choose a file, one of the two.")
        try:
            if file:
                cleaned["manuscript"] = manuscripts.read(file.read(manuscripts.MAX_BYTES + 1), name=file.name)
            else:
                cleaned["manuscript"] = manuscripts.read_text(text, name="What you pasted")
        except ManuscriptError as error:
            self.add_error("file" if file else "text", str(error))
        return cleaned


class StoryForm(forms.Form):
    """What was read at the top of a manuscript, to be put right before it is stored."""

    headline = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    deck = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    original_publication = forms.CharField(
        max_length=120, required=False, help_text="Where the story appeared first; empty if that is here."
    )
    original_url = forms.URLField(
        label="Original address", required=False, max_length=500, assume_scheme="https",
        help_text="Readers are offered it as “View original”.",
    )  # fmt: skip
    section = forms.ModelChoiceField(queryset=Section.objects.all())
    authors = forms.ModelMultipleChoiceField(
        queryset=Author.objects.all(),
        required=False,
        widget=AutocompleteSelectMultiple(Byline._meta.get_field("author"), admin.site),
        help_text="Their order and roles can be set on the story's page.",
    )

    @staticmethod
    def initial_from(manuscript: Manuscript) -> dict[str, Any]:
        """The fields as the manuscript has them."""
        return {
            "headline": manuscript.headline,
            "deck": manuscript.deck,
            "original_publication": manuscript.publication,
            "original_url": manuscript.original_url,
        }


class BlockForm(forms.Form):
    """One block of a manuscript: what it was taken for, and its words."""

    PARAGRAPH, CROSSHEAD, PHOTO, NOTHING = "paragraph", "crosshead", "photo", "nothing"

    kind = forms.ChoiceField(
        choices=[
            (PARAGRAPH, "Paragraph"),
            (CROSSHEAD, "Crosshead"),
            (PHOTO, "Photo"),
            (NOTHING, "Leave out"),
        ]
    )
    text = forms.CharField(label="Words, or the caption of a photo", widget=forms.Textarea(attrs={"rows": 3}))
    credit = forms.CharField(max_length=200, required=False)
    alt = forms.CharField(label="Alt text", required=False)
    file = forms.FileField(label="Photo file", required=False)
    line = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_file(self) -> PhotoFile | None:
        """The file, if it is a picture that the photo desk would take."""
        file = self.cleaned_data["file"]
        if not file:
            return None
        data = file.read(intake.MAX_BYTES + 1)
        try:
            intake.inspect(data, name=file.name)
        except intake.PhotoRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return PhotoFile(data=data, name=file.name)

    @classmethod
    def initial_from(cls, block: Block) -> dict[str, Any]:
        """The fields as the manuscript has them."""
        match block:
            case Paragraph(text=text, line=line):
                return {"kind": cls.PARAGRAPH, "text": text, "line": line}
            case Crosshead(text=text, line=line):
                return {"kind": cls.CROSSHEAD, "text": text, "line": line}
            case PhotoLine(caption=caption, credit=credit, line=line):
                return {"kind": cls.PHOTO, "text": caption, "credit": credit, "line": line}

    def block(self, photo_number: int) -> Block | None:
        """The block as the person left it; `photo_number` is its number if it is a photo, None is left out."""
        text, line = self.cleaned_data["text"], self.cleaned_data["line"] or 0
        match self.cleaned_data["kind"]:
            case self.PARAGRAPH:
                return Paragraph(text=text, line=line)
            case self.CROSSHEAD:
                return Crosshead(text=text, line=line)
            case self.PHOTO:
                return PhotoLine(number=photo_number, caption=text, credit=self.cleaned_data["credit"], line=line)
        return None


BlockFormSet: type[BaseFormSet[BlockForm]] = formset_factory(BlockForm, extra=0, max_num=2000, absolute_max=2000)
