"""What pages say of themselves to machines, in the words of schema.org."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from articles.body import word_count
from articles.bylines import WRITERS, BylineName, BylineRole
from articles.changes import Change
from articles.kinds import Kind
from articles.models.author import Author
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


def story_page(story: Snapshot, paper: Paper) -> Said:
    """A story, and the way to it."""
    way = [(paper.name, "/"), (story.section_name, story.section.get_absolute_url()), (story.headline, story.path)]
    return _graph(news_article(story, paper), _breadcrumbs(way))


def front_page(paper: Paper) -> Said:
    """The paper: who publishes it, and the site."""
    site = settings.SITE_URL
    website: Said = {
        "@type": "WebSite",
        "@id": f"{site}/#site",
        "url": f"{site}/",
        "name": paper.name,
        "publisher": {"@id": f"{site}/#paper"},
    }
    try:
        target = f"{site}{reverse('paper:search')}?q={{words}}"
    except NoReverseMatch:
        pass
    else:
        website["potentialAction"] = {"@type": "SearchAction", "target": target, "query-input": "required name=words"}
    return _graph(organization(paper), website)


def list_page(name: str, path: str, paper: Paper, stories: Iterable[Snapshot]) -> Said:
    """A page that lists stories: what it is about, the way to it, and what it lists."""
    site = settings.SITE_URL
    entries = [
        {"@type": "ListItem", "position": number, "url": f"{site}{story.path}"}
        for number, story in enumerate(stories, start=1)
    ]
    page: Said = {
        "@type": "CollectionPage",
        "url": f"{site}{path}",
        "name": name,
        "isPartOf": {"@type": "WebSite", "@id": f"{site}/#site", "name": paper.name, "url": f"{site}/"},
        "mainEntity": {"@type": "ItemList", "itemListElement": entries},
    }
    return _graph(page, _breadcrumbs([(paper.name, "/"), (name, path)]))


def author_page(author: Author, paper: Paper) -> Said:
    """Somebody with a byline."""
    site, path = settings.SITE_URL, author.get_absolute_url()
    portrait = author.portrait
    links = [link.url for link in author.links.all()]
    person: Said = {
        "@type": "Person",
        "@id": f"{site}{path}#person",
        "url": f"{site}{path}",
        "name": author.name,
        "jobTitle": author.role,
        "description": author.bio,
        "worksFor": organization(paper),
        "sameAs": [url for url in links if not url.startswith("mailto:")],
        "image": image_objects(portrait.picture(), site)
        if portrait and portrait.has_file and not portrait.refusal()
        else None,
    }
    page: Said = {"@type": "ProfilePage", "url": f"{site}{path}", "mainEntity": _but_empty(person)}
    return _graph(page, _breadcrumbs([(paper.name, "/"), (author.name, path)]))


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
        "wordCount": word_count(story.body),
        "isAccessibleForFree": True,
        "datePublished": story.published_at.isoformat(),
        "dateModified": (story.updated_at or story.published_at).isoformat(),
        "author": _people(story.names, WRITERS),
        "translator": _people(story.names, {BylineRole.TRANSLATION}),
        "contributor": _people(story.names, set(BylineRole) - WRITERS - {BylineRole.TRANSLATION}),
        "publisher": organization(paper),
        "image": image_objects(story.lead_picture, site) if story.lead_picture else None,
        "isBasedOn": story.original_url,
        "correction": [
            {"@type": "CorrectionComment", "text": notice.text, "datePublished": notice.at.isoformat()}
            for notice in story.told
            if notice.change in {Change.CORRECTION, Change.CLARIFICATION}
        ],
        "workTranslation": [
            {"@type": "NewsArticle", "@id": f"{site}{each.path}#story", "inLanguage": each.language} for each in others
        ],
    }
    return _but_empty(said)


def _people(names: Iterable[BylineName], roles: Iterable[str]) -> list[Said]:
    wanted = frozenset(roles)
    return [
        {"@type": "Person", "name": name.name, "url": settings.SITE_URL + reverse("paper:author", args=[name.slug])}
        for name in names
        if name.role in wanted
    ]


def _breadcrumbs(way: Sequence[tuple[str, str]]) -> Said:
    entries = [
        {"@type": "ListItem", "position": number, "name": name, "item": f"{settings.SITE_URL}{path}"}
        for number, (name, path) in enumerate(way, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": entries}


def _graph(*things: Said) -> Said:
    return {"@context": "https://schema.org", "@graph": list(things)}


def _but_empty(said: Said) -> Said:
    return {name: value for name, value in said.items() if value}
