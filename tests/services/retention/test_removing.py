"""What is kept no longer goes, all of it and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.enums import Decision, Disposition, IssuanceStatus, Right, StatusReason
from issuing.models import (
    AuditEvent,
    Badge,
    Erasure,
    Issuance,
    Learner,
    Provider,
    RetentionRun,
    RightsRequest,
    Roster,
    email_key,
)
from issuing.queries import retention as reads
from issuing.services import erasure, learners, retention
from issuing.services.retention import removing
from issuing.workflow.keeping import Kind
from tests import factories as make
from tests.services.erasure.somebody import make_somebody
from tests.services.erasure.test_every_column import named_in, naming_columns
from tests.services.retention.olden import (
    DAY,
    NOW,
    YEAR_BEGAN,
    Olden,
    called,
    days,
    due,
    ended,
    issued,
    learner,
    make_olden,
    old,
    remove,
)

pytestmark = pytest.mark.django_db
STOPPED = {"status": IssuanceStatus.CANCELLED, "reason": StatusReason.STOPPED_BY_STAFF, "issued_at": None}
LONG_AGO = datetime(2020, 3, 4, 12, 0, tzinfo=UTC)
KINDS = [kind for kind in Kind if kind != Kind.LOGS]


@pytest.fixture
def olden(db: None) -> Olden:
    return make_olden()


def test_removal_takes_just_what_the_preview_named(olden: Olden) -> None:
    foreseen = retention.foresee(DAY)
    named = {kind: set(foreseen.rows[kind].values_list("pk", flat=True)) for kind in KINDS}
    assert named == {kind: {olden.goes[kind].pk} for kind in KINDS}
    assert remove() == dict.fromkeys(KINDS, 1)
    assert {kind: set(due(kind)) for kind in KINDS} == {kind: set() for kind in KINDS}
    for row in [*olden.goes.values(), *olden.stays.values()]:
        _check(row, row in olden.goes.values())


def _check(row: Any, is_gone: bool) -> None:
    """What became of it, by what it is."""
    if isinstance(row, Learner):
        row.refresh_from_db()
        assert (row.full_name == "", row.email == "", row.lapsed_at is not None) == (is_gone,) * 3
    elif not isinstance(row, Roster):
        row.refresh_from_db()
        assert (row.detail == "", row.answer is None, row.outcome) == (is_gone, is_gone, "issued")


def test_upload_that_was_never_read_goes_whole_and_of_others_only_the_file(olden: Olden) -> None:
    remove()
    kept = set(Roster.objects.values_list("pk", flat=True))
    assert (olden.goes[Kind.UNREAD].pk in kept, olden.stays[Kind.UNREAD].pk in kept) == (False, True)
    for kind in (Kind.FILE, Kind.ENDED_FILE):
        files = dict(Roster.objects.values_list("pk", "original"))
        assert (files[olden.goes[kind].pk] is None, files[olden.stays[kind].pk] is None) == (True, False)
        assert Roster.objects.get(pk=olden.goes[kind].pk).rows.exists()


def test_rows_go_and_their_counts_and_badges_stay(olden: Olden) -> None:
    roster = Roster.objects.get(pk=olden.goes[Kind.ROWS].pk)
    remove()
    roster.refresh_from_db()
    assert (roster.rows.count(), roster.kept_counts) == (0, {Disposition.NEEDS_CONSENT: 1})
    (badge,) = roster.issuances.all()
    assert (badge.row, badge.email != "", badge.status) == (None, True, IssuanceStatus.ISSUED)
    assert Roster.objects.get(pk=olden.stays[Kind.ROWS].pk).rows.count() == 2


def test_rows_of_a_long_list_go_part_by_part_and_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removing, "ROWS_AT_A_TIME", 2)
    roster = ended(make.make_badge(), days(400))
    for number in range(3, 6):
        make.make_row(roster, f"{number}@example.org", row_no=number)
    assert remove() == {Kind.ROWS: 1}
    roster.refresh_from_db()
    assert roster.kept_counts == {Disposition.NEEDS_CONSENT: 1, Disposition.READY: 3}


def test_reason_for_issuing_a_list_again_goes_with_its_rows_and_stays_with_the_badges() -> None:
    roster = ended(make.make_badge(), days(400))
    roster.issuances.update(reissue_no=1, reissue_reason="New edition")
    decided = {"reissue_decided_at": days(400), "reissue_decided_by": make.make_user()}
    Roster.objects.filter(pk=roster.pk).update(reissue_reason="New edition", **decided)
    remove()
    roster.refresh_from_db()
    assert (roster.reissue_reason, roster.reissue_decided_by) == ("", None)
    assert set(roster.issuances.values_list("reissue_reason", flat=True)) == {"New edition"}


def test_file_goes_with_the_rows_also_where_files_are_kept_for_longer() -> None:
    roster = ended(make.make_badge(), days(400), original=b"1", keeps_original=True)
    removing.remove(Kind.ROWS, [roster.pk], RetentionRun(day=DAY, amounts=reads.amounts()), NOW)
    assert list(Roster.objects.values_list("original", "keeps_original")) == [(None, False)]


@pytest.mark.parametrize("status", [IssuanceStatus.QUEUED, IssuanceStatus.SENDING, IssuanceStatus.UNCONFIRMED])
def test_nothing_of_an_open_run_goes(status: IssuanceStatus) -> None:
    roster = ended(make.make_badge(), days(800), original=b"1", keeps_original=True)
    kinds = [Kind.ENDED_FILE, Kind.ROWS]
    assert [kind for kind in kinds if due(kind).exists()] == kinds
    by = make.make_consent(make.make_learner(), None, Decision.DECLINED)
    told = {"attempt_no": 1, "allowed_by": by, "status": status, "changed_at": days(800)}
    make.make_issuance(roster.badge, make.make_learner(), roster=roster, **told)
    assert [kind for kind in kinds if due(kind).exists()] == []


# Learners


def test_learner_who_lapsed_names_nobody_and_stands_on_no_list_of_erasures() -> None:
    badge = make.make_badge()
    sent = issued(badge, LONG_AGO, learner=learner(LONG_AGO, email="zoe@example.org"), evidence_text="Zoë made it")
    then = {"recorded_at": LONG_AGO, "decided_at": LONG_AGO}
    yes = make.make_consent(sent.learner, make.make_text(badge.provider), evidence_note="Zoë signed", **then)
    called(sent, LONG_AGO)
    assert remove() == {Kind.CALLS: 1, Kind.ISSUED: 1}
    sent.refresh_from_db()
    yes.refresh_from_db()
    assert {sent.first_name, sent.email, sent.evidence_text, yes.evidence_note} == {""}
    assert (yes.decision, Erasure.objects.count()) == (Decision.GIVEN, 0)
    assert sent.email_key == email_key("zoe@example.org")
    event = AuditEvent.objects.get(verb="lapse")
    assert (event.subject_uuid, event.actor) == (sent.learner.uuid, None)


def test_whoever_comes_back_is_somebody_new_who_has_that_badge_already() -> None:
    badge, by = make.make_badge(), make.make_user()
    issued(badge, LONG_AGO, learner=learner(LONG_AGO, email="zoe@example.org"))
    remove()
    person = learners.Person("Zoë", "Núñez", "zoe@example.org", "")
    back = learners.add(person=person, by=by)
    assert (back.lapsed_at, Issuance.objects.live().filter(email_key=back.email_key).count()) == (None, 1)


def test_refused_badge_of_a_learner_who_lapsed_is_stopped() -> None:
    badge = make.make_badge()
    told = {"status": IssuanceStatus.REJECTED, "reason": StatusReason.REFUSED_BY_NAVIGATR, "changed_at": LONG_AGO}
    refused = make.make_issuance(badge, learner(LONG_AGO), **told)
    assert remove() == {Kind.UNISSUED: 1}
    refused.refresh_from_db()
    assert (refused.status, refused.reason) == (IssuanceStatus.CANCELLED, StatusReason.LEARNER_ERASED)


def _badge() -> Badge:
    """Of the one organisation that there is."""
    return make.make_badge(Provider.objects.first(), navigatr_id=80 + Badge.objects.count())


def _answered(one: Learner) -> None:
    make.make_consent(one, None, Decision.DECLINED, recorded_at=YEAR_BEGAN, decided_at=LONG_AGO)


def _asked(one: Learner) -> None:
    make.make_request(make.make_text(_badge().provider), one, asked_at=YEAR_BEGAN)


def _changed(one: Learner) -> None:
    AuditEvent.objects.create(at=YEAR_BEGAN, verb="correct", subject="learner", subject_uuid=one.uuid)


def _listed(one: Learner) -> None:
    make.make_row(make.make_roster(_badge(), uploaded_at=YEAR_BEGAN), one.email, row_no=1, learner=one)


def _can_still_answer(one: Learner) -> None:
    make.make_request(make.make_text(_badge().provider), one, asked_at=LONG_AGO, ends_at=days(0))


def _listed_under_another_address(one: Learner) -> None:
    roster = make.make_roster(_badge(), uploaded_at=YEAR_BEGAN)
    make.make_row(roster, "new@example.org", row_no=1, student_number=one.student_number)


def _claims_a_right(one: Learner) -> None:
    days_of = {"received_on": LONG_AGO, "due_on": LONG_AGO + timedelta(days=31), "noted_at": LONG_AGO}
    RightsRequest.objects.create(learner=one, right=Right.SEE, noted_by=make.make_user(), **days_of)


def _waits(one: Learner) -> None:
    make.make_issuance(_badge(), one, changed_at=LONG_AGO)


@pytest.mark.parametrize(
    "sign",
    [
        *(_answered, _asked, _can_still_answer, _changed, _listed, _listed_under_another_address),
        *(_claims_a_right, _waits),
    ],
)
@pytest.mark.parametrize("was_issued", [False, True])
def test_learner_with_a_sign_of_life_is_kept(sign: Any, was_issued: bool) -> None:
    one = learner(LONG_AGO, student_number="S1001")
    if was_issued:
        issued(_badge(), LONG_AGO, learner=one)
    kind = Kind.ISSUED if was_issued else Kind.UNISSUED
    assert due(kind).filter(pk=one.pk).exists()
    sign(one)
    assert not due(kind).filter(pk=one.pk).exists()


def test_withdrawal_keeps_a_learner_for_six_years_more() -> None:
    sent = issued(make.make_badge(), LONG_AGO)
    assert list(due(Kind.ISSUED)) == [sent.learner]
    make.make_consent(sent.learner, None, Decision.WITHDRAWN, decided_at=days(1000), recorded_at=days(1000))
    assert list(due(Kind.ISSUED)) == []


def test_learner_of_whom_something_was_written_after_the_list_was_drawn_up_is_kept() -> None:
    one, by = learner(LONG_AGO), make.make_user()
    run = RetentionRun.objects.create(day=DAY, amounts=reads.amounts(), started_at=NOW)
    learners.hold(learner=one, note="Waits for a passport.", by=by)
    done = removing.remove(Kind.UNISSUED, [one.pk], run, timezone.now())
    one.refresh_from_db()
    assert ((done.count, done.skipped), one.full_name) == ((0, 1), "Zoë Núñez")


def test_removing_asks_as_often_for_three_files_as_for_one() -> None:
    badge, asked = make.make_badge(), []
    for number in (1, 3):
        for _ in range(number):
            make.make_roster(badge, uploaded_at=days(9), original=b"1")
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert remove_files(number) == number
        asked.append(len(found))
    assert asked[0] == asked[1]


def remove_files(number: int) -> int:
    ids = list(due(Kind.FILE).values_list("pk", flat=True))
    run = RetentionRun(day=DAY, amounts=reads.amounts())
    return removing.remove(Kind.FILE, ids, run, NOW).count


def test_no_column_names_somebody_whose_time_was_over() -> None:
    somebody = make_somebody(make.make_badge())
    with transaction.atomic():
        assert erasure.lapse(learner=somebody.learner, among=Learner.objects.all(), at=NOW)
    assert [str(field) for field in naming_columns() if named_in(field)] == []


def test_what_was_possibly_sent_twice_is_kept_until_a_person_looked() -> None:
    run = ended(make.make_badge(), LONG_AGO, original=b"3")
    badge = old(run.issuances.get(), **STOPPED, perhaps_twice_since=LONG_AGO)
    call = called(badge, LONG_AGO)
    assert remove() == {}
    call.refresh_from_db()
    assert (call.detail, run.rows.count()) == ("Welcome Zoë", 2)
    old(badge, perhaps_twice_since=None)
    RetentionRun.objects.all().delete()
    assert remove() == {Kind.ENDED_FILE: 1, Kind.CALLS: 1, Kind.ISSUED: 1, Kind.ROWS: 1}
