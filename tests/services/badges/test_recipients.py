"""Who has a badge is read newest first, and as far as is needed to know of everybody."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from issuing import queries
from issuing.enums import Outcome
from issuing.exceptions import NoEffect
from issuing.models import Assertion, Badge, Connection, email_key
from issuing.navigatr import Assertion as RemoteAssertion
from issuing.navigatr import NavigatrClient
from issuing.practice import PracticeServer
from issuing.practice.records import Wanted
from issuing.services import badges
from tests.factories import LONG_AGO, make_agreed, make_badge, make_issuance

pytestmark = pytest.mark.django_db


def issue(practice: PracticeServer, *emails: str, listed_from: float = 0.0, redacted: bool = False) -> None:
    for email in emails:
        practice.practice.ledger.issue(
            Wanted(51, 12, email, "Ana", "Ng"), claimed=False, redacted=redacted, listed_from=listed_from
        )


def pages_read(practice: PracticeServer) -> list[str]:
    found = practice.practice.ledger.calls()
    return [str(call["query"]).partition("page=")[2].partition("&")[0] for call in found]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two."""
    ask = NavigatrClient.assertions

    def assertions(client: NavigatrClient, *numbers: int, **how: Any) -> Iterator[Any]:
        return ask(client, *numbers, **how, size=2)

    monkeypatch.setattr(NavigatrClient, "assertions", assertions)


def test_recipients_are_known_by_their_key_when_read(badge: Badge, practice: PracticeServer) -> None:
    issue(practice, "ana@example.org", "Bo@Example.org")
    found = badges.read_recipients(badge)
    keys = set(badge.assertions.values_list("email_key", flat=True))

    assert (found, keys) == (
        badges.RecipientsRead(known=2, hidden=0),
        {email_key("ana@example.org"), email_key("bo@example.org")},
    )


def test_hidden_recipients_are_counted_when_navigatr_shows_no_address(badge: Badge, practice: PracticeServer) -> None:
    issue(practice, "ana@example.org")
    issue(practice, "bo@example.org", redacted=True)

    assert badges.read_recipients(badge) == badges.RecipientsRead(known=2, hidden=1)


def test_all_pages_are_read_when_it_is_the_first_time(
    badge: Badge, practice: PracticeServer, small_pages: None
) -> None:
    issue(practice, *(f"p{number}@example.org" for number in range(5)))

    assert (badges.read_recipients(badge).known, pages_read(practice)) == (5, ["1", "2", "3"])


@pytest.mark.parametrize(("new", "pages"), [(0, ["1"]), (1, ["1", "2"]), (2, ["1", "2"]), (3, ["1", "2", "3"])])
def test_reading_stops_at_a_known_page_when_all_was_read_before(
    new: int, pages: list[str], badge: Badge, practice: PracticeServer, small_pages: None
) -> None:
    issue(practice, *(f"p{number}@example.org" for number in range(6)))
    badges.read_recipients(badge)
    before = len(pages_read(practice))
    issue(practice, *(f"q{number}@example.org" for number in range(new)))

    assert (badges.read_recipients(badge).known, pages_read(practice)[before:]) == (6 + new, pages)


