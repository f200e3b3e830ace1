"""People with an account, as the administrator keeps them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from articles import handing_on, roles
from articles.addresses import id_in
from articles.models import Duty
from articles.roles import person_of
from media.admin.seen import SeenForm, SeenRows
from staff import duties, factors, fresh, mail, personal_data, rights, sessions
from staff.admin import keeping
from staff.admin.roles import RoleChoice
from staff.log import record
from staff.models import Event, Person


class PersonForm(SeenForm[Person]):
    """Who somebody is, and what they may. How they sign in is theirs alone."""

    shown_besides = {"duties": "roles"}

    class Meta:
        model = Person
        fields = ("name", "email")

    def beside(self, thing: Person, name: str) -> str:
        """Their roles, with the sections in which they are held."""
        prefetch_related_objects([thing], "duties__sections")
        return duties.all_in_words(thing.duties.all())


class DutyInline(admin.StackedInline[Duty, Person]):
    """The roles of a person. Nobody changes their own."""

    model = Duty
    form = RoleChoice
    formset = SeenRows
    fields = ("role", "sections", "until")
    extra = 0
    verbose_name = "role"
    verbose_name_plural = "Roles"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may open the page sees all of it."""
        return request.user.has_perm("staff.view_person")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By whoever keeps accounts, on any account but their own and those that only a superuser may touch."""
        return obj is not None and rights.may_keep(person_of(request), obj)

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin[Person]):
    """People with an account. They come by invitation and go by leaving; nobody is deleted."""

    form = PersonForm
    inlines = (DutyInline,)
    list_display = ("name", "email", "roles", "is_active", "last_login")
    list_filter = ("is_active", "duties__role")
    show_facets = admin.ShowFacets.NEVER
    actions = None
    search_fields = ("name", "email")
    ordering = ("name", "email")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        """With the roles of each, in two queries more."""
        return super().get_queryset(request).prefetch_related("duties__sections")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Not by the password: whoever could filter by its hash would read it sign by sign."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    @admin.display(description="roles")
    def roles(self, person: Person) -> str:
        """The names of the person's roles."""
        return duties.all_in_words(person.duties.all())

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: people are invited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        """Nobody: history keeps its people, even when their data are erased."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        """An account with every right is changed by another such account only, and one's own on one's own page."""
        return super().has_change_permission(request, obj) and (obj is None or rights.may_keep(person_of(request), obj))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """All that an administrator must know of a person; no change leaves the house without a keeper."""
        person = Person.objects.filter(pk=id_in(object_id)).first()
        context = {} if person is None else self._about(request, person)
        if request.method == "POST":
            fresh.require(request)
        try:
            with rights.keeping_an_administrator():
                return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})
        except rights.LastAdministrator as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("admin:staff_person_change", args=[object_id]))

    def _about(self, request: HttpRequest, person: Person) -> dict[str, Any]:
        return {
            "may_keep": rights.may_keep(person_of(request), person),
            "is_own": person == request.user,
            "is_erased": personal_data.is_erased(person),
            "holds": [
                (duties.in_words(duty), duty.as_role().allows) for duty in person.duties.prefetch_related("sections")
            ],
            "rights": [held.role for held in roles.held(person)],
            "factor": factors.state(person),
            "last_seen": sessions.last_seen(person),
            "sessions": sessions.open_sessions(person, request.session.session_key),
            "held": handing_on.held_by(person),
            "author": getattr(person, "author", None),
        }

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        """A new address is told to both addresses."""
        before = Person.objects.get(pk=obj.pk).email
        super().save_model(request, obj, form, change)
        if before != obj.email:
            by = person_of(request)
            record(Event.Kind.ADDRESS, person=obj, by=by, said=f"{before} → {obj.email}", request=request)
            for address in (before, obj.email):
                mail.tell(obj, "address_changed", to=address, by=by, before=before)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Other roles are logged, and told to whoever holds them."""
        person, by = form.instance, person_of(request)
        before = duties.all_in_words(Duty.objects.filter(person=person).prefetch_related("sections"))
        super().save_related(request, form, formsets, change)
        after = duties.all_in_words(Duty.objects.filter(person=person).prefetch_related("sections"))
        if before != after:
            record(Event.Kind.ROLES, person=person, by=by, said=f"{before} → {after}", request=request)
            mail.tell(person, "roles_changed", by=by, before=before, after=after)

    def get_urls(self) -> list[URLPattern]:
        """Beside the admin's own pages: what is done to an account."""
        ours = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), {"desk": self}, name=f"staff_person_{code}")
            for code, name, view in keeping.PAGES
        ]
        return [*ours, *super().get_urls()]
