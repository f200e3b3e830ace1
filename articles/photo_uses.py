"""The newsroom's uses of photos: in working copies, in what readers have, on fronts, as portraits, as the nameplate."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from articles import body, content, editing, fronts, moves, roles
from articles.arranging import Misplaced
from articles.body import PhotoReference
from articles.changes import Change
from articles.content import Content
from articles.editing import Clash, NotYours, StaleVersion
from articles.models import Article, Author, Edition, EditionPhoto, Front, Paper, PhotoUse, Snapshot, SnapshotPhoto
from articles.moves import Details, Refused
from articles.preflight import NotReady
from articles.publishing import Telling
from articles.workflow import Publication
from media.models import Photo
from media.uses import Replaced, Use

if TYPE_CHECKING:
    from staff.models import Person


class Newsroom:
    """What the photo desk asks the newsroom."""

    def uses(self, photo: Photo, *, by: Any) -> Iterator[Use]:
        """Stories, what readers have of them, fronts, portraits, and the nameplate."""
        person = cast("Person", by)
        yield from _in_stories(photo, person)
        yield from _on_fronts(photo, person)
        for author in Author.objects.filter(portrait=photo):
            yield Use("portrait", author.name, author.get_absolute_url(), is_public=True)
        for paper in Paper.objects.filter(nameplate=photo):
            yield Use("nameplate", paper.name, "/", is_public=True)

    def referring(self) -> Iterable[QuerySet[Any]]:
        """Uses in working copies, in snapshots, on fronts, portraits, and the nameplate."""
        portraits = Author.objects.annotate(photo_id=F("portrait_id"))
        nameplates = Paper.objects.annotate(photo_id=F("nameplate_id"))
        stories = PhotoUse.objects.all(), SnapshotPhoto.objects.all()
        return *stories, EditionPhoto.objects.all(), portraits, nameplates

    def shown(self) -> Iterator[str]:
        """The pictures in snapshots and editions that are live or will be; portraits are photos as they are."""
        for stories in (Snapshot.objects.live(), Snapshot.objects.scheduled()):
            for lead, pictures in stories.order_by().values_list("lead", "pictures").iterator():
                yield from (record["key"] for record in [*pictures.values(), *([lead] if lead else [])])
        for section in fronts.everywhere():
            editions = Edition.objects.of(section)
            for edition in (*editions.in_force()[:1], *editions.coming()):
                yield from (record["key"] for record in edition.pictures.values())

    def replace(self, old: Photo, new: Photo, *, by: Any) -> Iterator[Replaced]:
        """In each story by a save of its own, published where readers have it and the person may; in each portrait
        and on the nameplate.
        """
        person = cast("Person", by)
        using = Article.objects.filter(pk__in=PhotoUse.objects.filter(photo=old).values("article"))
        for article in using.visible_to(person):
            yield _in_story(article, old, new, person)
        if others := using.hidden_from(person).count():
            yield Replaced(_not_to_open(others), problem="What you may not open keeps the photo that it has.")
        yield from _replaced_on_fronts(old, new, person)
        refusal = new.refusal_outside_stories()
        for author in Author.objects.filter(portrait=old):
            if not person.has_perm("articles.change_author"):
                yield Replaced(author.name, problem="You may not change portraits.")
            elif refusal:
                yield Replaced(author.name, problem=refusal)
            else:
                Author.objects.filter(pk=author.pk).update(portrait=new)
                yield Replaced(author.name, done="Replaced as the portrait.")
        for paper in Paper.objects.filter(nameplate=old):
            if not person.has_perm("articles.change_paper"):
                yield Replaced(paper.name, problem="You may not change the nameplate.")
            elif refusal:
                yield Replaced(paper.name, problem=refusal)
            else:
                paper.nameplate = new
                paper.save()
                yield Replaced(paper.name, done="Replaced on the nameplate.")


def _in_stories(photo: Photo, person: "Person") -> Iterator[Use]:
    """Working copies, and each story once by what readers have of it, or had, or were to have."""
    drafts = PhotoUse.objects.filter(photo=photo).values("article")
    frozen = Snapshot.objects.filter(pk__in=SnapshotPhoto.objects.filter(photo=photo).values("snapshot"))
    live = frozen.live()
    others = frozen.exclude(article__in=live.order_by().values("article"))
    for article in Article.objects.visible_to(person).filter(pk__in=drafts).defer("body"):
        yield Use("story", str(article), reverse("admin:articles_article_change", args=[article.pk]))
    for story in live.in_brief().newest_first():
        yield Use("before readers", story.headline, story.path, is_public=True)
    mine = others.filter(roles.visible(person, of="article__"))
    seen = {story.article_id: story for story in mine.ended().in_brief().order_by("-live_until")}
    # By what readers had of it rather than by what was planned for them.
    planned = {
        story.article_id: story for story in mine.in_brief().order_by("live_from") if story.article_id not in seen
    }
    for what, stories in (("earlier before readers", seen), ("planned for readers", planned)):
        for number, story in stories.items():
            yield Use(what, story.headline, reverse("admin:articles_article_history", args=[number]))
    hidden = Article.objects.filter(Q(pk__in=drafts) | Q(pk__in=others.order_by().values("article")))
    # Whatever readers have of a story is named already.
    hidden = hidden.exclude(pk__in=live.order_by().values("article")).hidden_from(person)
    if number := hidden.count():
        yield Use("story", _not_to_open(number))


def _not_to_open(number: int) -> str:
    return f"{number} {'story' if number == 1 else 'stories'} that you may not open"


def _on_fronts(photo: Photo, person: "Person") -> Iterator[Use]:
    """Each front once, by the most public of its editions that has the photo."""
    using = set(EditionPhoto.objects.filter(photo=photo).values_list("edition__section", flat=True))
    places = [section for section in fronts.everywhere() if (section.pk if section else None) in using]
    now = fronts.in_force(places)
    others = 0
    for section in places:
        front, edition = Front(section=section), now.get(section.pk if section else None)
        if edition and str(photo.pk) in edition.pictures:
            yield Use("front", str(front), front.get_absolute_url(), is_public=True)
        elif roles.may_arrange(person, section):
            editions = reverse("admin:articles_front_editions", args=[fronts.place_of(section)])
            yield Use("front, at another time", str(front), editions)
        else:
            others += 1
    if others:
        yield Use("front, at another time", f"{others} front{'' if others == 1 else 's'} that you may not arrange")


def _replaced_on_fronts(old: Photo, new: Photo, person: "Person") -> Iterator[Replaced]:
    shown = {use.name for use in _on_fronts(old, person) if use.is_public}
    for section in fronts.everywhere():
        front = str(Front(section=section))
        name = f"Front: {front}" if section else front
        try:
            if fronts.replace_photo(section, old.pk, new.pk, by=person):
                yield Replaced(name, done="Replaced, also for readers.")
        except PermissionDenied:
            if front in shown:
                yield Replaced(name, problem="You may not arrange this front.")
        except Misplaced as problem:
            yield Replaced(name, problem=str(problem))


def _in_story(article: Article, old: Photo, new: Photo, person: "Person") -> Replaced:
    wanted = replaced(content.of(article), old.pk, new.pk)
    stands = article.publication_at()
    was_settled = article.is_settled
    try:
        with transaction.atomic():
            saved = editing.save_content(article, wanted, by=person, seen_version=article.version).article
            if stands == Publication.LIVE and was_settled:
                details = Details(telling=Telling(Change.SILENT))
                moves.perform("update", saved, by=person, seen_version=saved.version, details=details)
                return Replaced(str(article), done="Replaced, also for readers.")
    except (NotYours, PermissionDenied):
        return _proposed(article, wanted, person)
    except (Refused, NotReady, StaleVersion, Clash) as problem:
        return Replaced(str(article), problem=str(problem))
    if stands == Publication.LIVE:
        return Replaced(str(article), done="Replaced in the working copy; readers get it with the next update.")
    return Replaced(str(article), done="Replaced.")


def _proposed(article: Article, wanted: Content, person: "Person") -> Replaced:
    try:
        editing.propose(article, wanted, by=person, seen_version=article.version)
    except NotYours as problem:
        return Replaced(str(article), problem=str(problem))
    return Replaced(str(article), done="Proposed to the desk, as readers have the story.")


def replaced(words: Content, old: int, new: int) -> Content:
    """The content with a photo in the place of another; what was said of the other one here does not stay with it."""
    found = dict(words)
    if words["lead_photo"] == old:
        found |= {"lead_photo": new, "lead_caption": "", "lead_alt": ""}

    def figure(reference: PhotoReference) -> str:
        return body.figure(
            replace(reference, photo_id=new, caption=None, alt=None) if reference.photo_id == old else reference
        )

    found["body"] = body.with_photos(words["body"], figure)
    return cast(Content, found)
