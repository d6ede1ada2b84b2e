"""How rosters, their rows and their runs are said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from issuing.enums import Disposition, IssuanceStatus, RosterStatus
from issuing.models import Badge, Issuance, Roster, RosterRow
from issuing.presenters import issuances
from issuing.presenters.dates import day, day_and_time
from issuing.presenters.issuances import Said
from issuing.queries import rosters as reads
from issuing.queries.roster_consent import asked_label
from issuing.queries.rosters import RunCounts

D = Disposition
S = IssuanceStatus

TONES = {
    D.READY: "good",
    D.NEEDS_CONSENT: "wait",
    D.NEEDS_DECISION: "wait",
    D.INVALID: "bad",
}
SHORT = {
    D.UNCONFIRMED_EARLIER: gettext_lazy("Being checked"),
    D.REPEATED: gettext_lazy("Repeated in file"),
    D.IN_ANOTHER_RUN: gettext_lazy("In another run"),
    D.LEFT_OUT: gettext_lazy("Left out"),
}
WHY = {
    D.REPEATED: gettext_lazy("This person stands in the file further up."),
    D.UNCONFIRMED_EARLIER: gettext_lazy("An earlier try is being checked with Navigatr."),
    D.IN_ANOTHER_RUN: gettext_lazy("They are being sent this badge already."),
}
ALWAYS = (D.READY, D.NEEDS_CONSENT, D.CONSENT_DECLINED, D.ALREADY_ISSUED, D.INVALID, D.NEEDS_DECISION)
SOMETIMES = (D.REPEATED, D.IN_ANOTHER_RUN, D.UNCONFIRMED_EARLIER, D.LEFT_OUT)
OURS = ("Row", "Status", "Problem")
"""Headings that our own downloads add; nobody is told that they are not needed."""
RESULT_COLUMNS = (
    gettext_lazy("Status"),
    gettext_lazy("When"),
    gettext_lazy("Why"),
    gettext_lazy("Navigatr's record"),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A count that filters the rows of the page at `base`."""

    key: str
    label: str
    count: int
    tone: str = ""
    is_current: bool = False
    base: str = ""

    @property
    def url(self) -> str:
        return self.base if self.is_current else f"{self.base}?show={self.key}#rows"


def disposition(value: str) -> Said:
    """What a row may expect, with the tone of its tag."""
    found = Disposition(value)
    return Said(str(SHORT.get(found, found.label)), TONES.get(found, ""))


def check_tiles(counts: Mapping[str, int], show: str, base: str) -> list[Tile]:
    """The tiles of a checked roster; they add up to all of its rows."""
    shown = [*ALWAYS, *(one for one in SOMETIMES if counts.get(one))]
    tiles = []
    for one in shown:
        said, count = disposition(one), counts.get(one, 0)
        tiles.append(Tile(one.value, said.label, count, said.tone if count else "", one == show, base))
    return tiles


def run_tiles(counts: RunCounts, show: str, base: str) -> list[Tile]:
    """The tiles of a confirmed roster; they add up to all of its rows."""
    every = (
        ("waiting", _("Waiting"), counts.waiting, ""),
        ("unclaimed", _("Sent, not claimed"), counts.unclaimed, "good"),
        ("claimed", _("Claimed"), counts.claimed, "good"),
        ("checking", _("Checking with Navigatr"), counts.checking, "wait"),
        ("not-sent", _("Not sent"), counts.not_sent, "bad"),
        ("stopped", _("Stopped"), counts.stopped, ""),
        ("left-out", _("Left out"), counts.left_out, ""),
    )
    return [Tile(key, label, count, tone if count else "", key == show, base) for key, label, count, tone in every]


def standing(roster: Roster, counts: Mapping[str, int]) -> Said:
    """Where a roster stands, as a tag of the list; `counts` are its badges by status."""
    if roster.status == RosterStatus.UPLOADED:
        is_held = roster.reading.get("questions") or roster.reading.get("fault")
        return Said(_("Look at it") if is_held else _("Being read"), "wait")
    if roster.status == RosterStatus.CHECKED:
        return Said(_("Not confirmed"), "wait")
    if roster.status == RosterStatus.STOPPED:
        return Said(_("Stopped"), "")
    if counts.get(S.QUEUED, 0) + counts.get(S.SENDING, 0):
        if roster.status == RosterStatus.PAUSED:
            return Said(_("Paused"), "wait")
        is_later = counts.get(reads.LATER) == counts.get(S.QUEUED) and not counts.get(S.SENDING)
        return Said(_("Set for later"), "wait") if is_later else Said(_("Sending"), "wait")
    if counts.get(S.UNCONFIRMED):
        return Said(_("Checking with Navigatr"), "wait")
    if counts.get(S.REJECTED) or counts.get(S.CANCELLED):
        return Said(_("Done, some not sent"), "bad")
    return Said(_("Done"), "good")


def tally(roster: Roster, counts: Mapping[str, int]) -> str:
    """How far a roster is, in a few words."""
    if roster.status == RosterStatus.UPLOADED:
        return _("not read yet")
    if roster.status == RosterStatus.CHECKED:
        rows = sum(counts.get(one, 0) for one in Disposition)
        told = {"ready": f"{counts.get(D.READY, 0):,}", "rows": f"{rows:,}"}
        return _("%(ready)s of %(rows)s ready when last checked") % told
    total = sum(counts.get(one, 0) for one in IssuanceStatus)
    return _("%(sent)s of %(total)s sent") % {"sent": f"{counts.get(S.ISSUED, 0):,}", "total": f"{total:,}"}


def now_ready(count: int) -> str:
    """How many of those left out of a run are ready by now."""
    return _("%(count)s now ready") % {"count": f"{count:,}"}


