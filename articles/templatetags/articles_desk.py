"""Words of the newsroom's own pages."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from articles import messages
from articles.models import Message
from articles.workflow import Publication

register = template.Library()


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime) -> SafeString:
    """A moment with the newsroom's time zone, and how far away it is where that is within a week.

    Whoever has set a time zone of their own is told the moment in it as well, where the clocks differ.
    """
    here = timezone.localtime(at)
    own = getattr(context.get("user"), "time_zone", "")
    away = ", ".join(part for part in (_there(here, own), distance(at - timezone.now())) if part)
    return format_html(
        '<time datetime="{}">{} {}</time>{}',
        here.isoformat(), date_format(here, "j F Y, H:i"), here.tzname(), f" ({away})" if away else "",
    )  # fmt: skip


def _there(here: datetime, zone: str) -> str:
    """The moment on the clock of that zone; empty where it is the same, or none is given."""
    there = here.astimezone(ZoneInfo(zone)) if zone else here
    if there.utcoffset() == here.utcoffset():
        return ""
    return f"{date_format(there, 'H:i' if there.date() == here.date() else 'j F, H:i')} {there.tzname()} where you are"


@register.filter
def publication_label(publication: str) -> str:
    """What readers have of a story, in words."""
    return str(Publication(publication).label)


@register.filter
def iso_week(day: date) -> str:
    """The ISO 8601 week of a day, as it stands in an address: “2026-W48”."""
    return day.strftime("%G-W%V")


@register.simple_tag
def message_said(message: Message) -> SafeString:
    """What a message says, with its words where it has any."""
    did, words = messages.said(message)
    if not words:
        return format_html("{}", did)
    return format_html('{}: <q dir="auto">{}</q>', did, Truncator(words).words(30))


def distance(away: timedelta) -> str:
    """How far away a moment is, in words: “in 3 h 20 min”, “2 d ago”; empty from a week on."""
    minutes = abs(away) // timedelta(minutes=1)
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days >= 7:
        return ""
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    said = " ".join(f"{number} {unit}" for number, unit in [part for part in parts if part[0]][:2]) or "less than 1 min"
    return f"in {said}" if away > timedelta() else f"{said} ago"
