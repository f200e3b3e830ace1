"""Addresses of the paper. The order matters: a story's address is whatever the pages above it have not taken."""

from django.urls import path, re_path

from articles.paper import api, archive, cards, feeds, people, reporting, searching, signposts, sitemaps, views

app_name = "paper"
FEED = r"feed\.(?P<kind>rss|atom|json)$"
# Written in one way: what is kept of a sitemap goes by its address and by its number.
NUMBER = r"(?P<number>0|[1-9][0-9]{0,6})"
urlpatterns = [
    path("", views.home, name="home"),
    re_path(rf"^{FEED}", feeds.site_feed, name="feed"),
    re_path(rf"^authors/(?P<slug>[-a-zA-Z0-9_]+)/{FEED}", feeds.author_feed, name="author_feed"),
    re_path(rf"^tags/(?P<slug>[-\w]+)/{FEED}", feeds.tag_feed, name="tag_feed"),
    re_path(rf"^(?P<slug>[-a-zA-Z0-9_]+)/{FEED}", feeds.section_feed, name="section_feed"),
    path("cards/paper-<str:key>.jpg", cards.paper_card, name="paper_card"),
    re_path(r"^cards/(?P<pk>[0-9]{1,18})-(?P<key>[^/]+)\.jpg$", cards.card, name="card"),
    path("robots.txt", signposts.robots, name="robots"),
    path(".well-known/security.txt", signposts.security, name="security"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemaps/pages.xml", sitemaps.pages, name="sitemap_pages"),
    path("sitemaps/tags.xml", sitemaps.tags, name="sitemap_tags"),
    path("sitemaps/news.xml", sitemaps.news, name="sitemap_news"),
    re_path(rf"^sitemaps/stories-{NUMBER}\.xml$", sitemaps.stories, name="sitemap_stories"),
    re_path(rf"^sitemaps/index-{NUMBER}\.xml$", sitemaps.index_of_room, name="sitemap_room"),
    path("api/v1/", api.entrance, name="api"),
    path("api/v1/openapi.json", api.description, name="api_description"),
    path("api/v1/stories/", api.stories, name="api_stories"),
    path("api/v1/stories/<uuid:uid>/", api.story, name="api_story"),
    re_path(r"^api/", api.nothing, name="api_nothing"),
    path("corrections/", views.corrections, name="corrections"),
    path("report/<str:section_slug>/<str:slug>/", reporting.report, name="report"),
    path("search/", searching.search, name="search"),
    path("archive/", archive.index, name="archive_index"),
    path("archive/<int:year>/", archive.archive, name="archive"),
    path("archive/<int:year>/<int:month>/", archive.archive, name="archive"),
    path("archive/<int:year>/<int:month>/<int:day>/", archive.archive, name="archive"),
    path("masthead/", people.masthead, name="masthead"),
    path("authors/<slug:slug>/", people.author, name="author"),
    path("series/<slug:slug>/", views.series, name="series"),
    re_path(r"^tags/(?P<slug>[-\w]+)/$", views.tag, name="tag"),
    path("<slug:slug>/", views.section, name="section"),
    # With or without the last slash, so that an old address leads to the present one in a single hop.
    re_path(r"^(?P<section_slug>[-\w]+)/(?P<slug>[-\w]+)/?$", views.story, name="story"),
]
