"""What happens when somebody has come in, and what a browser calls itself in words."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils import timezone

from articles.network import address_of
from staff import devices, mail
from staff.log import browser_of, record
from staff.models import Event

if TYPE_CHECKING:
    from staff.models import Person

SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "Chromebook"),
    ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("Chrom", "Chrome"),
    ("CriOS", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip


def arrived(request: HttpRequest, person: "Person") -> None:
    """Log that somebody came in; where the browser was not known and they have another, tell them by mail."""
    is_first = not person.devices.exists()
    is_new = devices.remember(request, person)
    kind = Event.Kind.NEW_DEVICE if is_new and not is_first else Event.Kind.SIGNED_IN
    record(kind, person=person, by=person, request=request)
    if kind == Event.Kind.NEW_DEVICE:
        where = address_of(request)
        mail.tell(person, "new_device", browser=in_words(browser_of(request)), address=where, at=timezone.localtime())
    Event.objects.trim()


def in_words(browser: str) -> str:
    """What a browser calls itself, as people would: “Firefox on Windows”."""
    name = next((name for sign, name in BROWSERS if sign in browser), "")
    system = next((name for sign, name in SYSTEMS if sign in browser), "")
    return " on ".join(part for part in (name, system) if part) or "an unknown browser"


def system_of(request: HttpRequest) -> str:
    """The system that a browser says it runs on."""
    return next((name for sign, name in SYSTEMS if sign in browser_of(request)), "This device")
