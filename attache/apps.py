from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The site itself: settings, urls and the commands that concern every room of the house."""

    name = "attache"
    verbose_name = "Attaché"
