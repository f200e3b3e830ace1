"""Stories in the admin: the list, the page on which one is written, and the ways out to readers."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from taggit.models import Tag

from articles import bylines, editing, publishing
from articles.admin.forms import ArticleForm, BylineForm, PartOfThePage, RowFormSet
from articles.admin.importing import manuscript_view
from articles.admin.stored import stored_view
from articles.models import Article, Byline, Snapshot
from articles.models.article import Publication
from articles.preflight import NotReady, check
from articles.roles import person_of

OFFERED_TAGS = 12


class BylineInline(PartOfThePage, admin.TabularInline[Byline, Article]):
    """Who made the story, in the order in which readers see it."""

    model = Byline
    page_permission = "articles.change_article"
    form = BylineForm
    formset = RowFormSet
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
        return queryset.filter(Q(publication=self.value())) if self.value() in Publication.values else queryset


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin[Article]):
    """Working copies. What a person may see and do is asked of the models, not decided here."""

    form = ArticleForm
    inlines = (BylineInline,)
    list_display = ("title", "stage", "shown", "section", "byline", "saved")
    actions = None
    list_filter = ("stage", PublicationFilter, "section", "kind", "updated_at")
    list_select_related = ("section",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("headline", "kicker", "deck", "body", "slug", "bylines__author__name", "tags__name")
    search_help_text = "Words, a name, a tag"
    date_hierarchy = None
    save_on_top = False
    fieldsets = (
        (None, {"fields": ("kicker", "headline", "deck", "body"), "classes": ("story",)}),
        ("Lead photo", {"fields": ("lead_photo", "lead_caption", "lead_alt"), "classes": ("story",)}),
        ("Desk", {"fields": ("section", "kind", "tags", "dateline", "language", "slug")}),
        ("Original", {"fields": ("original_publication", "original_url")}),
    )
    change_form_template = "admin/articles/article/change_form.html"
    change_list_template = "admin/articles/article/change_list.html"

    class Media:
        css = {"all": ("articles/admin/story.css",)}
        js = ("articles/admin/tags.js", "articles/admin/bylines.js", "articles/admin/story.js")

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

    @admin.display(description="updated", ordering="updated_at")
    def saved(self, article: Article) -> str:
        """When it was saved last, in the newsroom's time."""
        return date_format(timezone.localtime(article.updated_at), "j M Y, H:i")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list under its own name."""
        return super().changelist_view(request, {"title": "Stories", **(extra_context or {})})

    # --- the story ---

    def save_model(self, request: HttpRequest, obj: Article, form: ArticleForm, change: bool) -> None:
        """Store the edit as one made from the version that the person saw."""
        editing.save(obj, by=person_of(request), seen_version=form.cleaned_data["seen_version"])

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The story's page, with what is missing before it can go out and what readers have of it."""
        context = {**(extra_context or {}), **self._desk(request, object_id)}
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except editing.StaleVersion:
            # Somebody saved between the form's look and the write; asked again, the form says so and keeps the words.
            return super().changeform_view(request, object_id, form_url, context)

    def _desk(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        article: Any = self.get_object(request, object_id) if object_id else None
        may_publish = request.user.has_perm("articles.publish_article")
        if article is None:
            return {"may_publish": may_publish, "findings": [], "live": None}
        return {
            "may_publish": may_publish,
            "findings": check(article),
            "live": Snapshot.objects.filter(article=article).live().first(),
            "publication": Publication(article.publication),
            "was_published": Snapshot.objects.filter(article=article).exists(),
        }

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: str | None = None) -> HttpResponse:
        """After the first save one goes on with the story."""
        if "_publish" in request.POST:
            self._publish(request, obj)
        elif "_addanother" not in request.POST:
            messages.success(request, format_html("“{}” is saved.", obj))
            return HttpResponseRedirect(self._page(obj))
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        """Publish if that was the button, and stay with the story."""
        if "_publish" in request.POST:
            self._publish(request, obj)
        else:
            messages.success(request, format_html("“{}” is saved.", obj))
        return HttpResponseRedirect(self._page(obj))

    def _page(self, article: Article) -> str:
        return reverse("admin:articles_article_change", args=[article.pk])

    def _publish(self, request: HttpRequest, article: Article) -> None:
        try:
            snapshot = publishing.publish(article, by=person_of(request), seen_version=article.version)
        except NotReady as unready:
            reasons = format_html_join(" ", '<a href="#id_{}">{}</a>', ((f.field, f.words) for f in unready.findings))
            messages.error(request, format_html("Saved, but not published: {}", reasons))
        else:
            messages.success(
                request,
                format_html('“{}” is before readers at <a href="{}">{}</a>.', article, snapshot.path, snapshot.path),
            )

    def get_urls(self) -> list[URLPattern]:
        """The ways that Django's own admin does not have."""
        view = self.admin_site.admin_view
        own = [
            path("import/", view(partial(manuscript_view, self)), name="articles_article_import"),
            path("tags/", view(self.tags), name="articles_article_tags"),
            path("<int:pk>/stored/", require_safe(view(partial(stored_view, self))), name="articles_article_stored"),
            path("<int:pk>/withdraw/", view(self.withdraw), name="articles_article_withdraw"),
        ]
        return own + super().get_urls()

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then take the story from readers."""
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        publishing.require_publisher(person_of(request))
        if request.method == "POST":
            try:
                publishing.withdraw(
                    article, by=person_of(request), seen_version=int(request.POST.get("seen_version", "-1"))
                )
            except (editing.StaleVersion, ValueError):
                messages.error(request, "The story was saved in the meantime. Look at it again before withdrawing it.")
            else:
                self.log_change(request, article, "Withdrawn from readers.")
                messages.success(request, format_html("“{}” is withdrawn. Its address says so to readers.", article))
            return HttpResponseRedirect(self._page(article))
        context = {**self.admin_site.each_context(request), "title": "Withdraw this story?", "article": article}
        return TemplateResponse(request, "admin/articles/article/withdraw.html", {**context, "opts": self.opts})

    def tags(self, request: HttpRequest) -> HttpResponse:
        """Tags whose name begins with, or contains, what was typed."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        typed = request.GET.get("q", "").strip()
        found = Tag.objects.filter(name__icontains=typed).order_by("name").values_list("name", flat=True)
        return JsonResponse({"tags": list(found[:OFFERED_TAGS]) if typed else []})

    def view_on_site(self, obj: Article) -> str | None:
        """Where readers find it, if they do."""
        live = Snapshot.objects.filter(article=obj).live().first()
        return live.path if live else None
