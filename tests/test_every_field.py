"""Every text that staff can write, hostile, by the front door; then every address that could show it. Nothing runs.

What is tried is found by itself: the forms of the admin with their rows, and what the database holds afterwards. A new
column of text that nothing here writes into fails, until it is written into or named with a reason.
"""

import io
import itertools
import re
from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from PIL import ExifTags, Image
from taggit.forms import TagField

from articles import content, editing
from articles.editor import BodyFormField
from articles.models import Article, Paper, Snapshot
from attache.models import Backup
from media.models import Licence, Photo
from staff.models import Person
from tests import running
from tests.staff.signing_in import sign_in

pytestmark = pytest.mark.django_db

# The columns of text in which no hostile words can come to stand, by the reason why.
NOT_TYPED: dict[str, tuple[str, ...]] = {
    "letters, digits and hyphens: whatever is typed is turned into them, or refused": (
        "articles.Address.path", "articles.Article.slug", "articles.Author.slug", "articles.Page.slug",
        "articles.Section.slug", "articles.Series.slug", "articles.Snapshot.path", "articles.TagAddress.slug",
        "media.Keyword.slug", "taggit.Tag.slug",
    ),
    "folded for the search, without any sign": (
        "articles.DeskEntry.body", "articles.DeskEntry.deck", "articles.DeskEntry.facets",
        "articles.DeskEntry.headline", "articles.DeskEntry.rest", "articles.SearchEntry.body",
        "articles.SearchEntry.deck", "articles.SearchEntry.facets", "articles.SearchEntry.headline",
        "articles.SearchEntry.rest", "articles.Spelling.key", "articles.Spelling.word", "media.Photo.sought",
    ),
    "chosen from what the code offers": (
        "articles.Move.from_stage", "articles.Move.to_stage", "articles.Move.verb", "articles.Snapshot.language",
        "media.Photo.shape", "articles.Paper.time_zone", "staff.Person.time_zone",
    ),
    "numbers, and names that the code gives": (
        "admin.LogEntry.object_id", "articles.Stamp.name", "media.Photo.crops", "media.Photo.framed_before",
    ),
    "made of the content of a file": (
        "media.Photo.hint", "media.Photo.print_key", "media.Photo.sha256", "media.Print.key", "media.Print.original",
    ),
    "a hash, or a secret that the code makes": (
        "articles.Report.sender", "sessions.Session.session_key", "staff.Device.secret_hash", "staff.Failure.account",
        "staff.Failure.network", "staff.Invitation.token_hash", "staff.Person.password",
        "usersessions.UserSession.session_key",
    ),
    "the browser’s own name for one of its tabs, shown nowhere": ("articles.Article.begun_in",),
    "between processes, shown nowhere": (
        "django_tasks_database.DBTaskResult.args_kwargs", "django_tasks_database.DBTaskResult.backend_name",
        "django_tasks_database.DBTaskResult.exception_class_path", "django_tasks_database.DBTaskResult.queue_name",
        "django_tasks_database.DBTaskResult.return_value", "django_tasks_database.DBTaskResult.task_path",
        "django_tasks_database.DBTaskResult.traceback", "django_tasks_database.DBTaskResult.worker_ids",
        "sessions.Session.session_data", "staff.Shared.cache_key", "staff.Shared.value",
    ),
    "comes with the code": (
        "auth.Permission.codename", "auth.Permission.name", "contenttypes.ContentType.app_label",
        "contenttypes.ContentType.model",
    ),
    "not used by this house": (
        "account.EmailAddress.email", "account.EmailConfirmation.key", "auth.Group.name",
        "usersessions.UserSession.data",
    ),
}  # fmt: skip

NO_WORDS = (forms.SlugField, forms.GenericIPAddressField, forms.JSONField)


