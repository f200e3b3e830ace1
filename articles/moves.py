"""Moving a story through the workflow: each verb of `articles.workflow` is one atomic, recorded call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from articles import messages, moments, preflight, publishing, roles, watching
from articles.changes import Change
from articles.editing import StaleVersion, locked
from articles.models import Article, Move, Snapshot
from articles.publishing import Telling
from articles.workflow import BY_CODE, VERBS, Asks, Check, Publication, Stage, Verb

if TYPE_CHECKING:
    from staff.models import Person


class Refused(ValueError):
    """Raised where a verb cannot be used on a story now; the message says why, in words for whoever tried."""


@dataclass(frozen=True)
class Details:
    """What a verb asks for.

    `holder` is the id of whoever had claimed the story when the person looked, so that nobody takes it over unawares;
    `waived` gives a reason for each warning of the preflight by its code; `override` one for passing over four eyes.
    Without `live_until` a story that has an end keeps it, unless it is said to be `endless` from now on.
    """

    reason: str = ""
    to: "Person | None" = None
    holder: int | None = None
    live_from: datetime | None = None
    live_until: datetime | None = None
    endless: bool = False
    telling: Telling | None = None
    waived: Mapping[str, str] = field(default_factory=dict)
    override: str = ""


@dataclass(frozen=True)
class Offer:
    """A verb as it is offered on a story's page; `why_not` says what keeps it from being used, empty for nothing."""

    verb: Verb
    why_not: str = ""


def offers(article: Article, person: "Person", stands: "Standing | None" = None) -> list[Offer]:
    """The verbs that fit the story as it stands and that this person has, in the order of the table.

    `stands` spares the queries where it is known already.
    """
    stands = stands or _standing(article)
    return [
        Offer(verb, _why_not(verb, article))
        for verb in VERBS
        if verb.leads(article.stage, stands.publication, is_scheduled=stands.is_scheduled)
        and roles.may(person, verb.code, article)
        and _makes_sense(verb, article, person)
    ]


def asks_nothing(verb: Verb, article: Article, person: "Person", but: frozenset[Asks] = frozenset()) -> bool:
    """Whether the verb can be carried out at a click: it asks for nothing `but` this, and no warning needs a reason."""
    if verb.asks - {Asks.CHANGE} - but or (Asks.CHANGE in verb.asks and was_seen(article)):
        return False
    if verb.code == "claim" and article.holder_id not in (None, person.pk):
        return False
    if Check.FOUR_EYES in verb.checks and needs_other_eyes(article, person):
        return False
    return not (Check.PREFLIGHT in verb.checks and preflight.check(article))


@transaction.atomic
def perform(
    code: str, article: Article, *, by: "Person | None", seen_version: int, details: Details | None = None
) -> Move:
    """Carry out the verb `code` on the story as `by` saw it; None is the operator at the command line.

    The same verb twice, from the same page, is done once: the second is refused with words, or is the first one's
    snapshot where it publishes.

    Raises PermissionDenied where no role of the person has the verb for this story, StaleVersion if somebody saved
    since `seen_version`, NotReady with the preflight's findings, and Refused where the verb does not fit.
    """
    verb, details = BY_CODE[code], details or Details()
    article = locked(article.pk)
    if by is not None and not roles.may(by, code, article):
        raise PermissionDenied(f"{by} may not use “{verb.label}” on this story.")
    if article.version != seen_version:
        raise StaleVersion(article)
    stands = _standing(article)
    if not verb.leads(article.stage, stands.publication, is_scheduled=stands.is_scheduled):
        raise Refused(f"“{verb.label}” does not fit the story as it stands: {stands.in_words(article)}.")
    if why_not := _why_not(verb, article):
        raise Refused(why_not)
    override = _require_eyes(verb, article, by, details)
    waived = _require_preflight(verb, article, by, details)
    from_stage = article.stage
    snapshot = EFFECTS.get(code, _nothing_more)(article, by, details)
    if verb.to:
        article.stage = verb.to
    Article.objects.filter(pk=article.pk).update(
        stage=article.stage, writer=article.writer_id, editor=article.editor_id
    )
    move = Move.objects.create(
        article=article, verb=code, by=by, at=timezone.now(), version=article.version, from_stage=from_stage,
        to_stage=article.stage, reason=details.reason.strip(), to=details.to, snapshot=snapshot, waived=waived,
        override=override,
    )  # fmt: skip
    if override:
        watching.passed_over(move, f"four eyes: {override}")
    article.refresh_from_db(fields=["is_settled"])
    messages.tell_of_move(move)
    return move


