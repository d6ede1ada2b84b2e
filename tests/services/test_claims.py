"""What became of sent badges is read from Navigatr in the background."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from issuing.enums import Outcome
from issuing.exceptions import OutcomeUnknown
from issuing.models import Assertion, Badge, ClaimReading, Connection, Issuance
from issuing.navigatr import NavigatrClient
from issuing.practice import PracticeServer
from issuing.services import claims
from issuing.services.issuances.sending import send
from tests.factories import make_agreed, make_badge, make_connection, make_issuance, make_provider


@pytest.fixture
def badge(transactional_db: None, practice: PracticeServer) -> Badge:
    return make_badge(make_provider(make_connection(practice.base_url)))


@pytest.fixture
def issued(badge: Badge) -> list[Issuance]:
    """Three badges really issued at the practice server."""
    rows = [make_issuance(badge, make_agreed(badge, f"{name}@example.org")) for name in ("ana", "bo", "cy")]
    send(badge.provider.connection_id)
    return rows


def states(badge: Badge) -> dict[str, str]:
    found = Assertion.objects.filter(issuance__badge=badge)
    return dict(found.order_by("issuance").values_list("issuance__email", "status"))


def claim(practice: PracticeServer, issuance: Issuance) -> None:
    assert practice.practice.ledger.claim(int(issuance.assertions.get().navigatr_id))


def sync(badge: Badge) -> ClaimReading:
    claims.sync(badge.provider.connection_id)
    return ClaimReading.objects.get()


def reads(practice: PracticeServer) -> int:
    return sum(call["method"] == "GET" for call in practice.practice.ledger.calls())


def queued(function: str) -> int:
    return sum(task.task["func"] == f"issuing.tasks.{function}" for task in OrmQ.objects.all())


def test_sync_reads_what_became_of_each_badge(badge: Badge, issued: list[Issuance], practice: PracticeServer) -> None:
    claim(practice, issued[0])
    practice.practice.ledger.revoke(int(issued[2].assertions.get().navigatr_id), "Wrong person")
    reading = sync(badge)
    assert states(badge) == {"ana@example.org": "Claimed", "bo@example.org": "Pending", "cy@example.org": "Revoked"}
    assert Assertion.objects.get(issuance=issued[0]).time_claimed is not None
    assert (reading.whole_ended_at is not None, reading.held_until, queued("sync_claims")) == (True, None, 0)


def test_sync_never_asks_navigatr_to_verify(badge: Badge, issued: list[Issuance], practice: PracticeServer) -> None:
    sync(badge)
    assert [call["path"] for call in practice.practice.ledger.calls() if "verify" in call["path"]] == []


def test_sync_links_a_record_whose_number_the_answer_did_not_show(badge: Badge, issued: list[Issuance]) -> None:
    Assertion.objects.filter(issuance=issued[1]).delete()
    sync(badge)
    assert states(badge)["bo@example.org"] == "Pending"


@pytest.mark.parametrize("why", ["another record", "another badge", "another time"])
def test_sync_links_nothing_that_may_be_another(badge: Badge, issued: list[Issuance], why: str) -> None:
    bo = issued[1]
    record = Assertion.objects.get(issuance=bo)
    Assertion.objects.filter(pk=record.pk).update(issuance=None)
    now = timezone.now()
    if why == "another record":
        Assertion.objects.create(badge=badge, navigatr_id="x", email_key=bo.email_key, time_created=now, read_at=now)
    elif why == "another badge":
        make_issuance(badge, bo.learner, status="issued", issued_at=now, reissue_no=1, reissue_reason="Lost")
    else:
        Issuance.objects.filter(pk=bo.pk).update(issued_at=now - timedelta(hours=1))
    sync(badge)
    assert Assertion.objects.get(pk=record.pk).issuance is None


def test_sync_reads_between_whole_readings_only_what_may_change(
    badge: Badge, issued: list[Issuance], practice: PracticeServer
) -> None:
    for issuance in issued:
        claim(practice, issuance)
    sync(badge)
    before = reads(practice)
    reading = sync(badge)
    assert (reads(practice) - before, reading.is_whole) == (0, False)
    ClaimReading.objects.update(whole_ended_at=timezone.now() - timedelta(days=2))
    assert (sync(badge).is_whole, reads(practice) - before) == (True, 1)


def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = NavigatrClient.assertions
    monkeypatch.setattr(NavigatrClient, "assertions", lambda *args, **kwargs: whole(*args, **kwargs, size=1))


def test_sync_goes_on_where_its_budget_ended(
    badge: Badge, issued: list[Issuance], practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pages(monkeypatch)
    claim(practice, issued[0])
    spent = iter([False, False, True])
    monkeypatch.setattr(claims._Budget, "is_spent", property(lambda self: next(spent, True)))
    monkeypatch.setattr(claims, "BUDGET", 0.0)
    reading = sync(badge)
    assert (reading.page_done, reading.ended_at, queued("sync_claims")) == (2, None, 1)
    monkeypatch.setattr(claims._Budget, "is_spent", False)
    assert sync(badge).ended_at is not None
    assert states(badge)["ana@example.org"] == "Claimed"


def test_sync_ends_as_soon_as_a_badge_waits(badge: Badge, issued: list[Issuance], practice: PracticeServer) -> None:
    before = reads(practice)
    make_issuance(badge)
    reading = sync(badge)
    assert (reads(practice) - before, reading.ended_at, queued("sync_claims")) == (0, None, 0)


def test_sync_stays_away_while_another_task_reads(
    badge: Badge, issued: list[Issuance], practice: PracticeServer
) -> None:
    ClaimReading.objects.create(connection=badge.provider.connection, held_until=timezone.now() + timedelta(seconds=60))
    before = reads(practice)
    sync(badge)
    assert reads(practice) == before


def test_sync_leaves_it_for_later_when_navigatr_does_not_answer(
    badge: Badge, issued: list[Issuance], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise OutcomeUnknown("Bad gateway", outcome=Outcome.UNKNOWN, status_code=502)

    monkeypatch.setattr(NavigatrClient, "assertions", broken)
    reading = sync(badge)
    assert (reading.ended_at, reading.held_until, queued("sync_claims")) == (None, None, 0)


def test_wake_starts_a_reading_for_each_account_that_sent_something(badge: Badge, issued: list[Issuance]) -> None:
    make_badge(make_provider(make_connection("http://127.0.0.1:8/v1")))
    assert (claims.wake(), queued("sync_claims")) == (1, 1)
    Connection.objects.update(stop_reason="by_staff", stopped_at=timezone.now())
    assert claims.wake() == 0
