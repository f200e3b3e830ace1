"""What pages say of themselves to machines, in the words of schema.org."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from articles.bylines import WRITERS, BylineName, BylineRole
from articles.changes import Change
from articles.kinds import Kind
from articles.models.author import Author
from articles.models.page import Page
from articles.models.paper import Paper
from articles.models.snapshot import Snapshot
from media import renditions
from media.structured import image_objects

Said = dict[str, Any]
# https://schema.org/NewsArticle and the kinds of it; what has none of its own is a NewsArticle.
KINDS = {
    Kind.ANALYSIS: "AnalysisNewsArticle",
    Kind.OPINION: "OpinionNewsArticle",
    Kind.LETTER: "OpinionNewsArticle",
    Kind.REVIEW: "ReviewNewsArticle",
}
# What is wrong no more; other notes are comments.
MENDED = frozenset({Change.CORRECTION, Change.CLARIFICATION})


class Addressed(Protocol):
    """What has a page of its own."""

    def get_absolute_url(self) -> str:
        """Where it stands."""


def story_page(story: Snapshot, paper: Paper) -> Said:
    """A story, and the way to it."""
    way = [(paper.name, "/"), (story.section_name, story.section.get_absolute_url()), (story.headline, story.path)]
    return _graph(news_article(story, paper), _breadcrumbs(way))


def front_page(paper: Paper) -> Said:
    """The paper: who publishes it, and the site."""
    # A variable that is called as the property of the action that it is for.
    search = f"{settings.SITE_URL}{reverse('paper:search')}?q={{query}}"
    website = _website(paper) | {
        "publisher": {"@id": f"{settings.SITE_URL}/#paper"},
        "potentialAction": {"@type": "SearchAction", "target": {"@type": "EntryPoint", "urlTemplate": search}},
    }
    return _graph(organization(paper), website)


def list_page(
    name: str, path: str, paper: Paper, listed: Iterable[Addressed], way: Sequence[tuple[str, str]] = ()
) -> Said:
    """A page that lists others. `way`: the pages between the front page and it, each with its name and its path."""
    entries = [{"url": settings.SITE_URL + each.get_absolute_url()} for each in listed]
    return _page("CollectionPage", name, path, paper, way=way, mainEntity=_item_list(entries))


def corrections_page(corrections: Iterable[Any], paper: Paper) -> Said:
    """What was wrong and in which story, of corrections that `before_readers` found."""
    entries = []
    for each in corrections:
        story = _story(each.live["path"], each.live["language"]) | {"headline": each.live["headline"]}
        entries.append({"item": _comment(each.change, each.text, each.at) | {"about": story}})
    path = reverse("paper:corrections")
    return _page("CollectionPage", "Corrections", path, paper, mainEntity=_item_list(entries))


def author_page(author: Author, paper: Paper) -> Said:
    """Somebody with a byline."""
    person = _person(author) | {"description": author.bio, "worksFor": organization(paper)}
    return _page("ProfilePage", author.name, author.get_absolute_url(), paper, mainEntity=_but_empty(person))


def masthead_page(people: Iterable[Author], paper: Paper) -> Said:
    """Who makes the paper."""
    makers = organization(paper) | {"employee": [_person(each) for each in people]}
    return _page("AboutPage", "Masthead", reverse("paper:masthead"), paper, mainEntity=_but_empty(makers))


def written_page(page: Page, paper: Paper) -> Said:
    """A page that editors wrote."""
    changed = page.updated_at.isoformat()
    return _page("WebPage", page.title, page.get_absolute_url(), paper, dateModified=changed)


def organization(paper: Paper) -> Said:
    """Who publishes the paper. https://schema.org/NewsMediaOrganization"""
    site = settings.SITE_URL
    logo = paper.nameplate_picture
    contact = {"@type": "ContactPoint", "contactType": "newsroom", "email": paper.contact} if paper.contact else None
    said: Said = {
        "@type": "NewsMediaOrganization",
        "@id": f"{site}/#paper",
        "name": paper.name,
        "url": f"{site}/",
        "slogan": paper.motto,
        "logo": urljoin(f"{site}/", renditions.address(logo, 640)) if logo else None,
        "sameAs": [link.url for link in paper.links if not link.url.startswith("mailto:")],
        "contactPoint": contact,
        "correctionsPolicy": site + reverse("paper:corrections"),
        "masthead": site + reverse("paper:masthead"),
    }
    return _but_empty(said)


