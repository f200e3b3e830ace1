"""The roles of a newsroom, what each may do, and who holds them in which sections until when.

The code is the list. A person's duties (`articles.models.Duty`) say which roles they hold; permissions follow from
these at each request, so that a duty which has ended has ended everywhere.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest

from articles.workflow import BY_CODE, UNSPIKED, Publication, Stage

if TYPE_CHECKING:
    from articles.models import Article, Duty, Section
    from staff.models import Person


class Reach(Enum):
    """Which stories a role is about."""

    OWN = "their own"
    UNASSIGNED = "those that nobody writes yet, in their sections"
    COPY_EDIT = "those in copy edit, in their sections"
    EVERY = "every story of their sections"


@dataclass(frozen=True)
class Role:
    """A role: what it allows in words, which pages it opens, which stories it is about, and what it does with them."""

    code: str
    name: str
    allows: str
    pages: frozenset[str] = frozenset()
    reach: frozenset[Reach] = frozenset()
    edits: frozenset[Stage] = frozenset()
    photos_only: bool = False
    verbs: frozenset[str] = frozenset()
    rights: frozenset[str] = frozenset()
    # The stages at which stories that nobody holds wait for this role; `takes_up_last`: only where no other is there.
    takes_up: frozenset[Stage] = frozenset()
    takes_up_last: bool = False

    def may_approve_at(self, stage: str) -> bool:
        """Whether it can take the next step with a story at that stage, and so may hold it there."""
        return "approve" in self.verbs and stage in self.edits


def _pages(app: str, model: str, *may: str) -> frozenset[str]:
    return frozenset(f"{app}.{verb}_{model}" for verb in may)


EVERYTHING = ("view", "add", "change", "delete")
STORIES_READ = _pages("articles", "article", "view", "change")
DESK = (
    STORIES_READ
    | _pages("articles", "section", "view")
    | _pages("articles", "author", "view")
    | _pages("taggit", "tag", "view")
)
WRITING = DESK | _pages("articles", "article", "add")
PHOTOS_TAKEN_IN = _pages("media", "photo", "view", "add")
PHOTO_DESK = _pages("media", "photo", *EVERYTHING) | _pages("media", "licence", *EVERYTHING)
EDITING = (
    WRITING
    | PHOTOS_TAKEN_IN
    | _pages("articles", "article", "delete")
    | _pages("media", "photo", "change")
    | _pages("media", "licence", "view")
    | _pages("articles", "author", "add", "change")
    | _pages("articles", "series", "view", "add", "change")
    | _pages("articles", "page", "view")
    | _pages("articles", "front", "view", "change")
    | _pages("taggit", "tag", "add", "change")
    | _pages("articles", "report", "view", "change")
    | _pages("articles", "stylerule", "view")
)
# The settings of the paper: there is one, so that none is added or deleted.
PAPER = _pages("articles", "paper", "view", "change")
SHORTEN_EMBARGO = "shorten_embargo"
OVERRIDE_FOUR_EYES = "override_four_eyes"
ASSIGN = "assign"
ARRANGE = "arrange"
OWN_VERBS = frozenset({"submit", "spike", "revive"})

ROLES = (
    Role(
        "contributor", "Contributor", "Writes and sees their own stories, and submits them.",
        pages=WRITING | _pages("media", "photo", "view"), reach=frozenset({Reach.OWN}), edits=frozenset({Stage.DRAFT}),
        verbs=OWN_VERBS,
    ),
    Role(
        "writer", "Writer", "Writes their own stories, claims those that nobody writes yet, and brings photos in.",
        pages=WRITING | PHOTOS_TAKEN_IN, reach=frozenset({Reach.OWN, Reach.UNASSIGNED}),
        edits=frozenset({Stage.DRAFT, Stage.SUBMITTED}), verbs=OWN_VERBS | {"claim"},
    ),
    Role(
        "section-editor", "Section editor",
        "Edits, assigns and publishes the stories of their sections, arranges their fronts, keeps tags and authors.",
        pages=EDITING, reach=frozenset({Reach.OWN, Reach.EVERY}), edits=frozenset(UNSPIKED), verbs=frozenset(BY_CODE),
        rights=frozenset({ASSIGN, ARRANGE}), takes_up=frozenset({Stage.SUBMITTED, Stage.READY}),
    ),
    Role(
        "copy-editor", "Copy editor", "Edits and approves what is in copy edit; publishes nothing.",
        pages=DESK | PHOTOS_TAKEN_IN, reach=frozenset({Reach.COPY_EDIT}), edits=frozenset({Stage.COPY_EDIT}),
        verbs=frozenset({"claim", "hand_over", "return", "approve"}), takes_up=frozenset({Stage.COPY_EDIT}),
    ),
    Role(
        "photo-editor", "Photo editor", "Keeps the photo desk, and the photos in stories; their words are not touched.",
        pages=DESK | PHOTO_DESK, reach=frozenset({Reach.EVERY}), edits=frozenset(UNSPIKED),
        photos_only=True,
    ),
    Role(
        "editor-in-chief", "Editor-in-chief", "Everything editorial.",
        pages=EDITING | PHOTO_DESK | _pages("articles", "author", "delete")
        | _pages("articles", "section", *EVERYTHING) | _pages("taggit", "tag", "delete")
        | _pages("articles", "series", "delete") | _pages("articles", "page", *EVERYTHING)
        | _pages("articles", "stylerule", *EVERYTHING) | PAPER,
        reach=frozenset({Reach.OWN, Reach.EVERY}), edits=frozenset(UNSPIKED), verbs=frozenset(BY_CODE),
        rights=frozenset({ASSIGN, ARRANGE, SHORTEN_EMBARGO, OVERRIDE_FOUR_EYES}),
        takes_up=frozenset({Stage.SUBMITTED, Stage.COPY_EDIT, Stage.READY}), takes_up_last=True,
    ),
    Role(
        "administrator", "Administrator",
        "Keeps staff accounts and the settings of the paper; stories only by another role.",
        pages=_pages("staff", "person", "view", "change") | _pages("staff", "invitation", "view", "add")
        | _pages("staff", "event", "view") | PAPER | {"attache.consult_doctor"},
    ),
)  # fmt: skip

BY_ROLE = {role.code: role for role in ROLES}


@dataclass(frozen=True)
class Held:
    """A role that somebody holds today; `sections` are their ids, None for every section."""

    role: Role
    sections: frozenset[int] | None = field(default=None)

    def covers(self, section_id: int | None) -> bool:
        """Whether the role is held for that section; a story without one is everybody's who holds it everywhere."""
        return self.sections is None or section_id in self.sections

    def within(self, of: str) -> Q:
        """The stories of its sections; `of` as for `visible`."""
        return Q() if self.sections is None else Q(**{f"{of}section__in": self.sections})


