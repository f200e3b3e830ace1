"""Choosing a photo from within another page, and adding many at once: what the scripts of the admin ask for."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from media import intake, metadata, renditions
from media.admin.forms import UploadForm, read, twin_of
from media.intake import BusyNow, PhotoRefused
from media.models import Photo

if TYPE_CHECKING:
    from media.admin.photo import PhotoAdmin

PAGE_LENGTH = 24
THUMB = 320
WORDS = ("caption", "credit", "alt", "decorative")
LAST_PAGE = 10_000
LONGEST_QUERY = 200


class Choice(TypedDict):
    """A photo as the chooser shows it.

    `thumb` is empty while the file is awaited, `refusal` where it may be used today; `conditions` are those of its use.
    """

    id: int
    caption: str
    credit: str
    alt: str
    decorative: bool
    has_file: bool
    width: int | None
    height: int | None
    thumb: str
    refusal: str
    conditions: list[str]


def choice_of(photo: Photo) -> Choice:
    """What the chooser needs to know of a photo."""
    return Choice(
        id=photo.pk,
        caption=photo.caption,
        credit=photo.credit_line,
        alt=photo.alt,
        decorative=photo.decorative,
        has_file=photo.has_file,
        width=photo.width,
        height=photo.height,
        thumb=renditions.address(photo.picture(), THUMB) if photo.has_file else "",
        refusal=photo.refusal(),
        conditions=photo.conditions(),
    )


@dataclass
class Taken:
    """What became of the files of an upload: photos made, photos that were here already, and refusals in words.

    `is_busy` where a file was refused that can be sent again in a moment.
    """

    photos: list[Photo] = field(default_factory=list)
    known: list[Photo] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    is_busy: bool = False

    @property
    def status(self) -> int:
        """Of an answer in HTTP: something was taken or is here, or it may come again, or it is of no use."""
        if self.photos or self.known:
            return 200
        return 503 if self.is_busy else 400


def take(form: UploadForm, *, by: AbstractBaseUser | AnonymousUser) -> Taken:
    """Take in the files of a valid form, each by itself: a bad one does not hold up the others."""
    taken = Taken()
    words = {name: form.cleaned_data[name] for name in WORDS}
    chosen = WORDS if form.cleaned_data["words_shown"] else ()
    for upload in form.cleaned_data["pictures"]:
        try:
            file = read(upload)
            twin = None if form.cleaned_data["keep_both"] else twin_of(file.data)
            if twin:
                taken.known.append(twin)
            else:
                photo = Photo(**words, uploaded_by_id=by.pk)
                taken.photos.append(intake.give_file(photo, file.data, name=upload.name, seen=file.seen, chosen=chosen))
        except PhotoRefused as refusal:
            taken.refused.append(str(refusal))
            taken.is_busy |= isinstance(refusal, BusyNow)
    return taken


def choose(desk: "PhotoAdmin", request: HttpRequest) -> HttpResponse:
    """A page of photos that match `q`, newest first; one query for them.

    What cannot be a page is the first one, and a query is not read beyond what anybody would type.
    """
    if not desk.has_view_permission(request):
        raise PermissionDenied
    words = request.GET.get("q", "")[:LONGEST_QUERY]
    start = (_page(request.GET.get("page", "")) - 1) * PAGE_LENGTH
    found = list(Photo.objects.matching(words)[start : start + PAGE_LENGTH + 1])
    return JsonResponse(
        {
            "photos": [choice_of(photo) for photo in found[:PAGE_LENGTH]],
            "more": len(found) > PAGE_LENGTH,
            "may_add": desk.has_add_permission(request),
        }
    )


def _page(typed: str) -> int:
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= len(str(LAST_PAGE))
    return min(max(int(typed), 1), LAST_PAGE) if is_number else 1


def choice(desk: "PhotoAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """One photo."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    return JsonResponse(choice_of(get_object_or_404(Photo, pk=pk)))


def look(desk: "PhotoAdmin", request: HttpRequest) -> HttpResponse:
    """What a file says of itself, before it is stored: words for the fields of a photo, each with where they stand.

    `refused` says why it cannot be taken, `twin` is the photo that has this very file already. Status 400 without a
    file, 503 where it can be sent again in a moment.
    """
    if not desk.has_add_permission(request):
        raise PermissionDenied
    file = request.FILES.get("picture")
    if file is None:
        return HttpResponse("Send a file as “picture”.", status=400)
    try:
        found = read(file)
    except PhotoRefused as refusal:
        status = 503 if isinstance(refusal, BusyNow) else 200
        return JsonResponse({"refused": str(refusal), "twin": None, "words": {}, "said": []}, status=status)
    twin, brought = twin_of(found.data), found.seen.brought
    words = {
        name: {"value": value, "origin": metadata.origin_of(name, brought)}
        for name, value in metadata.words_of(brought).items()
    }
    said = [
        {"called": metadata.FIELDS[name].called, "text": each.text, "origin": each.origin}
        for name, each in brought.items()
    ]
    return JsonResponse({"refused": "", "twin": twin and choice_of(twin), "words": words, "said": said})


def upload(desk: "PhotoAdmin", request: HttpRequest) -> HttpResponse:
    """Take files in; status 400 where the words are wrong or no file could be taken, 503 where one can come again."""
    if not desk.has_add_permission(request):
        raise PermissionDenied
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        wrong = [f"{form[name].label}: {' '.join(map(str, words))}" for name, words in form.errors.items()]
        return JsonResponse({"photos": [], "known": [], "refused": wrong}, status=400)
    taken = take(form, by=request.user)
    return JsonResponse(
        {
            "photos": [choice_of(photo) for photo in taken.photos],
            "known": [choice_of(photo) for photo in taken.known],
            "refused": taken.refused,
        },
        status=taken.status,
    )


def add_many(desk: "PhotoAdmin", request: HttpRequest) -> HttpResponse:
    """The page on which several photos are added; with script each file has its own progress."""
    if not desk.has_add_permission(request):
        raise PermissionDenied
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    taken = take(form, by=request.user) if form.is_valid() else None
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": "Add photos",
        "form": UploadForm() if taken and not taken.refused else form,
        "taken": taken,
    }
    return TemplateResponse(request, "admin/media/photo/add_many.html", context)
