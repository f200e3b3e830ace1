"""The newsroom for everybody: axe finds nothing wrong on any of its pages, light, dark, or on a phone."""

from collections.abc import Callable
from datetime import timedelta
from typing import cast

import pytest
from django.utils import timezone

from articles import comments, editing, publishing, reviewing
from articles.content import Content
from articles.models import Article, Buffer, Duty, Report, Section
from media.models import Photo
from staff.models import Invitation, Person
from tests.browser.window import Visit, barriers, overflow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def everything(db: None) -> Person:
    """Somebody who may open every page."""
    return Person.objects.create_superuser("all@paper.example", "Everything", "correct horse battery")


@pytest.fixture
def addresses(
    story: Callable[..., Article], photo: Callable[..., Photo], world: Section, everything: Person
) -> list[str]:
    """Every kind of page of the newsroom, with something on it."""
    lead = photo(caption="A crane at work. " * 20)
    article = story(headline="A headline that goes on " * 12, kicker="Kicker", tags=("harbour",), lead_photo=lead)
    story(headline="العنوان", slug="arabic", language="ar", deadline=timezone.now() - timedelta(hours=1))
    until = timezone.now() + timedelta(days=1)
    reviewing.invite(article, receiver="A lawyer", expires_at=until, version=1, by=everything)
    said = comments.say(article, "Is that so? " * 30, by=everything, quote="The first", version=1)
    comments.say(article, "It is.", by=everything, answers=said, version=1)
    comments.resolve(comments.say(article, "Done.", by=everything, version=1), by=everything, is_resolved=True)
    out = story(headline="Out already")
    snapshot = publishing.publish(out, by=None, seen_version=1)
    report = Report.objects.create(article=out, snapshot=snapshot, text="A typo", sender="x", at=timezone.now())
    wanted = cast(Content, {**out.revisions.get().content, "headline": "As somebody wants it"})
    proposal = editing.propose(out, wanted, by=everything, seen_version=1)
    since = {"deck": "Written since.", "body": "<p>The first to cross was a cat.</p>\n<p>Nobody knew.</p>"}
    mended = cast(Content, {**article.revisions.get().content, **since})
    editing.save_content(article, mended, by=None, seen_version=1)
    fields = [["headline", "Typed and left"], ["body", "<p>Half a senten</p>"]]
    kept = Buffer.objects.create(person=everything, tab="t", version=0, fields=fields, saved_at=timezone.now())
    awaited = Photo.objects.create(caption="Awaited", credit="")
    author = article.authors.get()
    colleague = Person.objects.create_user("jo@paper.example", "Jo Reyes " * 8, "correct horse battery", is_staff=True)
    Duty.objects.create(person=colleague, role="section-editor").sections.add(world)
    invitation = Invitation.objects.create(name="Jo", email="jo2@paper.example", at=timezone.now(), by=everything)
    tag = article.tags.get()
    return [
        "/admin/",
        "/admin/articles/article/",
        "/admin/articles/article/?q=nothing+like+this",
        "/admin/articles/article/add/",
        f"/admin/articles/article/{article.pk}/change/",
        f"/admin/articles/article/{article.pk}/history/",
        f"/admin/articles/article/{article.pk}/delete/",
        f"/admin/articles/article/{article.pk}/stored/",
        f"/admin/articles/article/{article.pk}/plan/",
        f"/admin/articles/article/{article.pk}/move/schedule/",
        f"/admin/articles/article/{article.pk}/preview/?on=phone",
        f"/admin/articles/article/{article.pk}/reviews/",
        f"/admin/articles/article/{article.pk}/compare/?old=1&new=2",
        f"/admin/articles/article/{article.pk}/move/return/?seen=1",
        f"/admin/articles/article/{out.pk}/seen/?at=2090-01-01T10:00",
        f"/admin/articles/article/{out.pk}/proposals/{proposal.pk}/",
        f"/admin/articles/article/kept/{kept.pk}/",
        f"/admin/articles/article/bulk/?ids={article.pk}",
        "/admin/articles/article/find/?q=news",
        f"/admin/articles/article/{article.pk}/beside/?q=news",
        "/admin/articles/article/board/",
        "/admin/articles/article/calendar/",
        "/admin/articles/front/",
        "/admin/articles/front/of/home/",
        "/admin/articles/front/of/home/editions/",
        "/admin/articles/front/of/home/preview/?on=phone&of=published&at=2026-05-03T18:00",
        "/admin/articles/report/",
        f"/admin/articles/report/{report.pk}/change/",
        "/admin/articles/stylerule/",
        "/admin/articles/stylerule/add/",
        "/admin/articles/article/import/",
        "/admin/media/photo/",
        "/admin/media/photo/add/",
        "/admin/media/photo/add-many/",
        f"/admin/media/photo/{lead.pk}/change/",
        f"/admin/media/photo/{awaited.pk}/change/",
        "/admin/articles/section/",
        f"/admin/articles/section/{world.pk}/change/",
        "/admin/articles/author/",
        f"/admin/articles/author/{author.pk}/change/",
        "/admin/articles/series/add/",
        "/admin/articles/page/",
        "/admin/articles/page/add/",
        "/admin/taggit/tag/",
        f"/admin/taggit/tag/{tag.pk}/merge/",
        f"/admin/taggit/tag/{tag.pk}/change/",
        "/admin/staff/person/",
        "/admin/staff/invitation/",
        "/admin/staff/invitation/add/",
        f"/admin/staff/invitation/{invitation.pk}/change/",
        f"/admin/staff/person/{everything.pk}/change/",
        f"/admin/staff/person/{colleague.pk}/change/",
        f"/admin/staff/person/{colleague.pk}/leave/",
        f"/admin/staff/person/{colleague.pk}/factor/",
        "/admin/account/",
        "/admin/account/set-up/",
        "/admin/account/password/",
        "/admin/account/app/",
        "/admin/account/passkeys/add/",
        "/admin/account/confirm/",
        "/admin/logout/",
    ]


@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (1280, True), (390, False)], ids=["desktop", "in the dark", "phone"]
)
def test_every_page_is_open_to_everybody(
    addresses: list[str], everything: Person, visit: Callable[..., Visit], width: int, dark: bool
) -> None:
    window = visit(width=width, dark=dark, person=everything)
    found: dict[str, list[str]] = {}
    for address in addresses:
        answer = window.page.goto(address)
        assert answer
        assert answer.ok, address
        # What CKEditor draws inside its own frame is not ours to mend; its frame and what stands around it is.
        found[address] = barriers(window.page, outside=".cke")
        if overflow(window.page) > 0:
            found[address].append(f"{overflow(window.page)} pixels too wide")
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_the_door_is_open_to_everybody(visit: Callable[..., Visit]) -> None:
    page = visit(width=390).page
    page.goto("/admin/login/")
    assert barriers(page) == []
    page.fill("[name=login]", "nobody@paper.example")
    page.fill("[name=password]", "wrong")
    page.click("[type=submit]")
    page.wait_for_selector(".errornote")
    assert barriers(page) == []
