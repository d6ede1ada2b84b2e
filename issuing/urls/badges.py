"""Addresses of badges."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
