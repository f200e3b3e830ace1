"""The book of addresses: where a story is, or ever was."""

from typing import ClassVar

from django.db import models

from articles.prepared import Prepared


class AddressTaken(ValueError):
    """Raised where an address belongs to another story."""

    def __init__(self, path: str) -> None:
        super().__init__(f"The address {path} belongs to another story. Change the slug.")
        self.path = path


class AddressManager(models.Manager["Address"]):
    """Keeps the book of addresses."""

    def claim(self, path: str, article_id: int) -> None:
        """Make sure that `path` leads to this story; raises AddressTaken where it leads to another."""
        # Whoever claims it at the same moment is waited for; one of both has it.
        self.bulk_create([Address(path=path, article_id=article_id)], ignore_conflicts=True)
        if self.is_taken(path, but_by=article_id):
            raise AddressTaken(path)

    def is_taken(self, path: str, *, but_by: int | None) -> bool:
        """Whether the address belongs to a story other than `but_by`."""
        return any(owner != but_by for owner in OWNERS(path=path))


class Address(models.Model):
    """An address that a story has or once had. It is never given to another story."""

    path = models.CharField(max_length=200, unique=True)
    article = models.ForeignKey("articles.Article", on_delete=models.PROTECT, related_name="addresses")
    since = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AddressManager] = AddressManager()

    class Meta:
        verbose_name_plural = "addresses"

    def __str__(self) -> str:
        return self.path


OWNERS: Prepared[int] = Prepared(
    Address, lambda path: Address.objects.filter(path=path).values_list("article", flat=True)
)
