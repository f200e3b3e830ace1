"""What every template may say about the newsroom itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from articles.paper.masthead import masthead


def newsroom(request: HttpRequest) -> dict[str, Any]:
    """The paper, its name, motto, sections and foot, asked for when a template first says one; its public address."""
    return {
        "paper": SimpleLazyObject(lambda: masthead(request).paper),
        "newsroom_name": SimpleLazyObject(lambda: masthead(request).paper.name),
        "newsroom_motto": SimpleLazyObject(lambda: masthead(request).paper.motto),
        "sections": SimpleLazyObject(lambda: masthead(request).sections),
        "foot": SimpleLazyObject(lambda: masthead(request).foot),
        "site_url": settings.SITE_URL,
    }
