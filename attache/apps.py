from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class SiteConfig(AppConfig):
    """The site itself: settings, urls and the commands that concern every room of the house."""

    name = "attache"
    verbose_name = "Attaché"


class NewsroomAdminConfig(AdminConfig):
    """Django's admin with the newsroom's own site as its default."""

    default_site = "attache.admin.NewsroomSite"
