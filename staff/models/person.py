"""Staff accounts. An account lets somebody in; it is not the profile that readers see (articles.Author)."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from articles.time_zones import refuse_unknown


def as_kept(address: str) -> str:
    """An e-mail address as it is kept, so that one person cannot have two accounts by a capital letter."""
    return address.strip().lower()


class PersonManager(BaseUserManager["Person"]):
    """Makes accounts and finds them by their address, whatever its case."""

    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> "Person":
        """A new account; without a password nobody can sign in to it yet. Raises ValueError for an empty address."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        person = self.model(email=as_kept(email), name=name.strip(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, name: str, password: str | None = None, **fields: Any) -> "Person":
        """A new account that may do everything, as `manage.py createsuperuser` asks for."""
        return self.create_user(email, name, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Person":
        """The account with this address; raises Person.DoesNotExist."""
        return self.get(email=as_kept(username or ""))

    def at(self, address: str) -> "Person | None":
        """The account with this address, suspended or not; None for none."""
        return self.filter(email=as_kept(address)).first()


class Appearance(models.TextChoices):
    """In which colours the newsroom is shown."""

    SYSTEM = "", "As the system has it"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class Person(AbstractBaseUser, PermissionsMixin):
    """Someone with an account. Suspending or deleting it never touches a byline."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150)
    is_staff = models.BooleanField(
        "may enter the newsroom", default=False, help_text="Lets this person sign in to the admin."
    )
    is_active = models.BooleanField(
        "active", default=True, help_text="Untick to suspend the account. Bylines, stories and history stay."
    )
    time_zone = models.CharField(
        max_length=60, blank=True, validators=[refuse_unknown],
        help_text="Shown to you beside the newsroom’s own where they differ. Deadlines stay in the newsroom’s time.",
    )  # fmt: skip
    appearance = models.CharField(max_length=5, blank=True, choices=Appearance, default=Appearance.SYSTEM)
    wants_mail = models.BooleanField(
        "tell me by mail", default=True,
        help_text="When a story waits for you, or a comment names you. Your desk tells you in any case.",
    )  # fmt: skip
    left_at = models.DateTimeField("left", null=True, blank=True, editable=False)
    date_joined = models.DateTimeField("joined", default=timezone.now, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ("name", "email")
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                name="staff_person_email_any_case",
                violation_error_message="There is an account with this address already.",
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        """The address as it is kept."""
        super().clean()
        self.email = as_kept(self.email)

    def get_full_name(self) -> str:
        """The name as the person gave it."""
        return self.name

    def get_short_name(self) -> str:
        """The first word of the name, for greetings."""
        return self.name.split(" ")[0]
