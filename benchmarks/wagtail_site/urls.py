"""Addresses, the same as the other paper's."""

from django.urls import include, path
from wagtail import urls

from benchmarks.wagtail_site import views

urlpatterns = [
    path("authors/<slug:slug>/", views.author, name="author"),
    path("tags/<slug:slug>/", views.tag, name="tag"),
    path("search/", views.search, name="search"),
    path("feed.rss", views.Newest(), name="feed"),
    path("", include(urls)),
]
