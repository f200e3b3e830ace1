"""What the photo desk keeps."""

from media.models.photo import Kind, Photo, originals, outside_terms
from media.models.prints import Print
from media.models.terms import Keyword, Licence, PhotoKeyword

__all__ = ["Keyword", "Kind", "Licence", "Photo", "PhotoKeyword", "Print", "originals", "outside_terms"]
