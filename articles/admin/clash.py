"""Two people changed the same thing: both texts side by side, to be chosen from or rewritten, and saved."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles import autosave, comparing, editing, proposals
from articles.admin.pages import figures_of, page, story_of
from articles.content import CALLED, Content, differing
from articles.editing import Clash, NotYours
from articles.editor import BodyFormField, with_editor
from articles.merging import Merge
from articles.models import Article
from articles.roles import person_of

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin

SALT = "articles.clash"
THEIRS, MINE, OWN = "theirs", "mine", "own"
# What may be written anew on the page; the rest is one of the two.
REWRITABLE = frozenset(
    {"kicker", "headline", "deck", "body", "lead_caption", "lead_alt", "dateline", "original_publication"}
)


@dataclass(frozen=True)
class Collision:
    """A field that both changed: what it was, and what each made of it, with the words marked."""

    field: str
    called: str
    base: str
    theirs: SafeString
    mine: SafeString
    form: "ChoiceForm"


class ChoiceForm(forms.Form):
    """Which of two texts is to stand, or a third one."""

    choice = forms.ChoiceField(choices=[(THEIRS, ""), (MINE, ""), (OWN, "")])

    def __init__(self, field: str, content: Content, data: Any = None) -> None:
        super().__init__(data, prefix=field)
        if field == "body":
            # The editor in its full form, with the words of both to take from.
            self.fields["own"] = BodyFormField(config_name="body", required=False, initial=content["body"])
        elif field in REWRITABLE:
            label = f"{CALLED[field].capitalize()}, written anew"
            rows = 2 if field in {"headline", "deck", "lead_caption", "lead_alt"} else 1
            self.fields["own"] = forms.CharField(
                required=False,
                max_length=getattr(Article._meta.get_field(field), "max_length", None),
                initial=comparing.in_words(field, content),
                widget=forms.Textarea(attrs={"rows": rows, "aria-label": label, "dir": "auto"}),
            )

    def clean_own(self) -> str:
        """A headline is one line, as everywhere."""
        own: str = self.cleaned_data["own"]
        return " ".join(own.split()) if self.prefix == "headline" else own


def clash_page(
    desk: "ArticleAdmin", request: HttpRequest, clash: Clash, *, data: Any = None, proposal: int | None = None
) -> HttpResponse:
    """The page of a clash. It holds every text itself, signed, so that nothing is lost however long one thinks.

    `proposal` is the number of the proposed change that collided, where it was one.
    """
    base, theirs, mine = clash.base, clash.theirs, clash.mine
    figure = figures_of(base["body"], theirs["body"], mine["body"])
    differences = [
        {each.field: each.marked for each in comparing.differences(base, side, figure)} for side in (theirs, mine)
    ]
    last = clash.article.revisions.select_related("by").first()
    kept = {"version": clash.article.version, "merged": clash.merge.content, "theirs": theirs, "mine": mine,
            "base": base, "collisions": list(clash.merge.collisions), "proposal": proposal}  # fmt: skip
    return page(
        desk, request, "clash.html", clash.article, status=409,
        title="Two people changed this story",
        who=last.by if last else None,
        is_mine=bool(last and last.by_id == person_of(request).pk),
        at=last.at if last else None,
        joined=comparing.listed([CALLED[field] for field in differing(theirs, clash.merge.content)]),
        kept=signing.dumps(json.dumps(kept), salt=SALT, compress=True),
        tab=request.POST.get("_tab", ""),
        collisions=[
            Collision(
                field, CALLED[field], comparing.in_words(field, base), differences[0][field], differences[1][field],
                ChoiceForm(field, mine, data=data),
            )
            for field in clash.merge.collisions
        ],
    )  # fmt: skip


@with_editor
def clash_view(desk: "ArticleAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """Store what was chosen. Where somebody saved again in the meantime, the page comes back with what they wrote."""
    article = story_of(desk, request, pk)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))
    try:
        kept = json.loads(signing.loads(request.POST.get("kept", ""), salt=SALT))
    except signing.BadSignature:
        messages.error(request, "This page was not one of ours. What you typed is kept with the story.")
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))
    wanted = _chosen(request, kept)
    if wanted is None:
        return clash_page(desk, request, _again(article, kept), data=request.POST, proposal=kept["proposal"])
    try:
        _store(request, article, kept, wanted)
    except Clash as clash:
        return clash_page(desk, request, clash, proposal=kept["proposal"])
    except NotYours as refusal:
        return _too_late(request, article, wanted, kept["version"], str(refusal))
    except proposals.Decided as decided:
        messages.error(request, str(decided))
    else:
        autosave.forget(person_of(request), autosave.tab_in(request.POST.get("_tab", "")))
        messages.success(request, format_html("“{}” is saved, both texts brought together.", article))
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))


def _chosen(request: HttpRequest, kept: dict[str, Any]) -> Content | None:
    """The content that was chosen; None where a choice is missing."""
    wanted = dict(kept["merged"])
    for field in kept["collisions"]:
        form = ChoiceForm(field, kept["mine"], data=request.POST)
        if not form.is_valid():
            return None
        choice = form.cleaned_data["choice"]
        wanted[field] = form.cleaned_data.get("own", "") if choice == OWN else kept[choice][field]
    return cast(Content, wanted)


def _store(request: HttpRequest, article: Article, kept: dict[str, Any], wanted: Content) -> None:
    person, seen = person_of(request), kept["version"]
    if kept["proposal"]:
        proposal = get_object_or_404(article.proposals, pk=kept["proposal"])
        proposals.accept_as(proposal, wanted, by=person, seen_version=seen)
    else:
        editing.save_content(article, wanted, by=person, seen_version=seen)


def _too_late(request: HttpRequest, article: Article, chosen: Content, seen: int, why: str) -> HttpResponse:
    """The story left somebody's hands while they chose: the words are kept."""
    tab = autosave.tab_in(request.POST.get("_tab", "")) or str(uuid4())
    kept = autosave.keep(person_of(request), tab, article, seen, autosave.as_fields(chosen))
    messages.error(request, f"{why} Nothing was stored; your words are kept.")
    page = reverse("admin:articles_article_kept", args=[kept.buffer.pk]) if kept else reverse("admin:index")
    return HttpResponseRedirect(page)


def _again(article: Article, kept: dict[str, Any]) -> Clash:
    merge = Merge(kept["merged"], tuple(kept["collisions"]))
    return Clash(article, base=kept["base"], theirs=kept["theirs"], mine=kept["mine"], merge=merge)
