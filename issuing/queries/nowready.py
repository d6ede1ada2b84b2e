"""Confirmed rosters of which somebody who was left out could be issued the badge by now."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from issuing.enums import Decision, Disposition, RosterStatus
from issuing.models import ConsentRecord, Issuance, Learner, Roster, RosterRow

READY_SINCE: Final = timedelta(days=90)
_OF_THE_FILE: Final = (Disposition.INVALID, Disposition.REPEATED, Disposition.LEFT_OUT)
_LACKING: Final = (Disposition.NEEDS_CONSENT, Disposition.CONSENT_DECLINED)


def perhaps_ready(now: datetime) -> list[Roster]:
    """Rosters with a row that was ready when last checked and did not go, or whose person answered yes since."""
    agreed = ConsentRecord.objects.filter(
        learner__in=Learner.objects.filter(email_key=OuterRef(OuterRef("email_key"))).values("pk"),
        decision=Decision.GIVEN,
        invalidated_at=None,
        recorded_at__gt=OuterRef("roster__checked_at"),
    )
    rows = _unsent().filter(roster=OuterRef("pk"))
    may_go = Exists(rows.filter(disposition=Disposition.READY)) | Exists(
        rows.filter(Exists(agreed), disposition__in=_LACKING)
    )
    recent = Roster.objects.filter(
        status__in=[RosterStatus.RUNNING, RosterStatus.PAUSED],
        confirmed_at__gt=now - READY_SINCE,
        rows_removed_at=None,
    )
    return list(recent.filter(may_go).select_related("badge").order_by("-pk"))


def still_to_go(roster_ids: Collection[int]) -> QuerySet[RosterRow]:
    """Rows of these rosters that can become ready without a change in the file, in their order."""
    rows = _unsent().filter(roster__in=roster_ids).exclude(disposition__in=_OF_THE_FILE)
    return rows.order_by("roster", "row_no")


def _unsent() -> QuerySet[RosterRow]:
    return RosterRow.objects.filter(~Exists(Issuance.objects.filter(row=OuterRef("pk"))))
