"""Addresses of pictures as readers fetch them."""

from django.urls import path

from media import views

app_name = "media"
urlpatterns = [path("<str:name>", views.rendition, name="rendition")]
