"""Whether the worker keeps up. Nothing is wrong for readers while it does not; things are slower, and mail waits."""

from datetime import timedelta

from django.db.models import Count, Min
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles import moments

PATIENCE = timedelta(minutes=2)
MAIL = ("mail_message", "send_mail_to", "send_reset_link", "send_invitation")
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


def _does(task_path: str) -> str:
    name = task_path.rpartition(".")[2]
    return DOES.get(name, name)
