"""Gives a staff account a fresh password, or makes the account."""

from typing import Any

from django.core.management.base import CommandParser

from issuing.management.commands._shared import DONE, IssuingCommand
from issuing.services import staff


class Command(IssuingCommand):
    help = "Gives a staff account a fresh random password, shown once, and makes the account where there is none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="sign-in name")
        parser.add_argument("--manager", action="store_true", help="make it a manager's account")
        parser.add_argument("--email", default="", help="its e-mail address")
        parser.add_argument("--first-name", default="", metavar="F", help="first name of whoever uses it")
        parser.add_argument("--last-name", default="", metavar="L", help="last name")
        parser.add_argument("--if-none", action="store_true", help="do nothing where any staff account exists")

    def run(self, **options: Any) -> int:
        if options["if_none"] and staff.has_any():
            self.say("There is a staff account already; nothing was changed.")
            return DONE
        names = (options["first_name"], options["last_name"])
        done = staff.reset(username=options["name"], is_manager=options["manager"], email=options["email"], names=names)
        kind = done.user.get_role_display().lower()
        self.say(f"{'Made a new' if done.created else 'Changed the'} {kind} account.")
        if done.reopened:
            self.say("It had been switched off and is on again.")
        self.say(f"Sign in as {done.user.username} with the password {done.password}")
        self.say("It is shown this once and kept nowhere.")
        return DONE
