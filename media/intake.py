"""Placeholder until the real module lands."""

import hashlib
import io
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

MAX_BYTES = 25 * 1024 * 1024


class PhotoRefused(ValueError):
    pass


def inspect(data: bytes, *, name: str) -> Any:
    try:
        image = Image.open(io.BytesIO(data))
        image.load()
    except Exception as error:
        raise PhotoRefused(f"{name}: not a picture") from error
    return image


def give_file(photo: Any, data: bytes, *, name: str) -> Any:
    image = inspect(data, name=name)
    photo.sha256 = hashlib.sha256(data).hexdigest()
    photo.width, photo.height = image.size
    photo.file.save(f"{photo.sha256[:24]}.jpg", ContentFile(data), save=False)
    photo.save()
    return photo
