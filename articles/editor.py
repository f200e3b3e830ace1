"""The seam between a story's body and the editor that it is written in.

Everything that knows of CKEditor is here, in `static/articles/editor/` and in two settings.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from ckeditor.fields import RichTextField, RichTextFormField
from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.db import models
from django.http import HttpResponseBase

from articles import body

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def with_editor(view: View) -> View:
    """For the views whose pages have the editor on them.

    CKEditor 4 writes inline handlers and styles into its own toolbar and cannot do without; every other page of the
    newsroom can.
    """
    allowing: Any = csp_update({"script-src": [UNSAFE_INLINE], "style-src": [UNSAFE_INLINE]})
    allowed: View = allowing(view)
    return allowed


class BodyFormField(RichTextFormField):  # type: ignore[misc]
    """A body in a form. What the editor only wrote down otherwise is no change."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another body would be stored."""
        return body.clean(initial or "") != body.clean(data or "")


class BodyField(RichTextField):  # type: ignore[misc]
    """A body: edited in CKEditor with the configuration “body”, and clean in the database on whatever way it came.

    Each write passes through `articles.body.clean`: a saved instance, `update`, `bulk_create`, a fixture.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("config_name", "body")
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        """A field with the editor in it."""
        return super().formfield(**{"form_class": BodyFormField, **kwargs})

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Clean the body and let the instance have it as it will be stored."""
        cleaned = body.clean(super().pre_save(model_instance, add) or "")
        setattr(model_instance, self.attname, cleaned)
        return cleaned

    def get_prep_value(self, value: Any) -> Any:
        """Clean what is about to be written."""
        prepared = super().get_prep_value(value)
        return body.clean(prepared) if isinstance(prepared, str) else prepared
