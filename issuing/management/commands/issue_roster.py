"""`manage.py issue_roster FILE --badge ID --by U`: checks a file and issues the badge to every ready row."""

import argparse
import math
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.timezone import localtime

from issuing import queries, sheets
from issuing.enums import Disposition, IssuanceStatus
from issuing.exceptions import InvalidInput, NothingReady
from issuing.management.commands import _reading, _shared
from issuing.management.commands._waiting import Waited, wait_for, why_waiting
from issuing.models import Issuance, Roster
from issuing.services import badges, rosters

COVERED = (Disposition.READY, Disposition.REPEATED, Disposition.ALREADY_ISSUED)
"""Rows whose person has the badge when all ready rows are issued."""
MOST_NAMED = 100
"""Rows that are named one by one; the rest are counted."""

_UNDER_WAY = (IssuanceStatus.QUEUED, IssuanceStatus.SENDING)


class Command(_shared.IssuingCommand):
    help = (
        "Check a roster and issue the badge to every ready row. Exit code 0: everybody in the file has the badge, or "
        "without --wait is on the way to it; 1: some have not; 2: nothing was done; 3: nothing moved for two minutes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a spreadsheet or CSV file, columns found by their headings")
        parser.add_argument(
            "--badge", required=True, metavar="ID", help="the badge's number at Navigatr, or its address"
        )
        parser.add_argument(
            "--by", required=True, metavar="U", help="sign-in name or e-mail address of whoever confirms"
        )
        parser.add_argument("--group", default="", help="the course or group it is for")
        parser.add_argument(
            "--again", metavar="REASON", help="issue it again to those who have it; without, they are left out"
        )
        parser.add_argument("--dry-run", action="store_true", help="check only; nothing is kept or sent")
        parser.add_argument("--wait", action="store_true", help="until nothing of it is waiting or being sent")
        parser.add_argument("--timeout", type=_seconds, metavar="S", help="with --wait: for so many seconds at most")
        _reading.add_options(parser)
        _shared.add_json(parser)

    def run(self, **options: Any) -> int:
        if options["timeout"] is not None and not options["wait"]:
            raise InvalidInput("--timeout says how long to --wait; give both or neither.")
        again = "" if options["again"] is None else rosters.clean_reason(options["again"])
        by, badge = self.staff(options["by"]), badges.find(options["badge"])
        content, name = _read(options["file"]), options["file"].name
        how = _reading.how_to_read(content, name, options)
        checked = rosters.check(content=content, file_name=name, badge=badge, how=how)
        foreseen = rosters.as_issued_again(checked, badge) if again else checked
        self._say_checked(foreseen)
        ready = foreseen.counts[Disposition.READY]
        if options["dry_run"]:
            self._report(None, foreseen, is_again=bool(again))
            return _code(foreseen.counts, is_again=bool(again)) if ready else _shared.NOTHING_DONE
        roster = rosters.save(checked=checked, badge=badge, group=options["group"], by=by)
        try:
            if again and foreseen.counts[Disposition.ALREADY_ISSUED] < checked.counts[Disposition.ALREADY_ISSUED]:
                rosters.issue_again(roster=roster, reason=again, by=by)
            rosters.confirm(roster=roster, ready=ready, by=by)
        except NothingReady as nothing:
            self.say(str(nothing))
            self._report(roster, checked, is_again=bool(again))
            return _shared.NOTHING_DONE
        self.code_when_failing = _shared.SOME_OTHERWISE
        return self._follow(roster, foreseen, options)

    def _follow(self, roster: Roster, checked: rosters.Checked, options: dict[str, Any]) -> int:
        """Wait where that is wished, say how it stands, and return the exit code."""
        waited = Waited.ENDED
        if options["wait"]:
            run = Issuance.objects.filter(roster=roster)
            waited = wait_for(run, timeout=options["timeout"], say=self._say_progress)
        counts = self._report(roster, checked, is_again=options["again"] is not None)
        if waited == Waited.NOTHING_MOVED:
            why = why_waiting(roster.badge_id, roster.pk)
            self.say(f"Nothing moves. {why} What waits is safe; none will be sent twice.")
            return _shared.NOTHING_MOVED
        if waited == Waited.TIME_UP:
            self.say("The time is up. What waits goes on by itself; none will be sent twice.")
        good = (IssuanceStatus.ISSUED,) if options["wait"] else (IssuanceStatus.ISSUED, *_UNDER_WAY)
        as_wished = sum(counts[status] for status in good) == sum(counts.values())
        return _code(checked.counts, is_again=options["again"] is not None) if as_wished else _shared.SOME_OTHERWISE

    def _say_checked(self, checked: rosters.Checked) -> None:
        self.say(checked.said)
        if checked.unused:
            self.say(f"Columns not needed and not copied: {', '.join(checked.unused[:10])}.")
        if heading := checked.reading["births"]:
            self.say(f"“{heading}” was read only for who is under 13.")
        if checked.recipients_hidden:
            self.say(f"Navigatr hides the address of {checked.recipients_hidden} who have this badge already.")
        others = [row for row in checked.rows if row.placed.disposition != Disposition.READY]
        for row in others[:MOST_NAMED]:
            why = " ".join(problem.sentence for problem in row.person.problems)
            self.say(f"Row {row.person.row_no}: {row.placed.disposition.label}. {why}".rstrip())
        if len(others) > MOST_NAMED:
            self.say(f"And {len(others) - MOST_NAMED:,} more rows that are not ready.")
        had = sum(map(_had_it, checked.rows))
        beside = f" {had:,} of them had the badge before and are sent it again." if had else ""
        self.say(f"{checked.counts[Disposition.READY]:,} of {len(checked.rows):,} rows are ready.{beside}")

    def _say_progress(self, counts: dict[str, int]) -> None:
        parts = [f"{count} {IssuanceStatus(status).label.lower()}" for status, count in counts.items() if count]
        self.say(", ".join(parts))

    def _report(self, roster: Roster | None, checked: rosters.Checked, *, is_again: bool) -> dict[str, int]:
        counts = queries.status_counts(Issuance.objects.filter(roster=roster) if roster else Issuance.objects.none())
        finish = _finish_at(roster, counts)
        dispositions = rosters.named_counts(queries.dispositions(roster)) if roster else checked.counts
        if self.as_json:
            told = {
                "roster": str(roster.uuid) if roster else None,
                "rows": len(checked.rows),
                "dispositions": dispositions,
                "counts": counts,
                "finish_at": finish.isoformat() if finish else None,
            }
            self.say_json(told | ({"again": _again(roster, checked)} if is_again else {}))
        elif finish:
            self.say(f"All that waits will have been sent about {localtime(finish):%H:%M:%S}.")
        return counts


def _finish_at(roster: Roster | None, counts: dict[str, int]) -> datetime | None:
    """When the last waiting row of a run will have been sent at the latest; None where none waits."""
    if roster is None or not counts[IssuanceStatus.QUEUED]:
        return None
    return queries.finish_at(roster.badge.provider.connection_id, timezone.now())


def _had_it(row: rosters.CheckedRow) -> bool:
    return row.placed.disposition == Disposition.READY and bool(row.placed.holding.known)


def _again(roster: Roster | None, checked: rosters.Checked) -> int:
    """How many are, or would be, sent it again."""
    if roster is None:
        return sum(map(_had_it, checked.rows))
    return roster.issuances.exclude(reissue_reason="").count()


def _code(dispositions: Mapping[str, int], *, is_again: bool) -> int:
    """The exit code where every ready row ended as it should; it was not issued again to whoever only has it."""
    covered = set(COVERED) - ({Disposition.ALREADY_ISSUED} if is_again else set())
    others = [name for name, count in dispositions.items() if count and name not in covered]
    return _shared.SOME_OTHERWISE if others else _shared.DONE


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds")
    return seconds


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more than is allowed is enough to refuse it.
            return file.read(sheets.MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInput(f"The file {path} cannot be read: {error.strerror}.") from error
