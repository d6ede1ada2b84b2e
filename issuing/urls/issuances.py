"""Addresses of badges on their way or sent."""

from django.urls import URLPattern, path, register_converter

from issuing.views.issuances import detail, history, righting


class FileKind:
    """The files a list can be had as."""

    regex = "xlsx|csv"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FileKind, "file_kind")

urlpatterns: list[URLPattern] = [
    path("issuances/", history.listing, name="issuance-list"),
    path("issuances/badges.<file_kind:kind>", history.export, name="issuance-export"),
    path("issuances/<uuid:uuid>/", detail.detail, name="issuance-detail"),
    path("issuances/<uuid:uuid>/state/", detail.state, name="issuance-state"),
    path("issuances/<uuid:uuid>/correct/", righting.correct, name="issuance-correct"),
    path("issuances/<uuid:uuid>/cancel/", righting.cancel, name="issuance-cancel"),
    path("issuances/<uuid:uuid>/wrong/", righting.wrong, name="issuance-wrong"),
    path("issuances/<uuid:uuid>/again/", righting.again, name="issuance-again"),
    path("issuances/<uuid:uuid>/twice/", righting.twice, name="issuance-twice"),
    path("issuances/<uuid:uuid>/revoke/", righting.revoke, name="issuance-revoke"),
]
