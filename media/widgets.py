"""Form fields for photos."""

from typing import Any

from django import forms
from django.urls import reverse


class PhotoChooser(forms.NumberInput):
    """A photo of the photo desk, chosen in a dialog; without script, the number of the photo."""

    template_name = "admin/media/photo_chooser.html"

    class Media:
        css = {"all": ("media/chooser.css",)}
        js = ("media/chooser.js",)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the addresses that the script asks."""
        context = super().get_context(name, value, attrs)
        context["desk"] = reverse("admin:media_photo_changelist")
        return context
