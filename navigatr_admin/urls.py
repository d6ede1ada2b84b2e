"""All addresses: the program's own, below the root."""

from django.urls import include, path

urlpatterns = [path("", include("issuing.urls"))]

handler400 = "issuing.views.mishaps.not_understood"
handler403 = "issuing.views.access.refused"
handler500 = "issuing.views.mishaps.broken"
