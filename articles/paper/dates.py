"""How days and moments are said, in the paper's language of dates."""

from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone, translation
from django.utils.formats import date_format

from articles.models.paper import Paper

# In formats that Django has for each language.
FORMS = {
    "full": ("DATE_FORMAT", "TIME_FORMAT"),
    "brief": ("MONTH_DAY_FORMAT", "TIME_FORMAT"),
    "date": ("DATE_FORMAT",),
    "day": ("l", "DATE_FORMAT"),
    "month": ("YEAR_MONTH_FORMAT",),
    "month-name": ("F",),
    "year": ("Y",),
}
WITH_HOUR = frozenset({"full", "brief"})
PARTS_OF_A_DAY = {"year": 1, "month": 2, "month-name": 2}


def in_words(moment: date, how: str, paper: Paper) -> str:
    """A moment, as the clock of the newsroom shows it, or a day: "full", "brief" without the year while that lasts, as
    a "date", as the "day" of the week with its date; or the "month" with its year, the "month-name" alone, the "year"
    it lies in.
    """
    here = _here(moment)
    if how == "brief" and here.year != this_year():
        how = "full"
    if isinstance(here, datetime):
        # Two moments are the same to Python on whatever clock they are told; a day is the same all day.
        here = here.replace(tzinfo=None) if how in WITH_HOUR else here.date()
    return _in_words(here, FORMS[how], paper.date_language)


@lru_cache(maxsize=4096)
def _in_words(told: date, forms: tuple[str, ...], language: str) -> str:
    with translation.override(language):
        return ", ".join(date_format(told, form) for form in forms)


def for_machines(moment: date, how: str) -> str:
    """The same as HTML writes it, no more precise than that."""
    here = _here(moment)
    if isinstance(here, datetime) and how in WITH_HOUR:
        return here.isoformat(timespec="seconds")
    return "-".join(f"{here:%Y-%m-%d}".split("-")[: PARTS_OF_A_DAY.get(how, 3)])


def this_year() -> int:
    """The year on the clock of the newsroom."""
    return timezone.localdate().year


def _here(moment: date) -> date:
    return timezone.localtime(moment) if isinstance(moment, datetime) else moment
