"""The containers without Docker: the very commands of docker-compose.yml, on this machine, with a real PostgreSQL.

nginx and Redis are taken from the system where it has them; with CI=true it must.
"""

import gzip
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.serving import nginx
from tests.postgresql import server

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
PATIENCE = 60


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def program(name: str) -> str:
    """A program of the system; without it the test is skipped, and fails with CI=true."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"With CI=true {name} must be there.")
    pytest.skip(f"no {name} on this machine (Debian: apt-get install nginx-light redis-server)")


def substituted(text: str, values: dict[str, str]) -> str:
    """What Compose makes of ${NAME}, ${NAME:-default} and ${NAME:?message}."""

    def value(found: re.Match[str]) -> str:
        name, operator, rest = found.groups()
        if operator == ":?" and not values.get(name):
            raise KeyError(name)
        return values.get(name) or (rest if operator == ":-" else "")

    return re.sub(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}", value, text).replace("$$", "$")


class House:
    """The services as processes of this machine, each with the environment and the command of its container."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.ports = {"web": free_port(), "nginx": free_port(), "redis": free_port()}
        self.secrets = {
            "SITE_URL": "https://news.example",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "POSTGRES_PASSWORD": secrets.token_hex(12),
            "REDIS_PASSWORD": secrets.token_hex(12),
            "NEWSROOM_NAME": "The Container Times",
        }
        self.database = database
        self.running: list[subprocess.Popen[bytes]] = []

    def environment(self, service: str) -> dict[str, str]:
        """What the container's process finds in its environment, with this machine's places."""
        given = {
            name: substituted(str(value), self.secrets) for name, value in SERVICES[service]["environment"].items()
        }
        here = {
            "DATABASE_URL": self.database,
            "CACHE_URL": given.get("CACHE_URL", "").replace("@redis:6379", f"@127.0.0.1:{self.ports['redis']}"),
            "PORT": str(self.ports["web"]),
            "VAR_DIR": str(self.folder),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "DJANGO_SETTINGS_MODULE": "attache.settings",
        }
        return {**given, **{name: value for name, value in here.items() if value}}

    def command(self, service: str, words: Any = None) -> list[str]:
        """The container's command, or another one of the file, as a list of words."""
        words = words or SERVICES[service]["command"]
        if isinstance(words, str):
            words = shlex.split(words)
        words = {"CMD": words[1:], "CMD-SHELL": ["sh", "-c", *words[1:]]}.get(words[0], words)
        return [substituted(word, self.secrets) for word in words]

    def run(self, service: str, words: Any = None) -> str:
        """Run a command of the service to its end; what it printed."""
        done = subprocess.run(  # noqa: S603
            self.command(service, words), cwd=ROOT, env=self.environment(service), capture_output=True, text=True,
            timeout=PATIENCE * 2, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def is_well(self, service: str, check: list[str]) -> bool:
        """Whether the service's health check says so."""
        command = self.command(service, check)
        return subprocess.run(command, cwd=ROOT, env=self.environment(service), check=False).returncode == 0  # noqa: S603

    def start(self, command: list[str], environment: dict[str, str]) -> None:
        """Start a process that lives until the test ends."""
        log = (self.folder / f"log-{len(self.running)}").open("wb")
        with log:
            self.running.append(
                subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)  # noqa: S603
            )

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Ask again until it is so; fail where a process has ended meanwhile, with what it said."""
        for _ in range(PATIENCE * 5):
            if is_so():
                return
            for number, process in enumerate(self.running):
                if process.poll() is not None:
                    pytest.fail((self.folder / f"log-{number}").read_text())
            time.sleep(0.2)
        pytest.fail("it did not come up")

    def end(self, number: int) -> None:
        """End the process that was started as number `number`, counted from 0; nobody waits for anything after that."""
        self.running[number].terminate()
        self.running[number].wait(PATIENCE)

    def stop(self) -> None:
        """End what runs, the last first, as a container is stopped: asked, and after a while no longer asked."""
        for process in reversed(self.running):
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                pytest.fail(f"{process.args!r} did not end when asked to")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


def ask(port: int, path: str, **headers: str) -> tuple[int, Message, bytes]:
    """Status, headers and bytes of an answer; redirects are not followed."""
    named = {name.replace("_", "-"): value for name, value in {"Host": "news.example", **headers}.items()}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=named)
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """PostgreSQL, migrated and with its static files collected by the commands of the `prepare` container."""
    with server() as address:
        built = House(tmp_path, address)
        built.run("prepare")
        yield built
        built.stop()


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "SITE_URL"):
        uses = re.findall(rf"\$\{{{name}\b(.*?)\}}", text)
        assert uses
        assert all(use.startswith(":?") for use in uses)


def test_compose_itself_takes_the_file() -> None:
    """Only where a client with Compose is at hand; no engine is needed for it."""
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:  # noqa: S603
        pytest.skip("no Docker client with Compose on this machine")
    secrets_of_a_test = {"SITE_URL": "https://news.example", "SECRET_KEY": "k" * 50}
    secrets_of_a_test |= {"POSTGRES_PASSWORD": "p", "REDIS_PASSWORD": "r"}
    for given, code in ((secrets_of_a_test, 0), ({}, 1)):
        done = subprocess.run(  # noqa: S603
            [docker, "compose", "--project-directory", str(ROOT), "config", "--quiet"], cwd=ROOT, capture_output=True,
            env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **given}, text=True, check=False,
        )  # fmt: skip
        assert min(done.returncode, 1) == code, done.stderr


def test_every_service_that_stays_up_has_a_health_check_and_starts_in_order() -> None:
    for name, service in SERVICES.items():
        assert name == "prepare" or "healthcheck" in service, name
    assert set(SERVICES) == {"prepare", "web", "worker", "postgres", "redis", "nginx"}
    assert SERVICES["nginx"]["depends_on"] == {"web": {"condition": "service_healthy", "restart": True}}
    for name in ("web", "worker"):
        assert SERVICES[name]["depends_on"] == {"prepare": {"condition": "service_completed_successfully"}}


def test_the_commands_of_the_containers_bring_up_a_production_site(house: House) -> None:
    redis = program("redis-server")
    web, front = house.ports["web"], house.ports["nginx"]

    redis_command = house.command("redis")
    redis_command[-1] = redis_command[-1].replace("redis-server -", f"{redis} - --port {house.ports['redis']}")
    house.start(redis_command, house.environment("redis"))
    house.start(house.command("web"), house.environment("web"))
    house.start(house.command("worker"), house.environment("worker"))
    check = [word.replace(":8000", f":{web}") for word in SERVICES["web"]["healthcheck"]["test"]]
    house.wait_until(lambda: house.is_well("web", check))
    house.run("worker", SERVICES["worker"]["healthcheck"]["test"])

    house.start(nginx(program("nginx"), web, front, house.folder), dict(os.environ))
    house.wait_until(lambda: answers(front))

    assert ask(front, "/nginx-health")[2] == b"well\n"
    status, headers, _ = ask(front, "/", X_Forwarded_Proto="http")
    assert (status, headers["Location"]) == (301, "https://news.example/")
    status, headers, page = ask(front, "/", X_Forwarded_Proto="https")
    assert status == 200
    assert b"The Container Times" in page
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    status, headers, page = ask(front, "/admin/login/", X_Forwarded_Proto="https")
    assert status == 200
    assert "Secure" in headers["Set-Cookie"]
    assert ask(front, "/", X_Forwarded_Proto="https", Host="evil.example")[0] == 400
    [style] = re.findall(rb'href="(/static/articles/paper/paper[^"]*)"', ask(front, "/", X_Forwarded_Proto="https")[2])
    status, headers, css = ask(front, style.decode(), X_Forwarded_Proto="https")
    assert (status, headers["Content-Type"], b"--paper" in css) == (200, "text/css", True)
    assert_sparing(front, web, style.decode())
    assert ask(front, f"/photos/{'0' * 24}-320.webp", X_Forwarded_Proto="https")[0] == 404
    for path in ("/", "/admin/login/", "/nothing/", "/static/nothing.css", style.decode(), "/photos/nothing"):
        assert_safe(*ask(front, path, X_Forwarded_Proto="https"))
    # What cannot be read at all is refused before anything says that it came by TLS.
    assert_safe(*ask(front, "/%", X_Forwarded_Proto="https"), by_tls=False)

    held = [ask(front, "/archive/", X_Forwarded_Proto="https")[1] for _ in range(2)]
    assert [each.get_all("Cache-Status") for each in held] == [
        ["attache; fwd=miss; stored", "nginx; fwd=miss"],
        ["attache; fwd=miss; stored", "nginx; hit"],
    ]
    assert [each.get_all("Cache-Control") for each in held] == [["public, no-cache"]] * 2

    house.end(1)
    # A page that was held is shown meanwhile, and one that nobody has is not.
    status, headers, page = ask(front, "/archive/", X_Forwarded_Proto="https")
    assert (status, headers["Cache-Control"]) == (200, "public, no-cache")
    assert_safe(status, headers, page)
    for path in ("/corrections/", "/admin/login/", f"/photos/{'0' * 24}-320.webp"):
        status, headers, page = ask(front, path, X_Forwarded_Proto="https")
        assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "30", "no-store")
        assert b"Try again" in page
        assert_safe(status, headers, page)
    status, headers, page = ask(front, "/", Content_Length="700000000")
    assert (status, b"smaller files" in page) == (413, True)
    assert_safe(status, headers, page, by_tls=False)
    assert_safe(*ask(front, "/", Content_Length="700000000", X_Forwarded_Proto="https"))


def assert_sparing(front: int, web: int, style: str) -> None:
    """Nothing is sent twice that need not be, nor longer than it need be, by nginx or without it."""
    for port in (front, web):
        for path in (style, re.sub(r"\.[0-9a-f]{12}", "", style)):
            status, headers, _ = ask(port, path, X_Forwarded_Proto="https")
            control = headers["Cache-Control"]
            assert (status, "max-age=31" in control, "immutable" in control) == (200, *[path == style] * 2)
        for path in ("/search/?q=a", "/nothing/"):
            _, headers, page = ask(port, path, X_Forwarded_Proto="https", Accept_Encoding="gzip")
            assert (headers["Content-Encoding"], headers["Vary"]) == ("gzip", "Accept-Encoding")
            assert b"The Container Times" in gzip.decompress(page)


def assert_safe(status: int, headers: Message, page: bytes, *, by_tls: bool = True) -> None:
    """Whoever answered, nginx or the site: each header once, and nothing may run."""
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"):
        assert len(headers.get_all(name, [])) == 1, (status, name, page[:200])
    assert headers["X-Content-Type-Options"] == "nosniff"
    insisted = headers.get_all("Strict-Transport-Security", [])
    assert [each.partition(";")[0] for each in insisted] == ["max-age=31536000"] * by_tls
    assert "default-src 'none'" in headers["Content-Security-Policy"] or b"/admin/" in page
    assert "'unsafe-inline'" not in headers["Content-Security-Policy"]


def answers(port: int) -> bool:
    """Whether nginx answers there."""
    try:
        return ask(port, "/nginx-health")[0] == 200
    except OSError:
        return False
