"""`manage.py demo`: a newsroom worth looking at, built once, and never on a production site."""

import io
from collections import Counter
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from articles import body
from articles.models import Article, Author, Duty, Section, Snapshot
from articles.roles import ROLES
from attache.demo import newsroom
from media.models import Photo
from staff.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_pictures(monkeypatch: pytest.MonkeyPatch, jpeg: Any) -> None:
    """Plain pictures in place of drawn ones: how they look has a test of its own."""

    def draw(key: str) -> bytes:
        return bytes(jpeg(colour=f"#{abs(hash(key)) % 0xFFFFFF:06x}", size=(90, 60)))

    class OneProcess:
        def __enter__(self) -> "OneProcess":
            return self

        def __exit__(self, *error: object) -> None:
            return None

        map = staticmethod(map)

    monkeypatch.setattr(newsroom, "draw", draw)
    monkeypatch.setattr(newsroom, "ProcessPoolExecutor", OneProcess)


def run() -> str:
    """Call the command; what it printed."""
    output = io.StringIO()
    call_command("demo", stdout=output)
    return output.getvalue()


def test_it_builds_a_newsroom_of_some_size(small_pictures: None, client: Client) -> None:
    printed = run()
    assert Section.objects.count() >= 6
    assert Author.objects.count() >= 8
    assert Snapshot.objects.live().count() >= 40
    assert Person.objects.count() == len(ROLES)
    assert set(Duty.objects.values_list("role", flat=True)) == {role.code for role in ROLES}
    for person in Person.objects.all():
        assert person.email in printed
        assert client.login(username=person.email, password=newsroom.PASSWORD)
    assert "/admin/" in printed


def test_it_shows_what_stands_around_stories(small_pictures: None, client: Client) -> None:
    run()
    front = client.get("/").content.decode()
    for words in ("The Saltmouth Ledger", "14 Quay Street", "https://social.example/@saltmouthledger", "/privacy/"):
        assert words in front
    assert "the twelfth was the scaffolding" in client.get("/corrections/").content.decode()
    french = client.get("/world/velmar-dix-sept-minutes/").content.decode()
    assert '<link rel="alternate" hreflang="en"' in french
    assert 'href="/world/velmar-seventeen-minutes/" hreflang="en"' in french
    assert 'role="doc-backlink"' in client.get("/science/rain-map-saltmouth/").content.decode()
    assert client.get("/.well-known/security.txt").status_code == 200


def test_the_stories_are_of_real_length_and_of_many_kinds(small_pictures: None) -> None:
    run()
    lengths = sorted(body.word_count(snapshot.body) for snapshot in Snapshot.objects.live())
    assert lengths[len(lengths) // 2] > 400
    assert lengths[0] > 80
    kinds = Counter(Snapshot.objects.live().values_list("kind", flat=True))
    assert set(kinds) == {"news", "analysis", "opinion", "interview", "review", "letter"}
    assert len(set(Snapshot.objects.live().values_list("language", flat=True))) >= 3


def test_every_live_story_opens_and_every_link_between_them_leads_somewhere(
    small_pictures: None, client: Client
) -> None:
    run()
    linked = set()
    for snapshot in Snapshot.objects.live():
        assert client.get(snapshot.path).status_code == 200
        linked |= {link for link in body.links(snapshot.body) if link.startswith("/")}
    assert linked
    for link in linked:
        assert client.get(link).status_code == 200, link


def test_run_twice_it_keeps_what_somebody_did(small_pictures: None) -> None:
    run()
    article = Article.objects.first()
    assert article
    Article.objects.filter(pk=article.pk).update(headline="Changed by hand")
    before = [model.objects.count() for model in (Article, Author, Photo, Section, Snapshot, Person)]
    printed = run()
    assert before == [model.objects.count() for model in (Article, Author, Photo, Section, Snapshot, Person)]
    assert Article.objects.get(pk=article.pk).headline == "Changed by hand"
    assert newsroom.PASSWORD in printed


def test_interrupted_it_goes_on_where_it_stopped(small_pictures: None) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if what == "stories" and done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        newsroom.build(stop)
    assert Article.objects.count() == 5
    assert not newsroom.is_built()
    run()
    assert newsroom.is_built()
    assert Article.objects.count() == len(list((newsroom.FOLDER / "stories").glob("*.html")))
    assert Photo.objects.values("sha256").distinct().count() == Photo.objects.count()


def test_a_production_site_refuses_it(settings: Any) -> None:
    settings.PRODUCTION, settings.SITE_URL = True, "https://news.example"
    with pytest.raises(CommandError, match="passwords are public"):
        run()
    assert not Person.objects.exists()
