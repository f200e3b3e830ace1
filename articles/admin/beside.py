"""The page on which stories are put beside a story."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from articles import lookup, relating, roles
from articles.addresses import id_in
from articles.admin.looking_up import typed_in
from articles.admin.pages import page, story_of
from articles.models import Article, Related
from articles.roles import Hand, person_of

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin
    from staff.models import Person


def may_relate(person: "Person", article: Any) -> bool:
    """Whether this person may put stories beside it: whoever may change the story as it stands."""
    return roles.hand(person, article, article.publication) == Hand.EDITS


def beside_view(desk: "ArticleAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """What stands beside the story, and a box to find more. POST changes it (`add`, `remove`, `up`)."""
    article = story_of(desk, request, pk)
    person = person_of(request)
    if not may_relate(person, article):
        raise PermissionDenied
    if request.method == "POST":
        _change(request, person, article)
        return HttpResponseRedirect(request.get_full_path())
    typed = typed_in(request)
    rows = Related.objects.filter(article=article).select_related("other")
    standing = {row.other_id for row in rows}
    found = lookup.look_up(person, typed).hits if typed else []
    offered = [hit for hit in found if hit.story.pk not in standing | {article.pk}]
    return page(
        desk, request, "beside.html", article,
        title=f"Beside “{article}”", rows=rows, typed=typed, offered=offered,
    )  # fmt: skip


def _change(request: HttpRequest, person: "Person", article: Article) -> None:
    if other := id_in(request.POST.get("add", "")):
        story = get_object_or_404(Article.objects.visible_to(person), pk=other)
        try:
            relating.add(article, story)
        except relating.TooMany as problem:
            messages.error(request, str(problem))
    elif other := id_in(request.POST.get("remove", "")):
        relating.remove(article, other)
    elif other := id_in(request.POST.get("up", "")):
        relating.raise_up(article, other)
