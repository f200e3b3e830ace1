"""Review links: a version of a story for somebody without an account, for a while, and with a log."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles import roles
from articles.models import Article, ReviewLink, ReviewView

if TYPE_CHECKING:
    from staff.models import Person

SALT = "articles.review"
LONGEST = timedelta(days=60)


class Closed(ValueError):
    """Raised where a review link shows nothing; the message says why, to whoever has it."""


class Misdated(ValueError):
    """Raised where a link would be open to an end that it may not have; the message is the refusal."""


def refusal(expires_at: datetime) -> str:
    """Why a link may not be open until then; empty where it may."""
    now = timezone.now()
    if expires_at <= now:
        return "This is past."
    return f"At most {LONGEST.days} days from now." if expires_at > now + LONGEST else ""


def invite(article: Article, *, receiver: str, expires_at: datetime, version: int, by: "Person") -> ReviewLink:
    """Make a link to this version of the story for `receiver`. Raises PermissionDenied and Misdated."""
    if not may_invite(by, article):
        raise PermissionDenied("Only who may publish a story shows it to somebody outside.")
    if why := refusal(expires_at):
        raise Misdated(why)
    return ReviewLink.objects.create(
        article=article, version=version, receiver=receiver.strip(), by=by, at=timezone.now(), expires_at=expires_at
    )


def may_invite(person: "Person", article: Article) -> bool:
    """Whether this person may show the story to somebody outside the newsroom: as for publishing it."""
    return roles.may(person, "publish", article)


def revoke(link: ReviewLink, *, by: "Person") -> None:
    """Close the link at once. Raises PermissionDenied for who may not."""
    if not may_invite(by, link.article):
        raise PermissionDenied("Only who may publish a story closes its links.")
    ReviewLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_by=by)


def token(link: ReviewLink) -> str:
    """What stands in the link's address: its number, signed."""
    return signing.Signer(salt=SALT).sign(str(link.pk))


def opened(signed: str, *, browser: str) -> ReviewLink:
    """The link that an address names, its being opened noted.

    Raises ReviewLink.DoesNotExist for one that was never made, and Closed for one that shows nothing now: expired,
    revoked, or of a story under embargo, of which nobody outside sees a word.
    """
    try:
        pk = int(signing.Signer(salt=SALT).unsign(signed))
    except (signing.BadSignature, ValueError) as error:
        raise ReviewLink.DoesNotExist from error
    link = ReviewLink.objects.select_related("article").get(pk=pk)
    now = timezone.now()
    if not link.is_open(now):
        raise Closed("This link is closed. Ask whoever sent it to you for a new one.")
    if link.article.embargo_until and now < link.article.embargo_until:
        raise Closed("There is nothing to be read here yet.")
    ReviewView.objects.create(link=link, at=now, browser=browser[:200])
    return link
