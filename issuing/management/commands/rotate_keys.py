"""`manage.py rotate_keys`: encrypts everything stored anew with the first of ENCRYPTION_KEYS."""

from typing import Any

from django.core.management.base import CommandParser

from issuing.management.commands import _shared
from issuing.services import rotating
from issuing.services.rotating import Rotated


class Command(_shared.IssuingCommand):
    help = (
        "Encrypt every stored token, link and file anew with the first of ENCRYPTION_KEYS. Put the new key before the "
        "others and start everything anew first. May be broken off and run again, also while the worker runs. Exit "
        "code 0: the other keys may be taken away; 1: something still needs one of them, or can be read by none."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        _shared.add_json(parser)

    def run(self, **options: Any) -> int:
        done = []
        for column in rotating.rotate():
            self._say(column)
            done.append(column)
        left, unreadable = rotating.left(), sum(len(column.unreadable) for column in done)
        if self.as_json:
            self.say_json({"columns": {one.name: _told(one) for one in done}, "left": left})
        self.say(_conclusion(left, unreadable))
        return _shared.SOME_OTHERWISE if left else _shared.DONE

    def _say(self, column: Rotated) -> None:
        self.say(f"{column.name}: {column.renewed:,} encrypted anew, {column.current:,} were already.")
        for uuid in column.unreadable:
            self.say(f"{column.name} of {uuid} can be read by none of the keys, or was moved there from another row.")


def _told(column: Rotated) -> dict[str, Any]:
    return {"renewed": column.renewed, "current": column.current, "unreadable": column.unreadable}


def _conclusion(left: int, unreadable: int) -> str:
    if not left:
        return "The first key reads everything: the others may be taken out of ENCRYPTION_KEYS."
    if unreadable:
        return f"Not done: {unreadable:,} can be read by no key. Keep every key, and put missing ones back behind them."
    return (
        f"{left:,} were just being written, or by a process that has the keys of before. Keep every key; run it again."
    )