def news_article(story: Snapshot, paper: Paper) -> Said:
    """The story as a NewsArticle: its dates and corrections are those that readers are told.

    https://schema.org/NewsArticle, https://schema.org/correction
    """
    site = settings.SITE_URL
    others = [other for other in story.translations if other.path != story.path]
    said: Said = {
        "@type": KINDS.get(Kind(story.kind), "NewsArticle"),
        "@id": f"{site}{story.path}#story",
        "mainEntityOfPage": f"{site}{story.path}",
        "url": f"{site}{story.path}",
        "headline": story.headline,
        "description": story.deck,
        "articleSection": story.section_name,
        "keywords": [tag["name"] for tag in story.tagged],
        "dateline": story.dateline,
        "inLanguage": story.language,
        "wordCount": story.words,
        "isAccessibleForFree": True,
        "datePublished": story.published_at.isoformat(),
        "dateModified": story.changed_at.isoformat(),
        "author": _people(story.names, WRITERS),
        "translator": _people(story.names, {BylineRole.TRANSLATION}),
        "contributor": _people(story.names, set(BylineRole) - WRITERS - {BylineRole.TRANSLATION}),
        "publisher": organization(paper),
        "image": image_objects(story.front_picture, site) if story.front_picture else None,
        "isBasedOn": story.original_url,
        "correction": [
            _comment(notice.change, notice.text, notice.at) for notice in story.told if notice.change in MENDED
        ],
        "workTranslation": [_story(each.path, each.language) for each in others],
    }
    return _but_empty(said)


def _story(path: str, language: str) -> Said:
    """A story of which its own page says more."""
    return {"@type": "NewsArticle", "@id": f"{settings.SITE_URL}{path}#story", "inLanguage": language}


def _comment(change: str, text: str, at: datetime) -> Said:
    kind = "CorrectionComment" if change in MENDED else "Comment"
    return {"@type": kind, "text": text, "datePublished": at.isoformat()}


def _person(author: Author) -> Said:
    url = settings.SITE_URL + author.get_absolute_url()
    portrait = author.portrait_picture
    said: Said = {
        "@type": "Person",
        "@id": f"{url}#person",
        "url": url,
        "name": author.name,
        "jobTitle": author.role,
        "sameAs": [link.url for link in author.links.all() if not link.url.startswith("mailto:")],
        "image": image_objects(portrait, settings.SITE_URL) if portrait else None,
    }
    return _but_empty(said)


def _people(names: Iterable[BylineName], roles: Iterable[str]) -> list[Said]:
    wanted = frozenset(roles)
    return [
        {"@type": "Person", "name": name.name, "url": settings.SITE_URL + reverse("paper:author", args=[name.slug])}
        for name in names
        if name.role in wanted
    ]


def _page(kind: str, name: str, path: str, paper: Paper, *, way: Sequence[tuple[str, str]] = (), **more: Any) -> Said:
    """A page that is no story and not the front page, and the way to it."""
    page: Said = {"@type": kind, "url": settings.SITE_URL + path, "name": name, "isPartOf": _website(paper), **more}
    return _graph(page, _breadcrumbs([(paper.name, "/"), *way, (name, path)]))


def _website(paper: Paper) -> Said:
    site = settings.SITE_URL
    return {"@type": "WebSite", "@id": f"{site}/#site", "url": f"{site}/", "name": paper.name}


def _breadcrumbs(way: Sequence[tuple[str, str]]) -> Said:
    entries = [{"name": name, "item": {"@type": "WebPage", "@id": settings.SITE_URL + path}} for name, path in way]
    return _item_list(entries) | {"@type": "BreadcrumbList"}


def _item_list(entries: Iterable[Said]) -> Said:
    items = [{"@type": "ListItem", "position": number, **entry} for number, entry in enumerate(entries, start=1)]
    return {"@type": "ItemList", "itemListElement": items}


def _graph(*things: Said) -> Said:
    return {"@context": "https://schema.org", "@graph": list(things)}


def _but_empty(said: Said) -> Said:
    return {name: value for name, value in said.items() if value}
