"""Two people with the same page open: what one of them stored is not overwritten unseen by the other."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any, TypeVar

from django import forms
from django.db.models import Manager, Model
from django.forms.models import BaseInlineFormSet, model_to_dict

from media.said import name_of

Thing = TypeVar("Thing", bound=Model)
LONGEST = 200


class SeenForm(forms.ModelForm[Thing]):
    """The form of a thing that others may change while it is open.

    The page carries the name of what it showed (`seen`; see templates/admin/change_form.html). What somebody else has
    stored since is told once, field by field; sent again, it is overwritten knowingly.
    """

    # What is shown beside the fields, as the newsroom calls it: columns of the model, or things that belong to it.
    shown_besides: Mapping[str, str] = {}
    _stored: Thing | None = None

    @property
    def seen(self) -> str:
        """The name of what the page shows of the thing as it is stored; empty for one that is not."""
        shown = self._stored or self.instance
        return "" if shown.pk is None else self._name(shown)

    def clean(self) -> dict[str, Any] | None:
        """Tell what somebody else stored in the meantime; raises ValidationError."""
        cleaned = super().clean()
        kind = type(self.instance)
        self._stored = kind._base_manager.select_for_update().filter(pk=self.instance.pk).first()
        stored, shown = self.seen, str(self.data.get("seen", ""))
        if self._stored is None or stored == shown:
            return cleaned
        theirs = model_to_dict(self._stored, self._meta.fields, self._meta.exclude)
        mine = [name for name in self.changed_data if name in theirs]
        for name in mine:
            if not self.fields[name].widget.is_hidden:
                self.add_error(name, f"Stored now: {_quoted(self.in_words(self._stored, name, theirs[name]))}")
        now, was = stored.split("."), shown.split(".")
        besides = zip_longest(self.shown_besides.values(), now[1:], was[1 : len(now)])
        different = [str(self[name].label).lower() for name in mine]
        different += [str(called) for called, is_so, was_so in besides if is_so != was_so]
        if different:
            raise forms.ValidationError(
                f"Somebody changed this while you had it open. Different from yours: {', '.join(different)}. Save "
                "again to put yours in their place, or open the page anew to see theirs."
            )
        return cleaned

    def in_words(self, thing: Thing, name: str, value: Any) -> str:
        """What a field of the thing holds, as it is told; empty for nothing."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list):
            return ", ".join(sorted(map(str, value)))
        told = getattr(thing, f"get_{name}_display", None)
        stored = told() if told else getattr(thing, name)
        return "" if stored is None else str(stored)

    def beside(self, thing: Thing, name: str) -> Any:
        """What the page shows of the thing under that name in `shown_besides`."""
        value = getattr(thing, name)
        return list(value.order_by("pk").values_list()) if isinstance(value, Manager) else value

    def _name(self, thing: Thing) -> str:
        shown = model_to_dict(thing, self._meta.fields, self._meta.exclude)
        # Several of something come in any order.
        fields = {name: sorted(map(str, value)) if isinstance(value, list) else value for name, value in shown.items()}
        return ".".join([name_of(fields), *(name_of(self.beside(thing, name)) for name in self.shown_besides)])


class SeenRows(BaseInlineFormSet[Any, Any, Any]):
    """Things that belong to it, in rows on the same page."""

    def clean(self) -> None:
        """Tell that somebody else has taken a row away, which nobody can change any more; raises ValidationError."""
        super().clean()
        if any(self.get_queryset().model._meta.pk.name in form.errors for form in self.initial_forms):
            raise forms.ValidationError(
                "Somebody took one of these away while you had it open. Open the page anew to go on from what is left."
            )


def _quoted(words: str) -> str:
    cut = f"{words[:LONGEST]} …" if len(words) > LONGEST else words
    return f"“{cut}”" if cut else "nothing"
