"""What a page of the admin showed, as a browser sends it back with what was typed."""

from django.test import Client


def seen(client: Client, address: str) -> dict[str, str]:
    """The field by which the page at that address knows what it showed of a thing (media/admin/seen.py)."""
    return {"seen": client.get(address).context["adminform"].form.seen}
