from collections.abc import Callable
from typing import Any

from django.db import migrations

from staff import sealing


def seal(apps: Any, schema_editor: Any) -> None:
    _rewrite(apps, lambda text: text if text.startswith(sealing.SEALED) else sealing.seal(text))


def unseal(apps: Any, schema_editor: Any) -> None:
    _rewrite(apps, sealing.unseal)


def _rewrite(apps: Any, anew: Callable[[str], str]) -> None:
    factors = apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn")
    for factor in list(factors):
        factor.data = {name: anew(value) if name in sealing.SECRETS else value for name, value in factor.data.items()}
        factor.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("staff", "0004_invitations"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(seal, unseal)]
