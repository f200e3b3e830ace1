"""Placeholder until the real module lands."""

from django import forms


class PhotoChooser(forms.NumberInput):
    """A photo by its number."""
