"""Words of the newsroom's own pages."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from articles import messages, moments
from articles.models import Message
from articles.workflow import Publication

register = template.Library()


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime) -> SafeString:
    """A moment with the newsroom's time zone, and how far away it is where that is within a week.

    Whoever has set a time zone of their own is told the moment in it as well, where the clocks differ.
    """
    own = getattr(context.get("user"), "time_zone", "")
    away = ", ".join(
        part for part in (_there(timezone.localtime(at), own), moments.distance(at - timezone.now())) if part
    )
    return format_html(
        '<time datetime="{}">{}</time>{}',
        timezone.localtime(at).isoformat(), moments.in_words(at), f" ({away})" if away else "",
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
