"""Licences in the admin."""

from django.contrib import admin
from django.db import models

from media.admin.seen import SeenForm
from media.models import Licence


@admin.register(Licence)
class LicenceAdmin(admin.ModelAdmin[Licence]):
    """Terms that many photos come under."""

    form = SeenForm[Licence]
    list_display = ("name", "url", "duties")
    search_fields = ("name", "duties")
    actions = None
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
