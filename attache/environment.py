"""Reads the environment for the settings, and fails loudly: a wrong value names its variable and what it may be."""

import os
import re
import secrets
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
# A variable that is set to nothing says nothing: Compose hands those on that nobody filled in.
env.ENVIRON = {name: value for name, value in os.environ.items() if value}

TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off", "")


def refuse(name: str, wanted: str) -> ImproperlyConfigured:
    """The error for a variable whose value cannot be used; the value itself is shown unless it may hold a secret."""
    value = env.str(name, default="")
    # Whoever forgets the beginning of an address has written the password all the same.
    is_secret = "@" in value or value.startswith("s3")
    shown = "a value that is not shown here" if is_secret else f"{value!r}"
    return ImproperlyConfigured(f"{name} is {shown}; it must be {wanted}.")


def flag(name: str, *, default: bool = False) -> bool:
    """A yes or no; raises ImproperlyConfigured for anything that is neither."""
    value = env.str(name, default=str(default)).strip().lower()
    if value not in TRUE + FALSE:
        raise refuse(name, f"one of {', '.join(TRUE + FALSE[:-1])}")
    return value in TRUE


def number(name: str, *, default: int, least: int, most: int) -> int:
    """A whole number between `least` and `most`, both included."""
    value = env.str(name, default=str(default)).strip()
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise refuse(name, f"a whole number from {least} to {most}")
    return int(value)


def words(name: str) -> tuple[str, ...]:
    """Words with commas between them; none where it is not set."""
    value: str = env.str(name, default="")
    return tuple(word.strip() for word in value.split(",") if word.strip())


def origin(name: str, *, default: str) -> str:
    """An http(s) address without path, such as https://news.example."""
    value: str = env.str(name, default=default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.username:
        raise refuse(name, "an address such as https://news.example, without a path")
    return value


def address(name: str) -> str:
    """An http(s) address with its path, or nothing where nothing is set."""
    value: str = env.str(name, default="")
    if value and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/[\w.~/?&=%-]*", value, re.ASCII):
        raise refuse(name, "an address such as https://api.example/service/17/purge")
    return value


def header(name: str) -> tuple[str, str] | None:
    """The name of a header and its value, which is a secret and never shown; None where nothing is set."""
    value: str = env.str(name, default="")
    if not value:
        return None
    found = re.fullmatch(r"([A-Za-z0-9-]+): *([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)", value)
    if not found:
        raise ImproperlyConfigured(f"{name} must be a header such as “Fastly-Key: …”; its value is not shown here.")
    return found[1], found[2]


def base(name: str, *, default: str) -> str:
    """The beginning of addresses, ending in a slash: an http(s) address, or `default` where nothing is set."""
    value: str = env.str(name, default="").rstrip("/")
    if not value:
        return default
    # It stands in the pages and in the policy of what they may load, where some signs mean something.
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[\w.~/-]*)?", value, re.ASCII):
        raise refuse(name, "an address such as https://cdn.example/photos/")
    return f"{value}/"


def folder(name: str) -> Path | None:
    """A folder that is there, or None where nothing is set."""
    value: str = env.str(name, default="")
    if not value:
        return None
    path = Path(value).expanduser()
    if not path.is_dir():
        raise refuse(name, "a folder that is there")
    return path.resolve()


def time_zone(name: str, *, default: str) -> str:
    """The name of a time zone of the IANA database."""
    value: str = env.str(name, default=default)
    try:
        ZoneInfo(value)
    except (ValueError, KeyError, OSError) as error:
        raise refuse(name, "a time zone such as Europe/Lisbon") from error
    return value


def database(name: str, *, default: str) -> dict[str, Any]:
    """A Django database entry from an address (postgres://… or sqlite:///…)."""
    wanted = "an address such as postgres://user:password@host:5432/name"
    found = _parsed(name, env.db_url, default, wanted)
    if found["ENGINE"] not in ("django.db.backends.postgresql", "django.db.backends.sqlite3"):
        raise refuse(name, wanted)
    return found


