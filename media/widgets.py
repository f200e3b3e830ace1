"""Form fields for photos."""

from django import forms


class PhotoChooser(forms.NumberInput):
    """A photo of the photo desk, chosen in a dialog; without script, the number of the photo.

    For a field that points at a photo, in any form of the admin.
    """

    template_name = "admin/media/photo_chooser.html"

    class Media:
        css = {"all": ("media/chooser.css", "media/arrivals.css")}
        js = ("media/arrivals.js", "media/chooser.js")
