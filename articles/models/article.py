"""Working copies: stories as the newsroom edits them. Readers never see one."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.deletion import get_candidate_relations_to_delete
from django.db.models.lookups import IsNull
from django.utils import timezone
from taggit.managers import TaggableManager

from articles import roles
from articles.addresses import SLUG_LENGTH, story_path, web_address
from articles.bylines import BylineName, BylineRole
from articles.editor import BodyField
from articles.kinds import Kind
from articles.models.author import Author
from articles.models.section import Section
from articles.models.snapshot import Snapshot
from articles.workflow import Publication, Stage
from media.models import Photo

if TYPE_CHECKING:
    from staff.models import Person


def languages() -> Sequence[tuple[str, str]]:
    """The languages that a story may be written in: BCP 47 code and English name."""
    return settings.LANGUAGES


def _found(snapshots: Any) -> IsNull:
    """Whether there is one; looked up story by story, where PostgreSQL would read every snapshot for an EXISTS."""
    return IsNull(models.Subquery(snapshots.order_by().values("pk")[:1]), False)


def _story_of(model: type[models.Model]) -> str:
    """The way from a row of these to its story."""
    if model is Article:
        return "pk"
    return "article" if any(field.name == "article" for field in model._meta.fields) else "snapshot__article"


class ArticleQuerySet(models.QuerySet["Article"]):
    """Working copies, and who may see which."""

    def visible_to(self, person: "Person") -> "ArticleQuerySet":
        """What this person may open."""
        return self.filter(roles.visible(person))

    def hidden_from(self, person: "Person") -> "ArticleQuerySet":
        """What this person may not open."""
        return self.exclude(pk__in=self.visible_to(person).order_by().values("pk"))

    def needing(self, rows: Collection[models.Model]) -> "ArticleQuerySet":
        """Those that keep one of these rows (all of one kind) from being deleted, by their working copy or by what
        readers have or had of them.
        """
        needed = Q(pk__in=[])
        relations: Iterable[Any] = get_candidate_relations_to_delete(next(iter(rows))._meta)
        for relation in relations:
            if relation.on_delete is models.PROTECT:
                refer = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": rows}).order_by()
                needed |= Q(pk__in=refer.values(_story_of(relation.related_model)))
        return self.filter(needed)

    def with_publication(self, at: datetime | None = None) -> "ArticleQuerySet":
        """Add `publication` (a value of Publication) as it is at this moment."""
        at = at or timezone.now()
        mine = Snapshot.objects.filter(article=OuterRef("pk"))
        return self.annotate(
            publication=models.Case(
                models.When(_found(mine.live(at)), then=models.Value(Publication.LIVE)),
                models.When(_found(mine.scheduled(at)), then=models.Value(Publication.SCHEDULED)),
                models.When(_found(mine.ended(at)), then=models.Value(Publication.WITHDRAWN)),
                default=models.Value(Publication.UNPUBLISHED),
            )
        )


class Article(models.Model):
    """A working copy. `articles.editing` saves one, `articles.publishing` shows one to readers."""

    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, blank=True, related_name="articles")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.NEWS)
    kicker = models.CharField(max_length=80, blank=True, help_text="The short label above the headline.")
    headline = models.CharField(max_length=300, blank=True)
    deck = models.TextField(blank=True, help_text="The sentence under the headline.")
    slug = models.SlugField(
        max_length=SLUG_LENGTH,
        blank=True,
        help_text="The last part of the address. Left empty, it is made from the headline.",
    )
    body = BodyField(blank=True)
    dateline = models.CharField(max_length=80, blank=True, help_text="Where it was written, e.g. “Lisbon”.")
    language = models.CharField(max_length=12, choices=languages, default="en")
    authors = models.ManyToManyField(Author, through="Byline", related_name="articles")
    tags = TaggableManager(blank=True)

    lead_photo = models.ForeignKey(Photo, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lead_caption = models.TextField(
        "caption here", blank=True, help_text="In place of the photo desk's caption, for this story only."
    )
    lead_alt = models.TextField(
        "alt text here", blank=True, help_text="In place of the photo desk's alt text, for this story only."
    )
    photos = models.ManyToManyField(Photo, through="PhotoUse", related_name="+")

    original_publication = models.CharField(
        max_length=120, blank=True, help_text="Where the story appeared first, if it did not appear here."
    )
    original_url = models.URLField(
        "original address", max_length=500, blank=True, validators=[web_address],
        help_text="Readers are offered it as “View original”.",
    )  # fmt: skip

    translation_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="translations",
        help_text="The story as it was written first, where this one is its translation.",
    )

    # The desk's plans for it; not part of what is written.
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    deadline = models.DateTimeField(null=True, blank=True)
    length = models.PositiveIntegerField("length asked", null=True, blank=True, help_text="In words.")
    embargo_until = models.DateTimeField(null=True, blank=True)

    # What it is known by outside, wherever its address moves.
    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    # Whether nothing is left to do: this very version was published or is scheduled. A save and a schedule called off
    # reopen it. With it what is at work is found among a large archive.
    is_settled = models.BooleanField(default=False, editable=False)
    # The tab of the form that began it: the same form sent twice begins one story.
    begun_in = models.CharField(max_length=36, blank=True, default="", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField("updated", auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = "story"
        verbose_name_plural = "stories"
        ordering = ("-updated_at", "-pk")
        indexes = (
            models.Index(fields=["-updated_at", "-id"], name="articles_article_latest"),
            models.Index(fields=["section", "-updated_at", "-id"], name="articles_article_of_section"),
            models.Index(fields=["stage", "-updated_at", "-id"], name="articles_article_at_stage"),
            # What is at work is little, however large the archive.
            models.Index(
                fields=["stage", "-updated_at", "-id"], condition=Q(is_settled=False), name="articles_article_at_work"
            ),
            models.Index(
                fields=["section", "stage", "-updated_at", "-id"],
                condition=Q(is_settled=False),
                name="articles_article_on_board",
            ),
            models.Index(fields=["deadline"], condition=Q(is_settled=False), name="articles_article_due"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["slug"],
                condition=~Q(slug=""),
                name="articles_article_slug",
                violation_error_message="Another story has this slug.",
            ),
            models.UniqueConstraint(
                fields=["created_by", "begun_in"], condition=~Q(begun_in=""), name="articles_article_begun_once"
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="articles_article_stage_is_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="articles_article_kind_is_known"),
            models.CheckConstraint(
                condition=Q(original_url="")
                | Q(original_url__istartswith="https://")
                | Q(original_url__istartswith="http://"),
                name="articles_article_original_is_on_the_web",
                violation_error_message="Give an address that begins with https://.",
            ),
        )

    def __str__(self) -> str:
        return self.headline or "Story without a headline"

    def publication_at(self, at: datetime | None = None) -> Publication:
        """What readers have of the story at this moment (now, unless told)."""
        found: Any = Article.objects.filter(pk=self.pk).with_publication(at).first()
        return Publication(found.publication) if found else Publication.UNPUBLISHED

    @property
    def holder(self) -> "Person | None":
        """Who has the story in hand: its writer while it is a draft, its editor from then on; None for nobody."""
        return self.writer if self.stage == Stage.DRAFT else self.editor

    @property
    def holder_id(self) -> int | None:
        """The id of the holder, which asks the database nothing."""
        return self.writer_id if self.stage == Stage.DRAFT else self.editor_id

    @property
    def is_late(self) -> bool:
        """Whether its deadline is past and it is still at work: neither out, nor about to go out, nor spiked."""
        is_at_work = not self.is_settled and self.stage != Stage.SPIKED
        return is_at_work and self.deadline is not None and self.deadline < timezone.now()

    @property
    def path(self) -> str:
        """Where the story would stand if it were published now; empty without a section or a slug."""
        return story_path(self.section.slug, self.slug) if self.section and self.slug else ""


class Byline(models.Model):
    """One author of a working copy, with what that author did."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="bylines")
    role = models.CharField(max_length=16, choices=BylineRole, default=BylineRole.BY)
    wording = models.CharField(
        max_length=200,
        blank=True,
        help_text="In place of “By …”. Where it contains the author's name, the name leads to the author's page.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["article", "author", "role"],
                name="articles_byline_once_per_role",
                violation_error_message="This author has this role in the byline already.",
            ),
            models.CheckConstraint(condition=Q(role__in=BylineRole.values), name="articles_byline_role_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.author}"

    def as_name(self) -> BylineName:
        """What the byline says of this author."""
        return BylineName(role=self.role, name=self.author.name, slug=self.author.slug, wording=self.wording)


class PhotoUse(models.Model):
    """A photo that a working copy uses, so that the database refuses to delete it. `articles.editing` keeps these."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "use"
        constraints = (models.UniqueConstraint(fields=["article", "photo"], name="articles_photouse_once"),)

    def __str__(self) -> str:
        return f"in “{self.article}”"
