"""docs/photos.md says what is so: where words are read from, and in which widths readers get a photo."""

from django.conf import settings
from PIL import ExifTags

from media import intake
from media.metadata import FIELDS
from media.renditions import WIDTHS

PAGE = (settings.BASE_DIR / "docs" / "photos.md").read_text(encoding="utf-8")


def test_each_place_in_a_file_that_is_read_is_named() -> None:
    for mapped in FIELDS.values():
        assert mapped.xmp.partition("/")[0] in PAGE
        assert mapped.iim is None or f"2:{mapped.iim}" in PAGE
        assert mapped.exif is None or ExifTags.TAGS[mapped.exif] in PAGE


def test_each_shape_has_its_widths() -> None:
    for shape, widths in WIDTHS.items():
        called = "whole" if shape == "full" else shape.replace("x", ":")
        assert f"| {called} | {', '.join(map(str, widths))} |" in PAGE


def test_the_limits_are_those_of_the_intake() -> None:
    assert f"{intake.MAX_BYTES // 1024**2} MB" in PAGE or f"{intake.MAX_BYTES // 10**6} MB" in PAGE
