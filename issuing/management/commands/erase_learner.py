"""`manage.py erase_learner WHO --note TEXT --by U --yes`: what the page *Erase this learner* does."""

from typing import Any

from django.core.management.base import CommandParser

from issuing.exceptions import InvalidInput
from issuing.management.commands import _shared
from issuing.management.commands._learners import learner_called
from issuing.services import erasure


class Command(_shared.IssuingCommand):
    help = (
        "Erase a learner for good: everything that names them goes; what proves what was done stays. Without --yes it "
        "says what it would do. Exit code 0: erased; 2: nothing was done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("who", help="e-mail address, student number or our number of the learner")
        parser.add_argument("--note", required=True, help="how identity was checked; it must not name the person")
        parser.add_argument("--by", required=True, metavar="U", help="the manager who does it")
        parser.add_argument("--yes", action="store_true", help="do it; it cannot be undone")

    def run(self, **options: Any) -> int:
        by, learner = self.staff(options["by"]), learner_called(options["who"])
        found = erasure.foresee(learner=learner)
        if not options["yes"]:
            raise InvalidInput(
                f"This erases {learner}, {learner.email}: {found.waiting} badges that wait are stopped, {found.rows} "
                f"rows of class lists blanked, {len(found.sent)} sent badges and {found.answers} answers kept without "
                "a name. Give --yes to do it; nothing was done."
            )
        done = erasure.erase(learner=learner, identity_note=options["note"], by=by)
        self.say(
            f"Erased. Badges stopped: {done.cancelled}. Rows blanked: {done.rows}. Uploads removed: {done.uploads}."
        )
        return _shared.DONE
