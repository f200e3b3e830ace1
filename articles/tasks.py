"""What the newsroom leaves to the worker. It only sends things out; nothing is correct because it ran."""

from django_tasks import task

from articles import mailing
from articles.models import Message


@task()
def mail_message(message_id: int, tries: int = 0) -> bool:
    """Mail a message that has not been read meanwhile to somebody who wants mail; whether it was sent."""
    from articles import messages

    message = Message.objects.select_related("to", "article", "move__by", "comment__by").filter(pk=message_id).first()
    if message is None or message.read_at or not message.to.is_active or not message.to.wants_mail:
        return False
    subject, text = messages.mail(message)
    return mailing.send(subject, text, message.to.email, by=mail_message, tries=tries, message_id=message_id)
