"""The one table of the workflow: the stages of a working copy, the verbs that move it, and what each verb asks.

Whether readers see a story is not a stage: it follows from its snapshots and the clock. Who may use a verb stands in
`articles.roles`; `articles.moves` carries one out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from django.db import models


class Stage(models.TextChoices):
    """How far a working copy has come."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    COPY_EDIT = "copy_edit", "Copy edit"
    READY = "ready", "Ready"
    SPIKED = "spiked", "Spiked"


class Publication(models.TextChoices):
    """What readers have of a story at a moment."""

    UNPUBLISHED = "unpublished", "Not published"
    SCHEDULED = "scheduled", "Scheduled"
    LIVE = "live", "Live"
    WITHDRAWN = "withdrawn", "Withdrawn"


class When(Enum):
    """What readers must have of the story for a verb to make sense."""

    ALWAYS = "whatever readers have"
    NOT_LIVE = "readers do not have it"
    LIVE = "readers have it"
    SCHEDULED = "it is scheduled"
    NEITHER = "it is neither live nor scheduled"


class Asks(Enum):
    """What a verb wants to know of whoever uses it."""

    REASON = auto()
    PERSON = auto()
    MOMENT = auto()
    CHANGE = auto()
    NOTICE = auto()


class Check(Enum):
    """What must be true of the story first, apart from its stage."""

    SECTION = "it has a headline and a section"
    PREFLIGHT = "the preflight stops it nowhere; a warning needs a reason"
    EMBARGO = "not before its embargo ends"
    FOUR_EYES = "where four eyes are required: not by who wrote it"


@dataclass(frozen=True)
class Verb:
    """A move of a story: from where to where, what it asks, what must be true first, and how it is told."""

    code: str
    label: str
    from_stages: frozenset[Stage]
    to: Stage | None
    told: str
    when: When = When.ALWAYS
    asks: frozenset[Asks] = frozenset()
    checks: frozenset[Check] = frozenset()

    def leads(self, stage: str, publication: str, *, is_scheduled: bool) -> bool:
        """Whether the verb can be used on a story that stands there, by anybody at all."""
        is_live = publication == Publication.LIVE
        fits = {
            When.ALWAYS: True,
            When.NOT_LIVE: not is_live,
            When.LIVE: is_live,
            When.SCHEDULED: is_scheduled,
            When.NEITHER: not is_live and not is_scheduled,
        }
        return Stage(stage) in self.from_stages and fits[self.when]


def _verb(  # noqa: PLR0913 - the columns of the table
    code: str,
    label: str,
    from_stages: Iterable[Stage],
    to: Stage | None,
    told: str,
    *,
    when: When = When.ALWAYS,
    asks: Iterable[Asks] = (),
    checks: Iterable[Check] = (),
) -> Verb:
    return Verb(code, label, frozenset(from_stages), to, told, when, frozenset(asks), frozenset(checks))


DRAFT, SUBMITTED, COPY_EDIT, READY, SPIKED = Stage
AT_THE_DESK = (SUBMITTED, COPY_EDIT, READY)
UNSPIKED = (DRAFT, *AT_THE_DESK)
GOING_OUT = (Check.PREFLIGHT, Check.EMBARGO, Check.FOUR_EYES)

VERBS = (
    _verb("submit", "Submit to the desk", [DRAFT], SUBMITTED, "submitted the story", checks=[Check.SECTION]),
    _verb("claim", "Claim", UNSPIKED, None, "claimed the story"),
    _verb("hand_over", "Hand over", UNSPIKED, None, "handed the story over", asks=[Asks.PERSON]),
    _verb("return", "Return", AT_THE_DESK, DRAFT, "returned the story", asks=[Asks.REASON]),
    _verb("copy_edit", "Send to copy edit", [DRAFT, SUBMITTED, READY], COPY_EDIT, "sent the story to copy edit",
          checks=[Check.SECTION]),
    _verb("approve", "Approve", [SUBMITTED, COPY_EDIT], READY, "approved the story", checks=[Check.PREFLIGHT]),
    _verb("schedule", "Schedule", UNSPIKED, READY, "scheduled the story", asks=[Asks.MOMENT, Asks.CHANGE],
          checks=GOING_OUT),
    _verb("publish", "Publish", UNSPIKED, READY, "published the story", when=When.NOT_LIVE, asks=[Asks.CHANGE],
          checks=GOING_OUT),
    _verb("update", "Publish update", UNSPIKED, READY, "published an update", when=When.LIVE, asks=[Asks.CHANGE],
          checks=GOING_OUT),
    _verb("unschedule", "Unschedule", UNSPIKED, None, "called off the schedule", when=When.SCHEDULED),
    _verb("withdraw", "Withdraw", Stage, None, "withdrew the story from readers", when=When.LIVE, asks=[Asks.NOTICE]),
    _verb("spike", "Spike", UNSPIKED, SPIKED, "spiked the story", when=When.NEITHER, asks=[Asks.REASON]),
    _verb("revive", "Revive", [SPIKED], DRAFT, "revived the story"),
)  # fmt: skip

BY_CODE = {verb.code: verb for verb in VERBS}
# What is recorded of a story's way beside the verbs: it moves nothing.
PLANNING = ("plan", "embargo")
RECORDED = (*BY_CODE, *PLANNING)