def test_record_between_known_ones_is_found_when_it_was_listed_late(
    badge: Badge, practice: PracticeServer, small_pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(practice, "a@example.org")
    issue(practice, "late@example.org", listed_from=2e9)
    issue(practice, *(f"p{number}@example.org" for number in range(4)))
    first = badges.read_recipients(badge).known
    practice.practice.ledger._db.execute("update assertions set listed_from = 0")
    badges.read_recipients(badge)

    assert (first, badge.assertions.filter(email_key=email_key("late@example.org")).count()) == (5, 1)


def test_everything_is_read_again_when_the_first_reading_broke_off(
    badge: Badge, practice: PracticeServer, small_pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(practice, *(f"p{number}@example.org" for number in range(4)))
    with monkeypatch.context() as patched:
        patched.setattr(badges, "keep_assertions", _breaking_off_after(1))
        with pytest.raises(NoEffect):
            badges.read_recipients(badge)
    halfway = badge.assertions.count()

    assert (halfway, badges.read_recipients(badge).known, badge.assertions.count()) == (2, 4, 4)


def _breaking_off_after(pages: int) -> Any:
    keep, left = badges.keep_assertions, [True] * pages

    def keep_assertions(*given: Any, **how: Any) -> int:
        if not left:
            raise NoEffect("gone", outcome=Outcome.UNREACHABLE)
        left.pop()
        return keep(*given, **how)

    return keep_assertions


def test_all_pages_are_read_when_as_many_are_known_by_chance(
    badge: Badge, practice: PracticeServer, small_pages: None
) -> None:
    issue(practice, "old@example.org", "a@example.org", "b@example.org")
    newest = [RemoteAssertion.from_json({"id": number}) for number in (8002, 8003, 7999)]
    badges.keep_assertions(badge, newest, at=LONG_AGO)
    badges.read_recipients(badge)

    assert badge.assertions.filter(email_key=email_key("old@example.org")).count() == 1


def test_times_stay_when_navigatr_leaves_them_out_later(badge: Badge) -> None:
    times = {"time_created": "2026-05-04T12:00:00+00:00", "time_claimed": "2026-05-05T12:00:00+00:00"}
    for said in ({"id": 1, "status": "Claimed", **times}, {"id": 1}):
        new = badges.keep_assertions(badge, [RemoteAssertion.from_json(said)], at=LONG_AGO)
    kept = badge.assertions.get()

    assert (new, kept.status, kept.time_created, kept.time_claimed) == (
        0,
        "Claimed",
        datetime(2026, 5, 4, 12, 0, tzinfo=UTC),
        datetime(2026, 5, 5, 12, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize("address", ["", "a***@example.org", "no address", None])
def test_recipient_has_no_key_when_the_address_is_hidden_or_none(address: str | None, badge: Badge) -> None:
    badges.keep_assertions(badge, [RemoteAssertion.from_json({"id": 1, "recipient_email": address})], at=LONG_AGO)

    assert badge.assertions.get().email_key == ""


def test_record_without_id_is_left_out_when_kept(badge: Badge) -> None:
    assert badges.keep_assertions(badge, [RemoteAssertion.from_json({"status": "Pending"})], at=LONG_AGO) == 0


def test_revoked_badge_is_known_as_revoked_when_read_again(badge: Badge, practice: PracticeServer) -> None:
    issue(practice, "ana@example.org")
    badges.read_recipients(badge)
    practice.practice.ledger.revoke(int(badge.assertions.get().navigatr_id), "By mistake")
    badges.read_recipients(badge)

    assert badge.assertions.get().status == "Revoked"


def test_claim_is_known_with_its_time_when_read_again(badge: Badge, practice: PracticeServer) -> None:
    issue(practice, "ana@example.org")
    badges.read_recipients(badge)
    practice.practice.ledger.claim(int(badge.assertions.get().navigatr_id))
    badges.read_recipients(badge)
    kept = badge.assertions.get()

    assert (kept.status, isinstance(kept.time_claimed, datetime)) == ("Claimed", True)


def test_what_was_known_stays_when_navigatr_hides_it_later(badge: Badge, practice: PracticeServer) -> None:
    issue(practice, "ana@example.org")
    badges.read_recipients(badge)
    before = badge.assertions.values("email_key", "time_created", "status").get()
    practice.practice.ledger._db.execute("update assertions set redacted = 1")
    badges.read_recipients(badge)

    assert badge.assertions.values("email_key", "time_created", "status").get() == before


def test_recipients_of_another_badge_stay_apart_when_read(badge: Badge, practice: PracticeServer) -> None:
    other = make_badge(badge.provider, navigatr_id=52, recipients_read_at=None)
    issue(practice, "ana@example.org")
    badges.read_recipients(other)

    assert (Assertion.objects.count(), Badge.objects.exclude(recipients_read_at=None).get()) == (0, other)


def test_account_stops_when_its_token_is_refused_while_reading(badge: Badge, practice: PracticeServer) -> None:
    practice.practice.ledger.set_revoked("practice-pat-owner", True)
    with pytest.raises(NoEffect):
        badges.read_recipients(badge)

    assert Connection.objects.get().stop_reason == "token_refused"


def test_no_repeated_queries_are_made_when_there_are_more_recipients(
    badge: Badge, practice: PracticeServer, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    # A busy machine misses slots, and asks for each of them anew.
    monkeypatch.setattr("issuing.workflow.pace.missed", lambda *_: False)
    issue(practice, *(f"p{number}@example.org" for number in range(60)))
    with django_assert_max_num_queries(30):
        badges.read_recipients(badge)

    assert badge.assertions.count() == 60


def test_new_address_of_a_record_of_ours_is_known_and_who_was_sent_it_stays(badge: Badge) -> None:
    """Whoever changed their address at Navigatr has it under both: kept at the old, the new would be sent it again."""
    sent = make_issuance(badge, make_agreed(badge, "old@example.org"), status="issued", issued_at=LONG_AGO)
    ours = {"badge": badge, "navigatr_id": "8001", "issuance": sent, "email_key": sent.email_key}
    Assertion.objects.create(read_at=LONG_AGO, status="Pending", **ours)
    told = {"id": 8001, "recipient_email": "new@example.org", "status": "Claimed"}
    badges.keep_assertions(badge, [RemoteAssertion.from_json(told)], at=LONG_AGO)
    sent.refresh_from_db()
    assert sent.email_key == email_key("old@example.org")
    keys = {sent.email_key: sent.learner_id, email_key("new@example.org"): None}
    assert set(queries.holdings(badge, keys)) == set(keys)
