"""Says whether everything the program stands on holds, or what to do."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from issuing.management.commands._shared import DONE, SOME_OTHERWISE, IssuingCommand, add_json
from issuing.services import watching

MARKS = {True: "ok", False: "!!", None: "--"}


class Command(IssuingCommand):
    help = (
        "Looks at the database, keys, disk, clocks, worker, proxy, Navigatr, tokens, mail and backup, a line each: "
        "ok, !! and what to do, or -- where it cannot be told. The exit code is 0 when nothing is to be done, else 1."
    )
    requires_system_checks = []  # it reports them

    def add_arguments(self, parser: CommandParser) -> None:
        add_json(parser)

    def run(self, **options: Any) -> int:
        findings = []
        for finding in watching.examine():
            findings.append(finding)
            self.say(f"{MARKS[finding.ok]}  {finding.name}: {finding.says}")
        is_well = not any(finding.ok is False for finding in findings)
        if self.as_json:
            self.say_json({"ok": is_well, "findings": [asdict(finding) for finding in findings]})
        return DONE if is_well else SOME_OTHERWISE
