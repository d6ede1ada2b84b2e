"""For each named constraint, the smallest thing that breaks it and nothing else."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from issuing.enums import Decision
from issuing.fields import Secret
from issuing.models import (
    Assertion,
    Attempt,
    Badge,
    Connection,
    ConsentDraft,
    ConsentEvidence,
    ConsentMail,
    ConsentRequest,
    ConsentStatement,
    ConsentText,
    Erasure,
    Issuance,
    Learner,
    Look,
    Mailing,
    RetentionRule,
    RetentionRun,
    Revocation,
    RightsRequest,
    Roster,
    RosterRow,
    User,
)
from tests import factories as make

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def attempt(issuance: Issuance, **fields: object) -> Attempt:
    """A call that was claimed and has not ended."""
    given = {"number": 1, "secret_version": 1, "worker": "w", "claimed_at": NOW, "slot_at": NOW} | fields
    return Attempt.objects.create(issuance=issuance, connection=issuance.badge.provider.connection, **given)


def _connection(**change: object) -> None:
    Connection.objects.filter(pk=make.make_connection().pk).update(**change)


def _badge(**change: object) -> None:
    Badge.objects.filter(pk=make.make_badge().pk).update(**change)


def _issuance(**change: object) -> None:
    Issuance.objects.filter(pk=make.make_issuance(make.make_badge()).pk).update(**change)


def _roster(**change: object) -> None:
    Roster.objects.filter(pk=make.make_roster(make.make_badge()).pk).update(**change)


def _row(**change: object) -> None:
    row = make.make_row(make.make_roster(make.make_badge()), "a@example.org", row_no=1)
    type(row).objects.filter(pk=row.pk).update(**change)


def _consent(**fields: Any) -> None:
    given = {"text": make.make_text(make.make_provider()), **fields}
    make.make_consent(make.make_learner(), **given)


def _request(learner: Learner | None = None, **change: object) -> ConsentRequest:
    request = make.make_request(make.make_text(make.make_provider()), learner)
    ConsentRequest.objects.filter(pk=request.pk).update(**change)
    return request


def _asked_twice() -> None:
    text, learner = make.make_text(make.make_provider()), make.make_learner()
    for _ in range(2):
        make.make_request(text, learner)


def _retention_rule(**change: Any) -> None:
    given = {"rule": "rows", "amount": 12, "changed_at": NOW, "changed_by": make.make_user()} | change
    RetentionRule.objects.create(**given)


def _two_removals_a_night() -> None:
    for _ in range(2):
        RetentionRun.objects.create(day=NOW, started_at=NOW)


def _two_links_of_one_address() -> None:
    learner = make.make_learner()
    for _ in range(2):
        make.make_link(learner)


def _mail(**change: object) -> None:
    ConsentMail.objects.filter(pk=make.make_mail(_request()).pk).update(**change)


def _two_mails_on_their_way() -> None:
    request = _request()
    for status in ("waiting", "marked"):
        make.make_mail(request, status)


def _revocation(issuance: Issuance, **fields: object) -> Revocation:
    return Revocation.objects.create(
        issuance=issuance, reason="Wrong person", asked_at=NOW, asked_by=make.make_user(), **fields
    )


def _rights_request(learner: Learner | None = None, **change: object) -> None:
    given = {"right": "see", "received_on": date(2026, 5, 4), "due_on": date(2026, 6, 4), "noted_at": NOW} | change
    RightsRequest.objects.create(learner=learner or make.make_learner(), noted_by=make.make_user(), **given)


def _right_asked_for_twice() -> None:
    learner = make.make_learner()
    for _ in range(2):
        _rights_request(learner)


def _revocation_asked_twice() -> None:
    issuance = make.make_issuance(make.make_badge())
    for _ in range(2):
        _revocation(issuance)


def _same_account_twice() -> None:
    for _ in range(2):
        make.make_connection(navigatr_user_id="7")


def _same_provider_twice() -> None:
    account = make.make_connection()
    for _ in range(2):
        make.make_provider(account, navigatr_id=12)


def _same_badge_twice() -> None:
    provider = make.make_provider()
    for _ in range(2):
        make.make_badge(provider, navigatr_id=51)


def _same_assertion_twice() -> None:
    badge = make.make_badge()
    for _ in range(2):
        Assertion.objects.create(badge=badge, navigatr_id="8001", read_at=NOW)


def _same_version_twice_for_a_provider() -> None:
    provider = make.make_provider()
    for _ in range(2):
        make.make_text(provider, version=1)


def _same_version_twice_for_a_badge() -> None:
    badge = make.make_badge()
    for _ in range(2):
        make.make_text(badge.provider, badge=badge, version=1)


def _unknown_kind_of_statement() -> None:
    make.make_text(make.make_provider(), kind="rumour")


def _statement(**change: object) -> None:
    make.make_text(make.make_provider())
    ConsentStatement.objects.update(**change)


def _draft_twice(**scope: object) -> None:
    badge = make.make_badge()
    known = {"provider": badge.provider, "badge": badge if scope else None, "saved_at": NOW}
    for _ in range(2):
        ConsentDraft.objects.create(**known, saved_by=make.make_user())


def _unknown_evidence() -> None:
    record = make.make_consent(make.make_learner(), make.make_text(make.make_provider()))
    ConsentEvidence.objects.create(record=record, name="a.exe", kind="text/exe", size=1, sha256="", sealed=b"")


def _same_language_twice() -> None:
    text = make.make_text(make.make_provider())
    ConsentText.objects.create(statement=text.statement, language=text.language, body="", sha256="")


def _same_badge_for_the_same_learner_twice() -> None:
    badge = make.make_badge()
    learner = make.make_agreed(badge)
    for _ in range(2):
        make.make_issuance(badge, learner)


def _same_attempt_twice() -> None:
    issuance = make.make_issuance(make.make_badge())
    for _ in range(2):
        attempt(issuance)


def _same_student_number_twice() -> None:
    for _ in range(2):
        make.make_learner(student_number="0042")


def _same_row_twice() -> None:
    roster = make.make_roster(make.make_badge())
    for number in range(2):
        make.make_row(roster, f"{number}@example.org", row_no=3)


def _unknown_disposition() -> None:
    make.make_row(make.make_roster(make.make_badge()), "a@example.org", row_no=1)
    RosterRow.objects.update(disposition="perhaps")


BREACHES: dict[str, Callable[[], object]] = {
    "assertion_one_per_badge_and_id": _same_assertion_twice,
    "attempt_counted_from_one": lambda: attempt(make.make_issuance(make.make_badge()), number=0),
    "attempt_ended_whole": lambda: attempt(make.make_issuance(make.make_badge()), outcome="issued", ended_at=NOW),
    "attempt_one_per_number": _same_attempt_twice,
    "badge_held_with_time": lambda: _badge(hold="gone"),
    "badge_hold_known": lambda: _badge(hold="mood", held_at=NOW),
    "badge_one_per_provider_and_id": _same_badge_twice,
    "connection_one_per_host_and_user": _same_account_twice,
    "connection_scheme_known": lambda: _connection(scheme="telepathy"),
    "connection_stop_known": lambda: _connection(stop_reason="mood", stopped_at=NOW),
    "connection_stopped_with_time": lambda: _connection(stop_reason="by_staff"),
    "connection_token_with_end": lambda: make.make_connection(access_token=Secret("t")),
    "consent_decision_known": lambda: _consent(decision="perhaps"),
    "consent_giver_known": lambda: _consent(giver="rumour", giver_name="Ann"),
    "consent_given_to_words": lambda: _consent(text=None),
    "consent_guardian_has_name": lambda: _consent(giver="guardian"),
    "consent_invalidated_with_time": lambda: _consent(invalidated_by=make.make_user()),
    "consent_only_a_yes_ends": lambda: _consent(decision=Decision.DECLINED, ends_at=NOW),
    "consent_route_known": lambda: _consent(route="rumour"),
    "draft_one_per_badge": lambda: _draft_twice(badge=True),
    "draft_one_per_provider": _draft_twice,
    "evidence_kind_known": _unknown_evidence,
    "erasure_says_how_identity_was_checked": lambda: Erasure.objects.create(learner_uuid=uuid4(), erased_at=NOW),
    "issuance_ended_with_reason": lambda: _issuance(status="cancelled"),
    "issuance_issued_with_time": lambda: _issuance(status="issued"),
    "issuance_one_live_per_key": _same_badge_for_the_same_learner_twice,
    "issuance_reason_known": lambda: _issuance(reason="mood"),
    "issuance_reissued_with_reason": lambda: _issuance(reissue_no=1),
    "issuance_sent_with_attempt_and_consent": lambda: _issuance(status="sending", attempt_no=1),
    "issuance_status_known": lambda: _issuance(status="lost"),
    "learner_came_back_was_erased": lambda: make.make_learner(came_back_as=make.make_learner()),
    "learner_has_address_or_was_merged": lambda: Learner.objects.create(first_name="Ana"),
    "learner_lapsed_is_erased_too": lambda: make.make_learner(lapsed_at=NOW),
    "learner_one_per_address": lambda: [make.make_learner("a@example.org") for _ in range(2)],
    "learner_one_per_student_number": _same_student_number_twice,
    "link_one_per_learner_and_address": _two_links_of_one_address,
    "mail_kind_known": lambda: _mail(kind="pigeon"),
    "mail_left_once_marked": lambda: _mail(status="sent"),
    "mail_one_on_its_way_per_request": _two_mails_on_their_way,
    "mail_status_known": lambda: _mail(status="lost", tries=1, marked_at=NOW, email_key="k"),
    "mailing_paused_with_who_and_when": lambda: Mailing.objects.create(paused_at=NOW),
    "provider_one_per_host_and_id": _same_provider_twice,
    "look_belongs_to_an_attempt": lambda: Look.objects.create(
        issuance=make.make_issuance(make.make_badge()), attempt_no=0, began_at=NOW
    ),
    "request_answer_known": lambda: _request(
        answer="maybe", answered_at=NOW, record=make.make_consent(make.make_learner(), None, Decision.DECLINED)
    ),
    "request_answered_whole": lambda: _request(answer="given", answered_at=NOW),
    "request_one_open_per_question": _asked_twice,
    "retention_rule_known": lambda: _retention_rule(rule="tea"),
    "retention_rule_within_reason": lambda: _retention_rule(amount=0),
    "retention_run_kind_known": lambda: RetentionRun.objects.create(day=NOW, kind="tea", started_at=NOW),
    "retention_run_one_a_night": _two_removals_a_night,
    "revocation_ended_with_outcome": lambda: _revocation(make.make_issuance(make.make_badge()), ended_at=NOW),
    "revocation_one_open_per_issuance": _revocation_asked_twice,
    "rights_request_closed_with_who_and_when": lambda: _rights_request(closed_at=NOW),
    "rights_request_due_later": lambda: _rights_request(due_on=date(2026, 5, 4)),
    "rights_request_one_open_per_right": _right_asked_for_twice,
    "rights_request_right_known": lambda: _rights_request(right="silence"),
    "roster_changed_with_who_and_when": lambda: _roster(changed_at=NOW),
    "roster_confirmed_with_who_and_when": lambda: _roster(confirmed_at=NOW),
    "roster_reissue_decided_with_who_and_when": lambda: _roster(reissue_reason="A new edition"),
    "roster_rows_removed_with_counts": lambda: _roster(rows_removed_at=NOW),
    "roster_runs_once_confirmed": lambda: _roster(status="running"),
    "roster_status_known": lambda: _roster(status="lost", confirmed_at=NOW, confirmed_by=make.make_user()),
    "row_decided_with_who_and_when": lambda: _row(decision="leave_out"),
    "row_decision_known": lambda: _row(decision="perhaps", decided_at=NOW, decided_by=make.make_user()),
    "row_disposition_known": _unknown_disposition,
    "row_one_per_number": _same_row_twice,
    "statement_kind_known": _unknown_kind_of_statement,
    "statement_retired_with_who_and_when": lambda: _statement(retired_at=NOW),
    "statement_used_until_after_from": lambda: _statement(used_from=NOW, used_until=NOW - timedelta(days=1)),
    "statement_one_per_badge_version": _same_version_twice_for_a_badge,
    "statement_one_per_provider_version": _same_version_twice_for_a_provider,
    "text_one_per_language": _same_language_twice,
    "user_role_known": lambda: User.objects.filter(pk=make.make_user().pk).update(role="owner"),
}