def replica(name: str, *, of: dict[str, Any]) -> dict[str, Any] | None:
    """A Django database entry of a read replica of that PostgreSQL; None where nothing is set."""
    if not env.str(name, default=""):
        return None
    if of["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(f"{name} is set, but DATABASE_URL names no PostgreSQL that could have a replica.")
    wanted = "an address such as postgres://reader:password@replica:5432/name, of a PostgreSQL"
    found = _parsed(name, env.db_url, "", wanted)
    if found["ENGINE"] != of["ENGINE"]:
        raise refuse(name, wanted)
    return found


def redis(name: str) -> dict[str, Any] | None:
    """A Django cache entry from the address of a Redis; None where nothing is set."""
    if not env.str(name, default=""):
        return None
    wanted = "an address such as redis://host:6379/0"
    found = _parsed(name, env.cache_url, "", wanted)
    if "Redis" not in found["BACKEND"]:
        raise refuse(name, wanted)
    return found


def mail(name: str, *, default: str) -> dict[str, Any]:
    """Django's EMAIL_* settings from an address (smtp+tls://… or consolemail://)."""
    return _parsed(name, env.email_url, default, "an address such as smtp+tls://user:password@host:587")


def shelf(name: str, *, folder: str, disk: Path, mode: int, headers: dict[str, str]) -> dict[str, Any]:
    """A Django storage entry: the `folder` of the bucket at an address s3://…, or without one the folder `disk`.

    Files on the disk get the permissions `mode`, those in the bucket the `headers` that they are answered with.
    """
    value: str = env.str(name, default="")
    if not value:
        return {"BACKEND": "media.shelves.Disk", "OPTIONS": {"location": disk, "file_permissions_mode": mode}}
    wrong = refuse(
        name,
        "an address such as s3://key:secret@s3.example.net/bucket?region=eu-west-1, or s3:///bucket for Amazon's own "
        "with the credentials of the machine; s3+http:// is without TLS; / + @ and : in the key or the secret are "
        "written %2F %2B %40 and %3A",
    )
    try:
        parts = urlsplit(value)
        host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
        asked = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError as error:
        raise wrong from error
    bucket, _, inner = parts.path.strip("/").partition("/")
    if (
        parts.scheme not in ("s3", "s3+http")
        or not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket)
        or (inner and not re.fullmatch(r"[\w./-]+", inner))
        or bool(parts.username) != bool(parts.password)
        or (parts.scheme == "s3+http" and not host)
        or parts.fragment
        or asked.keys() - {"region"}
    ):
        raise wrong
    return {
        "BACKEND": "media.bucket.Bucket",
        "OPTIONS": {
            "bucket_name": bucket,
            "location": f"{inner}/{folder}" if inner else folder,
            "access_key": unquote(parts.username) if parts.username else None,
            "secret_key": unquote(parts.password) if parts.password else None,
            "endpoint_url": f"{'http' if parts.scheme == 's3+http' else 'https'}://{host}" if host else None,
            "region_name": asked.get("region"),
            "object_parameters": headers,
        },
    }


def secret_key(name: str, *, file: Path, may_create: bool) -> str:
    """The signing key: from the environment, else from `file`, which is made once where `may_create`.

    Raises ImproperlyConfigured where there is neither, or where the key given is short enough to guess.
    """
    value: str = env.str(name, default="")
    if not value and may_create:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with file.open("x") as made:
                file.chmod(0o600)
                made.write(secrets.token_urlsafe(64))
        except FileExistsError:
            pass
        value = file.read_text().strip()
    if len(value) < 50:
        raise ImproperlyConfigured(f"{name} must be set to a random text of at least 50 characters.")
    return value


def _parsed(name: str, read: Callable[..., dict[str, Any]], default: str, wanted: str) -> dict[str, Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = read(name, default=default)
    except (ImproperlyConfigured, ValueError, KeyError, UserWarning) as error:
        raise refuse(name, wanted) from error
    if not found:
        raise refuse(name, wanted)
    return found
