"""What the newsroom leaves to the worker. It only sends things out; nothing is correct because it ran."""

from django_tasks import task

from articles import mailing
from articles.models import Message


@task()
def mail_message(message_id: int, tries: int = 0) -> bool:
    """Mail a message that somebody who wants mail has still to read, about a story that they may open; whether it was
    sent.
    """
    from articles import messages

    message = Message.objects.select_related("to", "article", "move__by", "comment__by").filter(pk=message_id).first()
    if message is None or not message.to.wants_mail or not messages.unread(message.to).filter(pk=message_id).exists():
        return False
    subject, text = messages.mail(message)
    return mailing.send(subject, text, message.to.email, by=mail_message, tries=tries, message_id=message_id)
