"""The administrators' pages."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from staff.admin import event, invitation, person

# Roles are the list in articles/roles.py; they are assigned, not edited. What somebody signs in with, and their
# sessions, are shown on pages of ours, which show no secrets.
admin.site.unregister((Group, EmailAddress, Authenticator, UserSession))

__all__ = ["event", "invitation", "person"]
