"""How it is said what is kept how long, and what goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from issuing.enums import Effect
from issuing.models import Attempt, Learner, RetentionRun, Roster
from issuing.presenters.dates import day, day_and_time
from issuing.workflow.keeping import LIMITS, Kind, Rule, Unit

RULES: Mapping[Rule, tuple[Any, Any]] = {
    Rule.UNCONFIRMED_FILE: (
        lazy("Uploaded file of a class list that was not confirmed"),
        lazy("Days from the upload. Rows that were read stay; an upload that was never read goes whole."),
    ),
    Rule.ENDED_FILE: (
        lazy("Uploaded file of a class list that was sent"),
        lazy(
            "Days from the last badge of the run. Kept at all only where staff want their own columns in the results."
        ),
    ),
    Rule.ROWS: (
        lazy("Rows of a class list"),
        lazy(
            "Months from the last badge of the run, or from the upload. Then only counts stay; badges stay in History."
        ),
    ),
    Rule.YEAR_END: (
        lazy("A learner who was never sent a badge"),
        lazy(
            "Until the end of the academic year in which they last gave a sign of life, and 30 days from it at least. "
            "The year ends with:"
        ),
    ),
    Rule.RECORDS: (
        lazy("A learner who was sent a badge, with their answers and evidence"),
        lazy("Years from the last badge or withdrawal, and no less than the rule above. What was sent and when stays."),
    ),
    Rule.LOGS: (
        lazy("Logs, and Navigatr’s words about each call"),
        lazy("Days from the day they were written. Logs hold no e-mail addresses at all."),
    ),
}

KINDS: Mapping[Kind, tuple[Any, Any]] = {
    Kind.UNREAD: (lazy("Uploads that were never read"), lazy("They go whole; nothing was sent from them.")),
    Kind.FILE: (lazy("Files of class lists not confirmed"), lazy("The rows stay.")),
    Kind.ENDED_FILE: (lazy("Files of class lists that were sent"), lazy("The rows and results stay.")),
    Kind.CALLS: (lazy("Navigatr’s words about calls"), lazy("When each call was made and how it ended stays.")),
    Kind.UNISSUED: (
        lazy("Learners who were never sent a badge"),
        lazy("Names, address, number and notes go; that somebody answered stays."),
    ),
    Kind.ISSUED: (
        lazy("Learners whose last badge is long ago"),
        lazy("Names, address, evidence and notes go; that a badge was sent stays."),
    ),
    Kind.ROWS: (
        lazy("Class lists emptied of their rows"),
        lazy("How many there were stays; badges stay in History. A file that is still kept goes too."),
    ),
    Kind.LOGS: (lazy("Logs"), lazy("Log files, and what is told of ended background tasks.")),
}


def kept(rule: Rule, amount: int) -> str:
    """`Kept for 7 days.`, or until which month's end."""
    if LIMITS[rule].unit == Unit.MONTH:
        until = _("Kept until the end of %s that follows their last sign of life, and 30 days from it at least.")
        return until % MONTHS[amount]
    said = {
        Unit.DAYS: ngettext("%d day", "%d days", amount),
        Unit.MONTHS: ngettext("%d month", "%d months", amount),
        Unit.YEARS: ngettext("%d year", "%d years", amount),
    }
    return _("Kept for %s.") % (said[LIMITS[rule].unit] % amount)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that goes: what it is, what is told of it, and where it can be seen."""

    name: str
    told: str
    url: str = ""


def item(kind: Kind, row: Any) -> Item:
    """One row of what goes."""
    if isinstance(row, Learner):
        return Item(row.full_name, row.email, reverse("learner-detail", args=[row.uuid]))
    if isinstance(row, Attempt):
        name = _("%(badge)s, sent %(when)s") if row.effect == Effect.ONE else _("%(badge)s, called %(when)s")
        told = {"badge": row.issuance.badge.name, "when": day_and_time(row.claimed_at)}
        url = reverse("issuance-detail", args=[row.issuance.uuid])
        return Item(name % told, str(row.get_outcome_display()), url)
    return _roster(row)


def _roster(roster: Roster) -> Item:
    told = _("uploaded by %(who)s, %(when)s") % {
        "who": roster.uploaded_by.display_name,
        "when": day(roster.uploaded_at),
    }
    group = f"{roster.group}, " if roster.group else ""
    return Item(roster.file_name, f"{group}{told}", reverse("roster-detail", args=[roster.uuid]))


def night(on: date, today: date) -> str:
    """When the next removal is: `tonight`, or with its day."""
    if (on - today).days == 1:
        return _("tonight, after 02:00")
    if on == today:
        return _("today")
    return _("in the night to %s") % day(on)


@dataclass(frozen=True, slots=True)
class Done:
    """One removal in words.

    Args:
        lines (list[str]): "Rows of class lists: 3"; empty where nothing went.
    """

    when: str
    who: str
    lines: list[str]
    is_running: bool
    skipped: int


def done(run: RetentionRun) -> Done:
    """What a removal came to so far."""
    lines = [f"{KINDS[kind][0]}: {run.removed[kind.value]:,}" for kind in tuple(Kind) if run.removed.get(kind.value)]
    who = run.started_by.display_name if run.started_by else _("by night")
    return Done(day_and_time(run.started_at), who, lines, run.ended_at is None, run.skipped)
