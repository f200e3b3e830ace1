"""Handing a mail to the mail server, and once more later where it does not take it."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone
from django_tasks.base import Task

# A mail server that starts anew is back within minutes, one that is mended within a night.
AGAIN_AFTER = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=8))
log = logging.getLogger(__name__)


def send(subject: str, text: str, to: str, /, *, by: Task[..., bool], tries: int, **again: Any) -> bool:
    """Whether the mail server took the mail.

    Where it did not, the task `by` is called later with `again` and one try more, and may then find that nothing is to
    be sent any longer. Raises OSError, as the mail server's refusals are, after the last of AGAIN_AFTER.
    """
    try:
        return bool(send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [to]))
    except OSError as error:
        if tries >= len(AGAIN_AFTER):
            raise
        later = timezone.now() + AGAIN_AFTER[tries]
        log.warning("A mail was not taken, and is tried again at %s: %s", later.isoformat(timespec="minutes"), error)
        by.using(run_after=later).enqueue(**again, tries=tries + 1)
        return False
