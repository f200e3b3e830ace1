"""Stories in the admin: the list, and the page on which one is written."""

from collections.abc import Sequence
from functools import partial
from typing import Any, cast
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from taggit.models import Tag

from articles import autosave, body, bylines, comparing, editing, moments, moves, roles
from articles import messages as news
from articles.addresses import id_in, version_in
from articles.admin.at_work import at_work_view, kept_view
from articles.admin.beside import beside_view, may_relate
from articles.admin.board import board_view, calendar_view
from articles.admin.bulk import bulk_view
from articles.admin.clash import clash_page, clash_view
from articles.admin.forms import ArticleForm, BylineForm, BylineFormSet, PartOfThePage
from articles.admin.history import compare_view, history_page, restore_view, seen_view
from articles.admin.importing import manuscript_view
from articles.admin.looking_up import find_view, typed_in
from articles.admin.moving import move_at_once, move_view
from articles.admin.planning import plan_view
from articles.admin.previewing import as_readers_view, preview_view, reviews_view
from articles.admin.proposals import proposal_view
from articles.admin.stored import stored_view
from articles.admin.talk import comments_view, talk
from articles.bulk import MOST
from articles.editor import with_editor
from articles.models import Article, Buffer, Byline, Proposal, Snapshot
from articles.preflight import check
from articles.roles import Hand, person_of
from articles.workflow import BY_CODE, Publication
from media.admin.paging import BoundedPaginator

OFFERED_TAGS = 12


class BylineInline(PartOfThePage, admin.TabularInline[Byline, Article]):
    """Who made the story, in the order in which readers see it."""

    model = Byline
    page_permission = "articles.change_article"
    form = BylineForm
    formset = BylineFormSet
    extra = 0
    autocomplete_fields = ("author",)
    fields = ("position", "author", "role", "wording")
    verbose_name = "name"
    verbose_name_plural = "Byline"


class PublicationFilter(admin.SimpleListFilter):
    """What readers have of a story."""

    title = "publication"
    parameter_name = "publication"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        """The four things that may be said of it."""
        return Publication.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        """The stories of which that is true now."""
        if self.value() == Publication.SCHEDULED:
            # Few, and found by their moment.
            queryset = queryset.filter(pk__in=Snapshot.objects.scheduled().values("article"))
        return queryset.filter(Q(publication=self.value())) if self.value() in Publication.values else queryset


