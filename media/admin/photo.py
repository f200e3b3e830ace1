"""Photos in the admin: the grid, and the page of one photo."""

from collections.abc import Iterator
from functools import partial
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from media import intake, metadata, uses
from media.admin import choosing, many
from media.admin.filters import MissingFilter, ShapeFilter, TakenFilter, TermsFilter, UseFilter
from media.admin.forms import PhotoForm
from media.admin.paging import BoundedPaginator
from media.framing import SHAPES
from media.intake import PhotoRefused
from media.models import Kind, Photo
from media.models.photo import FRAMING, PhotoQuerySet


@admin.register(Photo)
class PhotoAdmin(admin.ModelAdmin[Photo]):
    """The photo desk."""

    form = PhotoForm
    list_display = ("__str__",)
    list_filter = (MissingFilter, TermsFilter, UseFilter, ShapeFilter, "kind", TakenFilter)
    list_per_page = 48
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("sought",)
    search_help_text = "Words, or their beginnings, of the caption, a credit, a name, a place, a keyword"
    actions = None
    readonly_fields = ("preview", "file_facts", "said_by_file")
    change_list_template = "admin/media/photo/change_list.html"

    class Media:
        css = {"all": ("media/desk.css", "media/picture.css", "media/arrivals.css")}
        js = ("media/framing.js", "media/arrivals.js", "media/look.js", "media/grid.js")

    def get_fieldsets(self, request: HttpRequest, obj: Photo | None = None) -> Any:
        """The picture, then its words, then where it comes from."""
        may_write = self.has_change_permission(request, obj) or not obj
        picture: list[Any] = ["preview"] if obj else []
        if obj and obj.has_file:
            if may_write:
                picture.append(FRAMING)
            picture.append("file_facts")
        if may_write:
            picture += ["upload", "words_shown"]
            if request.method == "POST":
                # Asked only after a first try: that one may have said that the picture is here already.
                picture.append("keep_both")
        return [
            ("Picture", {"fields": picture, "classes": ("photo-picture",)}),
            ("Words", {"fields": ("caption", "credit", "agency", "alt", "decorative")}),
            ("What it is", {"fields": ("kind", "origin", "place", "taken", "people", "keywords", "photographer")}),
            (
                "Terms",
                {
                    "fields": (
                        ("allowed_from", "allowed_until"), ("is_barred", "is_whole", "is_one_time"), "restrictions",
                        "licence", "copyright", "usage_terms", "licensor", "licensor_url",
                    )
                },
            ),
            *([("What the file says", {"fields": ("said_by_file",)})] if obj and obj.brought else []),
        ]  # fmt: skip

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Photo], search_term: str
    ) -> tuple[QuerySet[Photo], bool]:
        """By the beginnings of words, without regard to case and accents."""
        return cast(PhotoQuerySet, queryset).matching(search_term[: choosing.LONGEST_QUERY]), False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whether a filter asks that. Whoever makes up another question, perhaps one that no database can answer, gets
        the grid without it.
        """
        filters: tuple[Any, ...] = self.list_filter
        asked = {each.parameter_name for each in filters if each != "kind"}
        if lookup not in asked and not (lookup == "kind__exact" and value in ("", *Kind.values)):
            raise IncorrectLookupParameters
        return True

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """The latest first, or as the answer to a question is ordered."""
        for asked in (TermsFilter, TakenFilter):
            if order := asked.orders.get(request.GET.get(asked.parameter_name, "")):
                return order
        return ()

    @admin.display(description="picture")
    def preview(self, photo: Photo) -> SafeString:
        """The picture, large, with what is needed to frame it."""
        return render_to_string("admin/media/photo/preview.html", {"photo": photo, "shapes": SHAPES})

    @admin.display(description="file")
    def file_facts(self, photo: Photo) -> str:
        """Its size, in words; for a photo that has its file."""
        try:
            size = photo.file.size
        except FileNotFoundError:
            return "Missing: give the photo its file again"
        except OSError:
            return "Out of reach just now: the storage of files does not answer"
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

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Photo | None = None,
    ) -> HttpResponse:
        """With every place where it is used, as this person may know it."""
        context["uses"] = uses.of(obj, by=request.user) if obj else []
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What would go with it, and what keeps it: its uses, as this person may know them."""
        found = [use for photo in objs for use in uses.of(photo, by=request.user)]
        if not found:
            return super().get_deleted_objects(objs, request)
        return [], {}, set(), [render_to_string("admin/media/photo/use.html", {"use": use}) for use in found]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page; a file that could not be stored after all is said in the form, with everything that was typed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except PhotoRefused as refusal:
            request._refusal = str(refusal)  # type: ignore[attr-defined]
            for file in cast(Iterator[UploadedFile[Any]], request.FILES.values()):
                file.seek(0)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Photo | None = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, which knows why the file was not stored a moment ago."""
        made: Any = super().get_form(request, obj, change=change, **kwargs)
        made.refusal = getattr(request, "_refusal", "")
        return made

    def save_model(self, request: HttpRequest, obj: Photo, form: PhotoForm, change: bool) -> None:
        """Store the words, and the file by the one door for files."""
        if not change:
            obj.uploaded_by_id = request.user.pk
        framed = {name: form.initial[name] for name in FRAMING if name in form.initial}
        if form.file_read:
            file, name = form.file_read, str(form.cleaned_data["upload"].name)
            chosen = form.fields if form.cleaned_data["words_shown"] else ()
            intake.give_file(obj, file.data, name=name, seen=file.seen, chosen=chosen)
        else:
            intake.keep(obj, framed=framed if len(framed) == len(FRAMING) else None)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Keywords are found by, too."""
        typed = form.cleaned_data["keywords"]
        if typed or not form.file_read or form.cleaned_data["words_shown"]:
            form.instance.name_keywords(typed)

    def unframe(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take back the last stored change of how a photo is framed."""
        photo = get_object_or_404(Photo, pk=pk)
        if not self.has_change_permission(request, photo):
            raise PermissionDenied
        if photo.frame_as_before():
            intake.keep(photo)
            messages.success(request, "The last change of the framing is taken back.")
        else:
            messages.info(request, "There is no change of the framing to take back.")
        return HttpResponseRedirect("../change/")

    def get_urls(self) -> list[URLPattern]:
        """The ways that Django's own admin does not have."""
        view = self.admin_site.admin_view
        own = [
            path("choose/", require_safe(view(partial(choosing.choose, self))), name="media_photo_choose"),
            path("upload/", require_POST(view(partial(choosing.upload, self))), name="media_photo_upload"),
            path("look/", require_POST(view(partial(choosing.look, self))), name="media_photo_look"),
            path("add-many/", view(partial(choosing.add_many, self)), name="media_photo_add_many"),
            path("change-many/", view(partial(many.bulk_view, self)), name="media_photo_bulk"),
            path("<int:pk>/choice/", require_safe(view(partial(choosing.choice, self))), name="media_photo_choice"),
            path("<int:pk>/replace/", view(partial(many.replace_view, self)), name="media_photo_replace"),
            path("<int:pk>/unframe/", require_POST(view(self.unframe)), name="media_photo_unframe"),
        ]
        return own + super().get_urls()
