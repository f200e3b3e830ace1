"""The board and the calendar: where stories stand, and when they are due and go out. Both can be moved by hand."""

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from articles import desk as desks
from articles import moments, moves, planning, roles
from articles.addresses import id_in, version_in
from articles.admin.moving import MomentField, perform
from articles.admin.pages import story_of
from articles.clock import ZONE
from articles.desk import Entry
from articles.models import Article
from articles.moves import Details, Refused
from articles.planning import Replanned
from articles.roles import person_of
from articles.workflow import BY_CODE, Asks, Stage

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin


def board_view(desk: "ArticleAdmin", request: HttpRequest) -> HttpResponse:
    """The stories at work by stage. POST makes a move: a `verb`, or the column `to` which a card was dragged."""
    _require_newsroom(desk, request)
    person = person_of(request)
    if request.method == "POST":
        return _move(desk, request)
    wanted = desks.filters(person, request.GET)
    return _page(desk, request, "board.html", "Board", wanted, columns=desks.board(person, wanted))


def _move(desk: "ArticleAdmin", request: HttpRequest) -> HttpResponse:
    here = HttpResponseRedirect(request.get_full_path())
    article, person = story_of(desk, request, id_in(request.POST.get("story", ""))), person_of(request)
    offered = moves.offers(article, person)
    to = request.POST.get("to", "")
    code = request.POST.get("verb", "")
    chosen = next((offer for offer in offered if offer.verb.code == code or (offer.verb.to == to != "")), None)
    if chosen is None:
        wanted = Stage(to).label if to in Stage.values else BY_CODE[code].label if code in BY_CODE else "there"
        stands = article.get_stage_display()
        messages.error(request, f"“{article}” stays at “{stands}”: you have no move from there to “{wanted}”.")
        return here
    if chosen.why_not:
        messages.error(request, f"“{article}” stays where it is. {chosen.why_not}")
        return here
    if not moves.asks_nothing(chosen.verb, article, person):
        page = reverse("admin:articles_article_move", args=[article.pk, chosen.verb.code])
        asked = {"seen": request.POST.get("version", ""), "back": request.get_full_path()}
        return HttpResponseRedirect(f"{page}?{urlencode(asked)}")
    perform(desk, request, chosen.verb, article, version_in(request.POST.get("version", "")), Details())
    return here


def calendar_view(desk: "ArticleAdmin", request: HttpRequest) -> HttpResponse:
    """A week of deadlines and of what goes out. POST moves one of them to another time."""
    _require_newsroom(desk, request)
    person = person_of(request)
    if request.method == "POST":
        return _put_off(desk, request)
    wanted, first = desks.filters(person, request.GET), _monday(request.GET.get("week", ""))
    return _page(
        desk, request, "calendar.html", "Calendar", wanted,
        days=desks.week(person, first, wanted), first=first, last=first + timedelta(days=6),
        before=first - timedelta(days=7), after=first + timedelta(days=7),
    )  # fmt: skip


def _put_off(desk: "ArticleAdmin", request: HttpRequest) -> HttpResponse:
    """Move a deadline, or what is scheduled, to a day (`to`, the hour stays) or to a moment (`at`)."""
    here = HttpResponseRedirect(request.get_full_path())
    article, person = story_of(desk, request, id_in(request.POST.get("story", ""))), person_of(request)
    try:
        moment = _moment(request)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return here
    if request.POST.get("what") == Entry.DEADLINE:
        try:
            seen = {"deadline": _as_seen(request.POST.get("from", ""))}
            planning.plan(article, {"deadline": moment}, by=person, seen=seen)
        except Replanned:
            now = Article.objects.get(pk=article.pk).deadline
            said = f"to {moments.with_distance(now)}" if now else "to none"
            messages.error(request, f"Somebody moved the deadline of “{article}” in the meantime, {said}. Look again.")
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"The deadline of “{article}” is {moments.with_distance(moment)} now.")
        return here
    if not roles.may(person, "schedule", article):
        raise PermissionDenied
    typed = timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")
    verb = BY_CODE["schedule"]
    if moves.asks_nothing(verb, article, person, but=frozenset({Asks.MOMENT})):
        perform(desk, request, verb, article, version_in(request.POST.get("version", "")), Details(live_from=moment))
        return here
    page = reverse("admin:articles_article_move", args=[article.pk, verb.code])
    asked = {"at": typed, "seen": request.POST.get("version", ""), "back": request.get_full_path()}
    return HttpResponseRedirect(f"{page}?{urlencode(asked)}")


def _as_seen(deadline: str) -> str:
    """A deadline as the card says it, to be compared with what stands; another text where it is none."""
    try:
        return planning.as_seen(datetime.fromisoformat(deadline))
    except (ValueError, OverflowError):
        return "?"


def _moment(request: HttpRequest) -> Any:
    """The new moment; raises ValidationError with words."""
    at = request.POST.get("at", "")
    if not at:
        day, before = request.POST.get("to", ""), request.POST.get("from", "")
        try:
            hour = timezone.localtime(datetime.fromisoformat(before)).strftime("%H:%M")
        except (ValueError, OverflowError) as error:
            raise ValidationError("Say a day and a time.") from error
        at = f"{day}T{hour}"
    return MomentField().clean(at)


def _page(
    desk: "ArticleAdmin", request: HttpRequest, template: str, title: str, wanted: desks.Filters, **context: Any
) -> HttpResponse:
    person = person_of(request)
    frame = {**desk.admin_site.each_context(request), "opts": desk.opts, "title": title}
    choices = {
        "sections": roles.sections_of(person),
        "people": roles.colleagues(wanted.section.pk if wanted.section else None),
        "wanted": wanted,
        "time_zone": ZONE,
    }
    return TemplateResponse(request, f"admin/articles/article/{template}", {**frame, **choices, **context})


def _require_newsroom(desk: "ArticleAdmin", request: HttpRequest) -> None:
    if not desk.has_view_permission(request):
        raise PermissionDenied


def _monday(asked: str) -> date:
    """The Monday of the ISO week that an address names (“2026-W48”), or of this week."""
    named = re.fullmatch(r"(2\d{3})-W(\d\d)", asked)
    try:
        return date.fromisocalendar(int(named[1]), int(named[2]), 1) if named else _this_monday()
    except ValueError:
        return _this_monday()


def _this_monday() -> date:
    today = timezone.localdate()
    return today - timedelta(days=today.weekday())