class SectionFilter(admin.RelatedFieldListFilter):
    """The sections in which this person has to do with stories."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        """Theirs, in the order of the paper."""
        return [(section.pk, section.name) for section in roles.sections_of(person_of(request))]


READING = frozenset({"find", "stored", "compare", "seen", "preview", "as_readers"})


def _reading_only(name: str, view: Any) -> Any:
    return require_safe(view) if name in READING else view


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin[Article]):
    """Working copies. What a person may see and do is asked of the models and the roles, not decided here."""

    form = ArticleForm
    inlines = (BylineInline,)
    list_display = ("title", "stage", "shown", "section", "byline", "due", "saved")
    actions = ("move_together",)
    list_filter = ("stage", PublicationFilter, ("section", SectionFilter), "kind", "updated_at")
    list_select_related = ("section",)
    list_per_page = 50
    show_full_result_count = False
    paginator = BoundedPaginator
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("headline", "kicker", "deck", "body", "slug", "bylines__author__name", "tags__name")
    search_help_text = "Words, a name, a tag"
    date_hierarchy = None
    save_on_top = False
    fieldsets = (
        (None, {"fields": ("kicker", "headline", "deck", "body"), "classes": ("story",)}),
        ("Lead photo", {"fields": ("lead_photo", "lead_caption", "lead_alt"), "classes": ("story",)}),
        ("Desk", {"fields": ("section", "kind", "tags", "dateline", "language", "translation_of", "slug")}),
        ("Original", {"fields": ("original_publication", "original_url")}),
    )
    change_form_template = "admin/articles/article/change_form.html"
    change_list_template = "admin/articles/article/change_list.html"

    class Media:
        css = {"all": ("articles/admin/story.css",)}
        js = (
            "articles/admin/tags.js",
            "articles/admin/boxes.js",
            "articles/admin/bylines.js",
            "articles/admin/story.js",
            "articles/admin/at-work.js",
            "articles/admin/comments.js",
        )

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        """What this person may open, with what readers have of it."""
        stories = Article.objects.visible_to(person_of(request)).with_publication()
        return stories.prefetch_related("bylines__author")

    @admin.display(description="story", ordering="headline")
    def title(self, article: Article) -> SafeString:
        """The headline under its kicker."""
        kicker = format_html('<span class="story-kicker">{}</span> ', article.kicker) if article.kicker else ""
        return format_html('{}<span dir="auto">{}</span>', kicker, article)

    @admin.display(description="publication")
    def shown(self, article: Any) -> SafeString:
        """What readers have of the story now."""
        publication = Publication(article.publication)
        return format_html('<span class="publication publication-{}">{}</span>', publication.value, publication.label)

    @admin.display(description="byline")
    def byline(self, article: Article) -> str:
        """The byline in one line."""
        return bylines.text(name.as_name() for name in article.bylines.all()) or "—"

    @admin.display(description="deadline", ordering="deadline")
    def due(self, article: Article) -> str | SafeString:
        """When it is due, in the newsroom's time; what is late stands out."""
        if article.deadline is None:
            return "—"
        said = moments.in_short(article.deadline)
        return format_html('<span class="late">{}, late</span>', said) if article.is_late else said

    @admin.display(description="updated", ordering="updated_at")
    def saved(self, article: Article) -> str:
        """When it was saved last, in the newsroom's time."""
        return moments.in_short(article.updated_at)

    @admin.action(description="Move…", permissions=["change"])
    def move_together(self, request: HttpRequest, queryset: QuerySet[Article]) -> HttpResponse:
        """Lead to the page on which several are moved."""
        ids = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True)[:MOST])
        return HttpResponseRedirect(reverse("admin:articles_article_bulk") + f"?ids={ids}")

    def get_actions(self, request: HttpRequest) -> Any:
        """Ours alone: a story is spiked, and deleted one by one where nobody ever saw it."""
        actions = super().get_actions(request)
        return {"move_together": actions["move_together"]} if "move_together" in actions else {}

    # --- the story ---

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form as this person may use it."""
        form = super().get_form(request, obj, change=change, **kwargs)
        person = person_of(request)
        hand = self._hand(request, obj) if obj else Hand.EDITS
        is_found_again = getattr(request, "is_found_again", False)
        return type(form.__name__, (form,), {"person": person, "hand": hand, "is_found_again": is_found_again})

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Deleted is the story that the person saw; one that was saved since stays."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except editing.StaleVersion:
            messages.error(request, "The story was saved in the meantime, and is not deleted. Look at it again first.")
            return HttpResponseRedirect(reverse("admin:articles_article_change", args=[object_id]))

    def delete_model(self, request: HttpRequest, obj: Article) -> None:
        """By the newsroom's own rule."""
        editing.delete(obj, by=person_of(request), seen_version=version_in(request.POST.get("seen_version", "")))

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """By who may publish it too; what readers saw is never deleted."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or roles.may(person_of(request), "publish", obj))

    def _hand(self, request: HttpRequest, article: Any) -> Hand:
        return roles.hand(person_of(request), article, article.publication)

    @with_editor
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The story's page. Whatever keeps the words from being stored, they are kept and shown again."""
        article: Any = self.get_object(request, object_id) if object_id else None
        if object_id and article is None and request.method == "POST":
            return self._too_late(request, object_id)
        if article and not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        if article and self._hand(request, article) == Hand.NONE:
            if request.method == "POST" and (kept := self._keep(request, article)):
                messages.error(request, "You may read this story now, but not change it. Your words are kept.")
                return HttpResponseRedirect(reverse("admin:articles_article_kept", args=[kept.buffer.pk]))
            return HttpResponseRedirect(reverse("admin:articles_article_stored", args=[article.pk]))
        if article and request.method == "GET":
            news.read(person_of(request), article)
        if request.method == "GET" and "found" in request.GET:
            self._find_again(request, article)
        context = {**(extra_context or {}), **self._desk(request, article)}
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except editing.Clash as clash:
            self._keep(request, article)
            return clash_page(self, request, clash)
        except editing.NotYours as refusal:
            self._keep(request, article)
            messages.error(request, f"{refusal} Nothing was stored; your words are kept.")
            return HttpResponseRedirect(request.get_full_path())

    def _too_late(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Somebody saves a story that they cannot open any more, or that is not there any more: the words are kept."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        kept = self._keep(request, Article.objects.filter(pk=id_in(object_id)).first())
        if kept is None:
            messages.error(request, "This story is not in your hands any more.")
            return HttpResponseRedirect(reverse("admin:index"))
        messages.error(request, "This story is not in your hands any more. Nothing was stored; here are your words.")
        return HttpResponseRedirect(reverse("admin:articles_article_kept", args=[kept.buffer.pk]))

    def _keep(self, request: HttpRequest, article: Article | None) -> autosave.Kept | None:
        """Keep what was sent and could not be stored; None where it is nothing, or more than can be kept."""
        pairs = [(name, str(value)) for name, value in request.POST.items()]
        seen = version_in(request.POST.get("seen_version", "0"))
        try:
            return autosave.keep(person_of(request), self._tab(request), article, seen, pairs)
        except autosave.TooMuch:
            return None

    def _find_again(self, request: HttpRequest, article: Article | None) -> None:
        """Show the form as it was typed and never sent."""
        wanted = request.GET["found"]
        found = Buffer.objects.filter(person=person_of(request), article=article)
        buffer = get_object_or_404(found, pk=id_in(wanted))
        typed = QueryDict(mutable=True)
        seen = buffer.version if article else 0
        typed.update({**dict(buffer.fields), "seen_version": str(seen), "_tab": buffer.tab})
        # Asked for later, the files would be looked for in the body, and the form with them.
        request.FILES.clear()
        request.method = "POST"
        request.POST = typed  # type: ignore[assignment]
        request.is_found_again = True  # type: ignore[attr-defined]

    def _tab(self, request: HttpRequest) -> str:
        return autosave.tab_in(request.POST.get("_tab", "")) or str(uuid4())

    def _desk(self, request: HttpRequest, article: Any) -> dict[str, Any]:
        person = person_of(request)
        is_found_again = getattr(request, "is_found_again", False)
        desk: dict[str, Any] = {
            "tab": self._tab(request),
            "is_found_again": is_found_again,
            "found_again": [] if request.method == "POST" else autosave.found_again(person, article),
        }
        if article is None:
            return desk
        return (
            desk
            | talk(article, request)
            | {
                "article": article,
                "hand": self._hand(request, article).name,
                "findings": check(article),
                "live": Snapshot.objects.filter(article=article).live().first(),
                "scheduled": Snapshot.objects.filter(article=article).scheduled().order_by("live_from").first(),
                "publication": Publication(article.publication),
                "was_published": Snapshot.objects.filter(article=article).exists(),
                "offers": moves.offers(article, person),
                "words": body.word_count(article.body),
                "may_relate": may_relate(person, article),
                "may_assign": roles.has_right(person, roles.ASSIGN, article),
                "proposals": article.proposals.filter(state=Proposal.State.OPEN).select_related("by"),
                "returned": article.moves.filter(verb="return").select_related("by").first()
                if article.stage == "draft"
                else None,
            }
        )

    # --- storing ---

    def save_model(self, request: HttpRequest, obj: Article, form: ArticleForm, change: bool) -> None:
        """Nothing yet: a story is stored whole, with its byline and tags, by `save_related`."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Store the story as one made from the version that the person saw, or propose it to the desk."""
        person, article = person_of(request), cast(Article, form.instance)
        names = next(formset.names() for formset in formsets if isinstance(formset, BylineFormSet))
        if not change:
            tags, mine, tab = form.cleaned_data["tags"], form.content(names), self._tab(request)
            begun = editing.begin(article, by=person, names=names, tags=tags, tab=tab, mine=mine)
            article.pk, article.version, article.headline = begun.pk, begun.version, begun.headline
        elif form.hand == Hand.PROPOSES:
            wanted, seen = form.content(names), form.cleaned_data["seen_version"]
            request.proposal = editing.propose(article, wanted, by=person, seen_version=seen)  # type: ignore[attr-defined]
        else:
            seen = form.cleaned_data["seen_version"]
            saved = editing.save_content(article, form.content(names), by=person, seen_version=seen)
            request.saved = saved  # type: ignore[attr-defined]
            # What follows speaks of the story as it is stored, which may be more than what was sent.
            form.instance.version, form.instance.headline = saved.article.version, saved.article.headline
        autosave.forget(person, self._tab(request))

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Nothing for Django's own log: a story has its revisions."""
        return []

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """As above."""

    log_change = log_addition

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: str | None = None) -> HttpResponse:
        """After the first save one goes on with the story."""
        return self.response_change(request, obj)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        """Say what was stored, then carry out the verb if that was the button, and stay with the story."""
        if hasattr(request, "proposal"):
            messages.success(request, "Your change is proposed to the desk. Readers have the story as it was.")
            return HttpResponseRedirect(reverse("admin:articles_article_proposal", args=[obj.pk, request.proposal.pk]))
        saved: editing.Saved | None = getattr(request, "saved", None)
        verb = BY_CODE.get(request.POST.get("_move", ""))
        joined = saved.joined if saved else None
        if saved and joined:
            said = comparing.listed(comparing.sentences(saved.before, saved.meanwhile))
            text = "Saved, together with what {} did in the meantime: {}."
            messages.warning(request, format_html(text, joined.by or "somebody", said))
            if verb:
                messages.warning(request, f"Look at that first: “{verb.label}” is still to be done.")
        elif verb is None:
            messages.success(request, format_html("“{}” is saved.", obj))
        if verb is None or joined:
            return HttpResponseRedirect(self._page(obj))
        return move_at_once(self, request, verb, obj)

    def _page(self, article: Article) -> str:
        return reverse("admin:articles_article_change", args=[article.pk])

    def get_urls(self) -> list[URLPattern]:
        """The ways that Django's own admin does not have."""
        views: dict[str, tuple[str, Any]] = {
            "import/": ("import", manuscript_view),
            "find/": ("find", find_view),
            "board/": ("board", board_view),
            "calendar/": ("calendar", calendar_view),
            "bulk/": ("bulk", bulk_view),
            "at-work/": ("at_work", at_work_view),
            "kept/<int:number>/": ("kept", kept_view),
            "<int:pk>/stored/": ("stored", stored_view),
            "<int:pk>/clash/": ("clash", clash_view),
            "<int:pk>/comments/": ("comments", comments_view),
            "<int:pk>/move/<slug:code>/": ("move", move_view),
            "<int:pk>/plan/": ("plan", plan_view),
            "<int:pk>/beside/": ("beside", beside_view),
            "<int:pk>/preview/": ("preview", preview_view),
            "<int:pk>/as-readers/": ("as_readers", as_readers_view),
            "<int:pk>/reviews/": ("reviews", reviews_view),
            "<int:pk>/proposals/<int:number>/": ("proposal", proposal_view),
            "<int:pk>/compare/": ("compare", compare_view),
            "<int:pk>/restore/": ("restore", restore_view),
            "<int:pk>/seen/": ("seen", seen_view),
        }
        view = self.admin_site.admin_view
        own = [
            path(address, _reading_only(name, view(partial(made, self))), name=f"articles_article_{name}")
            for address, (name, made) in views.items()
        ]
        return [path("tags/", view(self.tags), name="articles_article_tags"), *own, *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened to the story, in sentences."""
        return history_page(self, request, object_id)

    def tags(self, request: HttpRequest) -> HttpResponse:
        """Tags whose name begins with, or contains, what was typed."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        typed = typed_in(request)
        found = Tag.objects.filter(name__icontains=typed).order_by("name").values_list("name", flat=True)
        return JsonResponse({"tags": list(found[:OFFERED_TAGS]) if typed else []})

    def view_on_site(self, obj: Article) -> str | None:
        """Where readers find it, if they do."""
        live = Snapshot.objects.filter(article=obj).live().first()
        return live.path if live else None
