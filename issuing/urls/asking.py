"""Addresses of requests for consent, and of the pages for learners."""

from django.urls import URLPattern, path

from issuing.views.asking import pages
from issuing.views.consent import asking, mails, receipts, requests

urlpatterns: list[URLPattern] = [
    path("my-consent/", pages.start, name="asking-start"),
    path("my-consent/<str:token>/", pages.answer, name="asking-answer"),
    path("my-consent/<str:token>/receipt/", receipts.mine, name="asking-receipt"),
    path("requests/", requests.listing, name="request-list"),
    path("requests/progress/", requests.progress, name="request-progress"),
    path("requests/new/", asking.new, name="request-new"),
    path("requests/pause/", requests.pause, name="request-pause"),
    path("requests/resume/", requests.resume, name="request-resume"),
    path("requests/mails/<uuid:uuid>/again/", mails.again, name="mail-again"),
    path("requests/mails/<uuid:uuid>/undelivered/", mails.undelivered, name="mail-undelivered"),
    path("requests/mails/<uuid:uuid>/aside/", mails.aside, name="mail-aside"),
    path("requests/<uuid:uuid>/again/", requests.again, name="request-again"),
    path("requests/<uuid:uuid>/arrived/", requests.arrived, name="request-arrived"),
    path("requests/<uuid:uuid>/undelivered/", requests.undelivered, name="request-undelivered"),
    path("requests/<uuid:uuid>/stop/", requests.stop, name="request-stop"),
]
