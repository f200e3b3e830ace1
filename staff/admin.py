"""Staff accounts in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.roles import ROLES
from staff.models import Person

# Roles are the list in articles/roles.py; they are assigned here, not edited.
admin.site.unregister(Group)


class RolesField(forms.ModelMultipleChoiceField[Group]):
    """Roles to tick, each with what it allows."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "roles"})

    def label_from_instance(self, obj: Any) -> SafeString:
        """The role's name and what it allows, in words."""
        allows = next((role.allows for role in ROLES if role.name == obj.name), "")
        return format_html("<span><strong>{}</strong><br>{}</span>", obj.name, allows)


class PersonForm(forms.ModelForm[Person]):
    """An account; its password is set on a page of its own."""

    groups = RolesField(queryset=Group.objects.order_by("pk"), label="Roles", required=False)

    class Meta:
        model = Person
        fields = ("name", "email", "is_active", "is_staff", "groups")


class NewPersonForm(AdminUserCreationForm[Person]):
    """A new account, with its first password."""

    groups = RolesField(queryset=Group.objects.order_by("pk"), label="Roles", required=False)

    class Meta(AdminUserCreationForm.Meta):
        model = Person
        fields = ("name", "email")
        field_classes = {}


@admin.register(Person)
class PersonAdmin(UserAdmin[Person]):
    """People with an account. Suspending one touches no byline and no story."""

    form = PersonForm
    add_form = NewPersonForm
    list_display = ("name", "email", "roles", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    show_facets = admin.ShowFacets.NEVER
    actions = None
    search_fields = ("name", "email")
    ordering = ("name", "email")
    filter_horizontal = ()
    readonly_fields = ("sets_password", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("name", "email", "sets_password")}),
        ("What they may do", {"fields": ("is_active", "is_staff", "groups")}),
        ("Since", {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("name", "email", "usable_password", "password1", "password2", "groups")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        """With the roles of each, in one query more."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="roles")
    def roles(self, person: Person) -> str:
        """The names of the person's roles."""
        return ", ".join(group.name for group in person.groups.all()) or "—"

    @admin.display(description="password")
    def sets_password(self, person: Person) -> SafeString:
        """The way to the page on which a new one is set; nobody can look at the present one."""
        address = reverse("admin:auth_user_password_change", args=[person.pk])
        return format_html('<a href="{}">Set a new password</a>', address)

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> Any:
        """Nobody changes their own roles, or the access of somebody with every right but by that right."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        return (*fixed, "is_active", "is_staff", "groups") if obj and obj == request.user else fixed

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
