"""Every address of the site. What is not named here belongs to the paper."""

from django.contrib import admin
from django.urls import include, path

from articles.review_page import review
from attache.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/", include("staff.urls")),
    path("admin/", admin.site.urls),
    path("review/<str:token>/", review, name="review"),
    path("photos/", include("media.urls")),
    path("", include("articles.paper.urls")),
]

handler400 = "articles.paper.views.not_understood"
handler404 = "articles.paper.views.page_not_found"
handler500 = "articles.paper.views.server_error"
