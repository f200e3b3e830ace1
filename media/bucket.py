"""A shelf in an object storage; loaded only where one is configured."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from media.shelves import Found, Shelf, Unreachable


class Bucket(Shelf, S3Storage):  # type: ignore[misc]
    """A folder in a bucket of an object storage that speaks S3.

    Nothing in it is made public by us: no object gets an access list, and no address is signed. `endpoint_url` is None
    for Amazon's own.
    """

    def __init__(self, *, endpoint_url: str | None, **options: Any) -> None:
        config = Config(
            # Few storages but Amazon's have a host for each bucket, or know the checksums of today's clients.
            s3={"addressing_style": "path" if endpoint_url else "auto"},
            signature_version="s3v4",
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": 3},
        )
        super().__init__(endpoint_url=endpoint_url, client_config=config, default_acl=None, **options)

    def read(self, name: str) -> bytes:
        """A file, whole, by one request. Raises FileNotFoundError, Unreachable."""
        with self._asked(name):
            answer = self.connection.meta.client.get_object(Bucket=self.bucket_name, Key=self._normalize_name(name))
            found: bytes = answer["Body"].read()
            return found

    def which(self, names: Collection[str], *, beginning: str) -> set[str]:
        """Those of these names that are there, by one request for every thousand that begin so."""
        return {found.name for found in self._beginning(beginning)}.intersection(names)

    def walk(self) -> Iterator[Found]:
        """Every file, by one request for every thousand."""
        return self._beginning("")

    def _beginning(self, prefix: str) -> Iterator[Found]:
        root = f"{self.location}/"
        pages = self.connection.meta.client.get_paginator("list_objects_v2")
        with self._asked(prefix):
            for page in pages.paginate(Bucket=self.bucket_name, Prefix=root + prefix):
                for entry in page.get("Contents", ()):
                    yield Found(entry["Key"].removeprefix(root), entry["LastModified"])

    def exists(self, name: str) -> bool:
        """Whether it is there; a request."""
        with self._asked(name):
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        """Its bytes; a request. Raises FileNotFoundError, Unreachable."""
        with self._asked(name):
            return int(super().size(name))

    def delete(self, name: str) -> None:
        """Remove it; a request."""
        with self._asked(name):
            super().delete(name)

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        """Always refused, as for every shelf."""
        return Shelf.url(self, name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Folders and files; a request for every thousand of them."""
        with self._asked(path):
            folders, files = super().listdir(path)
            return folders, files

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """Fetched at once: what is opened later fails no more."""
        return ContentFile(self.read(name), name)

    def _save(self, name: str, content: File[bytes]) -> str:
        with self._asked(name):
            return str(super()._save(name, content))

    @contextmanager
    def _asked(self, name: str) -> Iterator[None]:
        """Says in our words what the storage answered."""
        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in ("NoSuchKey", "404"):
                raise FileNotFoundError(f"There is no {name} in the bucket {self.bucket_name}.") from error
            raise Unreachable(f"The bucket {self.bucket_name} answers {code or error}.") from error
        except (BotoCoreError, OSError) as error:
            if isinstance(error, FileNotFoundError):
                raise
            raise Unreachable(f"The bucket {self.bucket_name} does not answer: {error}") from error
