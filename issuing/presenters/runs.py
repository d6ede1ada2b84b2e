"""The one sentence that says how a run goes."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issuing.enums import RosterStatus, StopReason
from issuing.models import Roster
from issuing.presenters import silence
from issuing.presenters import worker as worker_words
from issuing.presenters.dates import clock
from issuing.presenters.rosters import badges, starts
from issuing.queries import Worker
from issuing.queries.rosters import RunCounts


@dataclass(frozen=True, slots=True)
class State:
    """What a run's sentence depends on.

    Args:
        finish_at (datetime | None): when the last of it leaves, at the present pace.
        starts_at (datetime | None): where nothing leaves before that.
        worker (Worker | None): the background worker, where the run still needs it.
        by_hand (int): how many of those without an answer wait for a person.
    """

    roster: Roster
    counts: RunCounts
    now: datetime
    finish_at: datetime | None = None
    starts_at: datetime | None = None
    worker: Worker | None = None
    by_hand: int = 0

    @property
    def looked_up(self) -> int:
        """How many are being looked up without anybody's doing."""
        return self.counts.checking - self.by_hand

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it waits or is being sent."""
        return not self.counts.waiting

    @property
    def phase(self) -> str:
        """`sending`, `checking`, `by-hand` or `ended`."""
        if self.counts.waiting:
            return "sending"
        if self.looked_up:
            return "checking"
        return "by-hand" if self.by_hand else "ended"

    @property
    def share(self) -> float:
        """How far it is, 0 to 100; never 100 before the end."""
        total, still = self.counts.total, self.counts.waiting + self.counts.checking
        return min(99.0, 100.0 * (total - still) / total) if still else 100.0


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, its tone, and what whoever runs the program should do."""

    text: str
    tone: str = ""
    for_it: str = ""


def sentence(state: State) -> Sentence:
    """How the run goes, in one sentence."""
    if state.has_ended:
        return _ended(state)
    if state.roster.status == RosterStatus.PAUSED:
        paused = _("Paused: %(far)s; %(rest)s.") % {"far": _far(state), "rest": _waiting(state)}
        return Sentence(f"{paused} {left(state.roster)}".rstrip(), "wait")
    if blocked := _blocked(state):
        return blocked
    if state.starts_at is not None:
        told = {"when": starts(state.starts_at, state.now), "rest": _waiting(state)}
        return Sentence(_("Sending starts %(when)s; %(rest)s.") % told)
    if state.finish_at is None:
        return Sentence(_("Sending: %(far)s.") % {"far": _far(state)})
    told = {"far": _far(state), "time": clock(state.finish_at, state.now)}
    return Sentence(_("Sending: %(far)s, finishes about %(time)s.") % told)


def left(roster: Roster) -> str:
    """That whoever confirmed a run works here no more; empty where they do."""
    if roster.confirmed_by is None or roster.confirmed_by.is_active:
        return ""
    return _("The access of %(who)s, who confirmed it, was turned off.") % {"who": roster.confirmed_by.display_name}


def title(state: State) -> str:
    """What the browser's tab says."""
    name = state.roster.group or state.roster.file_name
    if state.phase == "by-hand":
        return _("To check by hand: %(name)s") % {"name": name}
    if state.phase == "checking":
        return _("Checking with Navigatr: %(name)s") % {"name": name}
    if state.has_ended:
        is_stopped = state.roster.status == RosterStatus.STOPPED and state.counts.stopped
        return (_("Stopped: %(name)s") if is_stopped else _("Done: %(name)s")) % {"name": name}
    return f"{state.counts.total - state.counts.waiting}/{state.counts.total} · {name}"


def beside(state: State) -> str:
    """What is said under the sentence: that sending goes on again, and what is being looked up; empty where nothing."""
    counts, parts = state.counts, [worker_words.checking(state.looked_up), _by_hand(state.by_hand)]
    is_going = counts.waiting and state.roster.status == RosterStatus.RUNNING and not _blocked(state)
    if state.worker and (is_going or state.looked_up) and _was_kept_waiting(state):
        parts.insert(0, worker_words.again(state.worker))
    return " ".join(part for part in parts if part)


def _by_hand(count: int) -> str:
    """What a person must look up at Navigatr; empty where nothing is."""
    if not count:
        return ""
    return ngettext(
        "%(count)s badge waits for you: Navigatr’s list does not say whether it was sent.",
        "%(count)s badges wait for you: Navigatr’s list does not say whether they were sent.",
        count,
    ) % {"count": f"{count:,}"}


def _was_kept_waiting(state: State) -> bool:
    back, confirmed = state.worker and state.worker.back_since, state.roster.confirmed_at
    return bool(back and confirmed and confirmed < back)


def _blocked(state: State) -> Sentence | None:
    """What keeps the run from going on, where something does."""
    badge, safe = state.roster.badge, worker_words.safe(state.counts.waiting)
    connection = badge.provider.connection
    if connection.is_stopped:
        why = StopReason(connection.stop_reason).label
        return Sentence(_("Sending stopped: %(why)s. %(safe)s") % {"why": why, "safe": safe}, "bad")
    if badge.hold:
        told = {"why": badge.get_hold_display(), "safe": safe}
        return Sentence(_("This badge waits: %(why)s. %(safe)s") % told, "bad")
    if state.worker is not None and state.worker.is_away:
        text = f"{worker_words.stopped()} {worker_words.away(state.worker, safe)}"
        return Sentence(text, "bad", worker_words.COMMAND)
    if why := silence.said(connection.pace, state.now):
        return Sentence(f"{silence.pauses()} {why} {safe}", "wait")
    return None


def _ended(state: State) -> Sentence:
    counts = state.counts
    if state.roster.status == RosterStatus.STOPPED and counts.stopped:
        by = state.roster.changed_by
        who = by.display_name if by else ""  # a constraint: set with the time
        told = {"who": who, "sent": badges(counts.sent), "rest": f"{counts.stopped:,}"}
        return Sentence(_("Stopped by %(who)s: %(sent)s sent, %(rest)s not sent.") % told)
    if counts.sent == counts.total:
        return Sentence(_("Done: %(sent)s sent.") % {"sent": badges(counts.sent)}, "good")
    told = {"sent": f"{counts.sent:,}", "total": badges(counts.total)}
    done = _("Done: %(sent)s of %(total)s sent.") if not counts.checking else _("%(sent)s of %(total)s sent.")
    return Sentence(done % told, "wait")


def _far(state: State) -> str:
    told = {"done": f"{state.counts.total - state.counts.waiting:,}", "total": f"{state.counts.total:,}"}
    return _("%(done)s of %(total)s") % told


def _waiting(state: State) -> str:
    count = state.counts.waiting
    said = ngettext("%(count)s badge is waiting", "%(count)s badges are waiting", count)
    return said % {"count": f"{count:,}"}
