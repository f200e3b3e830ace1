"""Security headers: what every answer says to a browser, and what differs between the reader's and the newsroom's."""

from functools import cached_property
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"


# Where people sign in and keep what they sign in with.
WAY_IN = ("/admin/login/", "/admin/join/", "/admin/account/", "/admin/logout/")


class SecurityHeadersMiddleware(CSPMiddleware):
    """Gives every answer a Content-Security-Policy, the newsroom's its own, and switches off what no page needs."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        # Django says most of this too, but not of what it refuses before it has looked at the address.
        said = {
            "Permissions-Policy": PERMISSIONS_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
            "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        }
        if not getattr(response, "xframe_options_exempt", False):
            said["X-Frame-Options"] = settings.X_FRAME_OPTIONS
        if is_newsroom(request):
            # Nobody else's copy, be it a proxy's or a browser's history, may hold a working copy.
            said["Cache-Control"] = "private, no-store"
        elif not settings.DEBUG and not any(name.startswith("_csp") for name in vars(response)):
            said[HEADER] = self._for_readers
        for name, value in said.items():
            response.headers.setdefault(name, value)
        return response if HEADER in said else super().process_response(request, response)

    @cached_property
    def _for_readers(self) -> str:
        """The policy of every page that asks for no other: put together once."""
        return build_policy()

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if is_newsroom(request) and not report_only and parts.config is None:
            is_way_in = request.path_info.startswith(WAY_IN)
            parts.config = (
                settings.SIGN_IN_CONTENT_SECURITY_POLICY if is_way_in else settings.ADMIN_CONTENT_SECURITY_POLICY
            )
        return parts


def in_utf8(environ: dict[str, Any]) -> dict[str, Any]:
    """A request as the web server tells it (PEP 3333), in UTF-8, as all addresses and forms of ours are.

    What a sender names instead may be no text to Python (rot13, say), and Django fails before anybody could answer.
    """
    kind, *others = environ.get("CONTENT_TYPE", "").split(";")
    kept = [each for each in others if not each.strip().lower().startswith("charset")]
    if kept != others:
        environ["CONTENT_TYPE"] = ";".join([kind, *kept])
    return environ


def is_newsroom(request: HttpRequest) -> bool:
    """Whether the address belongs to the admin rather than to readers."""
    return request.path_info.startswith("/admin/")
