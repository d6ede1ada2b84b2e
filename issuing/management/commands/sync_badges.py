"""`manage.py sync_badges`: refresh the local copies of all badges."""

from typing import Any

from issuing.enums import Outcome
from issuing.exceptions import InvalidInput, IssuingError, NavigatrError
from issuing.management.commands import _shared
from issuing.models import Badge, Connection, Provider
from issuing.services import badges


class Command(_shared.IssuingCommand):
    help = (
        "Refresh the local copies of the badges of every connected Navigatr account. "
        "Exit code 0: all were read; 1: some accounts could not be read; 2: none could."
    )

    def run(self, **options: Any) -> int:
        accounts = list(Connection.objects.order_by("name"))
        if not accounts:
            raise InvalidInput("No Navigatr account is connected yet. Connect one with `manage.py connect`.")
        synced = [self._sync(account) for account in accounts]
        if all(synced):
            return _shared.DONE
        return _shared.SOME_OTHERWISE if any(synced) else _shared.NOTHING_DONE

    def _sync(self, account: Connection) -> bool:
        try:
            badges.sync(connection=account)
        except IssuingError as error:
            self.stderr.write(f"{account.name}: {_why_not(error)}")
            return False
        providers = list(account.providers.order_by("navigatr_id"))
        for provider in providers:
            self._report(account, provider)
        if not providers:
            self.say(f"{account.name}: issues for no organisation")
        return True

    def _report(self, account: Connection, provider: Provider) -> None:
        held = list(provider.badges.exclude(hold="").order_by("navigatr_id"))
        self.say(f"{account.name}: {provider.name}: {_count(provider.badges.count())}, {len(held)} held")
        for badge in held:
            self.say(f"  {badge.navigatr_id} {badge.name}: {_why(badge)}")


def _why_not(error: IssuingError) -> str:
    if isinstance(error, NavigatrError) and error.outcome == Outcome.UNAUTHORISED:
        words = str(error).rstrip(".")
        return f"Navigatr refused its access token ({words}). Give it a new one with `manage.py connect`."
    return str(error)


def _count(number: int) -> str:
    return "1 badge" if number == 1 else f"{number} badges"


def _why(badge: Badge) -> str:
    reason = badge.get_hold_display()
    return f"{reason} ({badge.hold_detail.rstrip('.')})" if badge.hold_detail else reason
