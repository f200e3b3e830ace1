"""What caches in front of the site, a CDN or nginx, are told of a page: how long they may hold it, and its keys.

They may hold what is right for EDGE_SECONDS without asking, and nothing past the moment at which the clock changes it.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpResponseBase

from attache.pages.kept import KeptPage

IF_ERROR = 600
# nginx counts in whole seconds, and each second that has begun as if it were to come.
ROUNDING = 5


def is_steady(page: KeptPage, now: datetime) -> bool:
    """Whether what is said of the page is the same as a moment ago: no turn by the clock is near enough to matter."""
    held = timedelta(seconds=settings.EDGE_SECONDS)
    if not held:
        return True
    margin = timedelta(seconds=ROUNDING)
    stays = page.until - now >= 2 * held + margin
    return stays and (page.ends is None or page.ends - now >= held + timedelta(seconds=IF_ERROR) + margin)


def said_of(page: KeptPage, now: datetime) -> dict[str, str]:
    """The headers that say so of a page that is right now; none where it must be asked for each time.

    While it is being asked for again the page may go on for as long once more, but not past its next turn; where the
    site does not answer, for ten minutes, but not past the end of anything on it. Browsers ask each time.
    """
    turns = _seconds(page.until, now)
    held = min(settings.EDGE_SECONDS, turns)
    if held < 1:
        return {}
    goes_on = {
        "stale-while-revalidate": min(settings.EDGE_SECONDS, turns - held),
        "stale-if-error": IF_ERROR if page.ends is None else min(IF_ERROR, _seconds(page.ends, now) - held),
    }
    directives = ["public", "max-age=0", f"s-maxage={held}"]
    directives += [f"{name}={seconds}" for name, seconds in goes_on.items() if seconds > 0]
    said = {"Cache-Control": ", ".join(directives), "Surrogate-Key": " ".join(map(key_of, page.names))}
    if not is_steady(page, now):
        # A moment, for nginx, which it keeps to the second; it takes the header for itself.
        said["X-Accel-Expires"] = f"@{int(now.timestamp()) + held - 1}"
    return said


def close(response: HttpResponseBase) -> HttpResponseBase:
    """An answer that says nothing of it, a 404, a redirect, a page of somebody who is signed in, is held by nobody.

    Else caches, browsers among them, may hold it for as long as they like (RFC 9111, 4.2.2): a story would come late,
    and one that moved away and back again would be led from each address to the other.
    """
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def key_of(stamp: str) -> str:
    """The key by which a cache finds the pages that are made of that stamp; with signs that every kind of CDN takes."""
    return stamp.replace(":", "-")


def _seconds(moment: datetime, now: datetime) -> int:
    return int((moment - now).total_seconds())
