"""`manage.py export_learner WHO --by U`: everything that is held about one learner, as JSON."""

import json
from typing import Any

from django.core.management.base import CommandParser

from issuing.management.commands import _shared
from issuing.management.commands._learners import learner_called
from issuing.services import learners


class Command(_shared.IssuingCommand):
    help = "Write everything that is held about one learner to standard output, as JSON; that it was is noted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("who", help="e-mail address, student number or our number of the learner")
        parser.add_argument("--by", required=True, metavar="U", help="the member of staff who hands it out")

    def run(self, **options: Any) -> int:
        by, learner = self.staff(options["by"]), learner_called(options["who"])
        self.stdout.write(json.dumps(learners.export(learner=learner, by=by), indent=2, ensure_ascii=False))
        return _shared.DONE
