"""The production server as a benchmark starts it: on a port of its own, until it is no longer needed."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# How long it may take to start on a machine that has other work, in seconds.
PATIENCE = 300


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def settle(folder: str) -> int:
    """Have this process, and what it starts, use a site of its own in that folder, without debugging, which has its
    tables and its static files and nothing else; its port.

    The database is SQLite there, unless DATABASE_URL names another one.
    """
    port = free_port()
    os.environ |= {"VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "attache.settings", "DEBUG": "0", "PORT": str(port)}
    (Path(folder) / "static").mkdir()
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    return port


@contextmanager
def running(
    command: Sequence[str], port: int, *, environment: Mapping[str, str] | None = None, log: Path | None = None
) -> Iterator[int]:
    """A server, once it answers; its process. What it says goes to `log`, if there is one."""
    variables = os.environ | {"PORT": str(port), "GRANIAN_PORT": str(port), **(environment or {})}
    # This process's own; a server has its settings from itself.
    variables.pop("DJANGO_SETTINGS_MODULE", None)
    with ExitStack() as stack:
        said = stack.enter_context(log.open("wb")) if log else None
        # In a session of its own: Ctrl-C reaches only us, and we end it in order.
        server = stack.enter_context(
            subprocess.Popen(  # noqa: S603
                command, cwd=ROOT, env=variables, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True
            )
        )
        try:
            until = time.monotonic() + PATIENCE
            while not answers(port):
                assert server.poll() is None, "The server did not start."
                assert time.monotonic() < until, "The server does not answer."
                time.sleep(0.02)
            yield server.pid
        finally:
            server.terminate()


def serve(*options: str) -> list[str]:
    """The production server: `manage.py serve` with these options, and without its worker."""
    return [sys.executable, "manage.py", "serve", "--no-worker", *options]


def granian(application: str, *, python: str = sys.executable, processes: int = 1, threads: int = 6) -> list[str]:
    """The same web server for another application, on the port that `running` gives it."""
    return [
        python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", str(processes),
        "--blocking-threads", str(threads), "--no-access-log", "--log-level", "warning", application,
    ]  # fmt: skip


def nginx(program: str, web: int, front: int, folder: Path, *, more: str = "") -> list[str]:
    """The nginx of the containers on the port `front`, before a web server on the port `web`, with its files in
    `folder`; `more` is what its configuration says besides.
    """
    conf = (ROOT / "attache/deploy/nginx.conf").read_text()
    conf = conf.replace("${ATTACHE_WEB}", f"127.0.0.1:{web}").replace("listen 8080", f"listen 127.0.0.1:{front}")
    conf = conf.replace("/srv/var/", f"{folder}/").replace("/var/cache/nginx/", f"{folder}/")
    whole = folder / "nginx.conf"
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy"))
    whole.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log stderr; user {os.environ.get('USER', 'root')};"
        f"events {{}} http {{ access_log off; sendfile on; types {{ text/css css; }} {temporary} {more}\n{conf}\n}}"
    )
    return [program, "-c", str(whole), "-p", str(folder)]


def cores() -> tuple[set[int], set[int]]:
    """The core on which servers are to run, and those from which they are asked; the same where there is but one."""
    there = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
    return {there[0]}, set(there[1:]) or {there[0]}


def stay_on(wanted: set[int], process: int = 0) -> None:
    """Have a process (this one), and what it starts from now on, run on those cores, where the system lets it."""
    if hasattr(os, "sched_setaffinity"):
        with suppress(OSError):
            os.sched_setaffinity(process, wanted)


def children(process: int) -> list[int]:
    """The processes that it has started; none where the system does not tell."""
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def answering(process: int) -> list[int]:
    """The processes that answer: those under it that have started none, or itself."""
    below = children(process)
    return [each for child in below for each in answering(child)] if below else [process]


def memory(process: int) -> int:
    """Bytes of memory that the processes have which answer."""
    return sum(_bytes(f"/proc/{each}/status", "VmRSS:") for each in answering(process))


def share(process: int) -> int:
    """Bytes of memory of one process, what it has in common with others divided among them."""
    return _bytes(f"/proc/{process}/smaps_rollup", "Pss:")


def _bytes(file: str, name: str) -> int:
    """What the system says there under that name; 0 where it does not tell."""
    try:
        lines = Path(file).read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def answers(port: int) -> bool:
    """Whether anything listens there."""
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0
