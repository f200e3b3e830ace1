"""What is said about a story, beside it: threads, answers, and what is resolved."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from articles import comments, roles
from articles.addresses import id_in, version_in
from articles.admin.pages import story_of, typed
from articles.models import Article
from articles.roles import person_of

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin


def comments_view(desk: "ArticleAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """Say something; or answer, edit, resolve or open again the comment whose number `answers`, `edit` ... has.

    A page that asks for a part of a page gets the threads, any other is led back to the story.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    article = story_of(desk, request, pk)
    problem = ""
    try:
        _do(request, article)
    except comments.Refused as refusal:
        problem = str(refusal)
    if request.headers.get("X-Requested-With") == "fetch":
        context = {**talk(article, request), "article": article, "problem": problem}
        return render(request, "admin/articles/article/comments.html", context)
    if problem:
        messages.error(request, problem)
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]) + "#comments")


def _do(request: HttpRequest, article: Article) -> None:
    person = person_of(request)
    # The version that the passage was selected in; what was never stored is not one.
    version = min(version_in(request.POST.get("version", "")) or article.version, article.version)
    said = {name: typed(request.POST, name) for name in ("text", "quote")}
    for what in ("edit", "resolve", "reopen", "answers"):
        if number := request.POST.get(what):
            comment = _comment(article, number)
            if what == "edit":
                comments.edit(comment, said["text"], by=person, seen=request.POST.get("seen", ""))
            elif what == "answers":
                comments.say(article, said["text"], by=person, answers=comment, version=version)
            else:
                comments.resolve(comment, by=person, is_resolved=what == "resolve")
            return
    comments.say(article, said["text"], by=person, quote=said["quote"], version=version)


def _comment(article: Article, number: str) -> Any:
    return get_object_or_404(article.comments.select_related("thread", "article"), pk=id_in(number))


def talk(article: Article, request: HttpRequest) -> dict[str, Any]:
    """What the threads beside a story need."""
    found = comments.threads(article)
    return {
        "person": person_of(request),
        "open_threads": [thread for thread in found if thread.is_open],
        "resolved_threads": [thread for thread in found if not thread.is_open],
        "nameable": [person.name for person in roles.readers_of(article)],
    }
