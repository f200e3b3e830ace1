"""What somebody has typed and not saved: kept for that person alone, offered again, and never part of the history."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from taggit.utils import parse_tags

from articles import body, comparing, content, merging
from articles.addresses import id_in
from articles.bylines import BylineRole
from articles.content import Content, Name
from articles.kinds import Kind
from articles.models import Article, Buffer, Presence

if TYPE_CHECKING:
    from staff.models import Person

# Fields of the form that say nothing about the story.
FORM_MATTERS = ("csrfmiddlewaretoken", "seen_version", "_")
# No database keeps these and no page can show them: NUL, and half of a character that a script cut in two.
NO_TEXT = re.compile("[\0\ud800-\udfff]")
LONGEST = 3_000_000
KEPT_FOR = timedelta(days=30)

Pairs = Sequence[tuple[str, str]]


class TooMuch(ValueError):
    """Raised where more was typed than LONGEST characters: nothing of it is kept."""

    def __init__(self) -> None:
        super().__init__("This is more than can be kept.")


@dataclass(frozen=True)
class Kept:
    """Typed words that were found again, and how they differ from what is stored, in the ends of a sentence."""

    buffer: Buffer
    says: Sequence[str]


def typed(fields: Pairs, before: Content | None = None) -> Content:
    """The content that a half-filled form holds, read leniently; what the form does not have is taken from `before`."""
    sent = dict(fields)
    found: dict[str, Any] = dict(before or content.of(Article()))
    for field in content.FIELDS:
        if field in sent and field not in {*content.ROWS, *content.REFERENCES, "body"}:
            found[field] = sent[field].strip()
    for field in content.REFERENCES:
        if field in sent:
            found[field] = _number(sent[field])
    if found["kind"] not in Kind.values:
        found["kind"] = Article().kind
    if "headline" in sent:
        found["headline"] = " ".join(sent["headline"].split())
    if "body" in sent:
        found["body"] = body.clean(sent["body"])
    if "tags" in sent:
        found["tags"] = sorted(set(parse_tags(sent["tags"])), key=str.casefold)
    if "bylines-TOTAL_FORMS" in sent:
        found["names"] = _names(sent)
    return cast(Content, found)


def _names(sent: Mapping[str, str]) -> list[Name]:
    rows = []
    for number in range(min(_number(sent["bylines-TOTAL_FORMS"]) or 0, 200)):
        row = {name: sent.get(f"bylines-{number}-{name}", "") for name in ("author", "role", "wording", "position")}
        author = _number(row["author"])
        if author and not sent.get(f"bylines-{number}-DELETE") and row["role"] in BylineRole.values:
            position = _number(row["position"]) or 0
            rows.append((position, Name(author=author, role=row["role"], wording=row["wording"].strip())))
    return [name for _, name in sorted(rows, key=lambda row: row[0])]


def _number(text: str) -> int | None:
    return id_in(text) or None


def tab_in(text: str) -> str:
    """The name of a tab as a page sends it; empty for none."""
    return NO_TEXT.sub("", text)[:36]


def of_the_story(person: "Person", article: Article | None, fields: Pairs) -> Pairs:
    """What a form says of the story, as far as it can be kept. That it translates one which this person may not open,
    and the stored story does not say, is left out: its headline would be told.
    """
    cleaned = ([NO_TEXT.sub("", text) for text in pair] for pair in fields)
    said = [(name, value) for name, value in cleaned if not name.startswith(FORM_MATTERS)]
    if first := id_in(dict(said).get("translation_of", "")):
        is_known = Q(pk=first) | Q(pk=article.pk if article else None, translation_of=first)
        if not Article.objects.visible_to(person).filter(is_known).exists():
            said = [(name, value) for name, value in said if name != "translation_of"]
    return said


@transaction.atomic
def keep(person: "Person", tab: str, article: Article | None, version: int, fields: Pairs) -> Kept | None:
    """Keep what was typed in a tab; None, and nothing is kept, where it says no more than what is stored.

    Raises TooMuch.
    """
    kept_fields = of_the_story(person, article, fields)
    if sum(len(value) for _, value in kept_fields) > LONGEST:
        raise TooMuch
    buffer, _ = Buffer.objects.update_or_create(
        person=person, tab=tab, defaults={"article": article, "version": version, "fields": kept_fields,
                                          "saved_at": timezone.now()},
    )  # fmt: skip
    kept = _kept(buffer, article)
    if kept is None:
        buffer.delete()
    return kept


def found_again(person: "Person", article: Article | None) -> list[Kept]:
    """What this person typed for the story (None: for one never saved) and did not save, the latest first."""
    Buffer.objects.filter(person=person, saved_at__lt=timezone.now() - KEPT_FOR).delete()
    buffers = Buffer.objects.filter(person=person, article=article)
    found = [(buffer, _kept(buffer, article)) for buffer in buffers]
    Buffer.objects.filter(pk__in=[buffer.pk for buffer, kept in found if kept is None]).delete()
    return [kept for _, kept in found if kept is not None]


def unsaved(person: "Person") -> list[Buffer]:
    """Everything that this person typed lately and did not save, the latest first."""
    mine = Buffer.objects.filter(person=person, saved_at__gte=timezone.now() - KEPT_FOR)
    return list(mine.select_related("article").defer("article__body"))


def words(buffer: Buffer) -> Content:
    """What was typed, with nothing that the person did not send themselves."""
    return typed(buffer.fields)


def as_fields(words: Content) -> Pairs:
    """A content as the form would send it."""
    plain = {name: value for name, value in words.items() if name not in content.ROWS}
    rows = words["names"]
    found = [(name, "" if value is None else str(value)) for name, value in plain.items()]
    found += [("tags", ", ".join(f'"{tag}"' for tag in words["tags"])), ("bylines-TOTAL_FORMS", str(len(rows)))]
    for number, row in enumerate(rows):
        values = {**row, "position": number}
        found += [(f"bylines-{number}-{name}", str(value)) for name, value in values.items()]
    return found


@transaction.atomic
def set_free(buffer: Buffer) -> None:
    """Let what was typed for a story become a story of its own: it is offered where a new one is written."""
    Buffer.objects.filter(pk=buffer.pk).update(article=None, version=0)


def forget(person: "Person", tab: str) -> None:
    """Let go of what was typed in a tab: it is saved, or thrown away."""
    Buffer.objects.filter(person=person, tab=tab).delete()


def _kept(buffer: Buffer, article: Article | None) -> Kept | None:
    """The buffer with what differs from what is stored; None where nothing of it would be lost without it."""
    stored = content.of(article) if article else None
    base = stored
    if article and buffer.version != article.version:
        revision = article.revisions.filter(version=buffer.version).first()
        base = revision.content if revision else stored
    wanted = typed(buffer.fields, base)
    if base is None:
        empty = content.of(Article())
        written = [field for field in content.differing(empty, wanted) if field not in {"language", "kind"}]
        return Kept(buffer, [f"wrote the {content.CALLED[field]}" for field in written]) if written else None
    if stored is not None and _holds(stored, base, wanted):
        return None
    return Kept(buffer, comparing.sentences(base, wanted))


def _holds(stored: Content, base: Content, wanted: Content) -> bool:
    """Whether what was typed is in the stored story already, perhaps beside what others did."""
    merge = merging.merge(base, stored, wanted)
    return not merge.collisions and merge.content == stored


def present(person: "Person", article: Article) -> list[Presence]:
    """Note that this person has the story open; who else has, the longest first."""
    now = timezone.now()
    mine, is_new = Presence.objects.get_or_create(
        article=article, person=person, defaults={"since": now, "seen_at": now}
    )
    if not is_new:
        # Back after having been away: since now, not since then.
        since = mine.since if mine.seen_at > now - timedelta(minutes=5) else now
        Presence.objects.filter(pk=mine.pk).update(seen_at=now, since=since)
    others = Presence.objects.here().filter(article=article).exclude(person=person)
    return list(others.select_related("person").order_by("since"))
