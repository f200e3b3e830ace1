"""Choosing a role: its name with what it allows, where it is held, and until when."""

from typing import Any

from django import forms
from django.utils.html import format_html

from articles.roles import ROLES


class RoleChoice(forms.ModelForm[Any]):
    """A role, where it is held, and until when; of a person or of an invitation."""

    role = forms.ChoiceField(
        choices=[
            (role.code, format_html("<span><strong>{}</strong><br>{}</span>", role.name, role.allows)) for role in ROLES
        ],
        widget=forms.RadioSelect(attrs={"class": "roles"}),
    )

    class Meta:
        labels = {"until": "Last day"}
        widgets = {"sections": forms.CheckboxSelectMultiple(attrs={"class": "roles"})}
