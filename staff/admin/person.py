"""Staff accounts in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.models import Duty
from articles.roles import ROLES
from staff.models import Person


class PersonForm(forms.ModelForm[Person]):
    """An account; its password is set on a page of its own."""

    class Meta:
        model = Person
        fields = ("name", "email", "is_active", "is_staff")


class NewPersonForm(AdminUserCreationForm[Person]):
    """A new account, with its first password."""

    class Meta(AdminUserCreationForm.Meta):
        model = Person
        fields = ("name", "email")
        field_classes = {}


class DutyForm(forms.ModelForm[Duty]):
    """A role, where it is held, and until when."""

    role = forms.ChoiceField(
        choices=[
            (role.code, format_html("<span><strong>{}</strong><br>{}</span>", role.name, role.allows)) for role in ROLES
        ],
        widget=forms.RadioSelect(attrs={"class": "roles"}),
    )

    class Meta:
        model = Duty
        fields = ("role", "sections", "until")
        labels = {"until": "Last day"}
        widgets = {"sections": forms.CheckboxSelectMultiple(attrs={"class": "roles"})}


class DutyInline(admin.StackedInline[Duty, Person]):
    """The roles of a person. Nobody changes their own."""

    model = Duty
    form = DutyForm
    extra = 0
    verbose_name = "role"
    verbose_name_plural = "Roles"

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """A new account begins with a role to choose."""
        return 0 if obj else 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may open the page sees all of it."""
        return request.user.has_perm("staff.view_person")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By whoever keeps accounts, on any account but their own and those that only a superuser may touch."""
        return (
            request.user.has_perm("staff.change_person")
            and obj != request.user
            and (obj is None or not obj.is_superuser or bool(request.user.is_superuser))
        )

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Person)
class PersonAdmin(UserAdmin[Person]):
    """People with an account. Suspending one touches no byline and no story."""

    form = PersonForm
    add_form = NewPersonForm
    inlines = (DutyInline,)
    list_display = ("name", "email", "roles", "is_active", "last_login")
    list_filter = ("is_active", "duties__role")
    show_facets = admin.ShowFacets.NEVER
    actions = None
    search_fields = ("name", "email")
    ordering = ("name", "email")
    filter_horizontal = ()
    readonly_fields = ("sets_password", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("name", "email", "sets_password")}),
        ("What they may do", {"fields": ("is_active", "is_staff")}),
        ("Since", {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("name", "email", "usable_password", "password1", "password2")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        """With the roles of each, in two queries more."""
        return super().get_queryset(request).prefetch_related("duties__sections")

    @admin.display(description="roles")
    def roles(self, person: Person) -> str:
        """The names of the person's roles."""
        return ", ".join(_in_words(duty) for duty in person.duties.all()) or "—"

    @admin.display(description="password")
    def sets_password(self, person: Person) -> SafeString:
        """The way to the page on which a new one is set; nobody can look at the present one."""
        address = reverse("admin:auth_user_password_change", args=[person.pk])
        return format_html('<a href="{}">Set a new password</a>', address)

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> Any:
        """Nobody changes their own roles, or the access of somebody with every right but by that right."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        return (*fixed, "is_active", "is_staff") if obj and obj == request.user else fixed

    def has_change_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        """An account with every right is changed by another such account only."""
        return super().has_change_permission(request, obj) and self._is_within_reach(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        """As for changing; and nobody deletes the account they are signed in with."""
        return (
            super().has_delete_permission(request, obj) and self._is_within_reach(request, obj) and obj != request.user
        )

    def _is_within_reach(self, request: HttpRequest, obj: Person | None) -> bool:
        return obj is None or not obj.is_superuser or bool(request.user.is_superuser)

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        """A new account may enter the newsroom: what it may do there is decided by its roles."""
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list under its own name."""
        return super().changelist_view(request, {"title": "People", **(extra_context or {})})


def _in_words(duty: Duty) -> str:
    where = ", ".join(section.name for section in duty.sections.all())
    until = f" until {date_format(duty.until, 'j F Y')}" if duty.until else ""
    return f"{duty}{f' ({where})' if where else ''}{until}"
