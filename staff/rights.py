"""What keeping accounts does not allow: to raise oneself, or to leave the house without an administrator."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q, QuerySet

from articles.models import Duty
from staff.models import Person


class LastAdministrator(ValueError):
    """Raised where something would leave nobody who keeps accounts for good; the message says so."""


def may_keep(by: Person, person: Person) -> bool:
    """Whether `by` may change this person's access: an administrator may, but not their own; an account with every
    right is changed only by another such account.
    """
    is_keeper = by.is_active and by.has_perm("staff.change_person")
    return is_keeper and by.pk != person.pk and (by.is_superuser or not person.is_superuser)


def is_kept() -> bool:
    """Whether somebody keeps accounts for good."""
    return _administrators().exists()


@contextmanager
def keeping_an_administrator() -> Iterator[None]:
    """Do what stands inside in one transaction, and undo it where nobody would be left who keeps accounts for good.

    Two administrators who remove each other at once are let in one after the other. Raises LastAdministrator.
    """
    with transaction.atomic():
        before = list(_administrators().select_for_update().order_by("pk").values_list("pk", flat=True))
        yield
        if before and not is_kept():
            raise LastAdministrator(
                "Nobody would be left who keeps accounts for good. Make somebody else an administrator first."
            )


def _administrators() -> QuerySet[Person]:
    lasting = Duty.objects.filter(role="administrator", until=None)
    return Person.objects.filter(Q(is_superuser=True) | Q(pk__in=lasting.values("person")), is_active=True)
