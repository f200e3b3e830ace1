"""Addresses of the way in and of one's own account. Of allauth's pages those that a newsroom needs."""

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path, reverse_lazy
from django.views.generic import RedirectView

from staff import joining, views

HOME = reverse_lazy("staff_account")

urlpatterns = [
    # These stand where the admin's own would, which leads there.
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("join/<str:token>/", joining.join_link, name="staff_join_link"),
    path("join/", joining.join, name="staff_join"),
    path("account/", views.account, name="staff_account"),
    path("account/sessions/", views.end_session, name="staff_end_session"),
    path("account/data/", views.export, name="staff_export"),
    path("account/set-up/", views.set_up, name="staff_set_up"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/first/", reauthentication_required(account.password_set), name="account_set_password"),
    path("account/password/forgotten/", views.ForgottenPassword.as_view(), name="account_reset_password"),
    path("account/password/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^account/password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key, name="account_reset_password_from_key",
    ),
    path(
        "account/password/new/done/", account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("account/factors/", RedirectView.as_view(url=HOME), name="mfa_index"),
    path("login/code/", mfa.authenticate, name="mfa_authenticate"),
    path("login/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("account/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/app/remove/", totp.DeactivateTOTPView.as_view(success_url=HOME), name="mfa_deactivate_totp"),
    path("account/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/", webauthn.EditWebAuthnView.as_view(success_url=HOME), name="mfa_edit_webauthn"),
    path(
        "account/passkeys/<int:pk>/remove/", webauthn.RemoveWebAuthnView.as_view(success_url=HOME),
        name="mfa_remove_webauthn",
    ),
    path("account/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]  # fmt: skip
