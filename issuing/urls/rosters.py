"""Addresses of rosters."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
