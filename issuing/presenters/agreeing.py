"""How consent for a roster's people is said: who was asked, and what recording a yes for many comes to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issuing.enums import AskedState, Giver, NotRecorded
from issuing.models import RosterRow
from issuing.presenters.rosters import people
from issuing.services.consent import Answer
from issuing.services.rosters import MOST_AT_ONCE, LeftOut

NAMED: Final = 5
_NOES: Final = (NotRecorded.DECLINED, NotRecorded.WITHDRAWN, NotRecorded.CONFLICT, NotRecorded.SAID_NO_ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Part:
    """Some of those who need consent, by whether they were asked; a filter of the rows."""

    key: str
    label: str
    count: int
    url: str
    is_current: bool


def split(counts: Mapping[str, int], show: str, base: str) -> list[Part]:
    """Those who need consent, told apart by whether they were asked; the parts add up to all of them.

    The first three always, so that it is plain that nobody is in one.
    """
    every = [AskedState.NEVER, AskedState.OPEN, AskedState.UNDELIVERED, AskedState.ENDED]
    shown = [one for one in every if one != AskedState.ENDED or counts.get(one)]
    return [_part(one, counts.get(one, 0), show, base) for one in shown]


def _part(state: AskedState, count: int, show: str, base: str) -> Part:
    is_current = state == show
    return Part(state, str(state.label), count, base if is_current else f"{base}?show={state}#rows", is_current)


def waiting(count: int, *, is_set_up: bool) -> str:
    """How many were asked and have not answered; empty where nobody.

    Args:
        is_set_up (bool): whether e-mail leaves, and reminders so.
    """
    if not count:
        return ""
    said = ngettext(
        "%(count)s was asked and has not answered.", "%(count)s were asked and have not answered.", count
    ) % {"count": f"{count:,}"}
    return f"{said} {_('Reminders leave by themselves.')}" if is_set_up else said


def elsewhere(count: int) -> str:
    """How many of the open requests were not made from the roster; empty where none."""
    if not count:
        return ""
    return ngettext(
        "%(count)s open request to these people was made elsewhere: from a learner’s page, or another list.",
        "%(count)s open requests to these people were made elsewhere: from a learner’s page, or another list.",
        count,
    ) % {"count": f"{count:,}"}


def stop_label(count: int) -> str:
    """What the button says that ends all that were."""
    return ngettext(
        "Stop the %(count)s open request made from this list",
        "Stop the %(count)s open requests made from this list",
        count,
    ) % {"count": f"{count:,}"}


def name(row: RosterRow) -> str:
    return f"{row.first_name} {row.last_name}".strip() or row.email


def names(rows: Sequence[RosterRow]) -> str:
    """The first few, by which a wrong list is seen."""
    first = ", ".join(name(row) for row in rows[:NAMED])
    more = len(rows) - NAMED
    return _("%(names)s and %(more)s more") % {"names": first, "more": f"{more:,}"} if more > 0 else first


def one_giver(answer: Answer, count: int) -> str:
    """That one person is said to have answered for many; empty where each answered for themselves."""
    if answer.giver == Giver.LEARNER or count < 2:
        return ""
    told = {"name": answer.giver_name, "people": people(count)}
    return (
        _(
            "%(name)s is recorded as having answered for all %(people)s. Where each has somebody else, record them "
            "one by one, or from a file."
        )
        % told
    )


def button(count: int) -> str:
    """What the button says, with the exact number."""
    return _("Record a yes for %s") % people(count)


def left_out(found: Sequence[LeftOut]) -> list[str]:
    """How many are left out and why, those who said no first."""
    counted = Counter(one.why for one in found)
    noes = sum(counted[one] for one in _NOES)
    said = ngettext(
        "%(count)s who said no or withdrew is left out, and listed below.",
        "%(count)s who said no or withdrew are left out, and listed below.",
        noes,
    ) % {"count": f"{noes:,}"}
    others = [f"{why.label!s}: {counted[why]:,}" for why in NotRecorded if counted[why] and why not in _NOES]
    more = _("Also left out: %s.") % "; ".join(others)
    return [*([said] if noes else []), *([more] if others else [])]


def later(count: int) -> str:
    """For how many there is no room this time; empty where there is."""
    if not count:
        return ""
    told = {"people": people(count), "most": f"{MOST_AT_ONCE:,}"}
    return _("This is recorded for %(most)s people at a time. %(people)s come after that: do the same again.") % told


def without_effect(answer: Answer, now: datetime) -> str:
    """Why a yes makes nobody ready; empty where it does."""
    if answer.text and answer.text.statement.superseded_at:
        return _("These words were replaced since: a yes to them counts no more, and makes nobody ready.")
    if answer.ends_at and answer.ends_at <= now:
        return _("The last day of this yes is over: it makes nobody ready.")
    return ""


def recorded(count: int, *, has_receipts: bool) -> str:
    """What was recorded, once it was."""
    done = _("Recorded: a yes for %s. This list was checked again.") % people(count)
    return f"{done} {_('Each of them is e-mailed what was recorded.')}" if has_receipts else done


def stopped(count: int) -> str:
    """What stopping all open requests came to."""
    return ngettext(
        "%(count)s request has ended. Nobody is reminded; with the link they can still say no.",
        "%(count)s requests have ended. Nobody is reminded; with their links they can still say no.",
        count,
    ) % {"count": f"{count:,}"}
