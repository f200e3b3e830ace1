"""What the worker sends to people with an account.

A link that lets somebody in is made here, while it is sent: it stands in no table and in no queue.
"""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.http import int_to_base36
from django_tasks import task

from articles import mailing
from staff import invitations, limits, mail
from staff.models import Invitation, Person


@task()
def send_mail_to(address: str, subject: str, text: str, tries: int = 0) -> bool:
    """Send a mail that is written already."""
    return mailing.send(
        subject, text, address, by=send_mail_to, tries=tries, address=address, subject=subject, text=text
    )


@task()
def send_reset_link(email: str, asked_by_anybody: bool = False, tries: int = 0) -> bool:
    """Send a link to set a new password, if somebody active has this address; whether one was sent.

    Whether somebody has is found out here, where nobody who asks can see or time it. What anybody may ask for is
    counted once, what an administrator asks for is not.
    """
    person = Person.objects.at(email)
    if person is None or not person.is_active or (asked_by_anybody and not limits.may_mail_a_link(person)):
        return False
    key = {"uidb36": int_to_base36(person.pk), "key": default_token_generator.make_token(person)}
    link = settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key)
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    subject, text = mail.written("reset_link", person=person, link=link, hours=hours)
    return mailing.send(subject, text, person.email, by=send_reset_link, tries=tries, email=email)


@task()
def send_invitation(invitation_id: int, tries: int = 0) -> bool:
    """Send an invitation, if it still stands; whether it was sent."""
    invitation = Invitation.objects.waiting().filter(pk=invitation_id).first()
    if invitation is None:
        return False
    link = invitations.make_link(invitation)
    subject, text = mail.written("invitation", invitation=invitation, link=link, days=settings.INVITATION_DAYS)
    return mailing.send(subject, text, invitation.email, by=send_invitation, tries=tries, invitation_id=invitation_id)
