"""Photos in the admin: the grid, and the page of one photo."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from media import intake, metadata
from media.admin import choosing
from media.admin.forms import PhotoForm
from media.models import Photo

FOCAL_POINT = (
    "The focal point is what must stay in view when the picture is cropped. Click it in the picture, or move it with "
    "the arrow keys."
)


class MissingFilter(admin.SimpleListFilter):
    """What a photo still needs before a story with it can go out."""

    title = "what is missing"
    parameter_name = "missing"
    needs = {"file": Q(file=""), "alt": Q(alt="", decorative=False), "credit": Q(credit="", agency="")}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        """The three things."""
        return [("file", "File awaited"), ("alt", "No alt text"), ("credit", "No credit")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Photo]) -> QuerySet[Photo]:
        """The photos that lack it."""
        need = self.needs.get(self.value() or "")
        return queryset.filter(need) if need else queryset


@admin.register(Photo)
class PhotoAdmin(admin.ModelAdmin[Photo]):
    """The photo desk."""

    form = PhotoForm
    list_display = ("__str__",)
    list_filter = (MissingFilter, "taken")
    list_per_page = 48
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("caption", "credit", "alt", "agency", "place", "people", "photographer")
    search_help_text = "Words, a credit, a place"
    actions = None
    readonly_fields = ("preview", "file_facts", "said_by_file")
    change_list_template = "admin/media/photo/change_list.html"

    class Media:
        css = {"all": ("media/desk.css", "media/picture.css")}
        js = ("media/focal.js", "media/preview.js")

    def get_fieldsets(self, request: HttpRequest, obj: Photo | None = None) -> Any:
        """The picture, then its words, then where it comes from."""
        may_write = self.has_change_permission(request, obj) or not obj
        picture: list[Any] = ["preview"] if obj else []
        description = None
        if obj and obj.has_file:
            if may_write:
                picture.append(("focal_x", "focal_y"))
                description = FOCAL_POINT
            picture.append("file_facts")
        if may_write:
            picture.append("upload")
            if request.method == "POST":
                # Asked only after a first try: that one may have said that the picture is here already.
                picture.append("keep_both")
        return [
            ("Picture", {"fields": picture, "classes": ("photo-picture",), "description": description}),
            ("Words", {"fields": ("caption", "credit", "agency", "alt", "decorative")}),
            ("Where, when and who", {"fields": ("place", "taken", "people")}),
            ("Rights", {"fields": ("photographer", "copyright", "usage_terms", "licensor")}),
            *([("What the file says", {"fields": ("said_by_file",)})] if obj and obj.brought else []),
        ]

    @admin.display(description="picture")
    def preview(self, photo: Photo) -> SafeString:
        """The picture, large, with its focal point."""
        return render_to_string("admin/media/photo/preview.html", {"photo": photo})

    @admin.display(description="file")
    def file_facts(self, photo: Photo) -> str:
        """Its size, in words; for a photo that has its file."""
        try:
            size = photo.file.size
        except OSError:
            return "Missing from the disk: give the photo its file again"
        weight = f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"
        return f"{photo.width} × {photo.height} px, {weight}"

    @admin.display(description="brought with it")
    def said_by_file(self, photo: Photo) -> SafeString:
        """What the file says of itself, and where in it."""
        said = [
            {"called": metadata.FIELDS[name].called, **each} for name, each in photo.brought.items()
            if name in metadata.FIELDS
        ]  # fmt: skip
        return render_to_string("admin/media/photo/said_by_file.html", {"said": said})

    def save_model(self, request: HttpRequest, obj: Photo, form: PhotoForm, change: bool) -> None:
        """Store the words, and the file by the one door for files."""
        if not change:
            obj.uploaded_by_id = request.user.pk
        if form.data_of_file:
            intake.give_file(obj, form.data_of_file, name=str(form.cleaned_data["upload"].name))
        else:
            obj.save()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The grid under its own name."""
        return super().changelist_view(request, {"title": "Photos", **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        """The ways that Django's own admin does not have."""
        view = self.admin_site.admin_view
        own = [
            path("choose/", require_safe(view(partial(choosing.choose, self))), name="media_photo_choose"),
            path("upload/", require_POST(view(partial(choosing.upload, self))), name="media_photo_upload"),
            path("add-many/", view(partial(choosing.add_many, self)), name="media_photo_add_many"),
            path("<int:pk>/choice/", require_safe(view(partial(choosing.choice, self))), name="media_photo_choice"),
        ]
        return own + super().get_urls()
