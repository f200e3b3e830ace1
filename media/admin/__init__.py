"""The photo desk in the admin."""

from media.admin.photo import PhotoAdmin

__all__ = ["PhotoAdmin"]
