"""Every address of the project by its name, with something behind it."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from articles import content, editing, publishing, reviewing
from articles.models import Article, Author, Buffer, Duty, Front, Page, Part, Report, Section, Series, StyleRule
from articles.models.snapshot import SHELF
from articles.paper.sitemaps import ROOM
from media.models import Licence, Photo
from staff.models import Event, Invitation, Person


def every_name() -> list[str]:
    """The name of each address of the project, or its pattern where it has none, each once."""
    return sorted(set(_names(get_resolver(), "")))


def _names(resolver: URLResolver, space: str) -> Iterator[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield space + (each.name or str(each.pattern))
        else:
            yield from _names(each, space + (f"{each.namespace}:" if each.namespace else ""))


def address_of(name: str, ids: dict[str, int], words: dict[str, str]) -> str:
    """The address of this name, with something behind it."""
    if name in words:
        return words[name]
    pk = next((pk for thing, pk in ids.items() if name.startswith(f"admin:{thing}_")), 1)
    for way in ({}, {"pk": pk}, {"object_id": pk}):
        with contextlib.suppress(NoReverseMatch):
            return reverse(name, kwargs=way)
    raise AssertionError(f"Say in `furnished` what the address of {name} is.")


def of_role(role: str, name: str) -> Person:
    """Somebody who holds this role everywhere."""
    person = Person.objects.create_user(f"{name}@paper.example", name, "correct horse battery", is_staff=True)
    Duty.objects.create(person=person, role=role)
    return person


def furnished(
    story: Callable[..., Article], photo: Callable[..., Photo], world: Section, ines: Author, dee: Person
) -> dict[str, str]:
    """Every address by its name, with something behind it. The stories are somebody else's."""
    chief = of_role("editor-in-chief", "chief")
    article = story(tags=("bridges",), by=dee)
    out = story(by=dee, tags=("bridges",), lead_photo=photo())
    snapshot = publishing.publish(out, by=None, seen_version=1)
    report = Report.objects.create(article=out, snapshot=snapshot, text="A typo", sender="x", at=timezone.now())
    proposal = editing.propose(out, content.of(out), by=chief, seen_version=1)
    until = timezone.now() + timedelta(days=1)
    link = reviewing.invite(article, receiver="A lawyer", expires_at=until, version=1, by=chief)
    colleague = of_role("writer", "colleague")
    key = Authenticator.objects.create(user=colleague, type="webauthn", data={"name": "Hers", "credential": {}})
    tag = article.tags.get()
    stories = f"/admin/articles/article/{article.pk}"
    series = Series.objects.create(name="The bridge", slug="the-bridge")
    Part.objects.create(series=series, article=out)
    kept = Buffer.objects.create(
        person=dee, tab="t", article=article, version=1, fields=[["headline", "x"]], saved_at=timezone.now()
    )
    ids = {
        "articles_article": article.pk, "articles_author": ines.pk, "articles_report": report.pk,
        "articles_front": Front.objects.create(section=world).pk,
        "articles_page": Page.objects.create(title="About", slug="about", body="<p>Us.</p>").pk, "articles_paper": 1,
        "articles_section": world.pk, "articles_series": series.pk,
        "articles_stylerule": StyleRule.objects.create(wrong="utilise", right="use").pk,
        "taggit_tag": tag.pk, "media_photo": Photo.objects.get().pk,
        "media_licence": Licence.objects.create(name="Agency").pk, "staff_person": colleague.pk,
        "staff_invitation": Invitation.objects.create(name="Jo", email="jo@x.example", at=timezone.now()).pk,
        "staff_event": Event.objects.create(kind="joined", at=timezone.now()).pk,
    }  # fmt: skip
    words = {
        "account_reset_password_from_key": "/admin/account/password/new/1-nothing/",
        "admin:(?P<url>.*)$": "/admin/nothing/like/this/",
        "admin:<path:object_id>/": f"/admin/staff/person/{colleague.pk}/",
        "admin:app_list": "/admin/staff/",
        "admin:articles_article_bulk": f"/admin/articles/article/bulk/?ids={article.pk}",
        "admin:articles_article_compare": f"{stories}/compare/?old=1&new=1",
        "admin:articles_article_kept": f"/admin/articles/article/kept/{kept.pk}/",
        "admin:articles_article_move": f"{stories}/move/spike/",
        "admin:articles_article_proposal": f"/admin/articles/article/{out.pk}/proposals/{proposal.pk}/",
        "admin:articles_article_restore": f"{stories}/restore/?version=1",
        "admin:articles_article_seen": f"/admin/articles/article/{out.pk}/seen/",
        "admin:articles_front_arrange": "/admin/articles/front/of/world/",
        "admin:articles_front_as_readers": "/admin/articles/front/of/world/as-readers/",
        "admin:articles_front_editions": "/admin/articles/front/of/home/editions/",
        "admin:articles_front_preview": "/admin/articles/front/of/world/preview/",
        "admin:media_photo_bulk": f"/admin/media/photo/change-many/?ids={ids['media_photo']}",
        "admin:view_on_site": f"/admin/r/{ContentType.objects.get_for_model(Author).pk}/{ines.pk}/",
        "media:rendition": "/photos/nothing-320.jpg",
        "mfa_edit_webauthn": f"/admin/account/passkeys/{key.pk}/",
        "mfa_remove_webauthn": f"/admin/account/passkeys/{key.pk}/remove/",
        "paper:api_nothing": "/api/nothing/",
        "paper:api_story": f"/api/v1/stories/{snapshot.uid}/",
        "paper:archive": f"/archive/{timezone.localdate().year}/",
        "paper:author": f"/authors/{ines.slug}/",
        "paper:author_feed": f"/authors/{ines.slug}/feed.rss",
        "paper:card": f"/cards/{snapshot.pk}-nothing.jpg",
        "paper:feed": "/feed.json",
        "paper:paper_card": "/cards/paper-nothing.jpg",
        "paper:report": f"/report{snapshot.path}",
        "paper:section": "/world/",
        "paper:section_feed": "/world/feed.atom",
        "paper:series": f"/series/{series.slug}/",
        "paper:sitemap_room": f"/sitemaps/index-{out.pk // SHELF // ROOM}.xml",
        "paper:sitemap_stories": f"/sitemaps/stories-{out.pk // SHELF}.xml",
        "paper:story": snapshot.path,
        "paper:tag": f"/tags/{tag.slug}/",
        "paper:tag_feed": f"/tags/{tag.slug}/feed.rss",
        "review": reverse("review", args=[reviewing.token(link)]),
        "staff_join_link": "/admin/join/nothing/",
    }  # fmt: skip
    return {name: address_of(name, ids, words) for name in every_name()}
