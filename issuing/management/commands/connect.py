"""`manage.py connect --name N --base-url URL`: connect a Navigatr account, or replace its token."""

import getpass
import os
import sys
from typing import Any

from django.core.management.base import CommandParser

from issuing.enums import AuthScheme
from issuing.management.commands import _shared
from issuing.services import connections


class Command(_shared.IssuingCommand):
    help = (
        "Connect a Navigatr account, or replace the token of one that is connected, once Navigatr says it is good. "
        "The secret comes from NAVIGATR_PAT (for --scheme password NAVIGATR_USERNAME and NAVIGATR_PASSWORD) or from "
        "standard input. Exit code 0: it issues for all organisations asked for; 1: not for all; 2: nothing was saved."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, metavar="N", help="what to call the account here")
        parser.add_argument(
            "--base-url", required=True, metavar="URL", help="ends in /v1, e.g. https://api.navigatr.app/v1"
        )
        parser.add_argument(
            "--scheme",
            choices=[connections.AUTO, *AuthScheme.values],
            default=connections.AUTO,
            help="how to sign in; auto: as access token and, where that is refused, once as bearer",
        )
        parser.add_argument(
            "--provider",
            type=int,
            nargs="+",
            action="extend",
            default=[],
            metavar="ID",
            help="Navigatr's number of an organisation to issue for; without any: all that are Active",
        )

    def run(self, **options: Any) -> int:
        found = connections.connect(
            name=options["name"],
            base_url=options["base_url"],
            scheme=options["scheme"],
            login=_login(options["scheme"]),
            provider_ids=options["provider"],
            by=None,
        )
        self._report(found)
        return _shared.DONE if found.providers and not found.elsewhere else _shared.SOME_OTHERWISE

    def _report(self, found: connections.Connected) -> None:
        account = found.connection
        done = "Connected" if found.is_new else "Replaced the token of"
        scheme = AuthScheme(account.scheme).label.lower()
        self.say(f"{done} {account.name}: {account.navigatr_user_name} at {account.host}, by {scheme}.")
        if account.is_stopped:
            self.say(f"It is still stopped: {account.get_stop_reason_display()}.")
        for provider in found.providers:
            self.say(f"  {provider.navigatr_id} {provider.name}")
        for provider in found.elsewhere:
            self.say(f"  {provider.navigatr_id} {provider.name}: left with {provider.connection}, which issues for it")
        if not found.providers:
            self.say("It issues for no organisation yet. Name one with --provider, or make one Active at Navigatr.")


def _login(scheme: str) -> connections.Login:
    if scheme == AuthScheme.PASSWORD:
        return connections.Login(
            username=_secret("NAVIGATR_USERNAME", "User name: "), password=_secret("NAVIGATR_PASSWORD", "Password: ")
        )
    return connections.Login(token=_secret("NAVIGATR_PAT", "Access token: "))


def _secret(variable: str, prompt: str) -> str:
    """From the environment, else typed unseen, else the next line of standard input."""
    given = os.environ.get(variable, "")
    if given:
        return given
    return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().strip("\r\n")