class Marks:
    """Hostile words, each with a number of its own, so that it is known from where they came."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.fields: dict[int, str] = {}

    def of(self, field: forms.Field, name: str) -> str | None:
        """Hostile words of the kind that the field takes; None where it takes no words of one's own."""
        if isinstance(field, NO_WORDS) or not isinstance(field, forms.CharField | BodyFormField):
            return None
        number = next(self._numbers)
        self.fields[number] = name
        words = running.breaking_out(number)
        if isinstance(field, BodyFormField):
            words = running.in_a_body(number)
        elif isinstance(field, TagField):
            # A quotation mark would hold several words together.
            words = words.replace('"', "") + ","
        elif isinstance(field, forms.URLField) or name.endswith("url"):
            words = running.in_an_address(number)
        elif isinstance(field, forms.EmailField):
            words = running.in_a_mailbox(number)
        assert field.max_length is None or len(words) <= field.max_length, f"{name} is too short to be tried"
        return words


class Newsroom:
    """The browser of somebody with every right, and what they typed."""

    def __init__(self, client: Client, marks: Marks) -> None:
        self.client, self.marks = client, marks
        self.reader = Client(HTTP_USER_AGENT=client.defaults["HTTP_USER_AGENT"])
        self.seen: set[int] = set()
        self.tried: set[str] = set()

    def look(self, house: dict[str, str]) -> None:
        """Every address of the project, as staff sees it and as readers do, and the newest thing of each kind."""
        self.tried |= columns_with_a_mark()
        for model in admin.site._registry:
            if newest := model._base_manager.order_by("-pk").first():
                self.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/{newest.pk}/change/")
        runs = {}
        # What signs out comes last.
        for name in sorted(house, key=lambda name: "logout" in name):
            for client in (self.client, self.reader) if "logout" not in name else (self.reader,):
                answer = client.get(house[name], follow=True)
                if found := running.in_answer(answer):
                    runs[name] = found
                self._note(answer)
        assert runs == {}

    def _note(self, answer: Any) -> None:
        self.seen |= {int(number) for number in running.MARK.findall(running.text_of(answer))}

    def get(self, address: str) -> Any:
        """A page, in which nothing runs."""
        answer = self.client.get(address, follow=True)
        assert running.in_answer(answer) == [], address
        self._note(answer)
        return answer

    def send(self, address: str, sent: dict[str, Any], *, status: int = 302, **how: Any) -> Any:
        """Send a form; what comes back runs nothing either."""
        answer = self.client.post(address, sent, **how)
        refused = re.findall(r'<ul class="errorlist.*?</ul>', running.text_of(answer), re.DOTALL)
        assert answer.status_code == status, (address, refused)
        assert running.in_answer(answer) == [], address
        self._note(answer)
        return answer

    def words(self, name: str) -> str:
        """Hostile words for something that is no field of a form."""
        return str(self.marks.of(forms.CharField(), name))

    def fill_in(self, address: str, form: str = "form", *, status: int = 302, **changes: Any) -> None:
        """Fill in the form of a page, and its rows where it has any, and send it."""
        context = self.get(address).context
        if form == "adminform":
            sent = self.filled(context["adminform"].form, but=changes)
            for each in context["inline_admin_formsets"]:
                sent |= self.rows(each.formset)
        else:
            sent = self.filled(context[form], but=changes)
        self.send(address, sent | changes, status=status)

    def filled(self, form: Any, but: Collection[str] = ()) -> dict[str, Any]:
        """A form as a browser sends it, with hostile words wherever words can be typed `but` in these fields."""
        sent: dict[str, Any] = {"seen": seen} if (seen := getattr(form, "seen", "")) else {}
        for name, field in form.fields.items():
            value = form[name].value()
            if isinstance(field, TagField):
                value = field.widget.format_value(value)
            typed = (
                None if form[name].is_hidden or name in but else self.marks.of(field, f"{type(form).__name__}.{name}")
            )
            if typed is not None:
                value = typed
            elif value is None and field.required and isinstance(field, forms.IntegerField):
                value = 1
            elif not value and field.required and type(field) in {forms.ChoiceField, forms.TypedChoiceField}:
                value = next(choice for choice, _ in field.choices if choice)
            if not (value is None or value is False or isinstance(field, forms.FileField)):
                sent[form.add_prefix(name)] = value
        return sent

    def rows(self, formset: Any, but: Collection[str] = ()) -> dict[str, Any]:
        """The rows of a page; empty ones too, where words are all that they need."""
        form = formset.management_form
        sent = {form.add_prefix(name): form[name].value() for name in form.fields}
        for row in formset.forms:
            filled = self.filled(row, but=but)
            needed = [row.add_prefix(name) for name, field in row.fields.items() if field.required]
            is_row = row.instance.pk or all(filled.get(name) not in {None, ""} for name in needed)
            blank = {row.add_prefix(name): row[name].value() for name in row.fields}
            sent |= filled if is_row else {name: value for name, value in blank.items() if value is not None}
        return sent


