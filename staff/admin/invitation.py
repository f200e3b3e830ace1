"""Invitations in the admin."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format

from articles.addresses import id_in
from articles.roles import person_of
from staff import duties, fresh, invitations
from staff.admin.roles import RoleChoice
from staff.models import Invitation, InvitedDuty, Person
from staff.models.invitation import InvitationQuerySet, State
from staff.models.person import as_kept


class InvitationForm(forms.ModelForm[Invitation]):
    """Who is invited."""

    class Meta:
        model = Invitation
        fields = ("name", "email")

    def clean_email(self) -> str:
        """Nobody is invited who is here already, or twice."""
        email = as_kept(self.cleaned_data["email"])
        if Person.objects.at(email):
            raise forms.ValidationError("There is an account with this address already.")
        if Invitation.objects.waiting().filter(email=email).exists():
            raise forms.ValidationError("This address is invited already. Look under Invitations to send it again.")
        return email


class InvitedDutyInline(admin.StackedInline[InvitedDuty, Invitation]):
    """The roles that they will hold."""

    model = InvitedDuty
    form = RoleChoice
    verbose_name = "role"
    verbose_name_plural = "Roles"
    extra = 1
    fields = ("role", "sections", "until")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may open the page sees all of it."""
        return request.user.has_perm("staff.view_invitation")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only while it is written."""
        return obj is None and request.user.has_perm("staff.add_invitation")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: what was sent stands."""
        return False

    has_delete_permission = has_change_permission


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin[Invitation]):
    """Who was invited, and who has not answered. An invitation is not edited: it is sent again, or revoked."""

    form = InvitationForm
    inlines = (InvitedDutyInline,)
    list_display = ("name", "email", "roles", "stands", "by")
    list_select_related = ("by",)
    search_fields = ("name", "email")
    actions = None
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> InvitationQuerySet:
        """With what they are invited for, in two queries more."""
        return Invitation.objects.prefetch_related("duties__sections")

    @admin.display(description="roles")
    def roles(self, invitation: Invitation) -> str:
        """What they are invited for."""
        return duties.all_in_words(invitation.duties.all())

    @admin.display(description="answer", ordering="expires_at")
    def stands(self, invitation: Invitation) -> str:
        """What has become of it, in words."""
        state = invitation.state()
        if state == State.OPEN and invitation.expires_at:
            return f"Not yet; until {date_format(timezone.localtime(invitation.expires_at), 'j F, H:i')}"
        return str(state.label)

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """Nobody: what was sent stands."""
        return False

    has_delete_permission = has_change_permission

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of a new invitation, for whoever has shown lately who they are."""
        if self.has_add_permission(request):
            fresh.require(request)
        return super().add_view(request, form_url, {"title": "Invite a person", **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        """Whose invitation it is, and since when."""
        obj.by, obj.at = person_of(request), timezone.now()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Once its roles are there, it goes out."""
        super().save_related(request, form, formsets, change)
        invitations.send(form.instance, by=person_of(request))

    def response_add(self, request: HttpRequest, obj: Invitation, post_url_continue: str | None = None) -> HttpResponse:
        """Back to the list, with what happens next."""
        messages.success(request, f"{obj.name} is invited. The link goes to {obj.email} and works once.")
        return HttpResponseRedirect(reverse("admin:staff_invitation_changelist"))

    def get_urls(self) -> list[URLPattern]:
        """Beside the admin's own pages: sending again and revoking."""
        ours = [
            path("<int:pk>/resend/", self.admin_site.admin_view(self.resend), name="staff_invitation_resend"),
            path("<int:pk>/revoke/", self.admin_site.admin_view(self.revoke), name="staff_invitation_revoke"),
        ]
        return [*ours, *super().get_urls()]

    def resend(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send it again, with a new link."""
        return self._do(request, pk, invitations.send, "A new link goes to {}. The one before works no longer.")

    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let its link lead nowhere."""
        return self._do(request, pk, invitations.revoke, "The invitation of {} is revoked.")

    def _do(self, request: HttpRequest, pk: int, deed: Callable[..., None], words: str) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        invitation = get_object_or_404(Invitation, pk=pk)
        back = HttpResponseRedirect(reverse("admin:staff_invitation_change", args=[pk]))
        if request.method != "POST":
            return back
        fresh.require(request)
        try:
            deed(invitation, by=person_of(request))
        except invitations.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, words.format(invitation.email))
        return back

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The invitation, to be read, with what can be done about it."""
        invitation = Invitation.objects.filter(pk=id_in(object_id)).first()
        is_waiting = invitation is not None and invitation.state() in {State.UNSENT, State.OPEN, State.EXPIRED}
        context = {"title": "Invitation", "is_waiting": is_waiting, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def get_readonly_fields(self, request: HttpRequest, obj: Invitation | None = None) -> tuple[str, ...]:
        """What is told of one that was sent."""
        return ("stands", "by", "at", "person") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None) -> tuple[str, ...]:
        """Who, and what has become of it."""
        return ("name", "email", *self.get_readonly_fields(request, obj))
