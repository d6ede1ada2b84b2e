"""`manage.py issue`: one badge for one learner, or one line on why not."""

import json
from typing import Any

import pytest

from issuing.enums import Decision
from issuing.management.commands import _waiting
from issuing.models import Issuance, User
from issuing.practice.records import Wanted
from tests.commands.conftest import Office
from tests.commands.running import Ran, run
from tests.factories import (
    make_agreed,
    make_badge,
    make_consent,
    make_learner,
    make_user,
)

ZOE = {"first": "Zoë", "last": "Núñez", "email": "zoe@example.org", "badge": "51", "by": "ann"}


def issue(*flags: str, **options: str) -> Ran:
    given = ZOE | options
    return run("issue", *(word for name, value in given.items() for word in (f"--{name}", value)), *flags)


def test_issue_queues_the_badge_when_its_learner_agreed(office: Office) -> None:
    learner = make_agreed(office.badge, "zoe@example.org")
    ran = issue(first="Zoe", email="ZOE@example.org", badge="https://navigatr.app/badge/51/digital-skills")
    row = Issuance.objects.get()
    assert (ran.code, ran.err, ran.out) == (0, "", "Digital Skills for Zoe Núñez: Waiting\n")
    assert (row.learner, row.first_name, row.email) == (learner, "Zoe", "ZOE@example.org")
    assert (row.confirmed_by, row.roster, office.emails()) == (office.ann, None, {})


def test_issue_waits_until_it_was_sent(open_office: Office, worker: None) -> None:
    make_agreed(open_office.badge, "zoe@example.org")
    ran = issue("--wait", "--json")
    row = Issuance.objects.get()
    expected = {"issuance": str(row.uuid), "status": "issued", "detail": "", "issued_at": row.issued_at.isoformat()}
    assert (ran.code, json.loads(ran.out), ran.err) == (0, expected, "")
    assert open_office.emails() == {"zoe@example.org": 1}


def test_issue_says_so_when_navigatr_says_no(open_office: Office, worker: None) -> None:
    make_agreed(open_office.badge, "zoe+400@example.org")
    ran = issue("--wait", email="zoe+400@example.org")
    detail = "This recipient cannot receive badges"
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith(f"Digital Skills for Zoë Núñez: Not sent: Navigatr said no: {detail}")


def test_issue_says_that_nothing_moves_when_there_is_no_worker(
    open_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_waiting, "NOTHING_MOVED_SECONDS", 0.05)
    make_agreed(open_office.badge, "zoe@example.org")
    ran = issue("--wait", "--json")
    assert (ran.code, json.loads(ran.out)["status"]) == (3, "queued")
    assert ran.err == "It has not been sent. No worker? Run `manage.py supervise`. It waits and is safe.\n"


def test_issue_sends_nothing_a_second_time(office: Office) -> None:
    make_agreed(office.badge, "zoe@example.org")
    assert issue().code == 0
    ran = issue(email="Zoe@EXAMPLE.org")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "This learner is already being sent this badge, or has it; nothing was done twice.\n"
    assert Issuance.objects.count() == 1


def test_issue_sends_nothing_to_somebody_who_has_it_from_elsewhere(office: Office) -> None:
    make_agreed(office.badge, "zoe@example.org")
    office.practice.practice.ledger.issue_outside(Wanted(51, 12, "zoe@example.org", "Zoë", "Núñez"))
    ran = issue()
    assert (ran.code, Issuance.objects.count()) == (2, 0)
    assert ran.err == "Zoë Núñez has this badge already, as Navigatr shows; nothing was sent.\n"


@pytest.mark.parametrize("known", ["unknown", "silent", "declined"])
def test_issue_sends_nothing_without_consent(office: Office, known: str) -> None:
    if known != "unknown":
        learner = make_learner("zoe@example.org")
        if known == "declined":
            make_consent(learner, None, Decision.DECLINED)
    ran = issue()
    said = {
        "unknown": "No consent is recorded for zoe@example.org. Record it first; nothing was sent.",
        "silent": "No consent to this badge is recorded for Zoë Núñez. Record it first; nothing was sent.",
        "declined": "Zoë Núñez did not agree to this badge (said no); nothing was sent.",
    }
    assert (ran.code, ran.err, Issuance.objects.count()) == (2, said[known] + "\n", 0)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"badge": "99"}, "No badge 99 is known here."),
        ({"badge": "skills"}, "No badge skills is known here."),
        ({"by": "nobody"}, "No member of staff signs in as “nobody”"),
        ({"by": ""}, "No member of staff signs in as “”"),
        ({"email": "zoe at example.org"}, "This is not an e-mail address"),
        ({"email": "a@a.org, b@b.org"}, "There is more than one e-mail address here."),
        ({"first": " "}, "The first name is missing."),
        ({"last": "x" * 101}, "The last name is longer than 100 characters."),
    ],
)
def test_issue_refuses_bad_input_before_any_call(office: Office, wrong: dict[str, str], sentence: str) -> None:
    make_agreed(office.badge, "zoe@example.org")
    ran = issue(**wrong)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith(sentence)
    assert (Issuance.objects.count(), office.calls()) == (0, 0)


def test_issue_refuses_a_draft_before_any_call(office: Office) -> None:
    make_badge(office.badge.provider, navigatr_id=54, name="Unfinished badge", status="Draft")
    ran = issue(badge="54")
    said = "The badge Unfinished badge cannot be issued now: Navigatr says it is Draft. Nothing was sent.\n"
    assert (ran.code, ran.err, office.calls()) == (2, said, 0)


def test_issue_sends_nothing_when_navigatr_refuses_the_token(office: Office) -> None:
    make_agreed(office.badge, "zoe@example.org")
    office.practice.practice.ledger.set_revoked("practice-pat-owner", True)
    ran = issue("--json")
    assert (ran.code, ran.out, ran.err.count("\n"), Issuance.objects.count()) == (2, "", 1, 0)


# Who acts


def as_staff(name: str) -> Any:
    """Whose badge it became, or the refusal."""
    ran = issue(by=name)
    return Issuance.objects.get().confirmed_by.username if ran.code == 0 else ran.err.partition(";")[0].strip()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ann", "ann"),
        ("ANN@college.example.org", "ann"),
        ("shared@a.org", "Several members of staff have the address shared@a.org"),
        ("named@a.org", "named@a.org"),
        ("gone", "No member of staff signs in as “gone”, or has it as an e-mail address."),
    ],
)
def test_issue_is_done_by_one_active_member_of_staff(office: Office, name: str, expected: str) -> None:
    make_agreed(office.badge, "zoe@example.org")
    make_user("gone", is_active=False)
    for username in ("bea", "cat", "named@a.org"):
        make_user(username)
    User.objects.filter(username__in=["bea", "cat"]).update(email="shared@a.org")
    User.objects.filter(username="named@a.org").update(email="")
    make_user("dan")
    User.objects.filter(username="dan").update(email="named@a.org")
    assert as_staff(name) == expected
