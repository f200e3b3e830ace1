"""Two versions of a story side by side: what changed, as prose with the words marked."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from articles import body
from articles.body import PhotoReference
from articles.bylines import BylineRole
from articles.content import CALLED, Content, Name, differing
from articles.kinds import Kind
from articles.models import Article, Author, Section
from media.models import Photo

# A sign that is written as an entity is one sign: half of it in <ins> would be neither.
TOKEN = re.compile(r"<[^>]*>|&#?\w+;|\s+|[^\s<\w]|\w+")
BLOCK = re.compile(r"<(?P<tag>p|h2|h3|li)(?P<rest>[^>]*)>(?P<words>.*)</(?P=tag)>", re.DOTALL)
# Below this share of words in common, a paragraph was replaced rather than edited.
ALIKE = 0.4
# How many paragraphs on the one that became another is looked for: of two long texts, all with all would take minutes.
NEAR = 20


def marked(old: str, new: str) -> SafeString:
    """Plain words of `new` with what was added in <ins> and what is gone in <del>."""
    return mark_safe("".join(_marked(escape(old), escape(new))))  # noqa: S308 - escaped above


def _marked_body(old: str, new: str, figure: Callable[[PhotoReference], str]) -> SafeString:
    """The prose of two stored bodies, changes marked word by word; photos are shown as `figure` makes them."""
    before, after = old.splitlines(), new.splitlines()
    parts: list[str] = []
    for code, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if code == "equal":
            parts += after[j1:j2]
        else:
            parts += _changed(before[i1:i2], after[j1:j2])
    return body.render("\n".join(parts), figure)


def _changed(before: Sequence[str], after: Sequence[str]) -> Iterable[str]:
    """Blocks that differ: each new one against the old one that it is most like, in their order."""
    left = list(before)
    for block in after:
        twin = next((old for old in left[:NEAR] if _likeness(old, block) >= ALIKE), None)
        if twin is not None:
            position = left.index(twin)
            yield from (_whole(old, "del") for old in left[:position])
            del left[: position + 1]
            yield _edited(twin, block)
        else:
            yield _whole(block, "ins")
    yield from (_whole(old, "del") for old in left)


def _likeness(old: str, new: str) -> float:
    one, other = BLOCK.fullmatch(old), BLOCK.fullmatch(new)
    if not one or not other:
        return 0.0
    # Any two texts have the spaces between their words in common.
    before, after = ([token for token in TOKEN.findall(block["words"]) if token.strip()] for block in (one, other))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _edited(old: str, new: str) -> str:
    one, other = BLOCK.fullmatch(old), BLOCK.fullmatch(new)
    if not one or not other:
        return _whole(old, "del") + _whole(new, "ins")
    words = "".join(_marked(one["words"], other["words"]))
    return f"<{other['tag']}{other['rest']}>{words}</{other['tag']}>"


def _marked(old: str, new: str) -> Iterable[str]:
    """Tokens of HTML, changed words in <ins> or <del>. Tags of the new text stay as they are, those of the old go."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    for code, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if code == "equal":
            yield from after[j1:j2]
        else:
            yield _wrapped("".join(token for token in before[i1:i2] if not token.startswith("<")), "del")
            yield from _around_tags(after[j1:j2])


def _around_tags(tokens: Sequence[str]) -> Iterable[str]:
    words = ""
    for token in tokens:
        if token.startswith("<"):
            yield _wrapped(words, "ins")
            yield token
            words = ""
        else:
            words += token
    yield _wrapped(words, "ins")


def _wrapped(words: str, tag: str) -> str:
    return f"<{tag}>{words}</{tag}>" if words.strip() else (words if tag == "ins" else "")


def _whole(block: str, tag: str) -> str:
    return f'<div class="whole-{tag}"><{tag}>{block}</{tag}></div>'


# --- In sentences ---


def sentences(old: Content | None, new: Content) -> list[str]:
    """What a save did, as the ends of a sentence that begins with a name: “changed the headline”, “cut a paragraph”."""
    if old is None:
        return ["wrote the story"] if body.plain_text(new["body"]) else ["began the story"]
    said: list[str] = []
    for field in differing(old, new):
        said += SPEAKERS.get(field, _changed_field)(field, old, new)
    return said or ["saved the story"]


def _changed_field(field: str, old: Content, new: Content) -> list[str]:
    before, after = (str(content[field] or "") for content in (old, new))  # type: ignore[literal-required]
    verb = "changed" if before and after else "wrote" if after else "removed"
    return [f"{verb} the {CALLED[field]}"]


def _section(field: str, old: Content, new: Content) -> list[str]:
    name = Section.objects.filter(pk__in=[new["section"]]).values_list("name", flat=True).first()
    return [f"moved the story to {name}" if name else "took the story out of its section"]


