"""Framing: what is seen of a photo in each shape, without touching the original."""

import io
from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media import intake, renditions
from media.framing import SHAPES, WHOLE, Box, Crop, box
from media.models import Photo, Print

SIDES = st.integers(1, 30_000)
PERCENT = st.integers(0, 100)


@given(
    shape=st.sampled_from(sorted(SHAPES)),
    width=SIDES,
    height=SIDES,
    focal=st.tuples(PERCENT, PERCENT),
    crop=st.none() | st.builds(Crop, st.integers(0, WHOLE), st.integers(0, WHOLE), st.integers(1, WHOLE)),
)
def test_a_box_lies_inside_the_picture_and_has_its_shape(
    shape: str, width: int, height: int, focal: tuple[int, int], crop: Crop | None
) -> None:
    found = box(shape, width=width, height=height, focal=focal, crop=crop)
    assert found.left >= 0 <= found.top
    assert found.left + found.width <= 1 + 1e-9
    assert found.top + found.height <= 1 + 1e-9
    assert found.width * width / (found.height * height) == pytest.approx(SHAPES[shape])
    assert round(found.width * width) > 0, "It has pixels, however small a crop is set by hand."


@given(shape=st.sampled_from(sorted(SHAPES)), width=SIDES, height=SIDES, focal=st.tuples(PERCENT, PERCENT))
def test_without_a_crop_it_is_as_large_as_can_be_and_holds_the_focal_point(
    shape: str, width: int, height: int, focal: tuple[int, int]
) -> None:
    found = box(shape, width=width, height=height, focal=focal, crop=None)
    assert max(found.width, found.height) == pytest.approx(1)
    assert found.left - 1e-9 <= focal[0] / 100 <= found.left + found.width + 1e-9
    assert found.top - 1e-9 <= focal[1] / 100 <= found.top + found.height + 1e-9


def test_a_crop_stands_where_it_was_set() -> None:
    assert box("1x1", width=2000, height=1000, focal=(0, 0), crop=Crop(5000, 2000, 2500)) == Box(0.5, 0.2, 0.25, 0.5)


def quarters() -> bytes:
    """A picture with a colour in each quarter: red and green above, blue and white below."""
    image = Image.new("RGB", (1200, 800), "red")
    for colour, place in (("lime", (600, 0)), ("blue", (0, 400)), ("white", (600, 400))):
        image.paste(colour, (*place, place[0] + 600, place[1] + 400))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def framed(db: None) -> Photo:
    """A photo of four colours."""
    return intake.give_file(Photo(caption="Four", credit="Ana", alt="Colours"), quarters(), name="four.png")


def seen(client: Client, photo: Photo, shape: str) -> Image.Image:
    """What a reader gets in a shape."""
    answer = client.get(renditions.address(photo.picture(), 320, shape=shape, kind="webp"))
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.getvalue())).convert("RGB")


def colour(image: Image.Image, across: float, down: float) -> tuple[bool, ...]:
    """Which of red, green and blue are strong at a place."""
    found = image.getpixel((int(image.width * across), int(image.height * down)))
    assert isinstance(found, tuple)
    return tuple(part > 128 for part in found)


RED, LIME, BLUE, WHITE = (True, False, False), (False, True, False), (False, False, True), (True, True, True)


def test_every_shape_follows_the_focal_point_or_its_own_crop(client: Client, framed: Photo) -> None:
    framed.focal_x, framed.focal_y, framed.crops = 100, 100, {"16x9": [0, 0, 4000]}
    intake.keep(framed)
    square = seen(client, framed, "1x1")
    assert square.size == (320, 320)
    assert [colour(square, 0.1, 0.1), colour(square, 0.9, 0.9)] == [RED, WHITE]
    wide = seen(client, framed, "16x9")
    assert wide.size == (320, 180)
    assert {colour(wide, 0.1, 0.1), colour(wide, 0.9, 0.9)} == {RED}
    assert colour(seen(client, framed, "full"), 0.9, 0.1) == LIME


@pytest.mark.parametrize(("rotation", "corner"), [(0, RED), (90, BLUE), (180, WHITE), (270, LIME)])
def test_it_is_turned_clockwise(client: Client, framed: Photo, rotation: int, corner: tuple[bool, ...]) -> None:
    framed.rotation = rotation
    intake.keep(framed)
    image = seen(client, framed, "full")
    assert colour(image, 0.1, 0.1) == corner
    assert (image.width > image.height) == (rotation in (0, 180))
    assert (framed.picture().width, framed.picture().height) == ((1200, 800) if rotation in (0, 180) else (800, 1200))


def test_another_crop_is_another_address_and_the_old_one_goes_on(client: Client, framed: Photo) -> None:
    before = framed.picture()
    framed.rotation = 180
    intake.keep(framed)
    assert renditions.address(framed.picture(), 320) != renditions.address(before, 320)
    answer = client.get(renditions.address(before, 320, kind="webp"))
    assert colour(Image.open(io.BytesIO(answer.getvalue())).convert("RGB"), 0.1, 0.1) == RED
    framed.rotation = 0
    intake.keep(framed)
    assert framed.picture() == before
    assert Print.objects.count() == 2


def test_a_photo_that_may_not_be_cropped_is_shown_whole(client: Client, photo: Callable[..., Photo]) -> None:
    whole = photo(is_whole=True)
    key = whole.print_key
    assert client.get(f"/photos/{key}-full-320.jpg").getvalue()
    assert client.get(f"/photos/{key}-4x3-320.jpg").status_code == 404
    assert whole.picture().shaped("4x3") == "full"


def test_changes_of_the_framing_are_taken_back_one_by_one(framed: Photo) -> None:
    for focal_x in (10, 20, 20, 30):
        before = framed.framing
        framed.focal_x = focal_x
        intake.keep(framed, framed=before)
    steps = []
    while framed.frame_as_before():
        steps.append(framed.focal_x)
    assert steps == [20, 10, 50]
