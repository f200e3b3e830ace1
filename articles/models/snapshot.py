"""Snapshots: stories as readers see them. Reader pages know these models and no working copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import connections, models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Concat
from django.db.models.lookups import Exact, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import get_language_info
from taggit.models import Tag

from articles import bylines
from articles.body import word_count
from articles.bylines import BylineName
from articles.changes import Change
from articles.kinds import Kind
from articles.models.address import Address
from articles.models.author import Author
from articles.models.section import Section
from media.models import Photo, outside_terms
from media.pictures import Picture
from media.said import name_of

# The fields that a story's page, a list and an answer to a search show as they are.
WORDS = (
    *("path", "section_name", "kind", "language", "kicker", "headline", "deck", "dateline", "body", "byline"),
    *("tagged", "published_at", "revised_at", "original_publication", "original_url", "notices"),
)
WORDS_OF_A_TEASER = (
    *("path", "section_name", "kind", "language", "kicker", "headline", "deck", "byline", "published_at"),
)
# What no list before readers says of a story.
NOT_OF_A_TEASER = (
    *("version", "live_from", "live_until", "published_by", "uid", "dateline", "change", "notices", "farewell"),
    *("original_publication", "original_url"),
)
WORDS_OF_AN_ANSWER = ("path", "section_name", "kind", "language", "headline", "deck", "body", "byline", "published_at")
# What may change after a snapshot was made: the end of its time, what is said at its address from then on, and who
# is remembered for having made it.
MUTABLE = frozenset({"live_until", "published_by", "farewell"})


class Joined(models.Aggregate):
    """Numbers as one text, separated by commas."""

    function = "GROUP_CONCAT"
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The same in PostgreSQL's words."""
        template = "STRING_AGG(%(expressions)s::text, ',')"
        return super().as_sql(compiler, connection, template=template, **context)


# How many stories a sitemap may hold. Its index is made with it: a change takes a migration.
SHELF = 1_000


class Shelf(models.Func):
    """The shelf on which a story stands in the sitemaps, by the id of its article; the number is written out: only so
    does SQLite know its own index again.
    """

    template = f"(%(expressions)s / {SHELF})"
    output_field = models.IntegerField()


