"""`manage.py issue_roster FILE --badge ID --by U`: checks a file and issues the badge to every ready row."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.timezone import localtime

from issuing import queries
from issuing.enums import Disposition, IssuanceStatus
from issuing.exceptions import InvalidInput, NothingReady
from issuing.management.commands import _shared
from issuing.management.commands._waiting import NOTHING_MOVED_SECONDS, wait_for
from issuing.models import Issuance, Roster
from issuing.services import badges, rosters

COVERED = (Disposition.READY, Disposition.REPEATED, Disposition.ALREADY_ISSUED)
"""Rows whose person has the badge when all ready rows are issued."""


class Command(_shared.IssuingCommand):
    help = (
        "Check a roster and issue the badge to every ready row. Exit code 0: everybody in the file has the badge, or "
        "without --wait is on the way to it; 1: some have not; 2: nothing was done; 3: nothing moved for two minutes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV or XLSX, columns found by their headings")
        parser.add_argument(
            "--badge", required=True, metavar="ID", help="the badge's number at Navigatr, or its address"
        )
        parser.add_argument(
            "--by", required=True, metavar="U", help="sign-in name or e-mail address of whoever confirms"
        )
        parser.add_argument("--group", default="", help="the course or group it is for")
        parser.add_argument("--dry-run", action="store_true", help="check only; nothing is kept or sent")
        parser.add_argument("--wait", action="store_true", help="until nothing of it is waiting or being sent")
        parser.add_argument("--timeout", type=float, metavar="S", help="with --wait: for so many seconds at most")
        _shared.add_json(parser)

    def run(self, **options: Any) -> int:
        by, badge = self.staff(options["by"]), badges.find(options["badge"])
        content = _read(options["file"])
        checked = rosters.check(content=content, file_name=options["file"].name, badge=badge)
        self._say_checked(checked)
        if options["dry_run"]:
            self._report(None, checked)
            return _shared.DONE if _all_covered(checked.counts) else _shared.SOME_OTHERWISE
        roster = rosters.save(checked=checked, badge=badge, group=options["group"], by=by)
        try:
            rosters.confirm(roster=roster, ready=checked.counts[Disposition.READY], by=by)
        except NothingReady as nothing:
            self.say(str(nothing))
            self._report(roster, checked)
            return _shared.NOTHING_DONE
        moved = not options["wait"] or self._wait(roster, options["timeout"])
        return self._end(roster, checked, moved, waited=options["wait"])

    def _wait(self, roster: Roster, timeout: float | None) -> bool:
        return wait_for(Issuance.objects.filter(roster=roster), timeout=timeout, say=self._say_progress)

    def _end(self, roster: Roster, checked: rosters.Checked, moved: bool, *, waited: bool) -> int:
        counts = self._report(roster, checked)
        if not moved:
            self.say(
                f"Nothing moved for {NOTHING_MOVED_SECONDS:.0f} seconds, or the time was up. No worker? Run "
                "`manage.py supervise`. What is waiting is safe; none will be sent twice."
            )
            return _shared.NOTHING_MOVED
        open_or_issued = (IssuanceStatus.ISSUED,) if waited else (IssuanceStatus.ISSUED, *_UNDER_WAY)
        as_wished = sum(counts[status] for status in open_or_issued) == sum(counts.values())
        return _shared.DONE if as_wished and _all_covered(checked.counts) else _shared.SOME_OTHERWISE

    def _say_checked(self, checked: rosters.Checked) -> None:
        self.say(checked.said)
        if checked.unused:
            self.say(f"Columns not needed and not copied: {', '.join(checked.unused[:10])}.")
        if checked.recipients_hidden:
            self.say(f"Navigatr hides the address of {checked.recipients_hidden} who have this badge already.")
        for row in checked.rows:
            if row.placed.disposition != Disposition.READY:
                why = " ".join(problem.sentence for problem in row.person.problems)
                self.say(f"Row {row.person.row_no}: {row.placed.disposition.label}. {why}".rstrip())
        self.say(f"{checked.counts[Disposition.READY]} of {len(checked.rows)} rows are ready.")

    def _say_progress(self, counts: dict[str, int]) -> None:
        parts = [f"{count} {IssuanceStatus(status).label.lower()}" for status, count in counts.items() if count]
        self.say(", ".join(parts))

    def _report(self, roster: Roster | None, checked: rosters.Checked) -> dict[str, int]:
        counts = queries.status_counts(Issuance.objects.filter(roster=roster) if roster else Issuance.objects.none())
        finish = queries.finish_at(roster.badge.provider.connection_id, timezone.now()) if roster else None
        dispositions = rosters.named_counts(queries.dispositions(roster)) if roster else checked.counts
        if self.as_json:
            self.say_json(
                {
                    "roster": str(roster.uuid) if roster else None,
                    "rows": len(checked.rows),
                    "dispositions": dispositions,
                    "counts": counts,
                    "finish_at": finish.isoformat() if finish else None,
                }
            )
        elif finish:
            self.say(f"All that waits will have been sent about {localtime(finish):%H:%M:%S}.")
        return counts


_UNDER_WAY = (IssuanceStatus.QUEUED, IssuanceStatus.SENDING)


def _all_covered(counts: dict[str, int]) -> bool:
    return not any(count for name, count in counts.items() if name not in COVERED)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"The file {path} cannot be read: {error.strerror}.") from error