def held(person: "Person") -> tuple[Held, ...]:
    """The roles that this person holds today, asked of the database once for each request.

    Whoever has every right holds every role everywhere; who is suspended, or nobody, holds none.
    """
    from articles.models import Duty

    if not person.is_active or not person.pk:
        return ()
    if person.is_superuser:
        return tuple(Held(role) for role in ROLES)
    known: tuple[Held, ...] | None = getattr(person, "_held", None)
    if known is None:
        known = _know(person, Duty.objects.current().filter(person=person.pk).prefetch_related("sections"))
    return known


def _know(person: "Person", duties: "Iterable[Duty]") -> tuple[Held, ...]:
    known = tuple(
        Held(BY_ROLE[duty.role], frozenset(section.pk for section in duty.sections.all()) or None) for duty in duties
    )
    person._held = known  # type: ignore[attr-defined]
    return known


class DutyBackend(ModelBackend):
    """Signs in with address and password; permissions are those of the roles held today, and no others."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """The pages that the roles open. Which stories are within reach is asked by the functions below."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        return {page for duty in held(user_obj) for page in duty.role.pages}

    get_group_permissions = get_all_permissions

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """None: nothing is given to a person past the roles."""
        return set()


def _profiles(person: "Person") -> list[int]:
    """The author's profile of this person, if there is one; asked once for each request.

    By its id the database knows how many stories that is, where by the account it would guess.
    """
    from articles.models import Author

    known: list[int] | None = getattr(person, "_profiles", None)
    if known is None:
        known = list(Author.objects.filter(account=person.pk).values_list("pk", flat=True))
        person._profiles = known  # type: ignore[attr-defined]
    return known


def visible(person: "Person", of: str = "") -> Q:
    """The stories that this person may open; `of` is the way to them from another model (“article__”)."""
    from articles.models import Article, Byline

    wanted = Q(pk__in=())
    few: list[QuerySet[Any]] = []
    for duty in held(person):
        reach, within = duty.role.reach, duty.within("")
        if Reach.EVERY in reach and duty.sections is None:
            return Q()
        if Reach.EVERY in reach:
            wanted |= duty.within(of)
        if Reach.OWN in reach:
            few.append(Article.objects.filter(writer=person.pk).order_by().values("pk"))
            few.append(Byline.objects.filter(author__in=_profiles(person)).order_by().values("article"))
        if Reach.COPY_EDIT in reach:
            few.append(Article.objects.filter(within, stage=Stage.COPY_EDIT).order_by().values("pk"))
        if Reach.UNASSIGNED in reach:
            few.append(Article.objects.filter(within, writer=None, stage=Stage.DRAFT).order_by().values("pk"))
    # One list of ids is found by indexes; a row of alternatives makes the database look through the whole archive.
    return wanted | Q(**{f"{of}pk__in": few[0].union(*few[1:])}) if few else wanted


def within_reach_of(person: "Person", having: Callable[[Role], object], of: str = "") -> Q:
    """The stories of the sections for which this person holds a role `having` something; `of` as for `visible`."""
    wanted = Q(pk__in=())
    for duty in held(person):
        if having(duty.role):
            if duty.sections is None:
                return Q()
            wanted |= duty.within(of)
    return wanted


