"""Whether the worker keeps up, and that what it did is forgotten in time.

Nothing is wrong for readers while it is late; things are slower, and mail waits.
"""

from contextlib import AbstractContextManager
from datetime import timedelta

from django.db.models import Count, Min
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles import moments
from attache.meanwhile import meanwhile

PATIENCE = timedelta(minutes=2)
MAIL = ("mail_message", "send_mail_to", "send_reset_link", "send_invitation")
# What was done stays for a while, for whoever asks whether a mail went out; and no longer, for the words in it.
KEPT_FOR = timedelta(days=14)
FORGETS_EVERY = 3_600.0
DOES = {"make_renditions": "sizes of photos"} | dict.fromkeys(MAIL, "mail")


def lateness() -> str:
    """What has been waiting for the worker for longer than PATIENCE, and since when; empty where nothing has."""
    now = timezone.now()
    # What was put off is late once its moment is past for so long.
    late = DBTaskResult.objects.ready().filter(enqueued_at__lt=now - PATIENCE)
    late = late.exclude(run_after__range=(now - PATIENCE, now)).order_by()
    found = list(late.values("task_path").annotate(number=Count("pk"), since=Min("enqueued_at")).order_by("since"))
    if not found:
        return ""
    since = moments.with_distance(found[0]["since"])
    what = ", ".join(f"{_does(each['task_path'])} ({each['number']})" for each in found)
    return f"The worker is late. Waiting since {since}: {what}. Stories still go out on time."


def forgetting() -> AbstractContextManager[None]:
    """Forget once an hour what was done, beside whatever is done here."""
    return meanwhile(forget, every=FORGETS_EVERY, name="forgetting")


def forget() -> int:
    """Remove what was done, or given up, more than KEPT_FOR ago, mail with its words and addresses; how many."""
    return int(DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEPT_FOR).delete()[0])


def _does(task_path: str) -> str:
    name = task_path.rpartition(".")[2]
    return DOES.get(name, name)
