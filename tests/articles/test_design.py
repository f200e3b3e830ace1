"""A paper that looks like somebody's own: colours that can be read, templates that extend ours."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

CSS = (Path(__file__).resolve().parents[2] / "articles/static/articles/paper/paper.css").read_text()


def colours(block: str) -> dict[str, str]:
    """The tokens of a block that are colours."""
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", block))


def light_of(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_accent_can_be_read_on_its_ground(mode: str) -> None:
    first, second = re.findall(r":root \{(.*?)\n *\}", CSS, re.DOTALL)[:2]
    found = colours(first) | (colours(second) if mode == "dark" else {})
    for name in ("ink", "soft", "red", "blue", "green", "ochre", "violet", "teal", "slate"):
        for ground in ("paper", "tint"):
            one, other = sorted((light_of(found[name]), light_of(found[ground])))
            assert (other + 0.05) / (one + 0.05) >= 4.5, (name, ground)


def test_a_template_of_ones_own_extends_ours(client: Client, db: None, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "paper").mkdir()
    own = '{% extends "paper/base.html" %}{% block styles %}{{ block.super }}<link href="/house.css">{% endblock %}'
    (tmp_path / "paper/base.html").write_text(own)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    page = client.get("/").content.decode()
    assert page.index("paper.css") < page.index("/house.css") < page.index("<body")
    assert "Nothing has gone to print yet" in page
