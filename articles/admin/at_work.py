"""While a story is being written: what is typed is kept, who else is there is told, what is missing is found."""

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme

from articles import autosave, body, content, preflight, roles
from articles.admin.reading import reading
from articles.models import Article, Buffer
from articles.roles import Hand, person_of

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin
    from staff.models import Person

MOST = 4_000_000


def at_work_view(desk: "ArticleAdmin", request: HttpRequest) -> HttpResponse:
    """GET gives a fresh token to a page whose session was renewed; POST keeps what was typed and tells the news.

    The body of a POST is JSON: `article` (its id, null for a story never saved), `tab`, `version`, `fields` (pairs as
    the form would send them; null where nothing was typed since) and `check` (whether to say what is missing).
    """
    if not desk.has_view_or_change_permission(request):
        raise PermissionDenied
    if request.method != "POST":
        return JsonResponse({"token": get_token(request)})
    if request.content_type != "application/json":
        return _throw_away(request)
    try:
        sent = _sent(request)
    except (ValueError, KeyError, TypeError, OverflowError):
        return HttpResponseBadRequest("This is not what the page of a story sends.")
    article: Article | None = None
    if sent["article"] is not None:
        article = desk.get_queryset(request).filter(pk=sent["article"]).first()
        if article is None:
            _keep_out_of_reach(person_of(request), sent)
            raise Http404
    elif not desk.has_add_permission(request):
        raise Http404
    try:
        return JsonResponse(_answer(article, person_of(request), sent))
    except autosave.TooMuch as too_much:
        return HttpResponse(str(too_much), status=413)


def _keep_out_of_reach(person: "Person", sent: dict[str, Any]) -> None:
    """The story has left this person's hands while they typed, or is gone: they find the words on their desk."""
    if sent["fields"] is not None:
        story = Article.objects.filter(pk=sent["article"]).first()
        autosave.keep(person, sent["tab"], story, sent["version"] if story else 0, sent["fields"])


def _answer(article: Article | None, person: "Person", sent: dict[str, Any]) -> dict[str, Any]:
    answer = _news(article, person) if article else {}
    if sent["fields"] is not None:
        answer["words"] = body.word_count(dict(sent["fields"]).get("body", ""))
        kept = autosave.keep(person, sent["tab"], article, sent["version"], sent["fields"])
        answer["kept"] = _clock(kept.buffer.saved_at) if kept else ""
        if sent["check"]:
            said = autosave.of_the_story(person, article, sent["fields"])
            answer["findings"] = [vars(finding) for finding in _findings(article, said)]
    return answer


def _news(article: Article, person: "Person") -> dict[str, Any]:
    """Who saved the story last, and who else has it open."""
    return {
        "version": article.version,
        "saved_by": str(article.updated_by or "somebody"),
        "saved_at": _clock(article.updated_at),
        "mine": article.updated_by_id == person.pk,
        "others": [
            {"name": str(other.person), "since": _clock(other.since)} for other in autosave.present(person, article)
        ],
    }


def _throw_away(request: HttpRequest) -> HttpResponse:
    """Somebody does not want back what they typed."""
    autosave.forget(person_of(request), autosave.tab_in(request.POST.get("tab", "")))
    back = request.POST.get("back", "")
    return HttpResponseRedirect(back if url_has_allowed_host_and_scheme(back, None) else reverse("admin:index"))


def kept_view(desk: "ArticleAdmin", request: HttpRequest, number: int) -> HttpResponse:
    """What somebody typed and did not save, to be read by them alone; POST lets it become a story of its own."""
    if not desk.has_view_or_change_permission(request):
        raise PermissionDenied
    buffer = get_object_or_404(Buffer, pk=number, person=person_of(request))
    person = person_of(request)
    story: Any = desk.get_queryset(request).filter(pk=buffer.article_id).first() if buffer.article_id else None
    if story and roles.hand(person, story, story.publication) == Hand.NONE:
        story = None
    may_begin = desk.has_add_permission(request)
    if request.method == "POST":
        if not may_begin:
            raise PermissionDenied
        autosave.set_free(buffer)
        return HttpResponseRedirect(f"{reverse('admin:articles_article_add')}?found={buffer.pk}")
    shown = autosave.words(buffer)
    context = {
        **desk.admin_site.each_context(request), "opts": desk.opts, "title": "Typed and not saved", "buffer": buffer,
        "story": story, "may_begin": may_begin, **reading(shown),
    }  # fmt: skip
    return TemplateResponse(request, "admin/articles/article/kept.html", context)


def _sent(request: HttpRequest) -> dict[str, Any]:
    """What the page sent; raises ValueError, KeyError, TypeError or OverflowError for anything else."""
    if int(request.headers.get("Content-Length") or 0) > MOST:
        raise ValueError("too much")
    data = json.loads(request.body)
    fields = data["fields"]
    if fields is not None:
        fields = [(str(name), str(value)) for name, value in fields]
    return {
        "article": None if data["article"] is None else int(data["article"]),
        "tab": autosave.tab_in(str(data["tab"])),
        "version": max(0, min(int(data["version"]), 2**31 - 1)),
        "fields": fields,
        "check": bool(data.get("check")),
    }


def _findings(article: Article | None, fields: autosave.Pairs) -> list[preflight.Finding]:
    """What the preflight would say of the story as it is typed."""
    wanted = autosave.typed(fields, content.of(article) if article else None)
    story = Article(pk=article.pk if article else None)
    content.put(wanted, story)
    return preflight.check(story, is_named=bool(wanted["names"]))


def _clock(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "H:i")
