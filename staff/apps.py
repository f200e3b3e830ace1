from typing import Any

from django.apps import AppConfig
from django.core import checks


class StaffConfig(AppConfig):
    """The people who work here and their way in."""

    name = "staff"
    verbose_name = "Staff"

    def ready(self) -> None:
        """Listen to what allauth tells by signals only and to the newsroom; look at the settings that name roles."""
        from articles import watching
        from staff import listening, log

        listening.begin()
        watching.register(log.Watcher())
        checks.register(known_roles)


def known_roles(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """SECOND_FACTOR_ROLES names roles."""
    from articles.roles import ROLES
    from staff.factors import unknown_roles

    unknown, known = ", ".join(unknown_roles()), ", ".join(role.code for role in ROLES)
    message = f"SECOND_FACTOR_ROLES names {unknown}, which is no role. These are: {known}."
    return [checks.Error(message, id="staff.E001")] if unknown else []
