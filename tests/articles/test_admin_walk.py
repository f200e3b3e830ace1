"""Every address of the admin, asked for as every role: whoever is not named for it in the table stays outside.

The table is compared with the addresses that the site really has: a new page that nobody thought about fails here.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from taggit.models import Tag

from articles import editing, publishing
from articles.models import Article, Author, Buffer, Duty, Proposal, Report, Section, StyleRule
from articles.workflow import Stage
from media.models import Licence, Photo
from staff.models import Person

pytestmark = pytest.mark.django_db

ROLES = {
    "contributor": "c", "writer": "w", "section-editor": "s", "copy-editor": "k", "photo-editor": "p",
    "editor-in-chief": "e", "administrator": "d",
}  # fmt: skip
EVERYBODY, NEWSROOM, NOBODY = "cwskped", "cwskpe", ""
WRITERS, EDITORS, CHIEF = "cwse", "se", "e"
PICTURED, PHOTO_EDITORS, PHOTO_DESK = "wskpe", "spe", "pe"
# Who gets in. The story of the walk is in copy edit, and somebody else's.
TABLE = {
    "index": EVERYBODY, "login": NOBODY, "logout": NOBODY, "password_change": EVERYBODY,
    "password_change_done": EVERYBODY, "jsi18n": EVERYBODY, "autocomplete": NEWSROOM, "app_list": NEWSROOM,
    "view_on_site": NOBODY,
    **{f"staff_person_{page}": "d" for page in ("changelist", "add", "history", "delete", "change")},
    "auth_user_password_change": "d",
    **{f"django_tasks_database_dbtaskresult_{page}": NOBODY
       for page in ("changelist", "add", "history", "delete", "change")},
    **{f"media_licence_{page}": PHOTO_EDITORS for page in ("changelist", "history", "change")},
    **{f"media_licence_{page}": PHOTO_DESK for page in ("add", "delete")},
    **{f"media_photo_{page}": NEWSROOM for page in ("changelist", "history", "change", "choose", "choice")},
    **{f"media_photo_{page}": PICTURED for page in ("add", "add_many", "upload", "look")},
    **{f"media_photo_{page}": PHOTO_EDITORS for page in ("bulk", "replace", "unframe")},
    "media_photo_delete": PHOTO_DESK,
    **{f"articles_article_{page}": NEWSROOM
       for page in ("changelist", "tags", "board", "calendar", "bulk", "at_work")},
    **{f"articles_article_{page}": WRITERS for page in ("add", "import")},
    **{f"articles_article_{page}": "skpe"
       for page in ("change", "stored", "clash", "comments", "preview", "as_readers", "reviews", "proposal", "compare",
                    "seen", "history")},
    **{f"articles_article_{page}": "ske" for page in ("move", "restore")},
    **{f"articles_article_{page}": EDITORS for page in ("plan", "delete")},
    "articles_article_kept": NOBODY,
    **{f"articles_report_{page}": EDITORS for page in ("changelist", "history", "change")},
    **{f"articles_report_{page}": NOBODY for page in ("add", "delete")},
    **{f"articles_author_{page}": NEWSROOM for page in ("changelist", "history", "change")},
    "articles_author_add": EDITORS, "articles_author_delete": CHIEF,
    **{f"articles_section_{page}": NEWSROOM for page in ("changelist", "history", "change")},
    **{f"articles_section_{page}": CHIEF for page in ("add", "delete")},
    **{f"articles_stylerule_{page}": EDITORS for page in ("changelist", "history", "change")},
    **{f"articles_stylerule_{page}": CHIEF for page in ("add", "delete")},
    **{f"taggit_tag_{page}": NEWSROOM for page in ("changelist", "history", "change")},
    "taggit_tag_add": EDITORS, "taggit_tag_delete": CHIEF,
}  # fmt: skip
# What is about one story: nobody whose sections are others gets in.
ABOUT_A_STORY = ("articles_article_", "articles_report_")
ABOUT_NONE = {
    *(f"articles_article_{page}"
      for page in ("changelist", "tags", "board", "calendar", "bulk", "at_work", "add", "import")),
    "articles_report_changelist",
}  # fmt: skip


def admin_addresses() -> Iterator[tuple[str, URLPattern]]:
    """Every address of the admin by its name; those without one by how they are written."""
    admin = next(each for each in get_resolver().url_patterns if str(each.pattern) == "admin/")
    assert isinstance(admin, URLResolver)
    yield from _below(admin, "")


def _below(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        written = f"{before}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from _below(each, written)
        else:
            yield each.name or written, each


# What is only sent to, and with what.
POSTED: dict[str, dict[str, Any]] = {
    "articles_article_clash": {"kept": "x"},
    "articles_article_comments": {"text": ""},
    "articles_article_restore": {"version": "1", "seen_version": "9"},
    "media_photo_upload": {},
    "media_photo_look": {},
    "media_photo_unframe": {},
}
ASKED = {
    "autocomplete": "?app_label=articles&model_name=byline&field_name=author&term=",
    "articles_article_compare": "?old=1&new=1",
    "articles_article_seen": "?at=2026-01-01T10:00",
}


@pytest.fixture
def things(story: Callable[..., Article], photo: Callable[..., Photo], world: Section, dee: Person) -> dict[str, Any]:
    """One of each thing that has a page, by what stands in the name of its addresses; the story is somebody else's."""
    article = story(by=dee, stage=Stage.COPY_EDIT)
    out = story(by=dee)
    snapshot = publishing.publish(out, by=None, seen_version=1)
    now = timezone.now()
    proposal = Proposal.objects.create(
        article=article, version=1, content=article.revisions.get().content, by=dee, at=now
    )
    return {
        "articles_article": article,
        "articles_author": Author.objects.create(name="Nobody", slug="nobody"),
        "articles_report": Report.objects.create(article=out, snapshot=snapshot, text="A typo", sender="x", at=now),
        "articles_section": world,
        "articles_stylerule": StyleRule.objects.create(wrong="utilise", right="use"),
        "taggit_tag": Tag.objects.create(name="bridges", slug="bridges"),
        "media_photo": photo(),
        "media_licence": Licence.objects.create(name="CC BY 4.0"),
        "staff_person": Person.objects.create_user("else@paper.example", "Else", "correct horse battery"),
        "auth_user": Person.objects.get(name="Dee"),
        "kept": Buffer.objects.create(person=dee, tab="t", article=article, version=1, fields=[], saved_at=now),
        "proposal": proposal,
    }


