"""Addresses of pictures as readers fetch them."""

from django.urls import path, register_converter

from media import views


class KeyConverter:
    """The first characters of the SHA-256 of an original."""

    regex = "[0-9a-f]{24}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(KeyConverter, "key")

app_name = "media"
urlpatterns = [path("<key:key>-<int:width>.webp", views.rendition, name="rendition")]