# --- Where it stands ---


@dataclass(frozen=True)
class Standing:
    """What readers have of a story now, and whether something else is scheduled."""

    publication: Publication
    is_scheduled: bool

    def in_words(self, article: Article) -> str:
        """For a sentence that ends with it."""
        return f"its stage is “{article.get_stage_display()}”, and for readers it is “{self.publication.label}”"


def _standing(article: Article) -> Standing:
    if article.pk is None:
        return Standing(Publication.UNPUBLISHED, is_scheduled=False)
    is_scheduled = Snapshot.objects.filter(article=article).scheduled().exists()
    return Standing(article.publication_at(), is_scheduled=is_scheduled)


def was_seen(article: Article) -> bool:
    """Whether readers have seen the story before now."""
    return Snapshot.objects.filter(article=article).seen_by(timezone.now()).exists()


def _makes_sense(verb: Verb, article: Article, person: "Person") -> bool:
    """Whether there is a point in showing the verb to this person."""
    if verb.code == "claim":
        return article.holder_id != person.pk and _may_hold(article, person)
    if verb.code == "hand_over":
        return article.holder_id is not None
    return True


def takers(article: Article) -> "QuerySet[Person]":
    """Who may be given a story as it stands: a draft to whoever writes, anything later to who could approve it."""
    is_draft = article.stage == Stage.DRAFT
    return roles.colleagues(article.section_id, lambda role: is_draft or role.may_approve_at(article.stage))


def may_take(person: "Person", article: Article) -> bool:
    """Whether this person may be given the story as it stands, and could go on with it."""
    return takers(article).filter(pk=person.pk).exists() and _may_hold(article, person)


def _may_hold(article: Article, person: "Person") -> bool:
    """Whether the story can be theirs: a draft is held by who writes it, anything later by who could approve it."""
    return article.stage == Stage.DRAFT or roles.may(person, "approve", article)


def _why_not(verb: Verb, article: Article) -> str:
    if Check.SECTION in verb.checks and not (article.headline.strip() and article.section_id):
        return "Give it a headline and a section first: the section says whose desk it comes to."
    return ""


# --- What must be true first ---


def needs_other_eyes(article: Article, person: "Person | None") -> bool:
    """Whether the rule of four eyes keeps this person from publishing this story: it is theirs, or nobody else's."""
    if not (settings.FOUR_EYES and person):
        return False
    return roles.is_own_story(person, article) or not article.revisions.exclude(by=person).exists()


def _require_eyes(verb: Verb, article: Article, by: "Person | None", details: Details) -> str:
    if Check.FOUR_EYES not in verb.checks or not needs_other_eyes(article, by):
        return ""
    assert by is not None  # noqa: S101 - the operator is nobody's author
    override = details.override.strip()
    if not override:
        raise Refused("Who wrote a story does not publish it here: somebody else must look at it first.")
    if not roles.has_right(by, roles.OVERRIDE_FOUR_EYES, article):
        raise PermissionDenied(f"{by} may not pass over the rule of four eyes.")
    return override


def _require_preflight(verb: Verb, article: Article, by: "Person | None", details: Details) -> dict[str, str]:
    """Raise NotReady unless the story may go on; the reasons for what was waved through, as they are kept."""
    if Check.PREFLIGHT not in verb.checks:
        return {}
    if by is None:
        # The operator brings in what was edited elsewhere, and is asked for no reasons.
        preflight.require_ready(article)
        return {}
    found = preflight.require_waved_through(article, details.waived, at=details.live_from)
    return {finding.words: details.waived[finding.code].strip() for finding in found}


