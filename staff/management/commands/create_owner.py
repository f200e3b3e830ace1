"""`manage.py create_owner`: the first person, who invites the others."""

import getpass
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from articles.models import Duty
from staff import invitations, rights
from staff.log import record
from staff.models import Event, Invitation, InvitedDuty, Person
from staff.models.person import as_kept

ROLES = ("administrator", "editor-in-chief")


class Command(BaseCommand):
    """Makes the account of whoever begins, or prints a link with which they make it."""

    help = (
        "Make the first account, which keeps the others and, unless --administrator-only, is editor-in-chief. Asks for "
        "address, name and password, or takes OWNER_EMAIL, OWNER_NAME and OWNER_PASSWORD from the environment. Without "
        "a password it prints a link that works once, behind which the person chooses how to sign in. Where somebody "
        "keeps accounts already it does nothing unless --another, with exit code 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options, as `--help` shows them."""
        parser.add_argument("--administrator-only", action="store_true", help="keep accounts, and touch no story")
        parser.add_argument("--another", action="store_true", help="although somebody keeps accounts already")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Ask for what the environment does not say, and make the account or the link."""
        if rights.is_kept() and not options["another"]:
            raise CommandError("Somebody keeps the accounts already, and can invite others. --another makes one more.")
        email = as_kept(self._told("OWNER_EMAIL", "Address: "))
        name = self._told("OWNER_NAME", "Name: ")
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email!r} is no e-mail address.") from error
        if Person.objects.at(email):
            raise CommandError(f"There is an account with the address {email} already.")
        roles = ROLES[:1] if options["administrator_only"] else ROLES
        password = self._password(Person(email=email, name=name))
        if password:
            self._make(email, name, password, roles)
        else:
            self._invite(email, name, roles)

    def _make(self, email: str, name: str, password: str, roles: tuple[str, ...]) -> None:
        person = Person.objects.create_user(email, name, password, is_staff=True)
        Duty.objects.bulk_create(Duty(person=person, role=role) for role in roles)
        record(Event.Kind.JOINED, person=person, said=f"by the command line as {', '.join(roles)}")
        self.stdout.write(f"{name} signs in as {email}.")

    def _invite(self, email: str, name: str, roles: tuple[str, ...]) -> None:
        invitation = Invitation.objects.create(email=email, name=name, at=timezone.now())
        InvitedDuty.objects.bulk_create(InvitedDuty(invitation=invitation, role=role) for role in roles)
        record(Event.Kind.INVITED, said=f"by the command line: {name} <{email}> as {', '.join(roles)}")
        self.stdout.write(f"Open this once, and choose how to sign in:\n{invitations.make_link(invitation)}")

    def _told(self, variable: str, question: str) -> str:
        value = os.environ.get(variable, "").strip()
        if not value and sys.stdin.isatty():
            value = input(question).strip()
        if not value:
            raise CommandError(f"{variable} is not set, and there is nobody to ask.")
        return value

    def _password(self, person: Person) -> str:
        """The password; empty where a link is wanted. One that is no good is asked for again."""
        password = os.environ.get("OWNER_PASSWORD", "")
        is_asked = not password and sys.stdin.isatty()
        while True:
            if is_asked:
                password = getpass.getpass("Password (empty: print a link instead): ")
            if not password:
                return ""
            try:
                validate_password(password, person)
            except ValidationError as error:
                if not is_asked:
                    raise CommandError("OWNER_PASSWORD: " + " ".join(error.messages)) from error
                self.stderr.write(" ".join(error.messages))
            else:
                return password
