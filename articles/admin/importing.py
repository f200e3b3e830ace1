"""Bringing a manuscript in through the admin: paste or upload, put right what was guessed, store."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from articles.admin.forms import BlockForm, BlockFormSet, ManuscriptForm, StoryForm
from articles.editor import with_editor
from articles.importing import PhotoFile, bring_in_once
from articles.manuscript import Manuscript, PhotoLine
from articles.roles import person_of

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin


@with_editor
def manuscript_view(desk: "ArticleAdmin", request: HttpRequest) -> HttpResponse:
    """Two pages: the manuscript, then what was read in it. Nothing is stored before the second is sent."""
    if not desk.has_add_permission(request):
        raise PermissionDenied
    if request.method == "POST" and "store" in request.POST:
        return _store(desk, request)
    form = ManuscriptForm(request.POST, request.FILES) if request.method == "POST" else ManuscriptForm()
    if form.is_valid():
        manuscript: Manuscript = form.cleaned_data["manuscript"]
        story = StoryForm(person_of(request), initial={**StoryForm.initial_from(manuscript), "tab": uuid4()})
        blocks = BlockFormSet(initial=[BlockForm.initial_from(block) for block in manuscript.blocks], prefix="blocks")
        return _review(desk, request, story, blocks)
    return _page(desk, request, "import.html", {"title": "Import a manuscript", "form": form})


def _store(desk: "ArticleAdmin", request: HttpRequest) -> HttpResponse:
    story = StoryForm(person_of(request), request.POST)
    blocks = BlockFormSet(request.POST, request.FILES, prefix="blocks")
    if not all([story.is_valid(), blocks.is_valid()]):
        return _review(desk, request, story, blocks)
    manuscript, files, alts = _manuscript(story, list(blocks))
    if all(isinstance(block, PhotoLine) for block in manuscript.blocks):
        story.add_error(None, "Keep at least one paragraph: a story has text.")
        return _review(desk, request, story, blocks)
    article = bring_in_once(
        manuscript,
        by=person_of(request),
        tab=story.cleaned_data["tab"],
        section=story.cleaned_data["section"],
        authors=list(story.cleaned_data["authors"]),
        files=files,
        alts=alts,
    )
    messages.success(request, format_html("“{}” is imported as a draft.", article))
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))


def _review(desk: "ArticleAdmin", request: HttpRequest, story: StoryForm, blocks: Any) -> HttpResponse:
    return _page(desk, request, "import_review.html", {"title": "Check what was read", "form": story, "blocks": blocks})


def _page(desk: "ArticleAdmin", request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    frame = {**desk.admin_site.each_context(request), "opts": desk.opts}
    return TemplateResponse(request, f"admin/articles/article/{template}", {**frame, **context})


def _manuscript(story: StoryForm, forms: list[BlockForm]) -> tuple[Manuscript, dict[int, PhotoFile], dict[int, str]]:
    """The manuscript as the person left it, with the files and alt texts of its photos by their number."""
    blocks, files, alts = [], {}, {}
    photos = 0
    for form in forms:
        block = form.block(photo_number=photos + 1)
        if block is None:
            continue
        blocks.append(block)
        if isinstance(block, PhotoLine):
            photos += 1
            if form.cleaned_data["file"]:
                files[photos] = form.cleaned_data["file"]
            if form.cleaned_data["alt"]:
                alts[photos] = form.cleaned_data["alt"]
    facts = story.cleaned_data
    manuscript = Manuscript(
        publication=facts["original_publication"],
        original_url=facts["original_url"],
        headline=" ".join(facts["headline"].split()),
        deck=facts["deck"],
        blocks=tuple(blocks),
    )
    return manuscript, files, alts
