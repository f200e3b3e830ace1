"""What a picture brings with it: each word from where the IPTC's standard keeps it, in whatever charset."""

import io
import json
import os
import shutil
import struct
import subprocess
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st
from PIL import Image

from articles.models import Duty
from media import apart, darkroom, intake, metadata, renditions
from media.models import Photo
from staff.models import Person

EXIFTOOL = shutil.which("exiftool")
# Where the suite decides, nothing is passed over.
needs_exiftool = pytest.mark.skipif(not EXIFTOOL and "CI" not in os.environ, reason="exiftool is not installed")


def plain(kind: str = "JPEG", **options: Any) -> bytes:
    """A picture that says nothing."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., bytes]:
    """Writes words into a picture, as other programs do: arguments of exiftool."""

    def write(*words: str, kind: str = "jpg") -> bytes:
        file = tmp_path / f"picture.{kind}"
        file.write_bytes(plain({"jpg": "JPEG", "png": "PNG", "tif": "TIFF", "webp": "WEBP"}[kind]))
        subprocess.run([str(EXIFTOOL), "-q", "-overwrite_original", *words, str(file)], check=True)  # noqa: S603
        return file.read_bytes()

    return write


def told(data: bytes, tmp_path: Path) -> str:
    """All that exiftool finds in a file."""
    file = tmp_path / "told"
    file.write_bytes(data)
    return subprocess.run(  # noqa: S603
        [str(EXIFTOOL), "-a", "-G1", "-s", str(file)], check=True, capture_output=True, text=True
    ).stdout


EVERYTHING = {
    "-XMP-dc:Description=Der Kran über dem Fluß. 港": ("caption", "Der Kran über dem Fluß. 港"),
    "-XMP-dc:Creator=Łucja Żak": ("photographer", "Łucja Żak"),
    "-XMP-photoshop:Credit=Northlight": ("credit", "Northlight"),
    "-XMP-photoshop:Source=Pool": ("agency", "Pool"),
    "-XMP-dc:Rights=© Northlight": ("copyright", "© Northlight"),
    "-XMP-xmpRights:UsageTerms=Online only": ("usage_terms", "Online only"),
    "-XMP-photoshop:City=Gdańsk": ("place", "Gdańsk, Polska"),
    "-XMP-photoshop:Country=Polska": ("place", "Gdańsk, Polska"),
    "-XMP-photoshop:DateCreated=2026:03:04 10:11:12": ("taken", "2026-03-04"),
    "-XMP-iptcExt:PersonInImage=Ana Ruiz": ("people", "Ana Ruiz"),
    "-XMP-iptcCore:AltTextAccessibility=A crane above a river": ("alt", "A crane above a river"),
    "-XMP-plus:LicensorName=Northlight Sales": ("licensor", "Northlight Sales"),
    "-XMP-plus:LicensorURL=https://northlight.example/buy": ("licensor_url", "https://northlight.example/buy"),
    "-XMP-iptcExt:DigitalSourceType=http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia": (
        "origin",
        "trainedAlgorithmicMedia",
    ),
    "-XMP-dc:Subject=harbour": ("keywords", "harbour"),
}


@needs_exiftool
@pytest.mark.parametrize("kind", ["jpg", "png", "tif", "webp"])
def test_every_word_of_the_standard_lands_in_its_field(written: Callable[..., bytes], kind: str) -> None:
    found = metadata.words_of(metadata.read(written(*EVERYTHING, kind=kind)))
    assert {name: str(found[name]) for name, _ in EVERYTHING.values()} == dict(EVERYTHING.values())


@needs_exiftool
@pytest.mark.parametrize(
    ("charset", "words"),
    [
        (["-IPTC:CodedCharacterSet=UTF8"], "Crème brûlée, 港, Ωμέγα"),
        (["-charset", "iptc=Latin"], "Crème brûlée à la façon – “du port”"),
        (["-charset", "iptc=UTF8"], "Größe: 港"),
    ],
    ids=["UTF-8 and says so", "Windows-1252 without a marker", "UTF-8 without a marker"],
)
def test_iim_is_read_in_its_charset(written: Callable[..., bytes], charset: list[str], words: str) -> None:
    found = metadata.read(written(*charset, f"-IPTC:Caption-Abstract={words}", "-IPTC:By-line=Ana"))
    assert found["caption"] == metadata.Brought((words,), "IIM 2:120")
    assert found["photographer"].text == "Ana"


@needs_exiftool
def test_where_they_disagree_xmp_wins_then_iim_then_exif(written: Callable[..., bytes]) -> None:
    three = ["-EXIF:ImageDescription=Exif", "-EXIF:Artist=Exif", "-EXIF:Copyright=Exif"]
    two = ["-IPTC:Caption-Abstract=Iim", "-IPTC:By-line=Iim"]
    found = metadata.read(written(*three, *two, "-XMP-dc:Description=Xmp"))
    assert {name: each.text for name, each in found.items()} == {
        "caption": "Xmp",
        "photographer": "Iim",
        "copyright": "Exif",
    }
    assert [found[name].origin for name in ("caption", "photographer", "copyright")] == [
        "XMP dc:description",
        "IIM 2:80",
        "EXIF 0x8298",
    ]


@needs_exiftool
def test_iim_that_was_changed_after_the_xmp_wins(written: Callable[..., bytes]) -> None:
    words = ["-XMP-dc:Description=Old", "-IPTC:Caption-Abstract=New"]
    assert metadata.read(written(*words, "-Photoshop:IPTCDigest=new"))["caption"].text == "Old"
    stale = f"-Photoshop:IPTCDigest={'0123456789abcdef' * 2}"
    assert metadata.read(written(*words, stale))["caption"].text == "New"


@needs_exiftool
@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["jpg", "webp", "avif"])
def test_readers_get_the_rights_and_nothing_else(
    written: Callable[..., bytes], client: Client, tmp_path: Path, kind: str
) -> None:
    secret = ["-GPSLatitude=54.35", "-GPSLatitudeRef=N", "-SerialNumber=SN-4711", "-Make=Acme", "-IPTC:City=Gdańsk"]
    data = written(*EVERYTHING, *secret)
    assert "SN-4711" in told(data, tmp_path)
    photo = intake.give_file(Photo(), data, name="x.jpg")
    answer = client.get(renditions.address(photo.picture(), 320, kind=kind))
    seen = told(answer.getvalue(), tmp_path)
    for name, words in (
        ("Creator", "Łucja Żak"),
        ("Credit", "Northlight/Pool (made by AI)"),
        ("Rights", "© Northlight"),
        ("UsageTerms", "Online only"),
        ("LicensorName", "Northlight Sales"),
        ("LicensorURL", "https://northlight.example/buy"),
    ):
        assert any(name in line and line.endswith(f": {words}") for line in seen.splitlines()), (name, seen)
    for hidden in ("SN-4711", "GPS", "Acme", "Gda", "harbour", "Ana Ruiz", "crane", "2026:03:04"):
        assert hidden not in seen


# What says how the picture itself is stored, and nothing of whose it is or where it was.
OF_THE_FILE = {"ExifTool", "System", "File", "JFIF", "RIFF", "QuickTime", "Meta", "Composite"}


@needs_exiftool
@pytest.mark.parametrize("kind", ["jpg", "png", "tif", "webp"])
def test_nothing_else_is_left_in_any_format(written: Callable[..., bytes], tmp_path: Path, kind: str) -> None:
    everything = [*EVERYTHING, "-GPSLatitude=54.35", "-SerialNumber=SN-4711", "-XMP-xmp:CreatorTool=Secret",
                  "-XMP-exif:GPSLatitude=54.35", "-XMP-photoshop:Instructions=Call 555"]  # fmt: skip
    words = {"creator": "Łucja Żak", "credit": "Ż <&> ”", "copyright": "©", "usage_terms": "a\nb",
             "licensor": "N", "licensor_url": "https://n.example/?a=1&b=2"}  # fmt: skip
    data = written(*everything, kind=kind)
    wanted = [["full", 320, each] for each in darkroom.FORMATS]
    _, made = apart.run("develop", data, rotation=0, boxes={"full": [0, 0, 1, 1]}, rights=words, wanted=wanted)
    for each in made:
        file = tmp_path / "made"
        file.write_bytes(each)
        told = subprocess.run([str(EXIFTOOL), "-j", "-G1", "-a", str(file)], check=True, capture_output=True)  # noqa: S603
        [found] = json.loads(told.stdout)
        left = {name: value for name, value in found.items() if name.partition(":")[0] not in OF_THE_FILE}
        assert {name: value for name, value in left.items() if name.startswith("XMP-")} == {
            "XMP-dc:Creator": "Łucja Żak",
            "XMP-photoshop:Credit": "Ż <&> ”",
            "XMP-dc:Rights": "©",
            "XMP-xmpRights:UsageTerms": "a\nb",
            "XMP-plus:LicensorName": "N",
            "XMP-plus:LicensorURL": "https://n.example/?a=1&b=2",
        }
        assert {name for name in left if not name.startswith("XMP-")} <= {"SourceFile"}


IIM = {
    "-IPTC:Caption-Abstract=Le vélo à l’entrée": ("caption", "Le vélo à l’entrée"),
    "-IPTC:By-line=Zoë Müller": ("photographer", "Zoë Müller"),
    "-IPTC:Credit=Agence Été": ("credit", "Agence Été"),
    "-IPTC:Source=Pool": ("agency", "Pool"),
    "-IPTC:CopyrightNotice=© Été": ("copyright", "© Été"),
    "-IPTC:DateCreated=2026:03:04": ("taken", "2026-03-04"),
    "-IPTC:City=Liège": ("place", "Liège, Belgique"),
    "-IPTC:Country-PrimaryLocationName=Belgique": ("place", "Liège, Belgique"),
    "-IPTC:Keywords=vélo": ("keywords", "vélo"),
}


@needs_exiftool
@pytest.mark.parametrize("kind", ["jpg", "tif"])
@pytest.mark.parametrize("charset", [["-IPTC:CodedCharacterSet=UTF8"], ["-charset", "iptc=Latin"]])
def test_every_word_of_iim_lands_in_its_field(written: Callable[..., bytes], kind: str, charset: list[str]) -> None:
    found = metadata.words_of(metadata.read(written(*charset, *IIM, kind=kind)))
    assert {name: str(found[name]) for name, _ in IIM.values()} == dict(IIM.values())


@needs_exiftool
@pytest.mark.parametrize(
    ("addresses", "taken"),
    [
        (["https://one.example/", "https://two.example/"], "https://one.example/"),
        (["two.example", "https://two.example/"], "https://two.example/"),
        (["javascript:alert(1)"], None),
    ],
)
def test_of_several_licensors_the_first_address_is_taken(
    written: Callable[..., bytes], addresses: list[str], taken: str | None
) -> None:
    said = ",".join(f"{{LicensorURL={address.replace(',', '')}}}" for address in addresses)
    found = metadata.words_of(metadata.read(written(f"-XMP-plus:Licensor=[{said}]")))
    assert found.get("licensor_url") == taken


@needs_exiftool
def test_exif_is_read_as_it_was_meant(written: Callable[..., bytes]) -> None:
    found = metadata.read(written("-EXIF:Artist=Łucja Żak", "-EXIF:Copyright=© 港", "-EXIF:ImageDescription=Plain"))
    assert [found[name].text for name in ("photographer", "copyright", "caption")] == ["Łucja Żak", "© 港", "Plain"]
    latin = metadata.read(written("-charset", "exif=Latin", "-EXIF:Artist=Zoë"))
    assert latin["photographer"].text == "Zoë"


def with_iim(*values: tuple[int, bytes]) -> bytes:
    """A picture with these datasets of record 2."""
    records = b"".join(
        b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(value)) + value for number, value in values
    )
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records + b"\0" * (len(records) % 2)
    segment = b"Photoshop 3.0\0" + resource
    data = plain()
    return data[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + data[2:]


def test_a_dataset_without_a_value_takes_no_other_along() -> None:
    found = metadata.read(with_iim((120, b""), (25, b"quay"), (25, b""), (80, b"Ana")))
    assert {name: each.values for name, each in found.items()} == {"keywords": ("quay",), "photographer": ("Ana",)}


def test_lines_end_as_everywhere_and_controls_are_left_out() -> None:
    found = metadata.read(with_iim((120, b"One.\rTwo.\r\nThree.\x00\x1b[31m"), (80, b"\xc2\x9bAna\x7f")))
    assert found["caption"].text == "One.\nTwo.\nThree.[31m"
    assert found["photographer"].text == "Ana"


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32-be", "utf-32-le"]
)
@pytest.mark.parametrize("begin", ["", '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'])
def test_xmp_is_read_in_its_charset(charset: str, begin: str) -> None:
    packet = (begin + XMP.decode().replace("The quay.", "Łódź 港")).encode(charset)
    assert metadata.read(plain("WEBP", xmp=packet))["caption"].text == "Łódź 港"


def test_a_real_packet_in_utf_16(shared: Path) -> None:
    found = metadata.read((shared / "cases" / "metadata" / "exiftool-XMP.jpg").read_bytes())
    assert found["caption"].text == "UTF-16 (big-endian) encoded XMP"
    assert found["city"] == metadata.Brought(("Kingston",), "XMP photoshop:City")


def test_only_what_may_be_a_photo_is_opened() -> None:
    for kind in ("BMP", "ICO", "TGA", "PCX", "PPM"):
        assert metadata.read(plain(kind)) == {}


REFERENCE = {
    "caption": "The description aka caption (ref2017.1)",
    "credit": "Credit Line (ref2017.1)",
    "photographer": "Creator1 (ref2017.1), Creator2 (ref2017.1)",
    "copyright": "Copyright (Notice) 2017.1 IPTC - www.iptc.org  (ref2017.1)",
    "usage_terms": "Rights Usage Termns (ref2017.1)",
    "source": "Source (ref2017.1)",
    "licensor": "Licensor Name 1 (ref2017.1), Licensor Name 2 (ref2017.1)",
    "licensor_url": "Licensor URL 1 (ref2017.1), Licensor URL 2 (ref2017.1)",
    "taken": "2017-07-13T17:01:00+00:00",
    "city": "City (Core) (ref2017.1)",
    "country": "Country (Core) (ref2017.1)",
    "people": "Person Shown 1 (ref2017.1), Person Shown 2 (ref2017.1)",
    "source_type": "http://cv.iptc.org/newscodes/digitalsourcetype/softwareImage",
}


def test_the_reference_picture_of_the_standard(shared: Path) -> None:
    found = metadata.read((shared / "cases" / "metadata" / "IPTC-PhotometadataRef-Std2017.1.jpg").read_bytes())
    assert {name: found[name].text for name in REFERENCE} == REFERENCE
    assert found["keywords"].values == ("Keyword1ref2017.1", "Keyword2ref2017.1", "Keyword3ref2017.1")


def test_real_pictures_of_agencies_and_photographers_say_who_made_them(shared: Path) -> None:
    files = sorted((shared / "cases" / "metadata").glob("exifr-iptc-*-photographer-example.jpg"))
    assert len(files) == 3
    for file in files:
        found = metadata.words_of(metadata.read(file.read_bytes()))
        assert found["photographer"] in {"David Riecks", "John Doe", "Julie Doe"}
        assert {"caption", "credit", "copyright", "taken", "place"} <= found.keys()


@given(
    st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=60)), max_size=6),
    st.text(max_size=200),
    st.sampled_from(["utf-8", "utf-16-le", "utf-32-be", "latin-1"]),
)
@rules(max_examples=100)
def test_whatever_words_a_file_has_they_can_be_stored(iim: list[tuple[int, bytes]], text: str, charset: str) -> None:
    packet = XMP.decode().replace("The quay.", escape(text)).encode(charset, "ignore")
    for data in (with_iim(*iim), plain("WEBP", xmp=packet)):
        for brought in metadata.read(data).values():
            assert all(value and len(value) <= metadata.LONGEST for value in brought.values)
            assert not set(brought.text) & {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))}
            brought.text.encode()


@given(st.binary(max_size=600))
@rules(max_examples=200)
def test_broken_metadata_is_no_reason_to_fail(junk: bytes) -> None:
    for data in (plain(xmp=junk), plain(exif=b"Exif\0\0" + junk), plain("PNG", exif=junk)):
        assert isinstance(metadata.read(data), dict)


def test_entities_and_bombs_in_xmp_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x:xmpmeta xmlns:x="adobe:ns:meta/">&a;</x:xmpmeta>'
    assert metadata.read(plain(xmp=bomb)) == {}


# --- On their way into the photo desk ---


@pytest.fixture
def desk(client: Client, db: None) -> Client:
    """The photo editor's browser."""
    lee = Person.objects.create_user("lee@paper.example", "Lee", "correct horse battery", is_staff=True)
    Duty.objects.create(person=lee, role="photo-editor")
    client.force_login(lee)
    return client


