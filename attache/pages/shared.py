"""Pages that several processes share, by Redis where there is one: what one has made the others need not make again.

Nothing is right because it came from there: the stamps of a page are asked for like those of one's own. A Redis that
does not answer is as good as none.
"""

import hashlib
import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.template import Engine
from redis.exceptions import RedisError, ResponseError

from attache.pages.kept import KeptPage
from attache.reach import Reach

ALIAS = "pages"
KEPT_FOR = 26 * 60 * 60
MADE_WITHIN = 10
NODE_KNOWN_FOR = 24 * 60 * 60
log = logging.getLogger(__name__)
health = Reach("Redis does not answer; each process makes its own pages", "Redis answers again.", again_after=1.0)


def is_there() -> bool:
    """Whether there is a place that processes share."""
    return ALIAS in settings.CACHES


def get(address: str) -> KeptPage | None:
    """The page that another process kept."""
    data = _asked(lambda store: store.get(_key("page", address)), otherwise=None)
    try:
        return KeptPage.from_bytes(data) if data else None
    except (ValueError, KeyError, TypeError) as error:
        log.warning("A page in Redis cannot be read and is made anew: %s", error)
    return None


def keep(address: str, page: KeptPage) -> None:
    """Let others have the page."""
    _asked(lambda store: store.set(_key("page", address), page.as_bytes(), KEPT_FOR), otherwise=None)


def is_mine_to_make(address: str) -> bool:
    """Whether no other process is making that page; it is one's own for a while, or until `is_made`."""
    return bool(_asked(lambda store: store.add(_key("making", address), b"1", MADE_WITHIN), otherwise=True))


def is_made(address: str) -> None:
    """Nobody makes the page any more."""
    _asked(lambda store: store.delete(_key("making", address)), otherwise=None)


def other_site() -> str:
    """The SITE_URL of whoever asked this here last, within a day, where it is not this site's; empty where it is.

    Raises RedisError where Redis does not answer.
    """
    store = caches[ALIAS]
    last = store.get("site")
    store.set("site", settings.SITE_URL, NODE_KNOWN_FOR)
    return "" if last in {None, settings.SITE_URL} else str(last)


def _asked(question: Callable[[Any], Any], *, otherwise: Any) -> Any:
    """What Redis says to that; `otherwise` where it does not answer, or has just left another question unanswered."""
    if not health.may_be_asked():
        return otherwise
    try:
        said = question(caches[ALIAS])
    except ResponseError as error:
        log.warning("Redis refuses what it is asked: %s", error)
        said = otherwise
    except RedisError as error:
        health.lost(error)
        return otherwise
    health.found()
    return said


def _key(what: str, address: str) -> str:
    return f"{what}:{_edition()}:{hashlib.sha256(address.encode()).hexdigest()}"


@cache
def _edition() -> str:
    """What the code and the settings make of the same rows: other code makes other pages, and shares none with this."""
    digest = hashlib.sha256()
    rooms = (settings.BASE_DIR / room for room in ("articles", "attache", "media", "staff"))
    # A paper's own templates are among them.
    for folder in (*rooms, *map(Path, Engine.get_default().dirs)):
        for file in sorted(folder.rglob("*")):
            if file.suffix in (".py", ".html"):
                digest.update(file.read_bytes())
    manifest = Path(settings.STATIC_ROOT, "staticfiles.json")
    digest.update(manifest.read_bytes() if manifest.exists() else b"")
    said = (settings.SITE_URL, settings.PHOTOS_URL, settings.TIME_ZONE, settings.NEWSROOM_NAME, settings.NEWSROOM_MOTTO)
    digest.update(repr((*said, settings.CONTENT_SECURITY_POLICY)).encode())
    return digest.hexdigest()[:16]
