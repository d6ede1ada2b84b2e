"""`manage.py issue --badge ID --first F --last L --email E --by U`: one badge for one learner who agreed."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.timezone import localtime

from issuing.enums import IssuanceStatus
from issuing.management.commands import _shared
from issuing.management.commands._waiting import Waited, wait_for, why_waiting
from issuing.models import Issuance
from issuing.services import badges, issuances
from issuing.services.learners import Person
from issuing.validators import clean_name, normalise_email


class Command(_shared.IssuingCommand):
    help = (
        "Issue one badge to one learner whose consent is recorded. Exit code 0: issued, or without --wait on its way; "
        "1: it ended otherwise; 2: nothing was done; 3: nothing moved for two minutes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--badge", required=True, metavar="ID", help="the badge's number at Navigatr, or its address"
        )
        parser.add_argument("--first", required=True, metavar="F", help="first name")
        parser.add_argument("--last", required=True, metavar="L", help="last name")
        parser.add_argument("--email", required=True, metavar="E", help="e-mail address")
        parser.add_argument(
            "--by", required=True, metavar="U", help="sign-in name or e-mail address of whoever confirms"
        )
        parser.add_argument("--wait", action="store_true", help="until it was sent or not")
        _shared.add_json(parser)

    def run(self, **options: Any) -> int:
        issuance = self._confirm(options)
        self.code_when_failing = _shared.SOME_OTHERWISE
        own = Issuance.objects.filter(pk=issuance.pk)
        waited = wait_for(own, say=lambda _counts: None) if options["wait"] else Waited.ENDED
        issuance.refresh_from_db()
        self._report(issuance)
        if waited != Waited.ENDED:
            self.say(f"It has not been sent. {why_waiting(issuance.badge_id)} It waits and is safe.")
            return _shared.NOTHING_MOVED
        as_wished = issuance.status == IssuanceStatus.ISSUED or not options["wait"]
        return _shared.DONE if as_wished else _shared.SOME_OTHERWISE

    def _confirm(self, options: dict[str, Any]) -> Issuance:
        by, badge = self.staff(options["by"]), badges.find(options["badge"])
        person = Person(
            clean_name(options["first"]),
            clean_name(options["last"], label="last name"),
            normalise_email(options["email"]),
        )
        issuances.check_issuable(badge)
        # Whatever can be refused without Navigatr is refused by now.
        badges.read_recipients(badge)
        return issuances.issue(badge=badge, person=person, by=by)

    def _report(self, issuance: Issuance) -> None:
        status = IssuanceStatus(issuance.status)
        if self.as_json:
            issued = issuance.issued_at.isoformat() if issuance.issued_at else None
            said = {"issuance": str(issuance.uuid), "status": status, "detail": issuance.detail, "issued_at": issued}
            self.say_json(said)
            return
        when = f" {localtime(issuance.issued_at):%H:%M:%S}" if issuance.issued_at else ""
        why = f": {issuance.detail}" if issuance.detail else ""
        self.say(f"{issuance.badge} for {issuance.first_name} {issuance.last_name}: {status.label}{when}{why}")
