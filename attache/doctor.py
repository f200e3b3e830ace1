"""How the running site is, in plain words: each finding a sentence, and what to do where something is to be done."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core import checks, mail
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import DatabaseError, Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.formats import date_format
from redis.exceptions import RedisError

from articles import time_zones
from articles.clock import ZONE
from articles.models import Paper, Revision
from attache import purging, replica
from attache.models import Backup
from attache.pages import shared
from attache.worker import lateness
from staff import sealing
from staff.models import Person

GIGABYTE = 1024**3
FULL, NEARLY_FULL = GIGABYTE // 4, 2 * GIGABYTE
CLOCKS_DIFFER = timedelta(seconds=5)
BACKUP_IS_OLD = timedelta(hours=36)
# Seconds.
REPLICA_IS_LATE = 60.0
MAIL_PATIENCE = 5
READY_FOR = 5.0


class Grade(IntEnum):
    """How bad it is. The worst one is the exit code of `manage.py doctor`."""

    WELL = 0
    ATTENTION = 1
    BROKEN = 2

    @property
    def words(self) -> str:
        """How a site is of which this is the worst."""
        return ("All is well.", "Something wants attention.", "Something is broken.")[self]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, what was found, and what to do about it (nothing, where all is well)."""

    about: str
    grade: Grade
    found: str
    advice: str = ""


def examine() -> list[Finding]:
    """Everything there is to say. Without its database most of it can't be asked, and is not."""
    found = list(_database())
    looks: list[Callable[[], Iterator[Finding]]] = [_redis, _files, _disk, _mail, _settings]
    if found[0].grade == Grade.WELL:
        looks = [_replica, _migrations, _worker, _clock, _backup, _second_factors, _purging, *looks]
    for look in looks:
        try:
            found += look()
        except (DatabaseError, RedisError) as error:
            # Tables that are not there yet have been spoken of by then; a Redis that is down will be.
            said = f"It could not be asked: {str(error).strip().splitlines()[0]}."
            found.append(Finding(look.__name__.strip("_").capitalize(), Grade.BROKEN, said))
    return found


def _database() -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        said = str(error).strip().splitlines()[0]
        advice = "Start the database, or correct DATABASE_URL."
        yield Finding("Database", Grade.BROKEN, f"The database does not answer: {said}.", advice)
    else:
        version = ".".join(map(str, connection.get_database_version()))
        yield Finding("Database", Grade.WELL, f"{connection.display_name} {version} answers.")


def _replica() -> Iterator[Finding]:
    if not replica.is_there():
        return
    try:
        behind = replica.behind()
    except replica.NoReplica:
        found = "DATABASE_REPLICA_URL leads to a server that follows no other one: it is no replica."
        yield Finding("Replica", Grade.BROKEN, found, "Correct DATABASE_REPLICA_URL.")
    except Error as error:
        said = str(error).strip().splitlines()[0]
        found = f"The replica does not answer, so that readers get their pages from the primary: {said}."
        yield Finding("Replica", Grade.BROKEN, found, "Start the replica, or correct DATABASE_REPLICA_URL.")
    else:
        if behind is None:
            yield Finding("Replica", Grade.WELL, "The replica answers and has all that the primary has.")
            return
        found = f"The replica answers and is {_many(round(behind), 'second')} behind the primary, and so are readers."
        late = behind > REPLICA_IS_LATE
        advice = "See whether it still follows the primary; unset DATABASE_REPLICA_URL until it does." if late else ""
        yield Finding("Replica", Grade.ATTENTION if late else Grade.WELL, found, advice)


