"""Originals and renditions in an object storage: private where they must be, at addresses that never end."""

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from moto import mock_aws
from PIL import Image

from articles.models import Paper
from articles.paper import cards
from attache import environment
from media import checking, intake, renditions
from media.intake import PhotoRefused
from media.models import Photo, Print
from media.shelves import Unreachable
from staff.models import Person

pytestmark = pytest.mark.django_db


class Asked(list[str]):
    """The requests that the object storage was sent, by their names."""

    def note(self, model: Any, **_: Any) -> None:
        """One request."""
        self.append(model.name)


@pytest.fixture
def bucket(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket, and the storages of the settings as they are with its address in STORAGE_URL."""
    monkeypatch.setitem(environment.env.ENVIRON, "STORAGE_URL", "s3://key:se%2Fcret@/paper?region=eu-west-1")
    with mock_aws():
        s3 = boto3.client("s3", region_name="eu-west-1", aws_access_key_id="key", aws_secret_access_key="secret")
        s3.create_bucket(Bucket="paper", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        kept = {"originals": ("originals", "private, no-store"), "renditions": ("photos", "public, immutable")}
        settings.STORAGES = {
            **settings.STORAGES,
            **{
                name: environment.shelf(
                    "STORAGE_URL", folder=folder, disk=tmp_path, mode=0o600, headers={"CacheControl": cache}
                )
                for name, (folder, cache) in kept.items()
            },
        }
        monkeypatch.setattr(Photo._meta.get_field("file"), "storage", storages["originals"])
        yield s3


@pytest.fixture
def asked(bucket: Any) -> Asked:
    """The requests for renditions from now on."""
    noted = Asked()
    storages["renditions"].connection.meta.client.meta.events.register("before-call.s3", noted.note)  # type: ignore[attr-defined]
    return noted


def names(bucket: Any) -> list[str]:
    """What lies in the bucket."""
    return [entry["Key"] for entry in bucket.list_objects_v2(Bucket="paper").get("Contents", ())]


def test_from_upload_to_reader(bucket: Any, client: Client, jpeg: Callable[..., bytes], asked: Asked) -> None:
    data = jpeg(size=(400, 300))
    photo = intake.give_file(Photo(credit="Ana"), data, name="crane.jpg")
    digest = hashlib.sha256(data).hexdigest()
    assert names(bucket) == [f"originals/{digest[:2]}/{digest}.jpg"]
    address = renditions.address(photo.picture(), 320, kind="webp")
    first, second = client.get(address), client.get(address)
    for answer in (first, second):
        assert Image.open(io.BytesIO(answer.content)).size == (320, 240)
        assert answer["Content-Type"] == "image/webp"
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    # Once made it costs one request; what is not there costs no more than to look and to store it.
    assert asked == ["GetObject", "PutObject", "GetObject"]


def test_nothing_is_made_public_and_nothing_is_signed(bucket: Any, photo: Callable[..., Photo], client: Client) -> None:
    picture = photo().picture()
    client.get(renditions.address(picture, 320))
    original, rendition = sorted(names(bucket))
    for name, cache in ((original, "private, no-store"), (rendition, "public, immutable")):
        assert bucket.head_object(Bucket="paper", Key=name)["CacheControl"] == cache
        [grant] = bucket.get_object_acl(Bucket="paper", Key=name)["Grants"]
        assert (grant["Grantee"]["Type"], grant["Permission"]) == ("CanonicalUser", "FULL_CONTROL")
    assert rendition == f"photos/{picture.key}-full-320.jpg"
    assert bucket.head_object(Bucket="paper", Key=rendition)["ContentType"] == "image/jpeg"
    for shelf in ("originals", "renditions"):
        with pytest.raises(ValueError, match="no address of its own"):
            storages[shelf].url("x")


def test_pages_name_addresses_that_never_end(
    bucket: Any, photo: Callable[..., Photo], published: Callable[..., Any], client: Client, asked: Asked
) -> None:
    lead = photo()
    story = published(lead_photo=lead, body=f'<p>One.</p><figure data-photo="{lead.pk}"></figure>')
    page = client.get(story.path).content.decode()
    assert all(address.startswith(("/", "data:")) for address in re.findall(r'(?:src|srcset)="([^"]+)"', page))
    assert f"/photos/{lead.print_key}-full-320.avif" in page
    for sign in ("X-Amz", "Signature", "Expires", "AWSAccessKeyId", "amazonaws", "originals/"):
        assert sign not in page
    assert asked == []


def test_a_cdn_has_the_pictures_where_it_is_told_so(
    settings: Any, photo: Callable[..., Photo], published: Callable[..., Any], client: Client
) -> None:
    settings.PHOTOS_URL = "https://cdn.example/photos/"
    lead = photo()
    page = client.get(published(lead_photo=lead).path).content.decode()
    assert f'src="https://cdn.example/photos/{lead.print_key}-full-' in page
    assert f'"contentUrl": "https://cdn.example/photos/{lead.print_key}-16x9-' in page.replace('":"', '": "')


def test_the_worker_asks_once_what_is_there(bucket: Any, photo: Callable[..., Photo], asked: Asked) -> None:
    found = Print.objects.get(key=photo().print_key)
    made = renditions.make_all(found)
    assert made == len(list(renditions.all_of(found)))
    assert asked == ["ListObjectsV2", *["PutObject"] * made]
    asked.clear()
    assert renditions.make_all(found) == 0
    assert asked == ["ListObjectsV2"]


def test_a_storage_that_is_away_is_not_a_missing_picture(
    bucket: Any, photo: Callable[..., Photo], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = renditions.address(photo().picture(), 320)

    def away(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://storage.example")

    monkeypatch.setattr(storages["renditions"].connection.meta.client, "get_object", away)  # type: ignore[attr-defined]
    answer = client.get(address)
    assert (answer.status_code, answer["Cache-Control"], answer["Retry-After"]) == (503, "no-store", "10")


def test_what_was_typed_stays_while_the_file_cannot_be_stored(
    bucket: Any, chen: Person, client: Client, jpeg: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://storage.example")

    client.force_login(chen)
    monkeypatch.setattr(storages["originals"].connection.meta.client, "head_object", away)  # type: ignore[attr-defined]
    file = SimpleUploadedFile("quay.jpg", jpeg(), "image/jpeg")
    words = {"caption": "Typed with care.", "focal_x": 50, "focal_y": 50}
    page = client.post("/admin/media/photo/add/", {"upload": file, **words}).content.decode()
    assert "quay.jpg cannot be stored just now" in page
    assert "Typed with care." in page
    assert not Photo.objects.exists()


def test_a_social_card_lies_with_the_renditions(
    bucket: Any, photo: Callable[..., Photo], published: Callable[..., Any], client: Client, asked: Asked
) -> None:
    story = published(lead_photo=photo())
    first, second = (client.get(cards.address(story, Paper.objects.current())) for _ in range(2))
    assert Image.open(io.BytesIO(first.content)).size == (1200, 630)
    assert first.content == second.content
    assert first["Cache-Control"] == "public, max-age=31536000, immutable"
    assert [name for name in names(bucket) if name.startswith("photos/cards/")]
    assert asked == ["GetObject", "PutObject", "GetObject"]


def test_a_bucket_that_is_not_there_is_said_so(bucket: Any, photo: Callable[..., Photo]) -> None:
    photo()
    for name in names(bucket):
        bucket.delete_object(Bucket="paper", Key=name)
    bucket.delete_bucket(Bucket="paper")
    with pytest.raises(PhotoRefused, match=r"crane\.jpg cannot be stored just now"):
        photo(caption="Not stored.")
    assert not Photo.objects.filter(caption="Not stored.").exists()
    with pytest.raises(Unreachable, match="paper answers NoSuchBucket"):
        storages["originals"].read("00/x.jpg")  # type: ignore[attr-defined]
    for command in ("check_media", "renditions"):
        with pytest.raises(CommandError, match="NoSuchBucket") as refused:
            call_command(command)
        assert refused.value.returncode == 4


def test_check_media_finds_there_what_it_finds_on_a_disk(
    bucket: Any, jpeg: Callable[..., bytes], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, changed, well = (intake.give_file(Photo(), jpeg(colour), name="x") for colour in ("red", "green", "blue"))
    call_command("renditions")
    capsys.readouterr()
    bucket.delete_object(Bucket="paper", Key=f"originals/{lost.file.name}")
    bucket.put_object(Bucket="paper", Key=f"originals/{changed.file.name}", Body=b"another")
    orphan = f"ab/ab{'0' * 62}.jpg"
    bucket.put_object(Bucket="paper", Key=f"originals/{orphan}", Body=b"x")
    waste = f"{'0' * 24}-full-320.jpg"
    bucket.put_object(Bucket="paper", Key=f"photos/{waste}", Body=b"x")
    with pytest.raises(CommandError):
        call_command("check_media")
    said = capsys.readouterr().out
    assert f"missing: {lost.file.name} (photo {lost.pk}" in said
    assert f"changed: {changed.file.name} (photo {changed.pk}" in said
    assert f"left over: {waste}" in said
    assert orphan not in said
    assert str(well.file.name) not in said
    monkeypatch.setattr(checking, "SETTLED_AFTER", -checking.SETTLED_AFTER)
    with pytest.raises(CommandError):
        call_command("check_media", "--quick", "--delete-orphans", "--delete-leftovers")
    assert f"originals/{orphan}" not in names(bucket)
    assert f"photos/{waste}" not in names(bucket)
    assert f"originals/{well.file.name}" in names(bucket)
