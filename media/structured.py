"""What a picture says of itself to machines, in the words of schema.org."""

from typing import Any
from urllib.parse import urljoin

from media import renditions
from media.framing import FULL
from media.pictures import Picture

# The shapes in which search engines want a picture, and a width that is wide enough for each of them.
WANTED = ("16x9", "4x3", "1x1")
WIDTH = 1440
# What schema.org calls the origins of pictures. https://schema.org/IPTCDigitalSourceEnumeration
SOURCES = {
    "compositeWithTrainedAlgorithmicMedia": "CompositeWithTrainedAlgorithmicMediaDigitalSource",
    "trainedAlgorithmicMedia": "TrainedAlgorithmicMediaDigitalSource",
    "algorithmicMedia": "AlgorithmicMediaDigitalSource",
    # By the former name of the IPTC's term.
    "digitalCreation": "DigitalArtDigitalSource",
}


def image_objects(picture: Picture, site: str) -> list[dict[str, Any]]:
    """The picture as schema.org ImageObjects, one for each shape, each with its caption, credit and licence.

    `site` is the origin of the addresses. https://schema.org/ImageObject
    """
    return [_image_object(picture, shape, site) for shape in ((FULL,) if picture.is_whole else WANTED)]


def _image_object(picture: Picture, shape: str, site: str) -> dict[str, Any]:
    width, height = renditions.size(picture, WIDTH, shape=shape)
    said: dict[str, Any] = {
        "@type": "ImageObject",
        "contentUrl": urljoin(site, renditions.address(picture, WIDTH, shape=shape)),
        "width": _pixels(width),
        "height": _pixels(height),
        "creditText": picture.credit,
        "caption": picture.caption,
        "copyrightNotice": picture.copyright,
        "license": picture.licence,
        "acquireLicensePage": picture.licensor,
        "digitalSourceType": f"https://schema.org/{SOURCES[picture.origin]}" if picture.origin else "",
    }
    if picture.creator:
        said["creator"] = {"@type": "Person", "name": picture.creator}
    return {name: value for name, value in said.items() if value}


def _pixels(number: int) -> dict[str, Any]:
    """A plain number is no length in schema.org's words; E37 is UN/CEFACT's name for a pixel."""
    return {"@type": "QuantitativeValue", "value": number, "unitCode": "E37"}
