"""Making a page to keep: what its view said it is made of, and the numbers that stood before it was begun."""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta, tzinfo
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from articles.asking import Numbers
from articles.models.stamp import ANY, GONE, Stamp
from articles.moments import midnight
from articles.paper.made_of import told
from articles.paper.masthead import masthead
from attache.pages.kept import GZIP, KeptPage, numbers_of, packed

KEPT_STATUSES = frozenset({200, 410})
# What belongs to one answer, or is said anew with each.
OF_ONE_ANSWER = frozenset({"content-length", "content-encoding", "date", "etag", "server", "vary", "connection"})


def page_of(
    request: HttpRequest, response: HttpResponseBase, *, now: datetime, before: Numbers, known: Collection[str]
) -> KeptPage | None:
    """The page to keep of this answer; None where it is not to be kept.

    `before` is what the database said of the stamps `known` (the marks among them) at `now`, before anything of the
    page was read. What was raised while the page was made may or may not be in it, so that a page of which anything was
    is not kept: wherever the same numbers stand, on a replica that is late too, a kept page is what is right there.
    """
    made = told(request)
    if made is None or not may_be_kept(response):
        return None
    answered = cast(HttpResponse, response)
    standing = Stamp.objects.standing((*made.stamps, ANY), now)
    numbers = numbers_of(standing.numbers, made.stamps)
    if numbers_of(standing.numbers, {ANY}) != numbers_of(before, {ANY}) and not (
        made.stamps <= set(known) and numbers == numbers_of(before, made.stamps)
    ):
        return None
    day_ends = _end_of_day(now, masthead(request).paper.zone)
    limits = [moment for moment in (made.until, standing.changes, day_ends) if moment]
    headers = {name: value for name, value in answered.headers.items() if name.lower() not in OF_ONE_ANSWER}
    headers.setdefault("Cache-Control", "public, no-cache")
    return KeptPage(
        status=answered.status_code,
        headers=headers,
        etag=_etag(answered),
        names=tuple(sorted(made.stamps)),
        numbers=numbers,
        gone=numbers_of(before, {GONE}),
        made_at=now,
        until=min(limits),
        ends=standing.ends,
        day_ends=day_ends,
        packed={GZIP: packed(answered.content)},
        was_right_at=now,
        latest=numbers_of(standing.numbers, {ANY}),
    )


def may_be_kept(response: HttpResponseBase) -> bool:
    """Whether this answer is the same for everybody."""
    if response.streaming or response.status_code not in KEPT_STATUSES or response.cookies:
        return False
    varies = {each.strip().lower() for each in response.headers.get("Vary", "").split(",") if each.strip()}
    control = response.headers.get("Cache-Control", "")
    return varies <= {"accept-encoding"} and "private" not in control and "no-store" not in control


def _etag(response: HttpResponse) -> str:
    said = response.headers.get("ETag", "").removeprefix("W/").strip('"')
    return said or hashlib.sha256(response.content).hexdigest()[:32]


def _end_of_day(now: datetime, zone: tzinfo) -> datetime:
    """When the newsroom's day ends: dates that pages name, and terms of photos, which end with a day."""
    return midnight(timezone.localdate(now, zone) + timedelta(days=1), zone)
