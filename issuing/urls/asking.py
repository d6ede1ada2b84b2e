"""Addresses of requests for consent, and of the pages for learners."""

from django.urls import URLPattern, path

from issuing.views.asking import pages

urlpatterns: list[URLPattern] = [
    path("my-consent/", pages.start, name="asking-start"),
    path("my-consent/<str:token>/", pages.answer, name="asking-answer"),
]
