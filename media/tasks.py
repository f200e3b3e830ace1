"""What the photo desk leaves to the worker. Nothing is wrong for readers while it has not run."""

import logging

from django_tasks import task

from media import renditions
from media.models import Photo, Print

log = logging.getLogger(__name__)


@task()
def make_renditions(photo_id: int) -> int:
    """Make every rendition of a photo that is missing; how many were made. A photo that is gone by now needs none."""
    photo = Photo.objects.filter(pk=photo_id).exclude(file="").first()
    if photo is None:
        return 0
    try:
        return renditions.make_all(Print.objects.get(key=photo.print_key))
    except OSError:
        log.exception("The renditions of photo %s cannot be made.", photo_id)
        return 0
