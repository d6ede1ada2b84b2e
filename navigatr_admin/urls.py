"""All addresses: the program's own, below the root."""

from django.urls import include, path

urlpatterns = [path("", include("issuing.urls"))]

handler403 = "issuing.views.access.refused"
