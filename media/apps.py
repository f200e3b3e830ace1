from django.apps import AppConfig


class MediaConfig(AppConfig):
    """The photo desk: photos, captions, credits and renditions. It knows nothing of articles."""

    name = "media"
    verbose_name = "Photo desk"
