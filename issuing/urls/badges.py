"""Addresses of badges."""

from django.urls import URLPattern, path

from issuing.views.badges import changing, detail, listing

urlpatterns: list[URLPattern] = [
    path("badges/", listing.badge_list, name="badge-list"),
    path("badges/refresh/", changing.badge_refresh, name="badge-refresh"),
    path("badges/<uuid:uuid>/", detail.badge_detail, name="badge-detail"),
    path("badges/<uuid:uuid>/sandbox/", changing.badge_sandbox, name="badge-sandbox"),
]
