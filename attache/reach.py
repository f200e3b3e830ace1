"""Whether a server that this process leans on answers: after it did not, one request at a time asks it again."""

import logging
from time import monotonic

from articles.asking import Silent

log = logging.getLogger(__name__)
# To ask takes no longer, a new connection included.
TAKES = 10.0


class Reach:
    """What the last request found. `lost` and `back` are what the log says, once each time; for `again_after` seconds
    nobody asks again. It `is_silent` where it was reached and gave no answer, so that whoever asks waits.
    """

    def __init__(self, lost: str, back: str, *, again_after: float) -> None:
        self._lost, self._back, self._again_after = lost, back, again_after
        self._is_away = False
        self._asked_again_at = 0.0
        self.is_silent = False

    def may_be_asked(self) -> bool:
        """Whether it answers; where not, whether it is the turn of this request to ask, for all others."""
        if not self._is_away:
            return True
        if monotonic() < self._asked_again_at:
            return False
        self._asked_again_at = monotonic() + TAKES
        return True

    def lost(self, error: Exception) -> None:
        """It did not answer, with this error."""
        was_away, self._is_away = self._is_away, True
        self._asked_again_at = monotonic() + self._again_after
        self.is_silent = self.is_silent or isinstance(error, Silent)
        if not was_away:
            log.error("%s: %s", self._lost, error)

    def found(self) -> None:
        """It answered."""
        if self._is_away:
            log.warning(self._back)
        self._is_away = self.is_silent = False