def _translation(field: str, old: Content, new: Content) -> list[str]:
    first = in_words(field, new)
    return [f"called it a translation of “{first}”" if first else "called it no translation any more"]


def _kind(field: str, old: Content, new: Content) -> list[str]:
    return [f"called it {Kind(new['kind']).label.lower()}"]


def _tags(field: str, old: Content, new: Content) -> list[str]:
    added = [tag for tag in new["tags"] if tag not in old["tags"]]
    gone = [tag for tag in old["tags"] if tag not in new["tags"]]
    said = [f"tagged it {listed([f'“{tag}”' for tag in added])}"] if added else []
    if gone:
        said.append(f"removed the tag{'s' if len(gone) > 1 else ''} {listed([f'“{tag}”' for tag in gone])}")
    return said


def _names(field: str, old: Content, new: Content) -> list[str]:
    before, after = ({name["author"] for name in content["names"]} for content in (old, new))
    names = dict(Author.objects.filter(pk__in=before | after).values_list("pk", "name"))
    added = [names[pk] for pk in after - before if pk in names]
    gone = [names[pk] for pk in before - after if pk in names]
    said = [f"added {listed(sorted(added))} to the byline"] if added else []
    said += [f"took {listed(sorted(gone))} off the byline"] if gone else []
    return said or ["changed the byline"]


def _lead(field: str, old: Content, new: Content) -> list[str]:
    photo = Photo.objects.filter(pk__in=[new["lead_photo"]]).first()
    if photo is None:
        return ["removed the lead photo"]
    return [f"chose a lead photo{_by(photo)}"]


def _body(field: str, old: Content, new: Content) -> list[str]:
    counts = _paragraphs(body.without_photos(old["body"]).splitlines(), body.without_photos(new["body"]).splitlines())
    said = [f"{verb} {_counted(number)}" for verb, number in counts if number]
    before, after = ([reference.photo_id for reference in body.photos(content["body"])] for content in (old, new))
    photos = Photo.objects.in_bulk(set(before) ^ set(after))
    said += [f"added a photo{_by(photos.get(pk))}" for pk in after if pk not in before]
    said += [f"removed a photo{_by(photos.get(pk))}" for pk in before if pk not in after]
    return said or ["moved or changed photos in the text"]


def _paragraphs(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int]]:
    edited = added = cut = 0
    for code, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if code != "equal":
            both = min(i2 - i1, j2 - j1)
            edited, added, cut = edited + both, added + j2 - j1 - both, cut + i2 - i1 - both
    return [("edited", edited), ("added", added), ("cut", cut)]


NUMBERS = ("no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _counted(number: int) -> str:
    said = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"{said} paragraph{'s' if number != 1 else ''}"


def _by(photo: Photo | None) -> str:
    return f" by {photo.credit_line}" if photo and photo.credit_line else ""


def listed(words: Sequence[str]) -> str:
    """Words in a row as one says them: “a, b and c”."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


SPEAKERS: dict[str, Callable[[str, Content, Content], list[str]]] = {
    "section": _section,
    "kind": _kind,
    "translation_of": _translation,
    "tags": _tags,
    "names": _names,
    "lead_photo": _lead,
    "body": _body,
}


# --- Field by field ---


@dataclass(frozen=True)
class Difference:
    """A field that differs between two contents: its name, what it is called, and its words, marked."""

    field: str
    called: str
    marked: SafeString


def differences(old: Content, new: Content, figure: Callable[[PhotoReference], str]) -> list[Difference]:
    """Every field in which two contents differ, with what changed marked."""
    return [
        Difference(
            field,
            CALLED[field],
            _marked_body(old["body"], new["body"], figure)
            if field == "body"
            else marked(in_words(field, old), in_words(field, new)),
        )
        for field in differing(old, new)
    ]


def in_words(field: str, content: Content) -> str:
    """The value of a field as a person reads it; a body as plain text."""
    value: Any = content[field]  # type: ignore[literal-required]
    match field:
        case "body":
            return body.plain_text(value)
        case "names":
            return _names_in_words(value)
        case "section":
            return Section.objects.filter(pk__in=[value]).values_list("name", flat=True).first() or "—"
        case "lead_photo":
            photo = Photo.objects.filter(pk__in=[value]).first()
            return str(photo) if photo else "—"
        case "translation_of":
            value = Article.objects.filter(pk__in=[value]).values_list("headline", flat=True).first()
        case "tags":
            return ", ".join(value)
    return str(value or "")


def _names_in_words(names: Sequence[Name]) -> str:
    known = Author.objects.in_bulk([name["author"] for name in names])
    return " · ".join(
        name["wording"]
        or f"{BylineRole(name['role']).label} {known[name['author']].name if name['author'] in known else 'somebody'}"
        for name in names
    )
