"""Pages of long lists: counted only as far as anybody pages."""

from functools import cached_property
from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet

MOST = 500


class BoundedPaginator(Paginator[Any]):
    """Counts no further than MOST, so that a list costs the same however long it is.

    What lies deeper is found by searching and filtering.
    """

    @cached_property
    def _counted(self) -> int:
        # As rows in the order of the list, whose index is there; what is only shown is not worked out.
        return len(cast(QuerySet[Any], self.object_list).values_list("pk", flat=True)[: MOST + 1])

    @cached_property
    def count(self) -> int:
        """How many there are, MOST where there are more."""
        return min(self._counted, MOST)

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are counted."""
        return self._counted > MOST
