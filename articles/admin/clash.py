"""Two people changed the same thing: both texts side by side, to be chosen from or rewritten, and saved."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles import autosave, comparing, editing
from articles.admin.pages import figures_of, page, story_of
from articles.content import CALLED, Content, differing
from articles.editing import Clash
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
                initial=comparing.in_words(field, content),
                widget=forms.Textarea(attrs={"rows": rows, "aria-label": label, "dir": "auto"}),
            )


def clash_page(desk: "ArticleAdmin", request: HttpRequest, clash: Clash, *, data: Any = None) -> HttpResponse:
    """The page of a clash. It holds every text itself, signed, so that nothing is lost however long one thinks."""
    base, theirs, mine = clash.base, clash.theirs, clash.mine
    figure = figures_of(base["body"], theirs["body"], mine["body"])
    differences = [
        {each.field: each.marked for each in comparing.differences(base, side, figure)} for side in (theirs, mine)
    ]
    last = clash.article.revisions.select_related("by").first()
    kept = {"version": clash.article.version, "merged": clash.merge.content, "theirs": theirs, "mine": mine,
            "base": base, "collisions": list(clash.merge.collisions)}  # fmt: skip
    return page(
        desk, request, "clash.html", clash.article, status=409,
        title="Two people changed this story",
        who=last.by if last else None,
        is_mine=bool(last and last.by_id == person_of(request).pk),
        at=last.at if last else None,
        joined=[CALLED[field] for field in differing(theirs, clash.merge.content)],
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
    person, wanted = person_of(request), cast(dict[str, Any], dict(kept["merged"]))
    for field in kept["collisions"]:
        form = ChoiceForm(field, kept["mine"], data=request.POST)
        if not form.is_valid():
            return clash_page(desk, request, _again(article, kept), data=request.POST)
        choice = form.cleaned_data["choice"]
        wanted[field] = form.cleaned_data.get("own", "") if choice == OWN else kept[choice][field]
    try:
        editing.save_content(article, cast(Content, wanted), by=person, seen_version=kept["version"])
    except Clash as clash:
        return clash_page(desk, request, clash)
    autosave.forget(person, request.POST.get("_tab", "")[:36])
    messages.success(request, format_html("“{}” is saved, both texts brought together.", article))
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))


def _again(article: Article, kept: dict[str, Any]) -> Clash:
    merge = Merge(kept["merged"], tuple(kept["collisions"]))
    return Clash(article, base=kept["base"], theirs=kept["theirs"], mine=kept["mine"], merge=merge)
