from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    """The newsroom and its paper."""

    name = "articles"
    verbose_name = "Newsroom"

    def ready(self) -> None:
        """Tell the photo desk where its photos are used."""
        from articles.photo_uses import Newsroom
        from media import uses

        uses.register(Newsroom())
