"""What every template may say about the newsroom itself."""

from django.conf import settings
from django.http import HttpRequest


def newsroom(request: HttpRequest) -> dict[str, str]:
    """The paper's name, motto and public address."""
    return {
        "newsroom_name": settings.NEWSROOM_NAME,
        "newsroom_motto": settings.NEWSROOM_MOTTO,
        "site_url": settings.SITE_URL,
    }