def pending() -> int:
    """How many migrations the database lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _migrations() -> Iterator[Finding]:
    if missing := pending():
        found = f"{_many(missing, 'migration')} of the code {'is' if missing == 1 else 'are'} not in the database."
        yield Finding("Migrations", Grade.BROKEN, found, "Take a backup, then run manage.py migrate.")
    else:
        yield Finding("Migrations", Grade.WELL, "The database has every migration of the code.")


def _worker() -> Iterator[Finding]:
    late = lateness()
    if late:
        yield Finding("Worker", Grade.ATTENTION, late, "See whether it runs: manage.py serve starts it, or worker.")
    else:
        yield Finding("Worker", Grade.WELL, "Nothing waits for the worker.")


def _clock() -> Iterator[Finding]:
    newest = Revision.objects.order_by("-pk").values_list("at", flat=True).first()
    here, there = timezone.now(), _clock_of_database()
    apart = abs(here - there)
    advice = "Let both machines keep their clocks by NTP: stories go out by the clock."
    if apart > CLOCKS_DIFFER:
        yield Finding("Clock", Grade.BROKEN, f"The database's clock differs by {apart.seconds} seconds.", advice)
    elif newest and newest - here > CLOCKS_DIFFER:
        yield Finding("Clock", Grade.BROKEN, f"The clock is behind: a story was saved at {_at(newest)}.", advice)
    else:
        yield Finding("Clock", Grade.WELL, f"It is {_at(here)} in {ZONE}, for the database too.")
    chosen = Paper.objects.current().time_zone
    if time_zones.named(chosen) is None:
        found = f"This machine does not know the paper's time zone, {chosen}; hours are told in {ZONE}."
        yield Finding("Clock", Grade.ATTENTION, found, "Bring its tzdata up to date, or choose another.")


def _clock_of_database() -> datetime:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
        else:
            cursor.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")
        (said,) = cursor.fetchone()
        return datetime.fromisoformat(str(said))


def _backup() -> Iterator[Finding]:
    last = Backup.objects.first()
    advice = "Run manage.py backup each night; docs/operators.md has an example."
    if last is None:
        yield Finding("Backup", Grade.ATTENTION, "No backup of this site has been taken yet.", advice)
        return
    taken = f"The last backup is of {_at(last.taken_at)}, in {last.folder}"
    if timezone.now() - last.taken_at > BACKUP_IS_OLD:
        yield Finding("Backup", Grade.ATTENTION, f"{taken}. That is long ago.", advice)
    elif last.lacking:
        found = f"{taken}. {_many(last.lacking, 'original')} were missing or damaged on the site."
        advice = "Bring them back from an earlier backup; manage.py backup names them."
        yield Finding("Backup", Grade.ATTENTION, found, advice)
    else:
        yield Finding("Backup", Grade.WELL, f"{taken}.")


def _second_factors() -> Iterator[Finding]:
    lost = sealing.unreadable()
    if lost:
        found = (
            f"The second factors of {'one person' if lost == 1 else f'{lost:,} people'} were sealed with another "
            "SECRET_KEY and cannot be read, so that they do not come in by a code."
        )
        advice = (
            "Put the key with which they were set up into SECRET_KEY_FALLBACKS and run manage.py seal_second_factors, "
            "or reset these second factors."
        )
        yield Finding("Second factors", Grade.BROKEN, found, advice)
    else:
        yield Finding("Second factors", Grade.WELL, "The site can read those that it keeps.")


def _purging() -> Iterator[Finding]:
    last = purging.last()
    if last is None:
        return
    purged = f"The last purge was taken {_at(last.at)}" if last.at else "No purge has been taken yet"
    held = f"it holds pages for {settings.EDGE_SECONDS} seconds at most"
    if last.failing_since:
        found = f"The CDN has taken no purge since {_at(last.failing_since)}: {last.why}. It is tried again; {held}."
        yield Finding("CDN", Grade.ATTENTION, found, "See PURGE_URL and PURGE_HEADER, and try manage.py purge --all.")
    elif purging.has_changed(last):
        found = f"{purged}, and something has changed since; {held}."
        yield Finding("CDN", Grade.ATTENTION, found, "If it stays so, see whether the worker runs: manage.py worker.")
    else:
        yield Finding("CDN", Grade.WELL, f"{purged}, and nothing has changed since.")


def _redis() -> Iterator[Finding]:
    if not shared.is_there():
        return
    try:
        other = shared.other_site()
    except RedisError as error:
        found = f"Redis does not answer: {error}. Each process makes its pages by itself."
        yield Finding("Redis", Grade.BROKEN, found, "Start Redis, or correct CACHE_URL.")
        return
    if other:
        found = f"This is {settings.SITE_URL}, and the last that was looked at behind the same Redis is {other}."
        advice = (
            "Give all nodes of a paper the same SITE_URL, and another paper another database of Redis (the number at "
            "the end of CACHE_URL). After SITE_URL was changed this is said once."
        )
        yield Finding("Redis", Grade.ATTENTION, found, advice)
    else:
        yield Finding("Redis", Grade.WELL, "Redis answers.")


def _files() -> Iterator[Finding]:
    for name in ("originals", "renditions"):
        about = f"Storage of {name}"
        if wrong := _unwritable(name):
            advice = "See whether it is there, and whether the site's user may write to it."
            yield Finding(about, Grade.BROKEN, f"It cannot be written to: {wrong}.", advice)
        else:
            yield Finding(about, Grade.WELL, "It can be written to and read.")
    static = storages["staticfiles"]
    if isinstance(static, ManifestFilesMixin) and not static.exists(static.manifest_name):
        found = "CSS and scripts have not been collected, so that no page can be shown."
        yield Finding("Static files", Grade.BROKEN, found, "Run manage.py collectstatic.")


def _unwritable(name: str) -> str:
    """Why a storage can't be written to; empty where it can."""
    words = uuid4().hex
    try:
        storage = storages[name]
        kept = storage.save(f"doctor-{words}.txt", ContentFile(words.encode()))
        try:
            with storage.open(kept) as there:
                return "" if there.read() == words.encode() else "what was written does not come back"
        finally:
            storage.delete(kept)
    except Exception as error:  # noqa: BLE001 - each kind of storage has exceptions of its own
        return str(error).strip().partition("\n")[0] or type(error).__name__


