"""What a picture says of itself to machines, in the words of schema.org."""

from typing import Any
from urllib.parse import urljoin

from media import renditions
from media.framing import FULL
from media.pictures import Picture

# The shapes in which search engines want a picture, and a width that is wide enough for each of them.
WANTED = ("16x9", "4x3", "1x1")
WIDTH = 1440
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def image_objects(picture: Picture, site: str) -> list[dict[str, Any]]:
    """The picture as schema.org ImageObjects, one for each shape, each with its caption, credit and licence.

    `site` is the origin of the addresses. https://schema.org/ImageObject
    """
    return [_image_object(picture, shape, site) for shape in ((FULL,) if picture.is_whole else WANTED)]


def _image_object(picture: Picture, shape: str, site: str) -> dict[str, Any]:
    full, high = picture.size(shape)
    width = max((each for each in renditions.widths(shape, full) if each <= WIDTH), default=full)
    part = min(1.0, width / full)
    said: dict[str, Any] = {
        "@type": "ImageObject",
        "contentUrl": urljoin(site, renditions.address(picture, width, shape=shape)),
        "width": round(full * part),
        "height": max(1, round(high * part)),
        "creditText": picture.credit,
        "caption": picture.caption,
        "copyrightNotice": picture.copyright,
        "license": picture.licence,
        "acquireLicensePage": picture.licensor,
        "digitalSourceType": picture.origin and SOURCE_TYPES + picture.origin,
    }
    if picture.creator:
        said["creator"] = {"@type": "Person", "name": picture.creator}
    return {name: value for name, value in said.items() if value}
