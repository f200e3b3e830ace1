"""A story to be read: as it is stored now, or as one of its revisions was."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from articles import body, comparing, content, moves, roles
from articles.addresses import version_in
from articles.admin.pages import figure_of, figures_of, page, story_of
from articles.admin.talk import talk
from articles.content import Content
from articles.models import Article
from articles.roles import Hand, person_of
from media.models import Photo

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
        **reading(shown, article),
        **talk(article, request),
    )  # fmt: skip


def reading(shown: Content, article: Article) -> dict[str, Any]:
    """What the page of a story to be read needs of a content."""
    lead = Photo.objects.filter(pk__in=[shown["lead_photo"]]).first()
    spoken = Article(kind=shown["kind"], language=shown["language"])
    return {
        "shown": shown,
        "byline": comparing.in_words("names", shown),
        "lead": figure_of(lead, caption=shown["lead_caption"] or None, alt=shown["lead_alt"] or None) if lead else "",
        "body": body.render(shown["body"], figures_of(shown["body"])),
        "matters": [
            ("Section", comparing.in_words("section", shown)),
            ("Kind", spoken.get_kind_display()),
            ("Tags", ", ".join(shown["tags"])),
            ("Dateline", shown["dateline"]),
            ("Language", spoken.get_language_display()),
            ("Slug", shown["slug"]),
            ("Original publication", shown["original_publication"]),
            ("Original address", shown["original_url"]),
        ],
    }