def initials(badge: Badge) -> str:
    """One or two letters that stand for a badge's picture."""
    letters = [word[0] for word in badge.name.split() if word[0].isalnum()]
    return "".join(letters[:2]).upper() or "?"


def badges(count: int) -> str:
    """`1 badge`, `231 badges`."""
    return ngettext("%(count)s badge", "%(count)s badges", count) % {"count": f"{count:,}"}


def people(count: int) -> str:
    """`1 person`, `231 people`."""
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": f"{count:,}"}


def when(moment: datetime) -> str:
    """A moment for a sheet: `2026-09-14 14:02`, which spreadsheets sort."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def reading(roster: Roster) -> str:
    """How the file was read, with names by which a wrong reading is seen."""
    said = str(roster.reading.get("said", "")).rstrip(".")
    if recalled := roster.reading.get("recalled"):
        told = {"said": said, "day": day(datetime.fromisoformat(recalled))}
        said = _("%(said)s; columns as you matched them on %(day)s") % told
    samples: Sequence[str] = roster.reading.get("samples") or ()
    if samples:
        said = _("%(said)s; names look like %(names)s") % {"said": said, "names": ", ".join(samples)}
    return f"{said}."


def unused(roster: Roster) -> str:
    """Which columns are not needed; empty where all are."""
    named: Sequence[str] = roster.reading.get("unused") or ()
    headings = [heading for heading in named if heading not in OURS]
    if not headings:
        return ""
    count = len(headings)
    named = ", ".join(f"“{heading[:40]}”" for heading in headings[:3])
    return ngettext(
        "This file has %(count)s column we do not need: %(named)s.",
        "This file has %(count)s columns we do not need, e.g. %(named)s.",
        count,
    ) % {"count": count, "named": named}


def births(roster: Roster) -> str:
    """What was read in a column of dates of birth; empty where there is none."""
    if not (heading := roster.reading.get("births")):
        return ""
    said = _("“%s” was read only for who is under 13: nothing is sent to them.") % heading[:40]
    if unread := roster.reading.get("births_unread"):
        said += " " + ngettext(
            "%(count)s of its dates cannot be read, and says nothing of that person’s age.",
            "%(count)s of its dates cannot be read, and say nothing of these people’s age.",
            unread,
        ) % {"count": f"{unread:,}"}
    return said


def run_row(row: RosterRow, badge: Issuance | None) -> tuple[Said, str]:
    """What came of a row, and why where that is not plain."""
    if badge is None:
        why = " ".join(problem[2] for problem in row.problems) or asked_label(row)
        why = why or str(WHY.get(Disposition(row.disposition), ""))
        return disposition(row.disposition), why
    why = [_again(badge), badge.detail or issuances.reason(badge), _on_hold(badge)]
    return issuances.status(badge, issuances.navigatr_says(badge)), " ".join(part for part in why if part)


def _again(badge: Issuance) -> str:
    """That and why it was issued again; empty where it was the first."""
    if not badge.reissue_reason:
        return ""
    reason = badge.reissue_reason.rstrip(".")
    return _("Issued again: %(reason)s.") % {"reason": reason}


def _on_hold(badge: Issuance) -> str:
    """That it waits for a person to take a hold off; empty where it does not."""
    waits = badge.status == IssuanceStatus.QUEUED and badge.learner.on_hold_since is not None
    return _("It waits, because the learner is on hold.") if waits else ""


def result(row: RosterRow, badge: Issuance | None) -> Sequence[str]:
    """The cells of `RESULT_COLUMNS`."""
    said, why = run_row(row, badge)
    if badge is None:
        return [said.label, "", why, ""]
    records = [record.navigatr_id for record in badge.assertions.all()]
    return [said.label, when(badge.issued_at or badge.changed_at), why, ", ".join(records)]


def confirmed(roster: Roster) -> str:
    """Who confirmed a run, and when."""
    assert roster.confirmed_at is not None and roster.confirmed_by is not None  # noqa: S101 - a constraint
    told = {"staff": roster.confirmed_by.display_name, "when": day_and_time(roster.confirmed_at)}
    return _("confirmed by %(staff)s, %(when)s") % told


def reissue_decided(roster: Roster) -> str:
    """Who decided that it is issued again to those who have it, and when."""
    if roster.reissue_decided_at is None or roster.reissue_decided_by is None:
        return ""
    told = {"staff": roster.reissue_decided_by.display_name, "when": day_and_time(roster.reissue_decided_at)}
    return _("decided by %(staff)s, %(when)s") % told


def uploaded(roster: Roster) -> str:
    """Who uploaded a file, and when."""
    told = {"staff": roster.uploaded_by.display_name, "when": day_and_time(roster.uploaded_at)}
    return _("uploaded by %(staff)s, %(when)s") % told


def alike(found: reads.Alike) -> str:
    """Whom a row is like, in a line."""
    told = {"name": found.learner.full_name, "email": found.learner.email, "number": found.learner.student_number}
    if found.by_number:
        return _("We know %(number)s as %(name)s, %(email)s.") % told
    if found.learner.lapsed_at:
        return _("Whose row this was is no longer kept.")
    if found.learner.erased_at:
        return _("Asked to be erased on %s, and is sent nothing.") % day(found.learner.erased_at)
    if found.learner.on_hold_since:
        return _("On hold since %s, and sent nothing meanwhile.") % day(found.learner.on_hold_since)
    return _("We know this address as %(name)s.") % told


def starts(moment: datetime, now: datetime) -> str:
    """When a run starts, in a sentence's words."""
    here = timezone.localtime(moment)
    if here.date() == timezone.localtime(now).date():
        return _("today at %(time)s") % {"time": f"{here:%H:%M}"}
    return _("on %(day)s at %(time)s") % {"day": day(moment), "time": f"{here:%H:%M}"}
