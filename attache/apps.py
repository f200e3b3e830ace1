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
        # By its base: on PostgreSQL, where nothing has loaded it yet, the features alone would load in a circle.
        from django.db.backends.sqlite3.base import DatabaseWrapper

        DatabaseWrapper.features_class.supports_json_field = True  # type: ignore[assignment,method-assign]


class NewsroomAdminConfig(AdminConfig):
    """Django's admin with the newsroom's own site as its default."""

    default_site = "attache.admin.NewsroomSite"
