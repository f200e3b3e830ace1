"""Settings: safe with nothing set, and loud about what cannot be used."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (ROOT / "attache" / "settings.py").read_text()
READ = set(re.findall(r'environment\.(?:env\.)?\w+\(\s*"([A-Z_]+)"', SETTINGS))


def start(var: Path, show: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of their own and print the setting named `show`."""
    clean = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG"}}
    code = f"from django.conf import settings; print(repr(settings.{show}))"
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        env={**clean, "DJANGO_SETTINGS_MODULE": "attache.settings", "VAR_DIR": str(var), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("DEBUG", "False"),
        ("SITE_URL", "'http://127.0.0.1:8000'"),
        ("ALLOWED_HOSTS", "['127.0.0.1', 'localhost', '127.0.0.1', '[::1]']"),
        ("DATABASES['default']['OPTIONS']['transaction_mode']", "'IMMEDIATE'"),
    ],
)
def test_with_nothing_set_it_is_safe_and_runs(tmp_path: Path, setting: str, value: str) -> None:
    assert start(tmp_path, setting).stdout.strip() == value


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = start(tmp_path, "SECRET_KEY").stdout
    assert len(first) > 50
    assert start(tmp_path, "SECRET_KEY").stdout == first
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_a_production_site_insists_on_tls_and_on_a_key(tmp_path: Path) -> None:
    site = {"SITE_URL": "https://news.example"}
    refused = start(tmp_path, "DEBUG", **site)
    assert refused.returncode != 0
    assert "SECRET_KEY must be set" in refused.stderr
    site["SECRET_KEY"] = "k" * 50
    for setting in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        assert start(tmp_path, setting, **site).stdout.strip() == "True"
    assert start(tmp_path, "ALLOWED_HOSTS", **site).stdout.strip() == "['news.example']"
    assert not (tmp_path / "secret-key").exists()


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("DEBUG", "maybe", "one of 1, true, yes, on"),
        ("PORT", "eighty", "a whole number from 1 to 65535"),
        ("PORT", "70000", "a whole number from 1 to 65535"),
        ("SITE_URL", "news.example", "an address such as https://news.example"),
        ("SITE_URL", "https://news.example/paper", "without a path"),
        ("TIME_ZONE", "Atlantis/Harbour", "a time zone such as Europe/Lisbon"),
        ("DESIGN_DIR", "/no/such/folder", "a folder that is there"),
        ("DATABASE_URL", "gibberish", "postgres://"),
        ("CACHE_URL", "gibberish", "redis://"),
        ("CACHE_URL", "locmemcache://", "redis://"),
        ("EMAIL_URL", "gibberish", "smtp+tls://"),
        ("STORAGE_URL", "gibberish", "s3://key:secret@"),
        ("EDGE_SECONDS", "-1", "a whole number from 0 to 86400"),
        ("PURGE_URL", "api.example/purge", "https://api.example/service/17/purge"),
        ("PURGE_URL", "https://api.example", "https://api.example/service/17/purge"),
        ("PHOTOS_URL", "cdn.example/photos", "https://cdn.example/photos/"),
        ("PHOTOS_URL", "https://cdn.example; script-src *", "https://cdn.example/photos/"),
        ("PHOTOS_URL", "https://cdn.example/?photos", "https://cdn.example/photos/"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_itself(tmp_path: Path, name: str, value: str, wanted: str) -> None:
    refused = start(tmp_path, "DEBUG", **{name: value})
    assert refused.returncode != 0
    last = refused.stderr.strip().splitlines()[-1]
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert name in last
    assert wanted in last
    assert value in last


@pytest.mark.parametrize("name", ["DATABASE_URL", "CACHE_URL", "EMAIL_URL", "STORAGE_URL"])
def test_a_wrong_value_with_a_password_in_it_is_not_shown(tmp_path: Path, name: str) -> None:
    refused = start(tmp_path, "DEBUG", **{name: "someone:hush-hush@host/paper"})
    assert f"{name} is a value that is not shown here" in refused.stderr
    assert "hush-hush" not in refused.stderr.strip().splitlines()[-1]


def test_a_folder_of_ones_own_goes_before_ours(tmp_path: Path) -> None:
    (tmp_path / "design" / "static").mkdir(parents=True)
    own = {"DESIGN_DIR": str(tmp_path / "design")}
    assert start(tmp_path, "TEMPLATES[0]['DIRS'][0]", **own).stdout == f"{tmp_path / 'design' / 'templates'!r}\n"
    assert start(tmp_path, "STATICFILES_DIRS", **own).stdout == f"[{tmp_path / 'design' / 'static'!r}]\n"
    assert start(tmp_path, "STATICFILES_DIRS").stdout == "[]\n"


def test_pages_go_to_redis_by_the_same_address_and_are_waited_for_less(tmp_path: Path) -> None:
    own = {"CACHE_URL": "rediss://host:6379/0?ssl_cert_reqs=none"}
    waits = {"ssl_cert_reqs": "none", "socket_timeout": 0.5, "socket_connect_timeout": 0.5}
    assert start(tmp_path, "CACHES['pages']['LOCATION']", **own).stdout == "'rediss://host:6379/0'\n"
    assert start(tmp_path, "CACHES['pages']['OPTIONS']", **own).stdout == f"{waits!r}\n"


def test_what_is_counted_and_which_codes_were_used_stands_in_the_database_whether_redis_is_up_or_not(
    tmp_path: Path,
) -> None:
    for own in ({}, {"CACHE_URL": "redis://127.0.0.1:1/0"}):
        assert "DatabaseCache" in start(tmp_path, "CACHES['default']['BACKEND']", **own).stdout


def test_a_password_in_a_wrong_value_is_not_shown(tmp_path: Path) -> None:
    refused = start(tmp_path, "DEBUG", DATABASE_URL="nonsense://me:hunter22@host/name")
    assert refused.returncode != 0
    assert "DATABASE_URL is a value that is not shown" in refused.stderr.splitlines()[-1]
    assert "hunter22" not in refused.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "value",
    [
        "gs://key:hunter22@host/bucket",
        "s3://key:hunt/er22@host/bucket",
        "s3://12:34/hunter22@host/bucket",
        "s3://key@host/bucket",
        "s3://key:hunter22/bucket",
        "s3://key:hunter22@host",
        "s3://key:hunter22@host/Not A Bucket",
        "s3://key:hunter22@host/bucket?zone=1",
        "s3+http:///bucket",
    ],
)
def test_a_storage_that_cannot_be_used_is_refused_without_its_secret(tmp_path: Path, value: str) -> None:
    refused = start(tmp_path, "DEBUG", STORAGE_URL=value)
    assert refused.returncode != 0
    last = refused.stderr.splitlines()[-1]
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: STORAGE_URL is a value that is not shown")
    assert "hunter22" not in last


