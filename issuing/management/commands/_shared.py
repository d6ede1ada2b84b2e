"""What all commands share: words on one stream, JSON alone on the other, exit codes, and who acts."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.db.models import Q

from issuing.exceptions import InvalidInput, IssuingError
from issuing.models import User

DONE = 0
SOME_OTHERWISE = 1
NOTHING_DONE = 2
NOTHING_MOVED = 3


class IssuingCommand(BaseCommand):
    """A command that says in words what it did and ends with an exit code.

    0: did it all; 1: some ended otherwise; 2: nothing done; 3: nothing moved for two minutes.
    """

    requires_migrations_checks = False
    as_json = False

    def run(self, **options: Any) -> int:
        """Do it, and return the exit code. An `IssuingError` ends the command with its sentence and 2."""
        raise NotImplementedError

    def handle(self, *_: Any, **options: Any) -> None:
        self.as_json = bool(options.get("json"))
        try:
            code = self.run(**options)
        except IssuingError as error:
            raise CommandError(str(error), returncode=NOTHING_DONE) from error
        except DatabaseError as error:
            raise CommandError(f"The database did not answer: {error}", returncode=NOTHING_DONE) from error
        if code:
            sys.exit(code)

    def say(self, text: str) -> None:
        """Words for a person; with `--json` they go to standard error."""
        (self.stderr if self.as_json else self.stdout).write(text, self._plain)

    def say_json(self, value: object) -> None:
        """The one JSON value of standard output."""
        self.stdout.write(json.dumps(value, ensure_ascii=False))

    @staticmethod
    def _plain(text: str) -> str:
        return text

    def staff(self, name: str) -> User:
        """The active member of staff with this sign-in name or e-mail address.

        Raises:
            InvalidInput: there is none, or several have the address.
        """
        found = list(User.objects.filter(Q(username=name) | Q(email__iexact=name), is_active=True)[:2])
        exact = [user for user in found if user.username == name]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if found:
            raise InvalidInput(f"Several members of staff have the address {name}; give a sign-in name.")
        raise InvalidInput(f"No member of staff signs in as {name}. Make the account with staff_reset.")


def add_json(parser: CommandParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON value on standard output, words on the other")
