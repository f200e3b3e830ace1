"""A story to be read: as it is stored now, or as one of its revisions was."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from articles import content, moves, roles
from articles.addresses import version_in
from articles.admin.pages import page, story_of
from articles.admin.reading import reading
from articles.admin.talk import talk
from articles.roles import Hand, person_of

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin


def stored_view(desk: "ArticleAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """The words, photos and desk matters of a story, with nothing on the page that could change them.

    `?version=` shows a revision in place of what is stored now.
    """
    article = story_of(desk, request, pk)
    person = person_of(request)
    revision = None
    shown = content.of(article)
    if wanted := request.GET.get("version"):
        revision = get_object_or_404(article.revisions.select_related("by"), version=version_in(wanted))
        shown = revision.content
    hand = roles.hand(person, article, article.publication)
    return page(
        desk, request, "stored.html", article,
        title=f"{article}, version {revision.version}" if revision else f"{article}, as it is stored",
        revision=revision,
        may_edit=hand != Hand.NONE,
        offers=[] if revision else moves.offers(article, person),
        **reading(shown),
        **talk(article, request),
    )  # fmt: skip
