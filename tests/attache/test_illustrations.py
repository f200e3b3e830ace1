"""The pictures of the demo: every one is a picture, of its size, with something on it, and always the same."""

import io
import tomllib

import pytest
from PIL import Image

from attache.demo import newsroom
from attache.demo.illustrations import KEYS, draw

TALL = {"library-stairs", "bakery", "chessboard", "old-letters"}


@pytest.mark.parametrize("key", KEYS)
def test_it_is_a_picture_of_its_size(key: str) -> None:
    image = Image.open(io.BytesIO(draw(key)))
    square = key.startswith("portrait-")
    assert image.format == "JPEG"
    assert image.size == ((1000, 1000) if square else (1500, 2000) if key in TALL else (2000, 1333))
    colours = image.resize((40, 40)).getcolors(1600)
    assert colours
    assert len(colours) > 40


@pytest.mark.parametrize("key", ["ferry-dusk", "old-letters", "portrait-ines-varga"])
def test_it_is_the_same_picture_each_time(key: str) -> None:
    assert draw(key) == draw(key)


def test_an_unknown_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="no picture “nothing”"):
        draw("nothing")


def test_every_picture_of_the_plan_can_be_drawn_and_has_its_words() -> None:
    plan = tomllib.loads((newsroom.FOLDER / "newsroom.toml").read_text(encoding="utf-8"))
    assert {picture["key"] for picture in plan["pictures"]} == set(KEYS)
    for picture in plan["pictures"]:
        assert picture["caption"]
        assert picture["credit"]
        assert picture["alt"]