@pytest.fixture
def newsroom(client: Client, house: dict[str, str]) -> Newsroom:
    """Somebody with every right, signed in just now, with a browser that calls itself something hostile."""
    owner = Person.objects.create_superuser("owner@paper.example", "Owner", "correct horse battery")
    marks = Marks()
    agent = str(marks.of(forms.CharField(), "User-Agent"))
    client.defaults["HTTP_USER_AGENT"] = agent
    sign_in(client, owner)
    return Newsroom(client, marks)


def test_no_words_of_the_staff_run_on_any_page(newsroom: Newsroom, house: dict[str, str], settings: Any) -> None:
    settings.FOUR_EYES = True
    owner = Person.objects.get(email="owner@paper.example")
    out = Snapshot.objects.get().article
    fill_in_the_admin(newsroom, house)
    fill_in_what_is_said_of_stories(newsroom, house, owner, out)
    fill_in_fronts(newsroom, out)
    bring_photos(newsroom, house)
    fill_in_oneself(newsroom, house, owner)
    newsroom.look(house)
    # A story that is withdrawn says why at its address.
    newsroom.fill_in(f"/admin/articles/article/{out.pk}/move/withdraw/")
    newsroom.look({name: address for name, address in house.items() if name.startswith("paper:")})
    reasons = [column for columns in NOT_TYPED.values() for column in columns]
    assert columns_of_text() - newsroom.tried == set(reasons)
    assert len(set(reasons)) == len(reasons)
    # What no page shows is not tried.
    assert set(newsroom.marks.fields.values()) - {newsroom.marks.fields.get(each) for each in newsroom.seen} == set()


def test_no_form_of_the_admin_reaches_past_the_fields_that_it_shows(newsroom: Newsroom, house: dict[str, str]) -> None:
    tried = 0
    for model in admin.site._registry:
        address = house[f"admin:{model._meta.app_label}_{model._meta.model_name}_change"]
        context = newsroom.get(address).context
        if not (context and context.get("has_change_permission") and "adminform" in context):
            continue
        shown = context["adminform"].form
        others = [
            field
            for field in model._meta.local_concrete_fields
            if field.name not in shown.fields and not field.primary_key and not getattr(field, "auto_now", False)
        ]
        sent = newsroom.filled(shown, but=shown.fields)
        for each in context["inline_admin_formsets"]:
            sent |= newsroom.rows(each.formset, but=each.formset.empty_form.fields)
        # As it is, so that what any save does to it is done; then the same with more.
        newsroom.send(address, sent)
        row = model._base_manager.filter(pk=shown.instance.pk)
        [before] = row.values(*(field.attname for field in others))
        sent |= newsroom.filled(newsroom.get(address).context["adminform"].form, but=shown.fields)
        forged = {name: value for field in others for name, value in forgery(field, before[field.attname]).items()}
        newsroom.send(address, forged | sent)
        [after] = row.values(*(field.attname for field in others))
        if after.get("version") == before.get("version", 0) + 1:
            # So every save does.
            after["version"] = before["version"]
        assert after == before, model
        tried += len(others)
    assert tried > 40


