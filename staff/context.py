"""The frame of the newsroom around pages that are not the admin's."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

OURS = ("account_", "mfa_", "staff_")


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the admin's own pages are given, for those of signing in and of one's own account; and until when whoever
    needs a second factor may do without.
    """
    due = {"factor_due": getattr(request, "factor_due", None)}
    match = request.resolver_match
    if match is None or not (match.url_name or "").startswith(OURS) or match.app_name:
        return due
    return admin.site.each_context(request) | due