class Unsought(models.Func):
    """A column whose index is not to be used, because nearly every row answers: SQLite, which keeps no counts, would
    take the index for a good way to find them, and read the whole archive to name the newest few. So would PostgreSQL,
    which plans for any moment and takes a third of all rows to be as old.
    """

    template = "+%(expressions)s"
    output_field = models.DateTimeField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The same moment; PostgreSQL takes it for another. Of anything but moments it knows how many answer."""
        is_moment = isinstance(self.output_field, models.DateTimeField)
        template = "(%(expressions)s + interval '0')" if is_moment else "%(expressions)s"
        return super().as_sql(compiler, connection, template=template, **context)


def withheld(uses: models.QuerySet[Any], owner: str, on: date | None = None) -> Coalesce:
    """The photos that may not be shown on that day (today, unless told), for each `owner` of these uses: their ids as
    `ids_in` reads them.
    """
    over = uses.filter(outside_terms(on, of="photo__"), **{owner: OuterRef("pk")})
    ids = over.order_by().values(owner).annotate(ids=Joined("photo_id")).values("ids")
    return Coalesce(Subquery(ids), Value(""), output_field=models.TextField())


def ids_in(joined: str) -> frozenset[int]:
    """The ids of a text that has them separated by commas."""
    return frozenset(int(each) for each in joined.split(",") if each)


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """Snapshots, and what a reader may see of them."""

    def live(self, at: datetime | None = None) -> "SnapshotQuerySet":
        """What readers see at this moment (now, unless told): the one rule of visibility."""
        at = at or timezone.now()
        return self.filter(LessThanOrEqual(Unsought("live_from"), at), Q(live_until=None) | Q(live_until__gt=at))

    def at_address(self, path: str) -> "SnapshotQuerySet":
        """The snapshots of the story that has, or ever had, this address."""
        return self.filter(article__in=Address.objects.filter(path=path).values("article"))

    def ended(self, at: datetime | None = None) -> "SnapshotQuerySet":
        """What readers once saw and no longer do. A schedule that was called off was never seen."""
        return self.filter(live_until__lte=at or timezone.now(), live_until__gt=F("live_from"))

    def scheduled(self, at: datetime | None = None) -> "SnapshotQuerySet":
        """What readers will see later, unless it is called off before."""
        at = at or timezone.now()
        return self.filter(Q(live_until=None) | Q(live_until__gt=F("live_from")), live_from__gt=at)

    def seen_by(self, at: datetime) -> "SnapshotQuerySet":
        """What readers will have seen by that moment, as things stand."""
        return self.filter(Q(live_until=None) | Q(live_until__gt=F("live_from")), live_from__lte=at)

    def with_withheld(self, on: date | None = None) -> "SnapshotQuerySet":
        """Each with the photos in it that may not be shown on that day (today, unless told), in the same query."""
        return self.annotate(withheld=withheld(SnapshotPhoto.objects.all(), "snapshot", on))

    def with_translations(self, at: datetime | None = None) -> "SnapshotQuerySet":
        """Each with where readers find it in each of its languages, itself included, in the same query."""
        first = Coalesce(OuterRef("translation_of"), OuterRef("article"))
        family = Snapshot.objects.live(at).filter(Q(article=first) | Q(translation_of=first)).order_by()
        said = Joined(Concat("language", Value(" "), "path"), output_field=models.TextField())
        found = family.annotate(one=Value(1)).values("one").annotate(found=said).values("found")
        return self.annotate(told_in=Subquery(found, output_field=models.TextField()))

    def told_once(self, languages: Sequence[str], at: datetime, section: int | None = None) -> "SnapshotQuerySet":
        """Of the languages in which readers have a story at that moment (in that section, where one is named), one: one
        of `languages`, or else the one it was written in, or else the one that came first.
        """
        here = Q(language__in=languages)
        nearness = Case(
            When(here, translation_of=None, then=Value(0)),
            When(here, then=Value(1)),
            When(translation_of=None, then=Value(2)),
            default=Value(3),
        )
        first = Coalesce(OuterRef("translation_of"), OuterRef("article"))
        others = Snapshot.objects.live(at).filter(Q(article=first) | Q(translation_of=first)).alias(nearness=nearness)
        if section is not None:
            others = others.filter(Exact(Unsought("section", output_field=models.IntegerField()), section))
        same = Q(nearness=OuterRef("nearness"), article__lt=OuterRef("article"))
        nearer = others.filter(Q(nearness__lt=OuterRef("nearness")) | same)
        # Nothing is nearer than most stories are: for them nothing is looked up.
        return self.alias(nearness=nearness).exclude(Q(nearness__gt=0) & Exists(nearer))

    def in_brief(self, on: date | None = None) -> "SnapshotQuerySet":
        """What lists and cards need on that day (today, unless told): everything but the text and its pictures, with
        the section for its accent.
        """
        return self.with_withheld(on).defer("body", "pictures").select_related("section")

    def as_teasers(self, on: date | None = None) -> "SnapshotQuerySet":
        """The same, and of that no more than teasers say: lists before readers are long, and asked for all the time."""
        return self.in_brief(on).defer(*NOT_OF_A_TEASER)

    def on_shelf(self, number: int | RawSQL) -> "SnapshotQuerySet":
        """The snapshots of the stories of one sitemap."""
        return self.alias(shelf=Shelf("article")).filter(shelf=number)

    def of_tag(self, tag: int | models.QuerySet[Any, Any]) -> "SnapshotQuerySet":
        """Those with the tag of this id (the only one of these); as a list of theirs, they are read in its order."""
        return self._listed("tag_links", tag=tag)

    def of_author(self, author: int | models.QuerySet[Any, Any]) -> "SnapshotQuerySet":
        """Those with the author of this id (the only one of these) in the byline, as `of_tag`."""
        return self._listed("author_links", author=author)

    def _listed(self, links: str, **whose: Any) -> "SnapshotQuerySet":
        found = self.filter(**{f"{links}__{name}": value for name, value in whose.items()})
        # The links know their moment too, so that a list is an index of its own: no other order stops after a page.
        return found.alias(listed_at=F(f"{links}__published_at"), listed=F(f"{links}__snapshot"))

    @property
    def _order(self) -> tuple[str, str]:
        return ("listed_at", "listed") if "listed_at" in self.query.annotations else ("published_at", "pk")

    def any_of(self, *parts: "SnapshotQuerySet") -> "SnapshotQuerySet":
        """Those that are in any of these. Their ids are brought together first: where any of several conditions will do
        PostgreSQL asks each of every story in the archive; on one list it looks up what stands there.
        """
        first, *others = (part._ids() for part in parts)
        return self.filter(pk__in=first.union(*others) if others else first)

    def _ids(self) -> models.QuerySet[Any, Any]:
        ids = self.values("pk")
        if not self.query.is_sliced:
            return ids.order_by()
        # SQLite brings nothing together that is sorted or has an end.
        may_be = connections[self.db].features.supports_slicing_ordering_in_compound
        return ids if may_be else Snapshot.objects.filter(pk__in=ids).values("pk")

    def newest_first(self) -> "SnapshotQuerySet":
        """In the order of a newspaper: by first publication, so that an update does not move a story up."""
        return self.order_by(*(f"-{each}" for each in self._order))

    def since(self, moment: datetime) -> "SnapshotQuerySet":
        """Those that readers first saw then or later."""
        return self.filter(**{f"{self._order[0]}__gte": moment})

    def before(self, moment: datetime, pk: int) -> "SnapshotQuerySet":
        """Those that come after this one in the order of `newest_first`."""
        at, number = self._order
        earlier = Q(**{f"{at}__lt": moment}) | Q(**{at: moment, f"{number}__lt": pk})
        # The second condition says nothing new, but where in an index to begin.
        return self.filter(earlier, **{f"{at}__lte": moment})

    def delete(self) -> Any:
        """Always refused: what readers saw stays on record."""
        raise SnapshotIsFrozen

    def update(self, **values: Any) -> int:
        """Refused for anything but the end of the snapshots' time."""
        if not values.keys() <= MUTABLE:
            raise SnapshotIsFrozen
        return super().update(**values)


