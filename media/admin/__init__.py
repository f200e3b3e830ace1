"""The photo desk in the admin."""

from media.admin.licence import LicenceAdmin
from media.admin.photo import PhotoAdmin

__all__ = ["LicenceAdmin", "PhotoAdmin"]
