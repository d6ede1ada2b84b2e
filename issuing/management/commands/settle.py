"""`manage.py settle [--now]`: settles calls that got no usable answer."""

from typing import Any

from django.core.management.base import CommandParser

from issuing.enums import IssuanceStatus, StatusReason
from issuing.management.commands import _shared
from issuing.models import Connection, Issuance
from issuing.services import issuances, settling


class Command(_shared.IssuingCommand):
    help = (
        "Look up at Navigatr what calls without a usable answer came to. It shortens no waiting time. Exit code 0: "
        "nothing is left to settle; 1: some still wait for a look or for a person."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", action="store_true", help="do what is due in this process, not in the worker's")
        _shared.add_json(parser)

    def run(self, **options: Any) -> int:
        settled = 0
        if options["now"]:
            issuances.reap()
            for connection_id in Connection.objects.order_by("pk").values_list("pk", flat=True):
                settled += settling.settle(connection_id)
        else:
            settling.wake_due()
        rows = Issuance.objects.filter(status=IssuanceStatus.UNCONFIRMED)
        left = rows.count()
        to_decide = rows.filter(reason=StatusReason.TO_DECIDE).count()
        if self.as_json:
            self.say_json({"settled": settled, "left": left, "to_decide": to_decide})
        else:
            self.say(f"Settled: {settled}. Left: {left}, of which a person must look at: {to_decide}.")
        return _shared.SOME_OTHERWISE if left else _shared.DONE
