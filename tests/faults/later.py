"""Runs a command as if it were later: `python -m tests.faults.later 300 600 -- settle --now`, once for each time.

Only the clock that our own code asks goes forward, which says how old a call is; the pace, django-q2's queue and the
practice server keep theirs.
"""

import contextlib
import os
import sys
from datetime import datetime, timedelta

import django
from django.core.management import call_command
from django.utils import timezone


def main(arguments: list[str]) -> None:
    at = arguments.index("--")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "navigatr_admin.settings")
    django.setup()
    plain = timezone.now
    for seconds in map(float, arguments[:at]):

        def now(seconds: float = seconds) -> datetime:
            asks = str(sys._getframe(1).f_globals["__name__"])
            return plain() + timedelta(seconds=seconds if asks.startswith("issuing.") else 0.0)

        timezone.now = now
        with contextlib.suppress(SystemExit):
            call_command(*arguments[at + 1 :])


if __name__ == "__main__":
    main(sys.argv[1:])