DESK = "/admin/media/photo/"
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" '
    b'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Credit="Northlight">'
    b'<dc:description><rdf:Alt><rdf:li xml:lang="de">Der Kai.</rdf:li><rdf:li xml:lang="x-default">The quay.</rdf:li>'
    b"</rdf:Alt></dc:description><dc:subject><rdf:Bag><rdf:li>quay</rdf:li><rdf:li>dawn</rdf:li></rdf:Bag></dc:subject>"
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def upload() -> io.BytesIO:
    """A picture that says something of itself, as a browser sends it."""
    file = io.BytesIO(plain(xmp=XMP))
    file.name = "quay.jpg"
    return file


@pytest.mark.django_db
def test_the_source_of_each_value_is_shown_before_anything_is_stored(desk: Client) -> None:
    found = desk.post(f"{DESK}look/", {"picture": upload()}).json()
    assert found["words"]["caption"] == {"value": "The quay.", "origin": "XMP dc:description"}
    assert found["words"]["keywords"]["value"] == "quay, dawn"
    assert {"called": "Credit line", "text": "Northlight", "origin": "XMP photoshop:Credit"} in found["said"]
    assert (found["refused"], found["twin"], Photo.objects.count()) == ("", None, 0)
    bad = io.BytesIO(b"nothing")
    bad.name = "x.jpg"
    assert "x.jpg is not a picture" in desk.post(f"{DESK}look/", {"picture": bad}).json()["refused"]
    assert desk.post(f"{DESK}look/").status_code == 400


@pytest.mark.django_db
def test_words_of_the_file_fill_what_is_empty_and_nothing_else(desk: Client) -> None:
    desk.post(f"{DESK}add/", {"upload": upload(), "caption": "Mine.", "focal_x": 50, "focal_y": 50})
    photo = Photo.objects.get()
    assert (photo.caption, photo.credit, sorted(photo.keywords.names())) == ("Mine.", "Northlight", ["dawn", "quay"])
    assert photo.brought["caption"] == {"text": "The quay.", "origin": "XMP dc:description"}
    assert "XMP dc:description" in desk.get(f"{DESK}{photo.pk}/change/").content.decode()
    assert Photo.objects.matching("DAWN northlight").get() == photo


@pytest.mark.django_db
def test_what_was_shown_and_taken_out_again_stays_out(desk: Client) -> None:
    desk.post(f"{DESK}add/", {"upload": upload(), "caption": "", "words_shown": "1", "focal_x": 50, "focal_y": 50})
    photo = Photo.objects.get()
    assert (photo.caption, photo.credit, list(photo.keywords.names())) == ("", "", [])