def test_a_storage_by_its_address(tmp_path: Path) -> None:
    address = "s3+http://me:a%2Fb@minio:9000/paper/house?region=garage"
    found = eval(start(tmp_path, "STORAGES", STORAGE_URL=address, RENDITIONS_STORAGE_URL="s3:///open").stdout)  # noqa: S307
    kept, shown = found["originals"]["OPTIONS"], found["renditions"]["OPTIONS"]
    assert (kept["endpoint_url"], kept["bucket_name"], kept["location"]) == (
        "http://minio:9000", "paper", "house/originals",
    )  # fmt: skip
    assert (kept["access_key"], kept["secret_key"], kept["region_name"]) == ("me", "a/b", "garage")
    assert kept["object_parameters"] == {"CacheControl": "private, no-store"}
    assert (shown["endpoint_url"], shown["bucket_name"], shown["access_key"]) == (None, "open", None)
    assert shown["object_parameters"] == {"CacheControl": "public, max-age=31536000, immutable"}


def test_a_cdn_is_told_of_what_it_may_hold_alone(tmp_path: Path) -> None:
    cdn = {"PURGE_URL": "https://api.example/service/17/purge", "PURGE_HEADER": "Fastly-Key: hunter 22"}
    refused = start(tmp_path, "DEBUG", **cdn)
    assert refused.returncode != 0
    assert "EDGE_SECONDS is not" in refused.stderr.splitlines()[-1]
    assert start(tmp_path, "PURGE_HEADER", **cdn, EDGE_SECONDS="60").stdout == "('Fastly-Key', 'hunter 22')\n"
    for wrong in ("hunter22", "Fastly Key: hunter22", "Fastly-Key: hunter22\nHost: x", ": hunter22", "Fastly-Key:"):
        refused = start(tmp_path, "DEBUG", **cdn | {"PURGE_HEADER": wrong}, EDGE_SECONDS="60")
        assert refused.returncode != 0
        assert "PURGE_HEADER must be a header such as" in refused.stderr.splitlines()[-1]
        assert "hunter22" not in refused.stderr.splitlines()[-1]


