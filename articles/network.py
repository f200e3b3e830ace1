"""Where a request comes from, as far as that can be known: the one place that reads an address."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 - a sign for an address that nobody told us
IPV6_HOUSEHOLD = 64


def address_of(request: HttpRequest) -> str:
    """The address of whoever asks, or UNKNOWN.

    X-Forwarded-For is believed only behind proxies of ours (BEHIND_PROXY), and of it only the entry that the outermost
    of these wrote: what stands further left was sent along by the client and may say anything.
    """
    told = request.META.get("REMOTE_ADDR", "")
    entries = request.headers.get("X-Forwarded-For", "").split(",")
    if settings.BEHIND_PROXY and len(entries) >= settings.PROXIES:
        told = entries[-settings.PROXIES] or told
    return _clean(told)


def network_of(address: str) -> str:
    """What is counted as one sender: an IPv4 address, or the /64 of which somebody has every IPv6 address."""
    found = ipaddress.ip_address(address)
    if found.version == 4:
        return address
    return str(ipaddress.ip_network((address, IPV6_HOUSEHOLD), strict=False))


def _clean(told: str) -> str:
    told = told.strip()
    if told.startswith("["):
        told = told[1:].partition("]")[0]
    elif told.count(":") == 1:
        told = told.partition(":")[0]
    try:
        found = ipaddress.ip_address(told)
    except ValueError:
        return UNKNOWN
    if isinstance(found, ipaddress.IPv6Address):
        # An IPv4 address in IPv6 clothes is the same sender; a zone is the machine's own affair.
        return str(found.ipv4_mapped or ipaddress.IPv6Address(int(found)))
    return str(found)