# --- What each verb does besides moving the stage ---

Effect = Callable[[Article, "Person | None", Details], Snapshot | None]


def _nothing_more(article: Article, by: "Person | None", details: Details) -> None:
    return None


def _claim(article: Article, by: "Person | None", details: Details) -> None:
    holder = article.holder_id
    if by is None or holder == by.pk:
        raise Refused("The story is yours already.")
    if not _may_hold(article, by):
        raise Refused("The story is with the desk now, which takes it up.")
    if holder is not None and holder != details.holder:
        raise Refused("Somebody has claimed the story in the meantime. Look who, before you take it over.")
    _hold(article, by.pk)


def _hand_over(article: Article, by: "Person | None", details: Details) -> None:
    if details.to is None:
        raise Refused("Say whom you hand the story over to.")
    if not may_take(details.to, article):
        raise Refused(f"{details.to} could do nothing with the story where it stands.")
    _hold(article, details.to.pk)


def _hold(article: Article, person: int) -> None:
    if article.stage == Stage.DRAFT:
        article.writer_id = person
    else:
        article.editor_id = person


def _return(article: Article, by: "Person | None", details: Details) -> None:
    if not details.reason.strip():
        raise Refused("Say why you return it: it is the first thing that the writer reads.")


def _submit(article: Article, by: "Person | None", details: Details) -> None:
    """To whoever is to edit it; to the whole desk where that person could do nothing with it there."""
    arrived = Article(pk=article.pk, section_id=article.section_id, writer_id=article.writer_id, stage=Stage.SUBMITTED)
    if article.editor and not roles.may(article.editor, "approve", arrived):
        article.editor_id = None


def _release(article: Article, by: "Person | None", details: Details) -> None:
    article.editor_id = None


def _telling(article: Article, details: Details) -> Telling | None:
    """What readers are told, which must be said of a story that they have seen before."""
    if not was_seen(article):
        return None
    telling = details.telling or Telling()
    if telling.change.is_told and not telling.words.strip():
        raise Refused(f"Write what readers are told: a {Change(telling.change).label.lower()} needs its words.")
    return telling


def _publish(article: Article, by: "Person | None", details: Details) -> Snapshot:
    return _put_before_readers(article, by, details, live_from=None)


def _schedule(article: Article, by: "Person | None", details: Details) -> Snapshot:
    if details.live_from is None:
        raise Refused("Say when it is to go out.")
    if details.live_from <= timezone.now():
        raise Refused(f"{moments.in_words(details.live_from)} is past. Choose a later moment, or publish now.")
    return _put_before_readers(article, by, details, live_from=details.live_from)


def _put_before_readers(
    article: Article, by: "Person | None", details: Details, *, live_from: datetime | None
) -> Snapshot:
    live_until = details.live_until or (None if details.endless else publishing.agreed_end(article))
    if live_until and live_until <= (live_from or timezone.now()):
        raise Refused(f"{moments.in_words(live_until)} is before it begins. Choose a later end, or none.")
    if live_from:
        publishing.call_off(article)
    try:
        return publishing.publish(
            article, by=by, seen_version=article.version, live_from=live_from, live_until=live_until,
            telling=_telling(article, details),
        )  # fmt: skip
    except publishing.Embargoed as embargoed:
        raise Refused(str(embargoed)) from embargoed


def _unschedule(article: Article, by: "Person | None", details: Details) -> None:
    publishing.call_off(article)


def _withdraw(article: Article, by: "Person | None", details: Details) -> None:
    publishing.withdraw(article, seen_version=article.version, farewell=details.reason)


EFFECTS: dict[str, Effect] = {
    "claim": _claim,
    "hand_over": _hand_over,
    "return": _return,
    "submit": _submit,
    "copy_edit": _release,
    "approve": _release,
    "schedule": _schedule,
    "publish": _publish,
    "update": _publish,
    "unschedule": _unschedule,
    "withdraw": _withdraw,
}