def test_pictures_from_a_cdn_may_be_shown_and_nothing_else_from_there(tmp_path: Path) -> None:
    cdn = {"PHOTOS_URL": "https://cdn.example/photos"}
    assert start(tmp_path, "PHOTOS_URL", **cdn).stdout.strip() == "'https://cdn.example/photos/'"
    policy = start(tmp_path, "CONTENT_SECURITY_POLICY['DIRECTIVES']", **cdn).stdout
    assert policy.count("https://cdn.example") == 1
    assert "'img-src': [\"'self'\", 'https://cdn.example', 'data:']" in policy


def test_a_deployed_site_with_a_storage_has_nothing_to_warn_of(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env={
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(tmp_path),
            "SITE_URL": "https://news.example",
            "SECRET_KEY": f"only-for-this-check-{7:060}",
            "STORAGE_URL": "s3://key:secret@storage.example/paper",
            "PHOTOS_URL": "https://cdn.example/photos/",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_postgresql_by_its_address(tmp_path: Path) -> None:
    found = start(tmp_path, "DATABASES['default']['ENGINE']", DATABASE_URL="postgres://a:b@c:5432/d")
    assert found.stdout.strip() == "'django.db.backends.postgresql'"


def test_a_replica_by_its_address(tmp_path: Path) -> None:
    primary, follower = {"DATABASE_URL": "postgres://a:b@c:5432/d"}, {"DATABASE_REPLICA_URL": "postgres://e:f@g:5432/d"}
    assert start(tmp_path, "DATABASES['replica']['HOST']", **primary, **follower).stdout.strip() == "'g'"
    assert start(tmp_path, "DATABASE_ROUTERS", **primary, **follower).stdout.strip() == "['attache.replica.Router']"
    assert "replica" not in start(tmp_path, "MIDDLEWARE + list(settings.DATABASES)", **primary).stdout
    for wrong, environment in (
        ("DATABASE_REPLICA_URL is set, but DATABASE_URL names no PostgreSQL", follower),
        (
            "DATABASE_REPLICA_URL is 'sqlite:////tmp/x'; it must be",
            {**primary, "DATABASE_REPLICA_URL": "sqlite:////tmp/x"},
        ),
        ("DATABASE_REPLICA_URL is 'gibberish'; it must be", {**primary, "DATABASE_REPLICA_URL": "gibberish"}),
    ):
        refused = start(tmp_path, "DEBUG", **environment)
        assert refused.returncode != 0
        assert wrong in refused.stderr.splitlines()[-1]


def test_a_variable_set_to_nothing_is_as_good_as_none(tmp_path: Path) -> None:
    names = ("DATABASE_URL", "DATABASE_REPLICA_URL", "CACHE_URL", "MAIL_FROM", "DEBUG", "PORT", "TIME_ZONE")
    empty = dict.fromkeys(names, "")
    assert start(tmp_path, "DEFAULT_FROM_EMAIL", **empty).stdout.strip() == "'newsroom@127.0.0.1'"


def test_operators_are_told_of_every_variable() -> None:
    page = (ROOT / "docs" / "operators.md").read_text()
    rows = page.partition("| variable |")[2].partition("\n\n")[0].splitlines()[2:]
    told = [name for row in rows for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])]
    assert sorted(told) == sorted(READ)


def test_containers_are_given_every_variable_that_operators_set() -> None:
    given = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["web"]["environment"]
    # The image says where files are kept; tracebacks are for development.
    assert set(given) == READ - {"VAR_DIR", "DEBUG"}
