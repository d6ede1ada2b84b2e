"""Two entries of one person become one."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing import queries
from issuing.enums import ConsentState, Decision, IssuanceStatus, MailStatus, NotAsked, Right
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import AuditEvent, Badge, ConsentMail, ConsentRecord, ConsentRequest, Learner, RightsRequest
from issuing.queries.asking import about
from issuing.services import consent, erasure, issuances, learners
from tests.factories import (
    LONG_AGO,
    make_badge,
    make_consent,
    make_issuance,
    make_learner,
    make_link,
    make_mail,
    make_request,
    make_roster,
    make_row,
    make_text,
    make_user,
)

pytestmark = pytest.mark.django_db

LATER = LONG_AGO + timedelta(days=30)


@pytest.fixture
def badge(db: None) -> Badge:
    return make_badge()


def merge(kept: Learner, other: Learner) -> learners.Merged:
    return learners.merge(kept=kept, other=other, by=make_user())


def state(learner: Learner, badge: Badge) -> ConsentState:
    return queries.consent_of(learner.pk, badge, now=timezone.now()).state


def test_merge_moves_everything_and_leaves_the_other_without_an_address(badge: Badge) -> None:
    kept, other = make_learner("kept@example.org"), make_learner("other@example.org", student_number="7")
    make_consent(other, make_text(badge.provider))
    moved = make_issuance(badge, other)
    row = make_row(make_roster(badge), "other@example.org", row_no=1, learner=other)
    assert merge(kept, other) == learners.Merged(issuances=1, records=1, noes=0)
    for one in (kept, other, moved, row):
        one.refresh_from_db()
    assert (moved.learner, moved.email, row.learner, kept.student_number) == (kept, "other@example.org", kept, "7")
    assert (other.merged_into, other.email, other.email_key, other.student_number) == (kept, "", "", "")
    assert list(Learner.objects.present().matching("7")) == [kept]
    assert AuditEvent.objects.get().subject_uuid == kept.uuid


def test_merge_keeps_both_badges_when_both_were_sent_one(badge: Badge) -> None:
    kept, other = make_learner(), make_learner()
    rows = [make_issuance(badge, one, status="issued", issued_at=timezone.now()) for one in (kept, other)]
    merge(kept, other)
    assert sorted(kept.issuances.values_list("pk", flat=True)) == sorted(row.pk for row in rows)


@pytest.mark.parametrize("no_is_kept", [True, False])
def test_merge_lets_a_no_win_over_a_later_yes_of_the_other(badge: Badge, no_is_kept: bool) -> None:
    text = make_text(badge.provider)
    no, yes = make_learner(), make_learner()
    make_consent(no, text, Decision.DECLINED)
    make_consent(yes, text, decided_at=LATER)
    kept, other = (no, yes) if no_is_kept else (yes, no)
    assert merge(kept, other).noes == 1
    repeated = ConsentRecord.objects.latest("pk")
    assert (state(kept, badge), repeated.text, repeated.decision) == (ConsentState.DECLINED, text, Decision.DECLINED)
    assert "It was given on 5 January 2026." in repeated.evidence_note


def test_merge_leaves_a_no_overridden_that_the_learner_had_overridden(badge: Badge) -> None:
    text = make_text(badge.provider)
    kept, other = make_learner(), make_learner()
    make_consent(kept, text, Decision.DECLINED)
    make_consent(kept, text, decided_at=LATER)
    make_consent(other, text, decided_at=LATER)
    assert (merge(kept, other).noes, state(kept, badge)) == (0, ConsentState.GIVEN)


def test_claim_sends_what_waits_for_a_merged_learner_on_the_joined_consent(badge: Badge) -> None:
    kept, other = make_learner(), make_learner()
    make_consent(other, make_text(badge.provider))
    waiting = make_issuance(badge, other)
    merge(kept, other)
    assert isinstance(issuances.claim(badge.provider.connection_id, worker="test"), issuances.Claimed)
    waiting.refresh_from_db()
    assert waiting.status == IssuanceStatus.SENDING


def make_asked(badge: Badge, *learners_asked: Learner) -> list[ConsentMail]:
    """Each was asked for the badge's consent, and asked to be erased; the later entry's request is due sooner."""
    text, noted = make_text(badge.provider), {"noted_at": timezone.now(), "noted_by": make_user()}
    for number, one in enumerate(learners_asked):
        days = {"received_on": date(2026, 5, 4), "due_on": date(2026, 6, 4 - number)}
        RightsRequest.objects.create(learner=one, right=Right.ERASE, **noted, **days)
    return [make_mail(make_request(text, one), detail="Núñez is no user") for one in learners_asked]


def test_merge_takes_along_what_they_were_asked_and_asked_for(badge: Badge) -> None:
    kept, other, manager = make_learner(), make_learner(), make_user(role="manager")
    (mail,), link = make_asked(badge, other), make_link(other)
    merge(kept, other)
    (asked,) = RightsRequest.objects.all()
    held = learners.held(learner=kept, by=manager)
    assert (asked.learner, len(held["asked"]), len(held["mails"]), len(held["requests"])) == (kept, 1, 1, 1)
    text = ConsentRequest.objects.get().text
    assert consent.why_not([kept], text, now=timezone.now()) == {kept.pk: NotAsked.ASKED}
    erasure.erase(learner=kept, identity_note="Came with a passport.", by=manager)
    mail.refresh_from_db()
    assert (mail.status, mail.detail, kept.consent_requests.open().exists()) == (MailStatus.DROPPED, "", False)
    assert not type(link).objects.exists()


def test_merge_leaves_one_question_open_of_what_both_were_asked(badge: Badge) -> None:
    kept, other = make_learner(), make_learner()
    mails = make_asked(badge, kept, other)
    with CaptureQueriesContext(database) as ran:
        merge(kept, other)
    changed = re.findall(r'UPDATE "issuing_consent_(mail|request)"', " ".join(one["sql"] for one in ran))
    assert changed == sorted(changed)  # in the order of whoever writes down what came of an e-mail
    for mail in mails:
        mail.refresh_from_db()
    assert [mail.status for mail in mails] == [MailStatus.WAITING, MailStatus.DROPPED]
    assert kept.consent_requests.open().get(about=about(badge.provider, None)) == mails[0].request
    assert [one.due_on.day for one in RightsRequest.objects.filter(learner=kept, closed_at=None)] == [3]


def test_merge_asks_nobody_any_more_what_the_other_entry_answered(badge: Badge) -> None:
    kept, other = make_learner(), make_learner()
    (mail,) = make_asked(badge, other)
    assert mail.request is not None
    make_consent(kept, mail.request.text)
    merge(kept, other)
    mail.refresh_from_db()
    assert (mail.status, kept.consent_requests.open().exists()) == (MailStatus.DROPPED, False)


def test_merge_keeps_a_hold_of_either(badge: Badge) -> None:
    kept, other = make_learner(), make_learner(on_hold_since=timezone.now(), on_hold_note="Left?")
    merge(kept, other)
    kept.refresh_from_db()
    assert (kept.on_hold_note, kept.on_hold_since is None) == ("Left?", False)


def test_merge_refuses_the_same_entry_and_one_merged_already() -> None:
    kept, other = make_learner(), make_learner()
    with pytest.raises(InvalidInput, match="the same one"):
        merge(kept, kept)
    merge(kept, other)
    with pytest.raises(AlreadyTaken, match="A colleague merged"):
        merge(kept, other)
