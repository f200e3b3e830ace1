from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class SiteConfig(AppConfig):
    """The site itself: settings, urls and the commands that concern every room of the house."""

    name = "attache"
    verbose_name = "Attaché"

    def ready(self) -> None:
        """Tell Django that SQLite knows JSON. Else each thread finds out by a transaction, before its first question
        with JSON in it, and readers wait there for whoever writes.
        """
        # By its base: on PostgreSQL, where nothing has loaded it yet, the features alone would load in a circle.
        from django.db.backends.sqlite3.base import DatabaseWrapper

        DatabaseWrapper.features_class.supports_json_field = True  # type: ignore[assignment,method-assign]


class NewsroomAdminConfig(AdminConfig):
    """Django's admin with the newsroom's own site as its default."""

    default_site = "attache.admin.NewsroomSite"
