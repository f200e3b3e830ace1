"""Originals in object storage are backed up from there and restored into it, through the storage's own door."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from attache import doctor
from attache.backup.originals import every_name
from media.models import Photo

moto = pytest.importorskip("moto")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:botocore"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:moto"),
]


@pytest.fixture
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket in memory, in which the originals are kept."""
    import boto3

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with moto.mock_aws():
        made = boto3.resource("s3", region_name="us-east-1").create_bucket(Bucket="originals")
        options = {"endpoint_url": None, "bucket_name": "originals", "location": "paper/originals"}
        kept = {"BACKEND": "media.bucket.Bucket", "OPTIONS": options}
        settings.STORAGES = {**settings.STORAGES, "originals": kept}
        monkeypatch.setattr(Photo._meta.get_field("file"), "storage", storages["originals"])
        yield made


def test_there_and_back(bucket: Any, photo: Callable[..., Photo], tmp_path: Path) -> None:
    name = str(photo().file.name)
    data = bucket.Object(f"paper/originals/{name}").get()["Body"].read()
    call_command("backup", str(tmp_path / "backup"))
    assert (tmp_path / "backup" / "originals" / name).read_bytes() == data
    call_command("flush", interactive=False, verbosity=0)
    bucket.objects.all().delete()
    call_command("restore", str(tmp_path / "backup"))
    with storages["originals"].open(name) as there:
        assert there.read() == data
    assert list(every_name(storages["originals"])) == [name]


@pytest.mark.parametrize("asked", ["GetObject", "ListObjects"])
def test_one_that_is_away_is_said_so_and_leaves_no_backup(
    bucket: Any, photo: Callable[..., Photo], tmp_path: Path, asked: str
) -> None:
    photo()

    def away(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://s3.example")

    events = storages["originals"].connection.meta.client.meta.events  # type: ignore[attr-defined]
    events.register(f"before-call.s3.{asked}", away)
    with pytest.raises(CommandError, match=r"does not answer.*No backup was taken"):
        call_command("backup", str(tmp_path / "backup"))
    assert not [folder for folder in tmp_path.iterdir() if "backup" in folder.name]


def test_the_doctor_writes_to_it_and_leaves_nothing(bucket: Any) -> None:
    (found,) = (finding for finding in doctor.examine() if finding.about == "Storage of originals")
    assert found.grade == doctor.Grade.WELL
    assert not list(bucket.objects.all())
