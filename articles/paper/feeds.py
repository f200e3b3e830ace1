"""Feeds of the paper, of a section, of an author, of a tag: the newest stories, each under an id that never changes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import StringIO

from django.conf import settings
from django.db.models import Max, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.views.decorators.http import require_safe

from articles.bylines import BylineName
from articles.models import stamp
from articles.models.author import Author
from articles.models.paper import Paper
from articles.models.snapshot import Snapshot, SnapshotQuerySet
from articles.models.tag_address import TAGS
from articles.paper.conditional import answer
from articles.paper.feed_formats import FORMATS
from articles.paper.made_of import made_of, page
from articles.paper.masthead import masthead
from articles.paper.text import elsewhere, figure_elsewhere, notices_elsewhere
from articles.prepared import Prepared

LENGTH = 30


@page()
@require_safe
def site_feed(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The newest stories of the paper."""
    made_of(request, stamp.STORIES)
    return _feed(request, kind, {}, about="", at=reverse("paper:home"))


@page()
@require_safe
def section_feed(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """The newest stories of a section."""
    here = masthead(request).section(slug)
    if here is None:
        raise Http404("There is no such section.")
    made_of(request, stamp.of_section(here.pk))
    of = {"section": here.pk}
    return _feed(request, kind, of, about=here.name, at=here.get_absolute_url(), says=here.description)


@page()
@require_safe
def author_feed(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """The newest stories with this author in the byline."""
    here = AUTHOR.first(slug=slug)
    if here is None:
        raise Http404("There is no such author.")
    made_of(request, stamp.of_author(here.pk))
    of = {"author": here.pk}
    return _feed(request, kind, of, about=here.name, at=here.get_absolute_url(), says=here.bio)


@page()
@require_safe
def tag_feed(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """The newest stories under a tag. A tag that no story before readers has is not theirs to know of."""
    here = TAGS.first(slug=slug)
    if here is None:
        raise Http404("There is no such tag.")
    made_of(request, stamp.of_tag(here.pk))
    of = {"tag": here.pk}
    return _feed(request, kind, of, about=here.name, at=reverse("paper:tag", args=[here.slug]))


def _feed(
    request: HttpRequest, kind: str, of: Mapping[str, int], *, about: str, at: str, says: str = ""
) -> HttpResponseBase:
    paper, site, now = masthead(request).paper, settings.SITE_URL, timezone.now()
    newest = WHOLE if paper.is_told_whole else BRIEF
    stories = newest(at=now, today=timezone.localdate(now), **of)
    if "tag" in of and not stories:
        raise Http404("No story has this tag.")
    feed = FORMATS[kind](
        title=f"{about} · {paper.name}" if about else paper.name,
        link=f"{site}{at}",
        description=says or paper.motto,
        subtitle=says or paper.motto,
        # Atom wants an author also of what nobody wrote.
        author_name=paper.name,
        feed_url=f"{site}{at}feed.{kind}",
        feed_guid=f"{site}{at}",
    )
    for story in stories:
        feed.add_item(
            title=story.headline,
            link=f"{site}{story.path}",
            description=escape(story.deck),
            unique_id=f"urn:uuid:{story.uid}",
            unique_id_is_permalink=False,
            pubdate=story.published_at,
            updateddate=story.changed_at,
            categories=[story.section_name, *(tag["name"] for tag in story.tagged)],
            story=story,
            site=site,
            content=content_of(story, paper, site),
            page_of=_page_of,
        )
    written = StringIO()
    feed.write(written, "utf-8")
    last = _last_change(of, stories, now)
    return answer(request, written.getvalue().encode(), feed.content_type, last_modified=last)


def content_of(story: Snapshot, paper: Paper, site: str) -> str:
    """What a feed says of a story: byline, picture, text or deck as the paper has it set, corrections."""
    picture = story.front_picture
    parts = [
        format_html("<p>{}</p>", story.byline_text) if story.names else "",
        figure_elsewhere(picture, site) if picture else "",
        elsewhere(story, site) if paper.is_told_whole else format_html("<p>{}</p>", story.deck),
        notices_elsewhere(story, paper),
        "" if paper.is_told_whole else format_html('<p><a href="{}{}">Read the story</a></p>', site, story.path),
    ]
    return "\n".join(part for part in parts if part)


def _page_of(name: BylineName) -> str:
    return settings.SITE_URL + reverse("paper:author", args=[name.slug])


def _last_change(of: Mapping[str, int], stories: Sequence[Snapshot], now: datetime) -> datetime | None:
    """When the feed last changed: a story came, was changed, or went; None where that is not known.

    Where the feed is full, what went is looked for no further back than its oldest story.
    """
    if not stories or any(story.withheld_photos for story in stories):
        return None
    oldest = {"since": stories[-1].published_at} if len(stories) == LENGTH else {}
    gone = GONE(at=now, **oldest, **of)
    return max(moment for moment in (*gone, *(story.live_from for story in stories)) if moment)


def _all(section: int | None = None, author: int | None = None, tag: int | None = None) -> SnapshotQuerySet:
    """What ever stood in the feed of one of these, or of the paper."""
    stories = Snapshot.objects.all()
    if section is not None:
        return stories.filter(section=section)
    if author is not None:
        return stories.of_author(author)
    return stories if tag is None else stories.of_tag(tag)


def _whole(at: datetime, today: date, **of: int) -> SnapshotQuerySet:
    return _all(**of).live(at).with_withheld(today).select_related("section").newest_first()[:LENGTH]


def _brief(at: datetime, today: date, **of: int) -> SnapshotQuerySet:
    return _all(**of).live(at).in_brief(today).newest_first()[:LENGTH]


def _gone(at: datetime, since: datetime | None = None, **of: int) -> QuerySet[Snapshot, datetime | None]:
    """When the last of them went."""
    ended = _all(**of).ended(at)
    if since is not None:
        # The later bound says nothing new, but to PostgreSQL that little lies between the two.
        ended = ended.since(since).before(at, 0)
    return ended.order_by().values(one=Value(1)).annotate(last=Max("live_until")).values_list("last", flat=True)


WHOLE: Prepared[Snapshot] = Prepared(Snapshot, _whole)
BRIEF: Prepared[Snapshot] = Prepared(Snapshot, _brief, knows_rows=True)
GONE: Prepared[datetime | None] = Prepared(Snapshot, _gone)
AUTHOR: Prepared[Author] = Prepared(Author, lambda slug: Author.objects.filter(slug=slug))
