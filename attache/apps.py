from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class SiteConfig(AppConfig):
    """The site itself: settings, urls and the commands that concern every room of the house."""

    name = "attache"
    verbose_name = "Attaché"

    def ready(self) -> None:
        """Say what Django would find out by a transaction, with the first question of each thread that has JSON in it.

        On SQLite a reader would wait there for whoever writes.
        """
        from django.db.backends.sqlite3.features import DatabaseFeatures

        DatabaseFeatures.supports_json_field = True  # type: ignore[assignment,method-assign]


class NewsroomAdminConfig(AdminConfig):
    """Django's admin with the newsroom's own site as its default."""

    default_site = "attache.admin.NewsroomSite"