class SnapshotIsFrozen(TypeError):
    """Raised at an attempt to change or delete what readers saw."""

    def __init__(self) -> None:
        super().__init__("A snapshot is what readers saw and can't be changed or deleted; publish an update instead.")


class Snapshot(models.Model):
    """A story frozen at publication: live while live_from <= now < live_until.

    Only `articles.publishing` makes one. The database itself refuses to change what it says.
    """

    article = models.ForeignKey("articles.Article", on_delete=models.PROTECT, related_name="snapshots")
    version = models.PositiveIntegerField(help_text="The version of the working copy that was frozen.")
    live_from = models.DateTimeField()
    live_until = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(help_text="When readers first saw the story.")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    uid = models.UUIDField(help_text="What the story is known by outside, in all its snapshots.")
    path = models.CharField(max_length=200)
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    section_name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind)
    language = models.CharField(max_length=12)
    kicker = models.CharField(max_length=80, blank=True)
    headline = models.CharField(max_length=300)
    deck = models.TextField(blank=True)
    dateline = models.CharField(max_length=80, blank=True)
    body = models.TextField()
    byline = models.JSONField(default=list)
    tagged = models.JSONField(default=list)
    lead = models.JSONField(null=True)
    pictures = models.JSONField(default=dict)
    original_publication = models.CharField(max_length=120, blank=True)
    original_url = models.URLField(max_length=500, blank=True)
    translation_of = models.ForeignKey(
        "articles.Article",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The story as it was written first, where this one is its translation.",
    )

    change = models.CharField(
        max_length=14, choices=Change, blank=True, help_text="What it is after the first publication; empty for that."
    )
    revised_at = models.DateTimeField(null=True, help_text="When readers were last given something new to read.")
    notices = models.JSONField(default=list, help_text="Corrections and notes that stand with the story, oldest first.")
    farewell = models.TextField(blank=True, help_text="What the address says once the story is withdrawn.")

    authors = models.ManyToManyField(Author, through="SnapshotAuthor", related_name="snapshots")
    tags = models.ManyToManyField(Tag, through="SnapshotTag", related_name="snapshots")
    photos = models.ManyToManyField(Photo, through="SnapshotPhoto", related_name="+")

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        get_latest_by = "live_from"
        indexes = (
            models.Index(fields=["-published_at", "-id"], name="articles_snapshot_newest"),
            models.Index(fields=["section", "-published_at", "-id"], name="articles_snapshot_by_section"),
            models.Index(fields=["kind", "-published_at", "-id"], name="articles_snapshot_by_kind"),
            models.Index(fields=["language", "-published_at", "-id"], name="articles_snapshot_by_language"),
            models.Index(fields=["live_from"], name="articles_snapshot_begins"),
            models.Index(fields=["uid"], name="articles_snapshot_by_uid"),
            models.Index(Shelf("article"), "live_from", name="articles_snapshot_shelf_came"),
            models.Index(Shelf("article"), "live_until", name="articles_snapshot_shelf_went"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["article"], condition=Q(live_until=None), name="articles_snapshot_one_open_end"
            ),
            models.CheckConstraint(
                condition=Q(live_until=None) | Q(live_until__gte=F("live_from")), name="articles_snapshot_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(published_at__lte=F("live_from")), name="articles_snapshot_published_first"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="articles_snapshot_kind_is_known"),
            models.CheckConstraint(condition=Q(change__in=["", *Change.values]), name="articles_snapshot_change_known"),
        )

    def __str__(self) -> str:
        return self.headline

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Possible once, when the snapshot is made."""
        if not self._state.adding:
            raise SnapshotIsFrozen
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Where readers find the story."""
        return self.path

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Always refused: what readers saw stays on record."""
        raise SnapshotIsFrozen

    @cached_property
    def names(self) -> list[BylineName]:
        """The byline's names, as they were at publication."""
        return [BylineName.from_record(record) for record in self.byline]

    @property
    def byline_lines(self) -> list[bylines.Line]:
        """The byline as readers see it."""
        return bylines.lines(self.names)

    @property
    def byline_text(self) -> str:
        """The byline in one line of plain text."""
        return bylines.text(self.names)

    @cached_property
    def withheld_photos(self) -> frozenset[int]:
        """The photos in it that may not be shown today; a query, where `with_withheld` has not asked before."""
        told: str | None = self.__dict__.get("withheld")
        if told is not None:
            return ids_in(told)
        mine = {int(photo) for photo in self.pictures} | ({self.lead["photo_id"]} if self.lead else set())
        return frozenset(Photo.objects.outside_terms().filter(pk__in=mine).values_list("pk", flat=True))

    @cached_property
    def lead_picture(self) -> Picture | None:
        """The lead photo as it was at publication, while its terms allow it."""
        if not self.lead or self.lead["photo_id"] in self.withheld_photos:
            return None
        return Picture.from_record(self.lead)

    @property
    def front_picture(self) -> Picture | None:
        """The lead photo where stories are listed; none where its owner does not want it there."""
        return None if self.lead_picture is None or self.lead_picture.is_barred else self.lead_picture

    @cached_property
    def body_pictures(self) -> dict[int, Picture]:
        """The photos of the body as they were at publication, by the id that the body refers to them by.

        Those whose terms do not allow it today are not among them.
        """
        return {
            int(photo_id): Picture.from_record(record)
            for photo_id, record in self.pictures.items()
            if int(photo_id) not in self.withheld_photos
        }

    @cached_property
    def translations(self) -> list["Translation"]:
        """Where readers find the story in each language, itself included, by language; none unless `with_translations`
        asked.
        """
        told: str = self.__dict__.get("told_in") or ""
        return sorted(Translation(*each.split(" ", 1)) for each in told.split(",") if each)

    @cached_property
    def said(self) -> str:
        """The name of all that its own page says of it, but for what follows from stories beside it."""
        words = [getattr(self, field) for field in WORDS]
        return name_of(words, self.section.said, self.pk, self.lead_picture, self.body_pictures, self.translations)

    @cached_property
    def said_in_brief(self) -> str:
        """The name of all that lists say of it."""
        words = [getattr(self, field) for field in WORDS_OF_A_TEASER]
        return name_of(words, self.section.said, self.front_picture)

    @cached_property
    def said_as_answer(self) -> str:
        """The name of all that an answer to a search says of it, or is made of."""
        return name_of([getattr(self, field) for field in WORDS_OF_AN_ANSWER], self.section.said)

    @property
    def changed_at(self) -> datetime:
        """When readers were last given something new to read: with the first publication, or since."""
        return self.revised_at or self.published_at

    @cached_property
    def told(self) -> list["Notice"]:
        """The corrections and notes that stand with the story, the newest first."""
        return [Notice.from_record(record) for record in reversed(self.notices)]

    @cached_property
    def first_written(self) -> int:
        """The id of the article that it is, or that it translates: the same in all languages of a story."""
        return self.translation_of_id or self.article_id

    @property
    def direction(self) -> str:
        """The direction of the story's script: "ltr" or "rtl"."""
        return "rtl" if self.language.split("-")[0] in settings.LANGUAGES_BIDI else "ltr"

    @cached_property
    def words(self) -> int:
        """How many words its text has."""
        return word_count(self.body)

    @property
    def reading_minutes(self) -> int:
        """Whole minutes that the text takes at 230 words a minute, at least one."""
        return max(1, round(self.words / 230))


@dataclass(frozen=True, order=True)
class Translation:
    """A language (BCP 47) and the address of the story in it."""

    language: str
    path: str

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return str(get_language_info(self.language)["name_local"]).capitalize()


@dataclass(frozen=True)
class Notice:
    """What readers are told about a change: its kind (a value of Change), its words, and the moment."""

    change: str
    text: str
    at: datetime

    def as_record(self) -> dict[str, str]:
        """This notice in JSON."""
        return {"change": self.change, "text": self.text, "at": self.at.isoformat()}

    @classmethod
    def from_record(cls, record: dict[str, str]) -> "Notice":
        """The notice that `as_record` wrote."""
        return cls(change=record["change"], text=record["text"], at=datetime.fromisoformat(record["at"]))

    @property
    def label(self) -> str:
        """What kind of notice it is, as readers see it."""
        return str(Change(self.change).label)


class SnapshotAuthor(models.Model):
    """An author of a snapshot: what the author's page lists, and what keeps an author from being deleted."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="author_links")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="+", db_index=False)
    published_at = models.DateTimeField(help_text="The snapshot's, for the order of the author's stories.")

    class Meta:
        indexes = (
            models.Index(fields=["author", "-published_at", "-snapshot"], name="articles_snapshotauthor_newest"),
        )
        constraints = (models.UniqueConstraint(fields=["author", "snapshot"], name="articles_snapshotauthor_once"),)

    def __str__(self) -> str:
        return f"{self.author_id} in {self.snapshot_id}"


class SnapshotTag(models.Model):
    """A tag of a snapshot: what the tag's page lists."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="tag_links")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+", db_index=False)
    published_at = models.DateTimeField(help_text="The snapshot's, for the order of the tag's stories.")

    class Meta:
        indexes = (models.Index(fields=["tag", "-published_at", "-snapshot"], name="articles_snapshottag_newest"),)
        constraints = (models.UniqueConstraint(fields=["tag", "snapshot"], name="articles_snapshottag_once"),)

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.snapshot_id}"


class SnapshotPhoto(models.Model):
    """A photo in a snapshot: what keeps the photo from being deleted."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(
        Author, on_delete=models.SET_NULL, null=True, db_index=False, related_name="+",
        help_text="Who made it, if one of ours.",
    )  # fmt: skip

    class Meta:
        verbose_name = "use"
        indexes = (models.Index(fields=["author", "-snapshot", "-photo"], name="articles_snapshotphoto_latest"),)
        constraints = (models.UniqueConstraint(fields=["photo", "snapshot"], name="articles_snapshotphoto_once"),)

    def __str__(self) -> str:
        return f"in “{self.snapshot}” as readers saw it"
