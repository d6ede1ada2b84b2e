"""Where the pages of one import lead, and what they carry along."""

import uuid
from urllib.parse import urlencode

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from issuing.models import Roster
from issuing.views.consent.addresses import asked_next


class Where:
    """What the pages of one import carry along in their addresses, and where they lead back to."""

    def __init__(self, request: HttpRequest) -> None:
        named, self._next = request.GET.get("roster", ""), asked_next(request)
        self.roster = None
        if named:
            rosters = Roster.objects.select_related("badge__provider")
            self.roster = get_object_or_404(rosters, uuid__in=_uuids(named))
        self.badge = self.roster.badge if self.roster else None

    @property
    def query(self) -> dict[str, str]:
        """The fields to carry along."""
        roster = {"roster": str(self.roster.uuid)} if self.roster else {}
        return roster | ({"next": self._next} if self._next else {})

    def to(self, name: str, token: uuid.UUID | None = None) -> str:
        address = reverse(name, kwargs={"uuid": token} if token else None)
        return f"{address}?{urlencode(self.query)}" if self.query else address

    @property
    def again_url(self) -> str:
        """Where another file is chosen."""
        return self.to("consent-import")

    @property
    def back_url(self) -> str:
        if self._next:
            return self._next
        if self.roster:
            return reverse("roster-detail", kwargs={"uuid": self.roster.uuid})
        return reverse("learner-list")


def _uuids(text: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(text)]
    except ValueError:
        return []