def _disk() -> Iterator[Finding]:
    place = Path(settings.VAR_DIR)
    if not place.exists():
        yield Finding("Disk", Grade.BROKEN, f"{place} is not there.", "Make it, or correct VAR_DIR.")
        return
    free = shutil.disk_usage(place).free
    found = f"{free / GIGABYTE:,.1f} GB are free where {place} is."
    advice = "Make room, or move VAR_DIR to a larger disk."
    grade = Grade.BROKEN if free < FULL else Grade.ATTENTION if free < NEARLY_FULL else Grade.WELL
    yield Finding("Disk", grade, found, advice if grade else "")


def _mail() -> Iterator[Finding]:
    backend = settings.EMAIL_BACKEND.rpartition(".")[0].rpartition(".")[2]
    if backend != "smtp":
        grade = Grade.ATTENTION if settings.PRODUCTION else Grade.WELL
        found = f"Mail is sent to nobody: it goes to “{backend}”."
        yield Finding("Mail", grade, found, "Set EMAIL_URL." if grade else "")
        return
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        line = mail.get_connection(timeout=MAIL_PATIENCE)
        line.open()
        line.close()
    except Exception as error:  # noqa: BLE001 - SMTP, TLS and sockets have exceptions of their own
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        yield Finding("Mail", Grade.BROKEN, f"The mail server {server} cannot be used: {said}.", "Correct EMAIL_URL.")
    else:
        yield Finding("Mail", Grade.WELL, f"The mail server {server} answers and lets the site in.")


def _settings() -> Iterator[Finding]:
    if settings.DEBUG:
        found = "DEBUG is on: whoever meets an error is shown the code and its values."
        yield Finding("Settings", Grade.BROKEN if settings.PRODUCTION else Grade.ATTENTION, found, "Unset DEBUG.")
    if not settings.PRODUCTION:
        found = f"This is no production site: SITE_URL is {settings.SITE_URL}."
        yield Finding("Settings", Grade.WELL, found)
        return
    if not settings.BEHIND_PROXY:
        found = "TLS is insisted on, but BEHIND_PROXY is not set, so that requests through a proxy lead in a circle."
        yield Finding("Settings", Grade.ATTENTION, found, "Set BEHIND_PROXY=true if a proxy of yours ends TLS.")
    for each in checks.run_checks(include_deployment_checks=True):
        if not each.is_silenced():
            grade = Grade.BROKEN if each.level >= checks.ERROR else Grade.ATTENTION
            yield Finding("Settings", grade, f"{each.msg} ({each.id})", str(each.hint or ""))
    yield from _public_passwords()


def _public_passwords() -> Iterator[Finding]:
    from attache.demo import newsroom

    emails = [login["email"] for login in newsroom.logins()]
    if Person.objects.filter(email__in=emails, is_active=True).exists():
        found = "The accounts of the demo newsroom, whose passwords are public, can come in."
        yield Finding("Settings", Grade.BROKEN, found, "Suspend or delete them.")


def _at(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y, H:i")


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


class _Readiness:
    """What was found the last time, kept for READY_FOR seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._was = False

    def ask(self) -> bool:
        with self._lock:
            if time.monotonic() >= self._until:
                self._was = self._look()
                self._until = time.monotonic() + READY_FOR
            return self._was

    def _look(self) -> bool:
        try:
            return not pending() and not any(_unwritable(name) for name in ("originals", "renditions"))
        except DatabaseError:
            return False

    def forget(self) -> None:
        self._until = 0.0


readiness = _Readiness()


def is_ready() -> bool:
    """Whether requests can be served: the database answers and has every migration, and files can be stored."""
    return readiness.ask()
