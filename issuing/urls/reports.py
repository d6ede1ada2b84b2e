"""Addresses of reports."""

from django.urls import URLPattern, path

from issuing.views.reports import year

urlpatterns: list[URLPattern] = [
    path("reports/year/", year.year, name="report-year"),
    path("reports/year.xlsx", year.export, name="report-year-export"),
]
