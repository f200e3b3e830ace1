"""Time zones by their names in the IANA database, as far as this machine knows them."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError

# Names that say an offset, or that stand for another database.
NO_PLACES = ("Etc/", "posix", "right/", "SystemV/")


@cache
def offered() -> tuple[str, ...]:
    """Those that one is given to choose from, sorted: places, and UTC."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith(NO_PLACES))
    return tuple(sorted(["UTC", *places]))


@cache
def _known() -> dict[str, str]:
    """Every known name, by the ways in which it may be typed: in any case, or its city alone where there is one."""
    cities: dict[str, list[str]] = {}
    for name in offered():
        cities.setdefault(_folded(name.rpartition("/")[2]), []).append(name)
    alone = {city: names[0] for city, names in cities.items() if len(names) == 1}
    return alone | {_folded(name): name for name in available_timezones()}


def meant(typed: str) -> str:
    """The name of the zone that somebody means by “lisbon” or “america/new york”; what they typed, if there is none."""
    return _known().get(_folded(typed), typed)


def refuse_unknown(name: str) -> None:
    """Validator for the name of a time zone."""
    if name not in available_timezones():
        raise ValidationError("Choose a time zone such as Europe/Lisbon.")


def named(name: str) -> ZoneInfo | None:
    """The zone of that name; None where this machine knows none."""
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return None


def _folded(name: str) -> str:
    return name.strip().replace(" ", "_").casefold()
