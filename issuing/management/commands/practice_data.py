"""`manage.py practice_data`: fills the practice instance with invented learners, rosters and a bit of trouble."""

import contextlib
import time
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from issuing.enums import Disposition, IssuanceStatus, Role, RowDecision
from issuing.exceptions import InvalidInput, IssuingError, NoEffect
from issuing.management.commands import _practice_people as people
from issuing.management.commands import _practice_server as server
from issuing.management.commands import _shared
from issuing.management.commands._practice_answers import add_everybody, person
from issuing.models import AuditEvent, Badge, Connection, Issuance, Roster, User
from issuing.navigatr import NavigatrClient
from issuing.services import audit, badges, claims, connections, issuances, rosters, statements
from issuing.services.connections import Login

SKILLS, TEAMWORK, SANDBOX = 51, 52, 53
DONE = "practise"
PATIENCE = 30.0
CLAIMED = 14
"""How many learners have opened their e-mail and claimed."""
LIST_TO_TRY = "Class list to try.csv"


class Command(_shared.IssuingCommand):
    help = (
        "Fill the practice instance with invented learners, a roster that is really issued through the practice "
        "server, one that waits, and an account whose token is refused. Once is enough; again changes nothing."
    )

    def run(self, **options: Any) -> int:
        if not settings.IS_PRACTICE:
            raise InvalidInput("Only the practice instance is filled with invented learners. Nothing was done.")
        if AuditEvent.objects.filter(verb=DONE).exists():
            self.say("The invented learners are there already; nothing was changed.")
            return _shared.DONE
        by = User.objects.filter(is_active=True, role=Role.MANAGER).order_by("pk").first()
        if by is None:
            raise InvalidInput("There is no manager's account yet. Make one with manage.py staff_reset.")
        account = self._accounts(by)
        self._learners(account, by)
        self._rosters(by)
        (settings.VAR_DIR / LIST_TO_TRY).write_bytes(people.own_list())
        audit.record(DONE, account, by=None)
        self.say(f"A class list to upload yourself: {settings.VAR_DIR / LIST_TO_TRY}")
        return _shared.DONE

    def _accounts(self, by: User) -> Connection:
        """The college's account, which works, and another's, whose token Navigatr refuses."""
        server.post(f"/practice/tokens/{server.STRANGER}/restore")  # where an earlier try ended half-way
        academy = _connected("Other Academy", server.STRANGER, by)
        server.post(f"/practice/tokens/{server.STRANGER}/revoke")
        with contextlib.suppress(NoEffect):  # it is stopped now, as it is to be
            connections.read(academy, NavigatrClient.user)
        college = _connected("Example College", server.OWNER, by)
        badges.mark_sandbox(badges.find(str(SANDBOX)), is_sandbox=True, by=by)
        return college

    def _learners(self, account: Connection, by: User) -> None:
        provider = account.providers.get()
        words = statements.built_in_text(provider)
        statement = statements.publish_text(provider=provider, language="en", body=words, by=by)
        number = add_everybody(statements.text_in(statement, "en"), by)
        self.say(f"{number} invented learners in two groups, with consent given, declined, withdrawn and none.")

    def _rosters(self, by: User) -> None:
        skills, teamwork = badges.find(str(SKILLS)), badges.find(str(TEAMWORK))
        _send_into_the_dark(teamwork, by)
        _give_elsewhere(teamwork)
        _paused(teamwork, by)
        sent = _saved(skills, people.CARE, "Health and Social Care 1.csv", people.care_list(), by)
        if sent.confirmed_at is None:
            rosters.confirm(roster=sent, ready=_ready(sent), by=by)
        # So that the next check finds the call that got no answer.
        _wait_while_under_way(Issuance.objects.filter(badge=teamwork, roster=None))
        waiting = _saved(teamwork, people.MEDIA, "Digital Media 2.csv", people.media_list(), by)
        last = waiting.rows.order_by("row_no").values_list("row_no", flat=True).last()
        if last:
            rosters.decide(roster=waiting, row_no=last, decision=RowDecision.LEAVE_OUT, by=by)
        self.say(f"Being sent: {sent.group} ({sent.issuances.count()} badges). Checked and waiting: {waiting.group}.")
        _wait_while_under_way(Issuance.objects.filter(roster=sent))
        server.claim(CLAIMED)
        claims.wake()


def _connected(name: str, token: str, by: User) -> Connection:
    base_url = f"http://{settings.NAVIGATR_HOSTS[0]}/v1"
    found = connections.connect(name=name, base_url=base_url, scheme="auto", login=Login(token=token), by=by)
    badges.sync(connection=found.connection)
    return found.connection


def _send_into_the_dark(badge: Badge, by: User) -> None:
    """One badge whose call gets no usable answer."""
    if not Issuance.objects.filter(badge=badge).exists():
        issuances.issue(badge=badge, person=person(people.NO_ANSWER_YET), by=by)


def _give_elsewhere(badge: Badge) -> None:
    one = people.HAS_IT
    given = {"badge_id": badge.navigatr_id, "email": one.email, "firstname": one.first_name, "lastname": one.last_name}
    server.post("/practice/issue_outside", given)


def _paused(badge: Badge, by: User) -> None:
    roster = _saved(badge, people.EVENING, "Evening class.csv", people.evening_list(), by)
    if roster.confirmed_at is None:
        with server.held_back(roster.badge.provider.connection):
            rosters.confirm(roster=roster, ready=_ready(roster), by=by)
            rosters.pause(roster=roster, by=by)


def _saved(badge: Badge, group: str, file_name: str, content: bytes, by: User) -> Roster:
    known = Roster.objects.filter(badge=badge, group=group).first()
    if known:
        return known
    checked = rosters.check(content=content, file_name=file_name, badge=badge)
    return rosters.save(checked=checked, badge=badge, group=group, by=by, original=content)


def _ready(roster: Roster) -> int:
    return roster.rows.filter(disposition=Disposition.READY).count()


def _wait_while_under_way(wanted: QuerySet[Issuance]) -> None:
    """Until the worker has made the calls, or does nothing any more."""
    under_way = wanted.filter(status__in=[IssuanceStatus.QUEUED, IssuanceStatus.SENDING])
    left, ends = under_way.count(), time.monotonic() + PATIENCE
    while left:
        time.sleep(0.2)
        now_left = under_way.count()
        if now_left < left:
            left, ends = now_left, time.monotonic() + PATIENCE
        elif time.monotonic() > ends:
            raise IssuingError("The background worker sent nothing for half a minute. See the worker's log.")
