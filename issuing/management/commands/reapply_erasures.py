"""`manage.py reapply_erasures [FILE] [--save FILE]`: cleans a restored backup of everybody who was erased since."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from issuing.exceptions import InvalidInput
from issuing.management.commands import _shared
from issuing.services import erasure


class Command(_shared.IssuingCommand):
    help = (
        "Erase everybody again who was erased before, after a backup was restored. The list is the database's own, the "
        "one that is kept beside it, and FILE where one is given. Exit code 0: nobody on the list is left; 1: somebody "
        "waits until a call for them has ended; 2: nothing was done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE", help="a list that --save wrote, one line a person")
        parser.add_argument("--save", metavar="FILE", help="write the list to this file and do nothing else")
        _shared.add_json(parser)

    def run(self, **options: Any) -> int:
        if options["save"]:
            return self._save(Path(options["save"]))
        added = sum(erasure.take_in(_lines(path)) for path in _lists(options["file"]))
        done = erasure.reapply()
        if self.as_json:
            told = {"listed": done.listed, "added": added, "erased": done.erased}
            self.say_json(told | {"waiting": done.waiting, "since": done.since})
        else:
            self.say(f"On the list: {done.listed}, of which {added} new here. Erased again: {done.erased}.")
            for uuid in done.waiting:
                self.say(f"Learner {uuid} waits: a call for them has not ended. Run this again once it has.")
            for uuid in done.since:
                self.say(f"Learner {uuid} was added since under an erased address and stays; have a manager look.")
        return _shared.SOME_OTHERWISE if done.waiting else _shared.DONE

    def _save(self, path: Path) -> int:
        lines = list(erasure.lines())
        try:
            path.touch(mode=0o600)
            path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        except OSError as error:
            raise InvalidInput(f"{path} cannot be written: {error.strerror}.") from error
        self.say(f"Written: {len(lines)}. The list names nobody, but keep it with your backups.")
        return _shared.DONE


def _lists(given: str | None) -> list[Path]:
    """Where erasures are listed besides the database; what is not there names nobody."""
    beside = erasure.beside()
    return [*([beside] if beside.exists() else []), *([Path(given)] if given else [])]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}.") from error