def forgery(field: models.Field[Any, Any], value: Any) -> dict[str, str]:
    """The field as a form would send it, with another value than it has."""
    if isinstance(field, models.BooleanField):
        return {} if value else {field.name: "on"}
    if isinstance(field, models.IntegerField | models.ForeignKey):
        return {name: str((value or 0) + 7) for name in (field.name, field.attname)}
    if isinstance(field, models.DateField):
        return {field.name: "2020-01-01", f"{field.name}_0": "2020-01-01", f"{field.name}_1": "12:00"}
    return {field.name: "forged"}


def fill_in_the_admin(newsroom: Newsroom, house: dict[str, str]) -> None:
    """Every form of the admin: of the thing that is there, or of a new one where what is there is not changed."""
    Photo.objects.update(licence=Licence.objects.get())
    asked = {
        "time_zone": "Europe/Lisbon",
        "nameplate": Photo.objects.get().pk,
        "social": f"{newsroom.words('social')} {running.in_an_address(0)}",
        "robots": f"# {newsroom.words('robots')}",
    }
    for model, page in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        context = newsroom.get(house[f"{name}_change"]).context
        if context and context.get("has_change_permission") and "adminform" in context:
            newsroom.fill_in(house[f"{name}_change"], "adminform", **(asked if model is Paper else {}))
        elif page.has_add_permission(newsroom.get("/admin/").wsgi_request):
            newsroom.fill_in(house[f"{name}_add"], "adminform")


def fill_in_what_is_said_of_stories(newsroom: Newsroom, house: dict[str, str], owner: Person, out: Article) -> None:
    """Every way to write about a story that is not its own page."""
    words = newsroom.words
    stories = "/admin/articles/article/"
    article = Article.objects.exclude(pk=out.pk).get()
    # What is said about a story, inside and outside.
    newsroom.send(house["admin:articles_article_comments"], {"text": words("comment"), "quote": words("quote")})
    newsroom.fill_in(house["admin:articles_article_reviews"])
    proposal = editing.propose(out, content.of(article), by=owner, seen_version=1)
    proposed = f"{stories}{out.pk}/proposals/{proposal.pk}/"
    newsroom.get(proposed)
    newsroom.send(proposed, {"decline": "1", "reason": words("why declined")})
    newsroom.get(proposed)
    newsroom.fill_in(house["paper:report"], status=200, website="")
    newsroom.send(house["admin:articles_report_change"], {"answer": words("answer to a reader")})
    # On its way: returned, spiked with others, published as a correction by its own writer.
    newsroom.send(f"{stories}{article.pk}/move/submit/", {"seen_version": Article.objects.get(pk=article.pk).version})
    newsroom.fill_in(f"{stories}{article.pk}/move/return/")
    spiked = {"verb": "spike", "reason": words("why spiked"), "seen": f"{article.pk}:{article.version}"}
    for button, status in (("rehearse", 200), ("do", 302)):
        newsroom.send(house["admin:articles_article_bulk"], {**spiked, button: "1"}, status=status)
    Article.objects.filter(pk=out.pk).update(writer=owner)
    picture = (
        f'<figure data-photo="{Photo.objects.get().pk}" data-alt="{escape(words("alt in the body"))}"><figcaption>'
    )
    body = f"{running.in_a_body(0)}{picture}{escape(words('caption in the body'))}</figcaption></figure>"
    newsroom.fill_in(f"{stories}{out.pk}/change/", "adminform", body=body)
    newsroom.fill_in(f"{stories}{out.pk}/move/update/", change="correction")
    # Typed and not saved; brought along.
    typed = {
        "article": out.pk, "tab": words("tab")[:36], "version": 1, "check": True,
        "fields": [["headline", words("unsaved")], ["body", f"<p>{words('unsaved body')}</p>"]],
    }  # fmt: skip
    newsroom.send(house["admin:articles_article_at_work"], typed, status=200, content_type="application/json")
    manuscript = "\n\n".join(words(f"manuscript {number}") for number in range(5))
    newsroom.send(house["admin:articles_article_import"], {"text": manuscript}, status=200)
    # Asked for, and not there.
    newsroom.send(house["admin:taggit_tag_merge"], {"into": words("no such tag")}, status=200)
    for name in ("paper:search", "admin:articles_article_find", "admin:articles_article_changelist"):
        newsroom.get(f"{house[name]}?{urlencode({'q': words('search')})}")


