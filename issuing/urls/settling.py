"""Addresses of badges that got no answer."""

from django.urls import path

from issuing.views.settling import issuance_settle

urlpatterns = [path("issuances/<uuid:uuid>/settle/", issuance_settle, name="issuance-settle")]
