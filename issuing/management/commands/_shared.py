"""What all commands share: words on one stream, JSON alone on the other, exit codes, and who acts."""

import contextlib
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from issuing.exceptions import InvalidInput, IssuingError
from issuing.models import User

DONE = 0
SOME_OTHERWISE = 1
NOTHING_DONE = 2
NOTHING_MOVED = 3
INTERRUPTED = 130


class IssuingCommand(BaseCommand):
    """A command that says in words what it did and ends with an exit code.

    0: did it all; 1: some ended otherwise; 2: nothing done; 3: nothing moved for two minutes. Whatever goes wrong is
    one line on standard error.
    """

    requires_migrations_checks = False
    as_json = False
    code_when_failing = NOTHING_DONE
    """The exit code where the database fails; a command that has begun something sets another."""

    def run(self, **options: Any) -> int:
        """Do it, and return the exit code. An `IssuingError` ends the command with its sentence and 2."""
        raise NotImplementedError

    def handle(self, *_: Any, **options: Any) -> None:
        self.as_json = bool(options.get("json"))
        self._show_whatever_comes()
        try:
            code = self.run(**options)
        except IssuingError as error:
            raise CommandError(_one_line(error), returncode=NOTHING_DONE) from error
        except DatabaseError as error:
            said = _one_line(error).partition(" DETAIL: ")[0]
            raise CommandError(f"The database did not answer: {said}", returncode=self.code_when_failing) from error
        except KeyboardInterrupt as error:
            raise CommandError("Ended by Ctrl-C.", returncode=INTERRUPTED) from error
        if code:
            sys.exit(code)

    def _show_whatever_comes(self) -> None:
        """Let a stream that cannot show a letter show its code instead of failing half-way."""
        for stream in (self.stdout, self.stderr):
            with contextlib.suppress(AttributeError):  # a test's stream takes every letter
                stream.reconfigure(errors="backslashreplace")  # type: ignore[attr-defined]

    def say(self, text: str) -> None:
        """Words for a person; with `--json` they go to standard error."""
        (self.stderr if self.as_json else self.stdout).write(text, self._plain)

    def say_json(self, value: object) -> None:
        """The one JSON value of standard output."""
        self.stdout.write(json.dumps(value))

    @staticmethod
    def _plain(text: str) -> str:
        return text

    def staff(self, name: str) -> User:
        """The active member of staff with this sign-in name or e-mail address.

        Raises:
            InvalidInput: there is none, or several have the address.
        """
        name = name.strip()
        active = User.objects.filter(is_active=True)
        found = list(active.filter(username=name) or active.filter(email__iexact=name)[:2]) if name else []
        if len(found) > 1:
            raise InvalidInput(f"Several members of staff have the address {name}; give a sign-in name.")
        if not found:
            raise InvalidInput(f"No member of staff signs in as “{name}”, or has it as an e-mail address.")
        return found[0]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def add_json(parser: CommandParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON value on standard output, words on the other")