def _reaching(
    person: "Person", article: "Article", having: Callable[[Role], object] = lambda role: True
) -> Iterable[Role]:
    """The roles by which this person has to do with this story as it stands, of those `having` something."""
    is_own: bool | None = None
    for duty in held(person):
        if not having(duty.role):
            continue
        within = duty.covers(article.section_id)
        reach = duty.role.reach
        if (
            (Reach.EVERY in reach and within)
            or (Reach.COPY_EDIT in reach and within and article.stage == Stage.COPY_EDIT)
            or (Reach.UNASSIGNED in reach and within and not article.writer_id and article.stage == Stage.DRAFT)
        ):
            yield duty.role
        elif Reach.OWN in reach:
            if is_own is None:
                is_own = is_own_story(person, article)
            if is_own:
                yield duty.role


def is_own_story(person: "Person", article: "Article") -> bool:
    """Whether this person writes the story or stands in its byline, whose authors may have been fetched with it."""
    if article.writer_id == person.pk:
        return True
    if "bylines" in getattr(article, "_prefetched_objects_cache", {}):
        return any(name.author.account_id == person.pk for name in article.bylines.all())
    return article.bylines.filter(author__account=person.pk).exists()


class Hand(Enum):
    """What somebody's saving of a story does to it."""

    NONE = "nothing: it may be read only"
    PHOTOS = "changes its photos"
    PROPOSES = "is proposed to the desk, because readers have the story"
    EDITS = "changes it"


def hand(person: "Person", article: "Article", publication: str) -> Hand:
    """What this person may do to the words of a story of which readers have `publication`.

    Once a story is live, or scheduled to be, whoever may not publish it proposes changes and does not make them.
    """
    roles = list(_reaching(person, article))
    if any("publish" in role.verbs and article.stage in role.edits for role in roles):
        return Hand.EDITS
    is_out = publication in {Publication.LIVE, Publication.SCHEDULED}
    if is_out and article.stage != Stage.SPIKED and any(role.edits for role in roles):
        return Hand.PROPOSES
    editing = [role for role in roles if article.stage in role.edits]
    if any(not role.photos_only for role in editing):
        return Hand.EDITS
    return Hand.PHOTOS if editing else Hand.NONE


def may(person: "Person", verb: str, article: "Article") -> bool:
    """Whether one of the person's roles has this verb for this story."""
    return any(_reaching(person, article, lambda role: verb in role.verbs))


def has_right(person: "Person", right: str, article: "Article") -> bool:
    """Whether one of the person's roles has this right (ASSIGN ...) over this story."""
    return any(_reaching(person, article, lambda role: right in role.rights))


def may_arrange(person: "Person", section: "Section | None") -> bool:
    """Whether this person arranges the front of a section; for None the front page, which is every section's."""
    wanted = section.pk if section else None
    return any(ARRANGE in duty.role.rights and duty.covers(wanted) for duty in held(person))


def may_link(person: "Person") -> bool:
    """Whether this person may say whose account an author is. The account comes by all the stories that the author's
    name stands on, in whatever section, so that it takes who assigns the stories of every section.
    """
    return any(ASSIGN in duty.role.rights and duty.covers(None) for duty in held(person))


def sections_of(person: "Person") -> "QuerySet[Section]":
    """The sections in which this person may put a story."""
    from articles.models import Section

    ids: set[int] = set()
    for duty in held(person):
        if duty.role.reach and duty.sections is None:
            return Section.objects.all()
        ids |= duty.sections or frozenset()
    return Section.objects.filter(pk__in=ids)


def colleagues(section: int | None, having: Callable[[Role], object] = lambda role: True) -> "QuerySet[Person]":
    """Who works on the words of stories in the section of this id (None: in any), by a role `having` something."""
    from articles.models import Duty

    people = get_user_model().objects
    working = [role.code for role in ROLES if role.reach and not role.photos_only and having(role)]
    duties = Duty.objects.current().filter(role__in=working)
    if section:
        duties = duties.filter(Q(sections=None) | Q(sections=section))
    return people.filter(is_active=True, pk__in=duties.values("person")).order_by("name")


def readers_of(article: "Article") -> "list[Person]":
    """Everybody in the newsroom who may open the story, by name; four queries however many there are."""
    from articles.models import Article, Duty

    people = get_user_model().objects.filter(Q(is_superuser=True) | Q(duties__in=Duty.objects.current()))
    active = people.filter(is_active=True).distinct().order_by("name")
    current = Prefetch("duties", Duty.objects.current().prefetch_related("sections"), to_attr="current_duties")
    whole = Article.objects.prefetch_related("bylines__author").get(pk=article.pk)
    found: list[Person] = []
    for person in active.prefetch_related(current):
        _know(person, person.current_duties)
        if any(_reaching(person, whole)):
            found.append(person)
    return found


def person_of(request: HttpRequest) -> "Person":
    """Who asks, on a page that lets nobody in without an account."""
    return cast("Person", request.user)
