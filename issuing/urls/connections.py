"""Addresses of connections."""

from django.urls import URLPattern, path

from issuing.views.connections import changing, listing

urlpatterns: list[URLPattern] = [
    path("navigatr-accounts/", listing.connection_list, name="connection-list"),
    path("navigatr-accounts/connect/", changing.connection_connect, name="connection-connect"),
    path("navigatr-accounts/<uuid:uuid>/test/", listing.connection_test, name="connection-test"),
    path("navigatr-accounts/<uuid:uuid>/add/", changing.connection_add, name="connection-add"),
    path("navigatr-accounts/<uuid:uuid>/replace/", changing.connection_replace, name="connection-replace"),
    path("navigatr-accounts/<uuid:uuid>/stop/", changing.connection_stop, name="connection-stop"),
    path("navigatr-accounts/<uuid:uuid>/resume/", changing.connection_resume, name="connection-resume"),
]
