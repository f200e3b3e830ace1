from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ArticlesConfig(AppConfig):
    """The newsroom and its paper."""

    name = "articles"
    verbose_name = "Newsroom"

    def ready(self) -> None:
        """Keep the roles in the database equal to the list in the code, each time migrations have run."""
        from articles.roles import keep_groups

        post_migrate.connect(keep_groups, sender=self)
