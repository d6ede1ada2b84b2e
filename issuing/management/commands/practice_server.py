"""`manage.py practice_server`: a stand-in for Navigatr, for trying and testing; it needs no keys and no database."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from issuing.practice.options import add_options, run
from issuing.practice.server import CannotListen


class Command(BaseCommand):
    help = "Run a stand-in for Navigatr on this computer until Ctrl-C. Its front page says what it can do."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        add_options(parser, ledger=Path(settings.VAR_DIR) / "ledger.sqlite3")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            run(argparse.Namespace(**options), say=self._say)
        except CannotListen as error:
            raise CommandError(str(error), returncode=2) from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
