"""The main job at the practice server: a file of forty goes in, thirty-two badges come out."""

from collections import Counter

import pytest

from issuing import queries
from issuing.enums import Decision, Disposition
from issuing.exceptions import NothingReady
from issuing.models import Issuance, Learner, Roster
from issuing.practice import PracticeServer
from issuing.practice.records import Wanted
from issuing.services import issuances, rosters
from tests.factories import make_agreed, make_consent
from tests.services.rosters.conftest import Desk

AGREED = [f"Agreed{number}@example.org" for number in range(32)]
SAID_NO = [f"no{number}@example.org" for number in range(2)]
SILENT = [f"silent{number}@example.org" for number in range(3)]
LINES = [
    *(f"Zoë{number},Núñez,{email}" for number, email in enumerate(AGREED)),
    *(f"Zoë,Núñez,{email}" for email in [*SAID_NO, *SILENT]),
    f"Zoë0,Núñez,  {AGREED[0].upper()} ",
    f"Zoë1,Núñez,{AGREED[1].lower()}",
    "Zoë,Núñez,not an address",
]
LEFT_OUT = {Disposition.CONSENT_DECLINED: 2, Disposition.NEEDS_CONSENT: 3, Disposition.REPEATED: 2}
LEFT_OUT |= {Disposition.INVALID: 1}


@pytest.fixture
def answered(busy_desk: Desk) -> Desk:
    """A desk to which everybody has answered who ever will."""
    for email in AGREED:
        make_agreed(busy_desk.badge, email)
    for email in SAID_NO:
        make_consent(make_agreed(busy_desk.badge, email), None, Decision.DECLINED)
    return busy_desk


def issue(desk: Desk, *lines: str) -> Roster:
    """Upload, confirm what is ready, and send it."""
    roster = desk.upload(*lines)
    ready = queries.dispositions(roster).get(Disposition.READY, 0)
    rosters.confirm(roster=roster, ready=ready, by=desk.by)
    issuances.send(desk.badge.provider.connection_id)
    return roster


def names_sent(practice: PracticeServer) -> list[tuple[str, str, str]]:
    return sorted((one["firstname"], one["lastname"], one["email"]) for one in practice.practice.ledger.outbox())


def test_thirty_two_of_forty_get_the_badge_once_and_the_rest_say_why(answered: Desk, practice: PracticeServer) -> None:
    roster = issue(answered, *LINES)
    assert queries.dispositions(roster) == {Disposition.READY: 32, **LEFT_OUT}
    assert Counter(roster.issuances.values_list("status", flat=True)) == {"issued": 32}
    expected = sorted((f"Zoë{number}", "Núñez", email) for number, email in enumerate(AGREED))
    assert names_sent(practice) == expected
    assert Learner.objects.count() == 34

    again = answered.upload(*LINES)
    assert queries.dispositions(again) == {Disposition.ALREADY_ISSUED: 32, **LEFT_OUT}
    with pytest.raises(NothingReady):
        rosters.confirm(roster=again, ready=0, by=answered.by)
    assert (len(names_sent(practice)), Issuance.objects.count()) == (32, 32)


def test_nobody_gets_a_second_badge_who_was_issued_it_outside(answered: Desk, practice: PracticeServer) -> None:
    practice.practice.ledger.issue_outside(Wanted(51, 12, AGREED[0].lower(), "Zoë", "Núñez"))
    roster = issue(answered, *LINES[:3])
    assert queries.dispositions(roster) == {Disposition.ALREADY_ISSUED: 1, Disposition.READY: 2}
    assert practice.practice.ledger.recipients() == {AGREED[1]: 1, AGREED[2]: 1}


def test_nobody_is_sent_the_badge_who_withdrew_after_the_confirmation(answered: Desk, practice: PracticeServer) -> None:
    roster = answered.upload(*LINES[:3])
    rosters.confirm(roster=roster, ready=3, by=answered.by)
    make_consent(Learner.objects.get(email=AGREED[0]), None, Decision.WITHDRAWN)
    issuances.send(answered.badge.provider.connection_id)
    assert Counter(roster.issuances.values_list("status", "reason")) == {
        ("cancelled", "withdrew"): 1,
        ("issued", ""): 2,
    }
    assert practice.practice.ledger.recipients() == {AGREED[1]: 1, AGREED[2]: 1}
