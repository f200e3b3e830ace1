"""Moments as the newsroom says them, with its time zone and how far away they are; and when its days begin."""

from datetime import date, datetime, timedelta, tzinfo

from django.utils import timezone
from django.utils.formats import date_format


def in_words(at: datetime) -> str:
    """A moment in the newsroom's time, with the zone: “25 November 2026, 18:00 CET”."""
    here = timezone.localtime(at)
    return f"{date_format(here, 'j F Y, H:i')} {here.tzname()}"


def in_short(at: datetime) -> str:
    """The same for a column of a list: “25 Nov 2026, 18:00 CET”."""
    here = timezone.localtime(at)
    return f"{date_format(here, 'j M Y, H:i')} {here.tzname()}"


def with_distance(at: datetime) -> str:
    """A moment and how far away it is: “25 November 2026, 18:00 CET (in 3 h 20 min)”."""
    away = distance(at - timezone.now())
    return f"{in_words(at)} ({away})" if away else in_words(at)


def distance(away: timedelta) -> str:
    """How far away a moment is, in words: “in 3 h 20 min”, “2 d ago”; empty from a week on."""
    minutes = abs(away) // timedelta(minutes=1)
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days >= 7:
        return ""
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    said = " ".join(f"{number} {unit}" for number, unit in [part for part in parts if part[0]][:2]) or "less than 1 min"
    return f"in {said}" if away > timedelta() else f"{said} ago"


def midnight(day: date, zone: tzinfo | None = None) -> datetime:
    """The moment at which a day begins in that time zone; in the newsroom's, unless told."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()), zone)
