"""What every process must know of sign-ins: known devices, failures, and what the cache holds."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Device(models.Model):
    """A browser in which somebody has signed in. Its cookie holds a secret of which only the hash is kept."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices")
    secret_hash = models.CharField(max_length=64)
    browser = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("-seen_at", "-pk")
        constraints = (models.UniqueConstraint(fields=["person", "secret_hash"], name="staff_device_once_per_person"),)

    def __str__(self) -> str:
        return self.browser or "browser"


class Failure(models.Model):
    """An attempt to sign in that has not succeeded, or a link that was mailed and not used yet.

    `account` and `network` are keyed hashes, and tell nobody.
    """

    account = models.CharField(max_length=32)
    network = models.CharField(max_length=32)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["account", "at"], name="staff_failure_of_account"),
            models.Index(fields=["network", "at"], name="staff_failure_of_network"),
            models.Index(fields=["at"], name="staff_failure_oldest"),
        )

    def __str__(self) -> str:
        return f"failure at {self.at}"


class Shared(models.Model):
    """The table of Django's database cache: what must hold across processes, and when Redis is down."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "staff_shared"

    objects: ClassVar[models.Manager["Shared"]] = models.Manager()

    def __str__(self) -> str:
        return self.cache_key
