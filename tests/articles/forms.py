"""Forms of the admin, as a browser sends them."""

from typing import Any

from django.test import Client


def form_of(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """The form of a page as a browser would send it back, with some changes."""
    form = client.get(url).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    values["tags"] = form["tags"].field.widget.format_value(values["tags"]) or ""
    formset = client.get(url).context["inline_admin_formsets"][0].formset
    for part in (formset.management_form, *formset.forms):
        values |= {part.add_prefix(name): part[name].value() for name in part.fields}
    return {name: "" if value is None else value for name, value in values.items()} | changes
