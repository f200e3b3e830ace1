from django.apps import AppConfig


class StaffConfig(AppConfig):
    """The people who work here and their way in."""

    name = "staff"
    verbose_name = "Staff"
