from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    """The newsroom and its paper."""

    name = "articles"
    verbose_name = "Newsroom"