def fill_in_fronts(newsroom: Newsroom, out: Article) -> None:
    """A front as it is arranged and published, and the line for breaking news."""
    fronts = "/admin/articles/front/"
    placed = {"story": out.pk, "zone": "lead", "photo": Photo.objects.first().pk, "size": "usual", "until": ""}
    placed |= {name: newsroom.words(f"{name} on the front") for name in ("headline", "deck")}
    sent = {f"form-0-{name}": value for name, value in placed.items()}
    sent |= {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0, "seen_version": 0, "publish": 1}
    newsroom.send(f"{fronts}of/home/", sent)
    for page in ("", "preview/", "as-readers/", "editions/"):
        newsroom.get(f"{fronts}of/home/{page}")
    line = newsroom.filled(newsroom.get(fronts).context["form"], but={"story"})
    newsroom.send(f"{fronts}breaking/", {**line, "story": out.pk})
    newsroom.get(fronts)


def bring_photos(newsroom: Newsroom, house: dict[str, str]) -> None:
    """A file with a hostile name, and words of its own within it; then several photos at once."""
    exif = Image.Exif()
    for tag in (ExifTags.Base.ImageDescription, ExifTags.Base.Artist, ExifTags.Base.Copyright):
        exif[tag] = newsroom.words(f"{tag.name} of a file")
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(file, "JPEG", exif=exif)
    named = newsroom.words("name of a file").replace("/", "") + ".jpg"
    sent = newsroom.filled(newsroom.get(house["admin:media_photo_add_many"]).context["form"])
    for content_of in (file.getvalue(), b"no picture"):
        sent["pictures"] = SimpleUploadedFile(named, content_of)
        newsroom.send(house["admin:media_photo_add_many"], sent, status=200)
    sent = newsroom.filled(newsroom.get(house["admin:media_photo_bulk"]).context["form"])
    photo = Photo.objects.get(pk=house["admin:media_photo_bulk"].rpartition("=")[2])
    sent |= {"seen": f"{photo.pk}@{photo.updated_at.isoformat()}"}
    newsroom.send(house["admin:media_photo_bulk"], {**sent, "rehearse": "1"}, status=200)
    sent |= {"find": "", "put": ""}
    for button, status in (("rehearse", 200), ("do", 302)):
        newsroom.send(house["admin:media_photo_bulk"], {**sent, button: "1"}, status=status)


def fill_in_oneself(newsroom: Newsroom, house: dict[str, str], owner: Person) -> None:
    """One's own page, and what one calls one's passkey."""
    newsroom.fill_in(house["staff_account"])
    key = Authenticator.objects.create(user=owner, type="webauthn", data={"name": "Mine", "credential": {}})
    newsroom.fill_in(f"/admin/account/passkeys/{key.pk}/")
    for page in (f"/admin/account/passkeys/{key.pk}/", house["staff_account"], house["staff_set_up"]):
        newsroom.get(page)
    newsroom.tried |= columns_with_a_mark()
    # It is made up, and a page that reads it for another one would fail.
    key.delete()
    Backup.objects.create(
        taken_at=timezone.now(), folder=newsroom.words("folder"), rows=1, originals=1, bytes=1, lacking=1
    )


def columns_of_text() -> set[str]:
    """Every column that holds words."""
    return {f"{model._meta.label}.{field.name}" for model, field in _columns()}


def columns_with_a_mark() -> set[str]:
    """Those in which hostile words stand."""
    return {
        f"{model._meta.label}.{field.name}"
        for model, field in _columns()
        if any(running.MARK.search(str(value)) for value in model._base_manager.values_list(field.attname, flat=True))
    }


def _columns() -> Iterator[tuple[type[models.Model], models.Field[Any, Any]]]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.choices:
                yield model, field
