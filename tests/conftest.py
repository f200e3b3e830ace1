"""The cast and the props of the tests.

Ana writes, Ben edits and publishes, Chen is editor-in-chief, Dee administers accounts. `story` makes a working copy
that is ready to go out, `photo` a photo with its file.
"""

import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.files.storage import storages
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpResponse
from django.test.client import ClientHandler
from PIL import Image

from articles import editing, publishing
from articles.content import Name
from articles.models import Article, Author, Duty, Section, Snapshot
from articles.workflow import Stage
from attache.pages import questions
from attache.pages.door import kept_for
from attache.pages.memory import memory
from attache.security import in_utf8
from media import intake
from media.models import Photo
from staff.models import Person
from tests.addresses import furnished

# A number in a headline that is not in the text is something to point out.
LETTERS = str.maketrans("0123456789", "ghijklmnop")
SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what the leg on SQLite has tried already: what asks no database, and the browser."""
    if connection.vendor == "sqlite" or config.getoption("everything"):
        return
    again = [item for item in items if _asks_the_database(item) and not item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(again)])
    items[:] = again


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--everything` runs on PostgreSQL also what does not depend on the database."""
    parser.addoption("--everything", action="store_true", help="on PostgreSQL, run also what asks no database")


def _asks_the_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"})


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The database. On PostgreSQL, whose numbers only grow, those of each table begin somewhere else: no test may rest
    on what comes of that after some thousand others.
    """
    if connection.vendor == "sqlite":
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(table_name, column_name), 7000 + 13 * row_number() OVER ())"
            " FROM information_schema.columns WHERE is_identity = 'YES' AND table_schema = current_schema()"
        )


@pytest.fixture(autouse=True)
def _a_place_of_its_own(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a test go to its own folder, and passwords are hashed quickly."""
    settings.STORAGES = {
        **settings.STORAGES,
        "originals": {"BACKEND": "media.shelves.Disk", "OPTIONS": {"location": tmp_path / "originals"}},
        "renditions": {"BACKEND": "media.shelves.Disk", "OPTIONS": {"location": tmp_path / "renditions"}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # The field asked for its storage when the models were loaded.
    monkeypatch.setattr(Photo._meta.get_field("file"), "storage", storages["originals"])
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _no_page_of_another_test() -> None:
    """Pages that were kept go with the test that asked for them, and what was found out of the database with it."""
    memory.clear()
    caches["template_fragments"].clear()
    questions.database.found()
    questions._latest.clear()


@pytest.fixture(autouse=True)
def _by_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django's test clients come in by the door, as readers do, and not behind it."""
    behind: Any = ClientHandler.__call__

    def by_the_door(self: ClientHandler, environ: dict[str, Any]) -> Any:
        sent = kept_for(environ)
        if sent is None:
            return behind(self, in_utf8(environ))
        response = HttpResponse(sent.body, status=int(sent.status.split()[0]), headers=dict(sent.headers))
        if "Content-Type" not in dict(sent.headers):
            del response.headers["Content-Type"]
        response.wsgi_request = WSGIRequest(environ)  # type: ignore[attr-defined]
        return response

    monkeypatch.setattr(ClientHandler, "__call__", by_the_door)


@pytest.fixture
def making(settings: Any) -> None:
    """No page is kept: each is made whenever it is asked for."""
    settings.PAGES_MEMORY_MB = 0


@pytest.fixture(autouse=True, scope="session")
def _a_test_leaves_an_empty_database() -> None:
    """What readers saw and the security log cannot be deleted; on SQLite, which empties a table by deleting, not even
    between two tests.
    """
    if connection.vendor != "sqlite":
        return
    operations: Any = type(connection.ops)
    flush = operations.sql_flush

    def past_the_guards(self: Any, *args: Any, **kwargs: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_kept'")
            guards = cursor.fetchall()
        return [
            *(f"DROP TRIGGER {name}" for name, _ in guards),
            *flush(self, *args, **kwargs),
            *(create for _, create in guards),
        ]

    operations.sql_flush = past_the_guards


@pytest.fixture
def shared() -> Path:
    """Real inputs from elsewhere, where they are at hand."""
    if not SHARED.is_dir():
        pytest.skip("the shared inputs are not beside the repository")
    return SHARED


@dataclass(frozen=True)
class RealManuscript:
    """A manuscript as one really arrived. Its words stay in its file; what each of its lines is, is known here."""

    file: Path

    def line(self, number: int) -> str:
        """A line of the file, counted from 1."""
        return self.file.read_text(encoding="utf-8-sig").splitlines()[number - 1].strip()

    @property
    def headline(self) -> str:
        """What stands under “View Original”."""
        return self.line(5)

    @property
    def crossheads(self) -> list[str]:
        """The two crossheads."""
        return [self.line(18), self.line(28)]

    @property
    def photos(self) -> list[tuple[str, str]]:
        """Caption and credit of the two photos."""
        return [(caption, credit) for caption, _, credit in (self.line(n).rpartition(" - ") for n in (16, 26))]

    @property
    def paragraphs(self) -> list[str]:
        """The nine paragraphs."""
        return [self.line(number) for number in (10, 12, 14, 20, 22, 24, 30, 32, 34)]


@pytest.fixture
def real_manuscript(shared: Path) -> RealManuscript:
    """The real manuscript, where it is at hand."""
    return RealManuscript(shared / "manuscripts" / "the-next-level.txt")


def _person(name: str, role_code: str) -> Person:
    person = Person.objects.create_user(f"{name.lower()}@paper.example", name, "correct horse battery", is_staff=True)
    Duty.objects.create(person=person, role=role_code)
    return person


@pytest.fixture
def ana(db: None) -> Person:
    """A writer."""
    return _person("Ana", "writer")


@pytest.fixture
def ben(db: None) -> Person:
    """A section editor."""
    return _person("Ben", "section-editor")


@pytest.fixture
def chen(db: None) -> Person:
    """The editor-in-chief."""
    return _person("Chen", "editor-in-chief")


@pytest.fixture
def dee(db: None) -> Person:
    """The administrator."""
    return _person("Dee", "administrator")


@pytest.fixture
def world(db: None) -> Section:
    """A section."""
    return Section.objects.create(name="World", slug="world", description="Beyond the river.", position=1)


@pytest.fixture
def city(db: None) -> Section:
    """Another section."""
    return Section.objects.create(name="City", slug="city", description="This side of it.", position=0)


@pytest.fixture
def ines(db: None) -> Author:
    """An author without an account."""
    return Author.objects.create(name="Inés Varga", slug="ines-varga", role="Chief reporter", bio="Walks to work.")


@pytest.fixture
def jpeg() -> Callable[..., bytes]:
    """Makes a small JPEG; another colour is another picture."""

    def make(colour: str = "teal", size: tuple[int, int] = (64, 48)) -> bytes:
        buffer = io.BytesIO()
        Image.new("RGB", size, colour).save(buffer, "JPEG")
        return buffer.getvalue()

    return make


@pytest.fixture
def photo(db: None, jpeg: Callable[..., bytes]) -> Callable[..., Photo]:
    """Makes a photo with its file, a caption, a credit and an alt text."""
    colours = itertools.count(1)

    def make(**fields: Any) -> Photo:
        words = {"caption": "A crane at work.", "credit": "Oskar Lindqvist/The Ledger", "alt": "A crane", **fields}
        made = Photo(**words)
        intake.give_file(made, jpeg(colour=f"#{next(colours):06x}"), name="crane.jpg")
        return made

    return make


@pytest.fixture
def story(world: Section, ines: Author) -> Callable[..., Article]:
    """Makes a working copy that is ready to go out."""
    numbers = itertools.count(1)

    def make(*, by: Person | None = None, tags: tuple[str, ...] = (), **fields: Any) -> Article:
        number = next(numbers)
        words = {
            "headline": f"The bridge opens, day {number:x}".translate(LETTERS),
            "deck": "It took nine years.",
            "body": "<p>The first to cross was a dog.</p>",
            "section": world,
            **fields,
        }
        byline = [Name(author=ines.pk, role="by", wording="")]
        article = editing.save(Article(**words), by=None, seen_version=0, names=byline, tags=tags)
        if by:
            Article.objects.filter(pk=article.pk).update(writer=by, created_by=by)
            article.writer = article.created_by = by
        return article

    return make


@pytest.fixture
def published(story: Callable[..., Article]) -> Callable[..., Snapshot]:
    """Makes a story and shows it to readers."""

    def make(**fields: Any) -> Snapshot:
        times = {key: fields.pop(key) for key in ("live_from", "live_until") if key in fields}
        article = story(**{"stage": Stage.READY, **fields})
        return publishing.publish(article, by=None, seen_version=article.version, **times)

    return make


@pytest.fixture
def house(
    story: Callable[..., Article], photo: Callable[..., Photo], world: Section, ines: Author, dee: Person
) -> dict[str, str]:
    """Every address by its name, with something behind it. The stories are somebody else's."""
    return furnished(story, photo, world, ines, dee)
