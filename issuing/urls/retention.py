"""Addresses of what is kept how long."""

from django.urls import URLPattern, path

from issuing.views.retention import pages

urlpatterns: list[URLPattern] = [
    path("retention/", pages.rules, name="retention-rules"),
    path("retention/next/", pages.coming, name="retention-next"),
    path("retention/next/<slug:kind>/", pages.listed, name="retention-list"),
    path("retention/remove/", pages.remove, name="retention-remove"),
    path("retention/log/", pages.log, name="retention-log"),
]
