"""Duties in words: what a role is, where and until when it is held."""

from collections.abc import Iterable

from django.utils.formats import date_format

from articles.models import Duty
from staff.models import InvitedDuty


def in_words(duty: Duty | InvitedDuty) -> str:
    """One duty: “Section editor (World, City) until 30 June 2027”."""
    where = ", ".join(section.name for section in duty.sections.all())
    until = f" until {date_format(duty.until, 'j F Y')}" if duty.until else ""
    return f"{duty}{f' ({where})' if where else ''}{until}"


def all_in_words(duties: Iterable[Duty | InvitedDuty]) -> str:
    """All of somebody's duties; “none” for nobody's."""
    return ", ".join(in_words(duty) for duty in duties) or "none"
