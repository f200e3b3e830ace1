"""Secrets of the second factor lie in the database sealed, and open again only with a key of the site."""

import json
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import call_command
from django.test import Client

from attache import doctor
from staff import sealing
from staff.models import Person
from tests.staff.signing_in import PASSWORD, code_of, give_app, recovery_codes, sign_in

pytestmark = pytest.mark.django_db
EARLIER, ANOTHER = "an earlier signing key " * 3, "the signing key of another site " * 2
CODE = "/admin/login/code/"


def kept(person: Person) -> str:
    """What the database holds of a person's factors."""
    return json.dumps(list(Authenticator.objects.filter(user=person).values_list("data", flat=True)))


def comes_in(person: Person, code: str) -> Any:
    """The answer to somebody who gives password and code in a new browser."""
    client = Client()
    sign_in(client, person)
    return client.post(CODE, {"code": code})


def seed_of(person: Person) -> str:
    return sealing.unseal(Authenticator.objects.get(user=person, type="recovery_codes").data["seed"])


def test_no_secret_stands_in_the_database(ana: Person) -> None:
    secret = give_app(ana)
    assert secret not in kept(ana)
    assert seed_of(ana) not in kept(ana)
    assert not any(code in kept(ana) for code in recovery_codes(ana))
    assert comes_in(ana, code_of(secret)).status_code == 302
    assert comes_in(ana, recovery_codes(ana)[0]).status_code == 302


def test_one_text_is_never_sealed_alike(ana: Person) -> None:
    assert sealing.seal("x") != sealing.seal("x")


def test_what_was_written_before_secrets_were_sealed_is_read(ana: Person) -> None:
    secret = give_app(ana)
    Authenticator.objects.filter(user=ana, type="totp").update(data={"secret": secret})
    assert comes_in(ana, code_of(secret)).status_code == 302


def test_the_migration_seals_what_is_there_and_opens_it_again(ana: Person) -> None:
    from importlib import import_module

    migration = import_module("staff.migrations.0005_second_factors_are_sealed")
    secret = give_app(ana)
    codes = recovery_codes(ana)
    passkey = Authenticator.objects.create(user=ana, type="webauthn", data={"name": "Hers", "credential": {}})
    migration.unseal(apps, None)
    assert secret in kept(ana)
    for _ in range(2):
        migration.seal(apps, None)
        assert secret not in kept(ana)
        assert recovery_codes(ana) == codes
    assert Authenticator.objects.get(pk=passkey.pk).data == passkey.data


def test_an_earlier_key_is_needed_until_everything_is_sealed_anew(ana: Person, settings: Any) -> None:
    today = settings.SECRET_KEY
    settings.SECRET_KEY = EARLIER
    secret = give_app(ana)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = today, [EARLIER]
    assert comes_in(ana, code_of(secret)).status_code == 302
    said = StringIO()
    call_command("seal_second_factors", stdout=said)
    assert said.getvalue() == "Sealed 2 with the key of today.\n"
    settings.SECRET_KEY_FALLBACKS = []
    assert len(recovery_codes(ana)) == 10
    assert sealing.unreadable() == 0


def test_a_site_with_another_key_says_so_and_is_mended(client: Client, ana: Person, dee: Person, settings: Any) -> None:
    secret, ours = give_app(ana), settings.SECRET_KEY
    sign_in(client, dee)
    settings.SECRET_KEY = ANOTHER
    client.force_login(dee)
    refused = comes_in(ana, code_of(secret))
    assert refused.status_code == 403
    assert "can no longer read your second factor" in refused.content.decode()
    assert sealing.unreadable() == 1
    found = next(each for each in doctor.examine() if each.about == "Second factors")
    assert (found.grade, "one person" in found.found) == (doctor.Grade.BROKEN, True)
    told = StringIO()
    with pytest.raises(SystemExit):
        call_command("seal_second_factors", stdout=StringIO(), stderr=told)
    assert told.getvalue().startswith("2 cannot be read")
    # Whoever keeps the accounts still sees the person, to take the lost factor away; the key that comes back opens it.
    assert client.get(f"/admin/staff/person/{ana.pk}/change/").status_code == 200
    hers = Client()
    hers.force_login(ana)
    assert hers.get("/admin/account/").status_code == 200
    settings.SECRET_KEY_FALLBACKS = [ours]
    assert comes_in(ana, code_of(secret)).status_code == 302


def test_a_sealed_text_that_was_tampered_with_does_not_open(ana: Person) -> None:
    give_app(ana)
    factor = Authenticator.objects.get(user=ana, type="totp")
    factor.data["secret"] = factor.data["secret"][:-4] + "AAA="
    factor.save()
    assert comes_in(ana, "000000").status_code == 403
    assert PASSWORD not in kept(ana)