def address_of(name: str, pattern: URLPattern, things: dict[str, Any]) -> str:
    """An address of that name, about one of the things."""
    about = next((thing for key, thing in things.items() if name.startswith(f"{key}_")), things["articles_article"])
    given = {
        "object_id": about.pk, "pk": about.pk, "id": about.pk, "code": "return", "app_label": "articles",
        "number": things["kept" if name.endswith("_kept") else "proposal"].pk,
        "content_type_id": ContentType.objects.get_for_model(Article).pk, "url": "no-such-page",
    }  # fmt: skip
    wanted = {key: given[key] for key in pattern.pattern.regex.groupindex} or {
        key: given[key] for key in pattern.pattern.converters
    }
    return reverse(f"admin:{pattern.name}", kwargs=wanted)


def answer_of(client: Client, name: str, address: str) -> Any:
    """What the page says to whoever asks as it wants to be asked."""
    sent = POSTED.get(name)
    return client.get(f"{address}{ASKED.get(name, '')}") if sent is None else client.post(address, sent)


def is_let_in(client: Client, name: str, address: str) -> bool:
    """Whether the page does anything for whoever asks."""
    answer = answer_of(client, name, address)
    if answer.status_code == 302:
        return not answer.headers["Location"].startswith("/admin/login/") and answer.headers["Location"] != "/admin/"
    return answer.status_code < 403 or answer.status_code in {409, 422}


def test_the_table_has_every_address_of_the_admin_and_no_other() -> None:
    known = {name for name, pattern in admin_addresses() if pattern.name}
    assert set(TABLE) == known


def with_role(code: str, section: Section) -> Person:
    """Somebody with one role, in one section."""
    person = Person.objects.create_user("x@paper.example", "X", "correct horse battery", is_staff=True)
    Duty.objects.create(person=person, role=code).sections.set([section])
    return person


def opened(client: Client, person: Person, things: dict[str, Any], names: set[str]) -> set[str]:
    """Where this person gets in."""
    found = set()
    for name, pattern in admin_addresses():
        if name in names:
            client.force_login(person)
            if is_let_in(client, name, address_of(name, pattern, things)):
                found.add(name)
    return found


@pytest.mark.parametrize("code", ROLES)
def test_each_role_gets_in_where_the_table_says_and_nowhere_else(
    client: Client, things: dict[str, Any], world: Section, code: str
) -> None:
    expected = {name for name, who in TABLE.items() if ROLES[code] in who}
    assert opened(client, with_role(code, world), things, set(TABLE)) == expected


@pytest.mark.parametrize("code", ROLES)
def test_no_role_opens_a_story_of_a_section_that_is_not_its_own(
    client: Client, things: dict[str, Any], city: Section, code: str
) -> None:
    names = {name for name in TABLE if name.startswith(ABOUT_A_STORY)} - ABOUT_NONE
    assert opened(client, with_role(code, city), things, names) == set()


def test_a_stranger_finds_every_door_shut(client: Client, things: dict[str, Any]) -> None:
    for name, pattern in admin_addresses():
        if pattern.name and name not in {"login", "logout", "jsi18n"}:
            answer = answer_of(client, name, address_of(name, pattern, things))
            assert answer.status_code == 302, name
            assert answer.headers["Location"].startswith("/admin/login/"), name


def test_lists_searches_and_answers_hold_nothing_of_another_section(
    client: Client, things: dict[str, Any], city: Section, photo: Callable[..., Photo]
) -> None:
    article: Article = things["articles_article"]
    article.headline = "Xylophone secrets"
    editing.save(article, by=None, seen_version=1)
    client.force_login(with_role("editor-in-chief", city))
    here = "/admin/articles/article/"
    for address in (
        here,
        f"{here}?q=xylophone",
        f"{here}?stage__exact=copy_edit",
        f"{here}board/",
        f"{here}calendar/",
        f"{here}bulk/?ids={article.pk}",
        f"{here}board/?section=world",
        "/admin/",
        f"{here}tags/?q=x",
        f"{here}kept/{things['kept'].pk}/",
        f"{here}{article.pk}/preview/",
        "/admin/articles/report/?q=a",
    ):
        page = client.get(address)
        assert b"Xylophone" not in page.content, address
    sent = {"article": article.pk, "tab": "t", "version": 1, "fields": [["headline", "x"]], "check": True}
    assert client.post(f"{here}at-work/", json.dumps(sent), content_type="application/json").status_code == 404
    seen = {"seen": [f"{article.pk}:2"], "verb": "return", "reason": "x"}
    assert b"Xylophone" not in client.post(f"{here}bulk/", seen).content
