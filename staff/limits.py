"""How often somebody may guess: counted in the database, so that it holds in every process.

Each attempt is written down before the password is looked at and taken back when it succeeds, so that many attempts at
once count as many. Nobody can shut a colleague out: failures count for the account and the network together; what is
counted for an account from everywhere stops unknown browsers only, and a known one is counted by itself. Who is stopped
in a browser that is not known yet still has the passkey, and the link by mail, which makes the browser known. Codes of
the second factor are counted in the same way and apart, so that whoever has got hold of a password is stopped alone.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from articles.network import address_of, network_of
from staff.models import Device, Failure, Person
from staff.models.person import as_kept

SALT = "staff.limits"
WITHIN = timedelta(minutes=15)
FROM_ONE_NETWORK = 6
FROM_A_KNOWN_DEVICE = 10
ON_ALL_ACCOUNTS = 60
HOUR = timedelta(hours=1)
FROM_EVERYWHERE = 60
LINKS_TO_ONE = 12


@dataclass(frozen=True)
class Attempt:
    """An attempt that was written down."""

    failure: Failure
    is_refused: bool

    def succeeded(self) -> None:
        """Take it back, with the failures before it that came from the same place or the same browser."""
        mine = Failure.objects.filter(account=self.failure.account)
        mine.filter(network=self.failure.network).delete()
        if self.failure.device_id:
            mine.filter(device=self.failure.device_id).delete()


def attempt(request: HttpRequest, email: str, device: Device | None) -> Attempt:
    """Write down that somebody tries to sign in as `email`, which need not exist; whether that is too often.

    `device` is the browser's, if this person has signed in with it before.
    """
    return _attempt(request, as_kept(email), device)


def attempt_code(request: HttpRequest, person: Person, device: Device | None) -> Attempt:
    """Write down that somebody who knows the person's password tries a code; whether that is too often."""
    return _attempt(request, f"code {person.pk}", device)


def may_mail_a_link(person: Person) -> bool:
    """Write down that a link is mailed to this person; False, and nothing is written down, after LINKS_TO_ONE in an
    hour: those are in the mailbox, and each still works.
    """
    now, account = timezone.now(), _keyed(f"link {person.pk}")
    if _more(Failure.objects.filter(account=account, at__gt=now - HOUR), LINKS_TO_ONE - 1):
        return False
    Failure.objects.create(account=account, at=now)
    return True


def asker(request: HttpRequest, email: str) -> str:
    """Who asks for a link by mail: the address and the network, so that nobody uses up what is another's."""
    return f"{as_kept(email)} {network_of(address_of(request))}"


def _attempt(request: HttpRequest, what: str, device: Device | None) -> Attempt:
    now = timezone.now()
    Failure.objects.filter(at__lt=now - HOUR).delete()
    account, network = _keyed(what), _keyed(network_of(address_of(request)))
    failure = Failure.objects.create(account=account, network=network, device=device, at=now)
    lately = Failure.objects.filter(at__gt=now - WITHIN)
    if device:
        is_refused = _more(lately.filter(device=device), FROM_A_KNOWN_DEVICE)
    else:
        unknown = Failure.objects.filter(account=account, device=None, at__gt=now - HOUR)
        is_refused = (
            _more(lately.filter(account=account, network=network, device=None), FROM_ONE_NETWORK)
            or _more(lately.filter(network=network, device=None), ON_ALL_ACCOUNTS)
            or _more(unknown, FROM_EVERYWHERE)
        )
    if is_refused:
        # Whoever goes on trying does not put off the end of it.
        failure.delete()
    return Attempt(failure, is_refused)


def _more(failures: QuerySet[Failure], allowed: int) -> bool:
    return failures.count() > allowed


def _keyed(value: str) -> str:
    return salted_hmac(SALT, value, algorithm="sha256").hexdigest()[:32]
