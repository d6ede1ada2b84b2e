"""Addresses of consent and of its wording."""

from django.urls import URLPattern, path

from issuing.views.consent import recording, wording

urlpatterns: list[URLPattern] = [
    path("consents/record/", recording.record, name="consent-record"),
    path("consents/<uuid:uuid>/invalidate/", recording.invalidate, name="consent-invalidate"),
    path("statements/", wording.listing, name="statement-list"),
    path("statements/publish/", wording.publish, name="statement-publish"),
    path("statements/<uuid:uuid>/", wording.detail, name="statement-detail"),
]
