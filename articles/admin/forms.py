"""Forms of the newsroom: a story, and a manuscript on its way to become one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import Q
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.text import slugify
from taggit.forms import TagWidget
from taggit.models import Tag

from articles import body, content, editing, roles
from articles import manuscript as manuscripts
from articles.addresses import web_address
from articles.content import PHOTO_FIELDS, Content, Name
from articles.importing import PhotoFile
from articles.manuscript import Block, Crosshead, Manuscript, ManuscriptError, Paragraph, PhotoLine
from articles.models import Article, Author, Byline, Section
from articles.roles import Hand
from media import intake
from media.admin.seen import SeenRows
from media.widgets import PhotoChooser

if TYPE_CHECKING:
    from staff.models import Person

MOST_BLOCKS = 1000
LONGEST_TAG: int = Tag._meta.get_field("name").max_length


class TagCompletion(TagWidget):  # type: ignore[misc]
    """Tags in one line, separated by commas; a script offers those that exist while one types."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        source = reverse_lazy("admin:articles_article_tags")
        super().__init__({"data-tag-source": source, "autocomplete": "off", "class": "vTextField", **(attrs or {})})


class ArticleForm(forms.ModelForm[Article]):
    """A working copy in the admin. It carries the version that the person saw, and the tab that it was typed in."""

    original_url = forms.URLField(
        label="Original address",
        required=False,
        max_length=500,
        assume_scheme="https",
        validators=[web_address],
        help_text="Readers are offered it as “View original”.",
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    # Whose form it is, and what their saving does to the story: set by `ArticleAdmin.get_form`.
    hand = Hand.EDITS
    person: "Person"
    # Words found again are shown as they were typed; nothing is stored by that.
    is_found_again = False

    class Meta:
        model = Article
        fields = (
            "kicker", "headline", "deck", "body", "lead_photo", "lead_caption", "lead_alt", "section", "kind", "slug",
            "tags", "dateline", "language", "translation_of", "original_publication", "original_url",
        )  # fmt: skip
        widgets = {
            "kicker": forms.TextInput(attrs={"class": "vTextField", "dir": "auto"}),
            "headline": forms.Textarea(attrs={"rows": 2, "class": "story-headline", "maxlength": 300, "dir": "auto"}),
            "deck": forms.Textarea(attrs={"rows": 2, "class": "story-deck", "dir": "auto"}),
            "lead_photo": PhotoChooser(),
            "lead_caption": forms.Textarea(attrs={"rows": 2}),
            "lead_alt": forms.Textarea(attrs={"rows": 2}),
            "tags": TagCompletion(),
            "translation_of": AutocompleteSelect(Article._meta.get_field("translation_of"), admin.site),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_version"].initial = self.instance.version
        section = self.fields["section"]
        if isinstance(section, forms.ModelChoiceField):
            mine = roles.sections_of(self.person)
            section.queryset = Section.objects.filter(Q(pk__in=mine) | Q(pk=self.instance.section_id))
        first = self.fields["translation_of"]
        if isinstance(first, forms.ModelChoiceField):
            visible = Article.objects.visible_to(self.person).order_by().values("pk")
            known = Article.objects.filter(Q(pk__in=visible) | Q(pk=self.instance.translation_of_id))
            first.queryset = known.exclude(pk=self.instance.pk)
        if self.hand == Hand.PHOTOS:
            for name, field in self.fields.items():
                field.disabled = name not in {*PHOTO_FIELDS, "seen_version"}

    def clean_headline(self) -> str:
        """A headline is one line, however it was pasted."""
        return " ".join(self.cleaned_data["headline"].split())

    def clean_tags(self) -> list[str]:
        """A tag has a letter or a figure in it, without which it could have no page, and is no sentence."""
        tags: list[str] = self.cleaned_data["tags"]
        if signs := [tag for tag in tags if not slugify(tag, allow_unicode=True)]:
            raise forms.ValidationError(f"“{signs[0]}” has no letter or figure in it; a tag needs one.")
        if long := [tag for tag in tags if len(tag) > LONGEST_TAG]:
            raise forms.ValidationError(f"“{long[0][:40]}…” is too long; a tag has at most {LONGEST_TAG} characters.")
        return tags

    def clean_seen_version(self) -> int:
        """The version must be one that the story had."""
        seen: int = self.cleaned_data["seen_version"]
        known = self.instance.revisions.filter(version=seen).exists() if self.instance.pk else seen == 0
        if not known:
            raise forms.ValidationError("The story never had this version. Copy your words, and open it anew.")
        return seen

    def clean(self) -> dict[str, Any] | None:
        """What was found again is shown first; it is stored when it is sent."""
        cleaned = super().clean()
        self._refuse_photos()
        if self.is_found_again:
            raise forms.ValidationError("These are the words that were kept. Save them to store them.", code="kept")
        return cleaned

    def _refuse_photos(self) -> None:
        """Say at its field which photo may not be newly used."""
        lead = self.cleaned_data.get("lead_photo")
        text = body.clean(self.cleaned_data.get("body", ""))
        wanted = body.photo_ids(text) | ({lead.pk} if lead else set())
        new = wanted - editing.photos_in_use(self.instance)
        for photo, words in editing.refused_photos(self.instance, new).items():
            self.add_error("lead_photo" if lead and photo == lead.pk else "body", words)

    def content(self, names: Sequence[Name]) -> Content:
        """What the form says, once it is valid, with the byline of its rows."""
        return content.of(self.instance, names=names, tags=self.cleaned_data["tags"])


class BylineForm(forms.ModelForm[Byline]):
    """A name in the byline of a story. The rows are what is sent; which rows were stored before is not asked."""

    class Meta:
        model = Byline
        fields = ("position", "author", "role", "wording")
        labels = {"position": "Order"}
        widgets = {"wording": forms.TextInput(attrs={"placeholder": "e.g. Words by Ana Reyl"})}

    def has_changed(self) -> bool:
        """A row that names nobody and says nothing is passed over; every other is meant."""
        return any(self.data.get(self.add_prefix(name), "").strip() for name in ("author", "wording"))

    def validate_constraints(self) -> None:
        """Nothing to ask of the database: the rows that it holds are the ones that these take the place of."""

    validate_unique = validate_constraints


class RowFormSet(SeenRows):
    """Fields in the rows of a table: the head of a column is not their label, so each says it itself."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Every field, the tick for removing a row included."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            field.widget.attrs.setdefault("aria-label", str(field.label or name).capitalize())


class BylineFormSet(RowFormSet):
    """The byline as a list of rows, whole each time: two people's bylines can be compared and brought together."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        article = kwargs.get("instance")
        stored = article.bylines.all() if article and article.pk else []
        rows = [
            {"position": position, "author": row.author_id, "role": row.role, "wording": row.wording}
            for position, row in enumerate(stored)
        ]
        super().__init__(*args, **{**kwargs, "queryset": Byline.objects.none(), "initial": rows})
        self.extra = len(rows)

    def initial_form_count(self) -> int:
        """None: a row is not the change of a stored one."""
        return 0

    def names(self) -> list[Name]:
        """The byline that valid rows make, in their order."""
        rows = [form.cleaned_data for form in self.forms if form.has_changed() and form not in self.deleted_forms]
        return [
            Name(author=row["author"].pk, role=row["role"], wording=row["wording"].strip())
            for row in sorted(rows, key=lambda row: row["position"])
        ]


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


class LastingAddress:
    """For pages of what has an address: it writes itself from the field `slug_from` while the thing is new, and stays
    as it is from then on, because readers may have kept it.
    """

    slug_from = "name"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The slug, once there is one."""
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Sequence[str]]:
        """The slug, before there is one."""
        return {} if obj else {"slug": (self.slug_from,)}


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
            blocks = len(cleaned["manuscript"].blocks)
            if blocks > MOST_BLOCKS:
                raise ManuscriptError(
                    file.name if file else "What you pasted",
                    f"it has {blocks} blocks, and {MOST_BLOCKS} can be checked here. Bring it in in parts.",
                )
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
        label="Original address", required=False, max_length=500, assume_scheme="https", validators=[web_address],
        help_text="Readers are offered it as “View original”.",
    )  # fmt: skip
    section = forms.ModelChoiceField(queryset=Section.objects.none())
    tab = forms.CharField(widget=forms.HiddenInput, max_length=36)
    authors = forms.ModelMultipleChoiceField(
        queryset=Author.objects.all(),
        required=False,
        widget=AutocompleteSelectMultiple(Byline._meta.get_field("author"), admin.site),
        help_text="Their order and roles can be set on the story's page.",
    )

    def __init__(self, person: "Person", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        section = self.fields["section"]
        if isinstance(section, forms.ModelChoiceField):
            section.queryset = roles.sections_of(person)

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


BlockFormSet: type[BaseFormSet[BlockForm]] = formset_factory(
    BlockForm, extra=0, max_num=MOST_BLOCKS, absolute_max=MOST_BLOCKS
)
