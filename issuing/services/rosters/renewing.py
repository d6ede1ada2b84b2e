"""Has a badge issued again to those on a roster who have it, by one decision that staff can take back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from issuing import queries
from issuing.enums import ConsentState, Disposition, NotAgain, RosterStatus
from issuing.exceptions import InvalidInput
from issuing.models import Roster, RosterRow, User
from issuing.queries import rosters as reads
from issuing.services import audit
from issuing.services.rosters.agreeing import seen_of
from issuing.services.rosters.changing import BEING_READ, lock, open_ids
from issuing.services.rosters.checking import check_again, facts_of
from issuing.services.rosters.dispositions import Facts, Known, Placed, look_up, place_with
from issuing.validators import clean_line

MAX_REASON = 500
NO_REASON = "Say why the badge is issued again; one reason for all."
LOOK_AGAIN = "Since this page was shown things have changed. Look at it again; nothing was changed and nothing sent."
NOBODY = "Nobody on this roster can be issued it again as things stand; nothing was changed."


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Those on a roster who have the badge and are left out, by whether it can be issued to them again.

    Args:
        count (int): to how many it can, once they agree.
        without_consent (int): how many of these were not asked, or did not answer, yet.
        against (Mapping[int, NotAgain]): why not to the others, by their rows' ids.
        seen (str): equal as long as it can be issued again to the same people.
    """

    count: int = 0
    without_consent: int = 0
    against: Mapping[int, NotAgain] = attribute(default_factory=dict)
    seen: str = ""


def foresee_again(*, roster: Roster) -> Foreseen:
    """What `issue_again` would come to as the roster was last checked; changes nothing."""
    rows = list(reads.left_out(roster).filter(disposition=Disposition.ALREADY_ISSUED).order_by("row_no"))
    known = look_up(roster.badge, [facts_of(row) for row in rows], now=timezone.now())
    against = {row.pk: why for row in rows if (why := known.against_again(row.email_key))}
    going = [row for row in rows if row.pk not in against]
    learners = [known.learners.get(row.email_key) for row in going]
    asked = [known.consent_of(learner.pk if learner else None) for learner in learners]
    return Foreseen(len(learners), asked.count(ConsentState.NONE), against, seen_of(going))


def issue_again(
    *, roster: Roster, reason: str, by: User, count: int | None = None, check_no: int | None = None, seen: str = ""
) -> int:
    """Let those on a roster who have the badge be sent it once more, as far as they agree and nothing else is wrong.

    It is not about those who said no, are on hold, were erased, or are being sent it again: they stay left out. The
    decision is about the badges that are known now: whoever is issued another one before the roster is confirmed, by
    whomever, is left out again.

    Args:
        reason (str): one for all; in place of one that was given before.
        count (int | None): how many it was said to be about to whoever decides; see `foresee_again`.
        check_no (int | None): the roster's `check_no` when they were shown.
        seen (str): `Foreseen.seen` then.

    Returns:
        How many people it is about.

    Raises:
        InvalidInput: no reason, nobody can be issued it again, other people can than were shown, or the roster is
            being read.
    """
    reason = clean_reason(reason)
    with transaction.atomic():
        roster = _locked(roster)
        held, is_as_shown = _decide(roster, count, check_no, seen)
        if held and is_as_shown:
            decided = {"reissue_reason": reason, "reissue_decided_at": timezone.now(), "reissue_decided_by": by}
            Roster.objects.filter(pk=roster.pk).update(**decided, check_no=F("check_no") + 1)
            audit.record("issue_again", roster, by=by, rows=held)
            return held
    # What was found meanwhile stays written.
    raise InvalidInput(LOOK_AGAIN if held else NOBODY)


def clean_reason(text: str) -> str:
    """The reason as it is kept.

    Raises:
        InvalidInput: there is none, or it is too long.
    """
    reason = clean_line(text, label="reason", most=MAX_REASON)
    if not reason:
        raise InvalidInput(NO_REASON)
    return reason


def _locked(roster: Roster) -> Roster:
    roster = lock(roster)
    if roster.status == RosterStatus.UPLOADED:
        raise InvalidInput(BEING_READ.format(roster=roster))
    return roster


def _decide(roster: Roster, count: int | None, check_no: int | None, seen: str) -> tuple[int, bool]:
    """Check once more, and where it is as it was shown, write the decision; for how many, and whether it is so."""
    now, among = timezone.now(), open_ids(roster)
    rows = list(roster.rows.order_by("row_no"))
    facts = [facts_of(row) for row in rows]
    known = look_up(roster.badge, facts, now=now)
    placed = place_with(known, facts)
    changed = check_again(roster, rows, now=now, among=among, as_placed=placed)
    held = _held(rows, placed, among, known)
    is_news = any(row.disposition == Disposition.ALREADY_ISSUED for row in changed)
    is_other_check = check_no is not None and (is_news or check_no != roster.check_no)
    if is_other_check or count not in (None, len(held)) or seen not in ("", seen_of(held)):
        return len(held), False
    _write(held)
    after = [_decided(one, row) for one, row in zip(facts, rows, strict=True)]
    check_again(roster, rows, now=now, among=among, as_placed=place_with(known, after))
    return len(held), True


def _held(rows: Sequence[RosterRow], placed: Sequence[Placed], among: set[int] | None, known: Known) -> list[RosterRow]:
    """The rows of those who can be issued it again, as they are written: with how many badges of theirs are known."""
    held = []
    for row, one in zip(rows, placed, strict=True):
        has_it = one.disposition == Disposition.ALREADY_ISSUED and (among is None or row.pk in among)
        if has_it and known.against_again(row.email_key) is None:
            row.reissue_after = one.holding.known
            held.append(row)
    return held


def _decided(one: Facts, row: RosterRow) -> Facts:
    return replace(one, reissue_after=row.reissue_after)


def _write(held: Iterable[RosterRow]) -> None:
    by_count = defaultdict(list)
    for row in held:
        by_count[row.reissue_after].append(row.pk)
    for count, row_ids in by_count.items():
        for part in queries.batched(row_ids):
            RosterRow.objects.filter(pk__in=part).update(reissue_after=count)


def leave_out_holders(*, roster: Roster, by: User, check_no: int | None = None) -> int:
    """Take back that those are issued the badge again who have it: they are left out. Returns how many.

    What was confirmed meanwhile is on its way and stays so.

    Raises:
        InvalidInput: the roster has changed since it was shown, or is being read.
    """
    with transaction.atomic():
        roster = _locked(roster)
        if check_no not in (None, roster.check_no):
            raise InvalidInput(LOOK_AGAIN)
        count = reads.left_out(roster).filter(reissue_after__isnull=False).update(reissue_after=None)
        decided = {"reissue_reason": "", "reissue_decided_at": None, "reissue_decided_by": None}
        Roster.objects.filter(pk=roster.pk).update(**decided, check_no=F("check_no") + 1)
        rows = list(roster.rows.order_by("row_no"))
        check_again(roster, rows, now=timezone.now(), among=open_ids(roster))
        audit.record("leave_out_holders", roster, by=by, rows=count)
    return count
