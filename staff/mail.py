"""Mail to people with an account. What it says stands in `templates/mail/staff/`, its subject in the first line."""

from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from articles.models import Paper

if TYPE_CHECKING:
    from staff.models import Person


def tell(person: "Person", name: str, *, to: str = "", **context: Any) -> None:
    """Let the worker send this mail, once what is being done is done; to their address unless `to` is another."""
    from staff.tasks import send_mail_to

    subject, text = written(name, person=person, **context)
    transaction.on_commit(partial(send_mail_to.enqueue, to or person.email, subject, text))


def written(name: str, **context: Any) -> tuple[str, str]:
    """The subject and the text of a mail."""
    frame = {"newsroom": Paper.objects.name_now(), "site": settings.SITE_URL}
    subject, _, text = render_to_string(f"mail/staff/{name}.txt", {**frame, **context}).lstrip().partition("\n")
    return " ".join(subject.split())[:200], text.strip() + "\n"
