"""The client and the practice server understand each other, over sockets."""

from collections.abc import Callable

import pytest

from issuing.enums import Outcome
from issuing.exceptions import NavigatrError, NoEffect, Rejected
from issuing.navigatr import AccessToken, Bearer, Credentials, NavigatrClient, Provider, fetch_password_token
from issuing.practice import PracticeServer
from tests.navigatr.contract import client_of, config_of, emails, outcome_of, person


def test_user_and_providers_are_read_when_the_token_is_good(practice: PracticeServer) -> None:
    client = client_of(practice)
    user = client.user()
    assert (user.id, user.name, user.emails) == ("7", "Olivia Owner", ("owner@example.org",))
    assert client.providers() == (Provider(12, "Example College", "Active"),)
    assert client.provider(12) == Provider(12, "Example College", "Active")


def test_badges_are_read_to_the_end_when_there_are_several_pages(practice: PracticeServer) -> None:
    client = client_of(practice)
    everything = [badge.id for badge in client.badges(12)]
    assert len(everything) == len(set(everything)) == 67
    assert [badge.id for badge in client.badges(12, size=9)] == everything
    assert [badge.id for badge in client.badges(12, status="Draft")] == [54]
    assert [badge.id for badge in client.badges(12, source="External", status="Published")] == [55]
    assert [badge.id for badge in client.badges(12, keyword="team")] == [52]


def test_badge_is_read_whole_when_it_is_there(practice: PracticeServer) -> None:
    badge = client_of(practice).badge(51)
    assert (badge.name, badge.status, badge.source, badge.recipient_type) == (
        "Digital Skills",
        "Published",
        "Internal",
        "Individual",
    )
    assert (badge.issuer_name, badge.provider_ids) == ("Example College", (12,))
    assert badge.url == f"{practice.origin}/badge/51/digital-skills"


def test_badge_is_issued_and_listed_when_all_is_well(practice: PracticeServer) -> None:
    client = client_of(practice)
    issued = client.issue_badge(51, person(issue_date="2026-11-24", evidence_text="Essay"), provider_id=12)
    assert (issued.assertion_id, issued.status_code, emails(practice)) == ("8001", 200, ["ana@example.org"])
    assertion = client.assertion("8001")
    assert (assertion.status, assertion.badge_id, assertion.provider_id) == ("Pending", 51, 12)
    assert (assertion.recipient_first_name, assertion.recipient_last_name) == ("Ana", "Ng")
    assert (assertion.issue_date, assertion.issuing_method) == ("2026-11-24", "api")
    assert [page.items for page in client.assertions(51, provider_id=12)] == [(assertion,)]
    assert [page.items for page in client.assertions_by_email("ANA@example.org")] == [(assertion,)]


def test_second_issue_sends_a_second_email_when_the_learner_has_the_badge(practice: PracticeServer) -> None:
    client = client_of(practice)
    numbers = [client.issue_badge(51, person()).assertion_id for _ in range(2)]
    assert (numbers, emails(practice)) == (["8001", "8002"], ["ana@example.org"] * 2)
    assert [[found.id for found in page.items] for page in client.assertions(51, size=1)] == [["8002"], ["8001"]]


def test_badge_is_revoked_once_when_it_is_asked_for_twice(practice: PracticeServer) -> None:
    client = client_of(practice)
    client.issue_badge(51, person())
    revoked = client.revoke("8001", "Sent in error")
    assert (revoked.status, revoked.revocation_reason) == ("Revoked", "Sent in error")
    with pytest.raises(Rejected, match="already revoked"):
        client.revoke("8001", "Again")


def test_learner_with_an_account_has_claimed_when_the_badge_is_issued(practice: PracticeServer) -> None:
    client = client_of(practice)
    client.issue_badge(51, person("has-account.ana@example.org"))
    assertion = client.assertion("8001")
    assert (assertion.status, assertion.time_claimed) == ("Claimed", assertion.time_created)


@pytest.mark.parametrize("scheme", [AccessToken, Bearer])
def test_token_is_taken_under_either_scheme_when_it_is_a_pat(
    scheme: type[Credentials], practice: PracticeServer
) -> None:
    assert client_of(practice, "practice-pat-two", scheme).user().id == "10"
    with pytest.raises(NoEffect) as caught:
        client_of(practice, "practice-pat-nobody", scheme).user()
    assert caught.value.outcome is Outcome.UNAUTHORISED


def test_password_token_is_good_as_bearer_alone_when_it_is_fetched(practice: PracticeServer) -> None:
    token = fetch_password_token(config_of(practice), "owner@example.org", "practice-password")
    assert token.expires_in == 600.0
    assert outcome_of(client_of(practice, token.access_token, Bearer)) is Outcome.ISSUED
    assert outcome_of(client_of(practice, token.access_token, AccessToken)) is Outcome.UNAUTHORISED
    practice.practice.expire_sessions()
    assert outcome_of(client_of(practice, token.access_token, Bearer)) is Outcome.UNAUTHORISED


@pytest.mark.parametrize("login", [("owner@example.org", "wrong"), ("nobody@example.org", "practice-password")])
def test_password_is_refused_when_it_is_not_the_users(login: tuple[str, str], practice: PracticeServer) -> None:
    with pytest.raises(NoEffect) as caught:
        fetch_password_token(config_of(practice), *login)
    assert caught.value.outcome is Outcome.UNAUTHORISED


def test_token_is_refused_when_it_was_revoked(practice: PracticeServer) -> None:
    client = client_of(practice)
    practice.practice.ledger.set_revoked("practice-pat-owner", True)
    assert outcome_of(client) is Outcome.UNAUTHORISED
    practice.practice.ledger.set_revoked("practice-pat-owner", False)
    assert outcome_of(client) is Outcome.ISSUED


REFUSED = {
    "draft": (54, "practice-pat-owner", Outcome.REJECTED),
    "external": (55, "practice-pat-owner", Outcome.REJECTED),
    "archived": (56, "practice-pat-owner", Outcome.REJECTED),
    "organisation_missing": (57, "practice-pat-owner", Outcome.REJECTED),
    "foreign": (90, "practice-pat-owner", Outcome.FORBIDDEN),
    "unknown": (9999, "practice-pat-owner", Outcome.NOT_FOUND),
    "draft_provider": (70, "practice-pat-everywhere", Outcome.FORBIDDEN),
    "suspended_provider": (71, "practice-pat-everywhere", Outcome.FORBIDDEN),
    "stranger": (51, "practice-pat-stranger", Outcome.FORBIDDEN),
}


@pytest.mark.parametrize("why", REFUSED)
def test_badge_is_not_issued_when_it_cannot_be(why: str, practice: PracticeServer) -> None:
    badge_id, token, outcome = REFUSED[why]
    assert outcome_of(client_of(practice, token), badge_id=badge_id) is outcome
    assert emails(practice) == []


def test_badge_for_an_organisation_is_issued_when_it_is_named(practice: PracticeServer) -> None:
    assert outcome_of(client_of(practice), badge_id=57, organisation="Bakery") is Outcome.ISSUED


def test_badge_is_not_issued_when_it_is_not_the_providers(practice: PracticeServer) -> None:
    with pytest.raises(Rejected, match="does not belong to this provider"):
        client_of(practice).issue_badge(51, person(), provider_id=13)


def test_every_fault_is_named_when_the_body_is_not_valid(practice: PracticeServer) -> None:
    recipient = person("nobody", issue_date="yesterday", evidence_url="essay.pdf")
    with pytest.raises(Rejected) as caught:
        client_of(practice).issue_badge(51, recipient)
    assert str(caught.value) == (
        "recipient_email: value is not a valid email address; issue_date: invalid datetime format; "
        "evidence_url: invalid or missing URL scheme"
    )
    assert (caught.value.status_code, emails(practice)) == (422, [])


@pytest.mark.parametrize(
    ("token", "read", "outcome"),
    [
        ("owner", lambda client: client.provider(13), Outcome.FORBIDDEN),
        ("owner", lambda client: client.provider(99), Outcome.NOT_FOUND),
        ("owner", lambda client: client.badge(9999), Outcome.NOT_FOUND),
        ("stranger", lambda client: client.badge(54), Outcome.FORBIDDEN),
        ("owner", lambda client: client.assertion("8002"), Outcome.NOT_FOUND),
        ("stranger", lambda client: client.assertion("8001"), Outcome.FORBIDDEN),
        ("owner", lambda client: next(client.assertions(90)), Outcome.FORBIDDEN),
        ("stranger", lambda client: client.revoke("8001", "why"), Outcome.FORBIDDEN),
        ("owner", lambda client: client.revoke("8002", "why"), Outcome.NOT_FOUND),
    ],
)
def test_call_is_refused_when_it_is_none_of_the_callers_business(
    token: str, read: Callable[[NavigatrClient], object], outcome: Outcome, practice: PracticeServer
) -> None:
    client_of(practice).issue_badge(51, person())
    with pytest.raises(NavigatrError) as caught:
        read(client_of(practice, f"practice-pat-{token}"))
    assert caught.value.outcome is outcome
    assert client_of(practice).assertion("8001").status == "Pending"


def test_search_by_address_is_refused_when_the_caller_is_no_admin(practice: PracticeServer) -> None:
    with pytest.raises(NoEffect) as caught:
        next(client_of(practice, "practice-pat-colleague").assertions_by_email("ana@example.org"))
    assert caught.value.outcome is Outcome.FORBIDDEN


def test_call_had_no_effect_when_the_server_has_stopped(practice: PracticeServer) -> None:
    client = client_of(practice)
    practice.stop()
    assert outcome_of(client) is Outcome.UNREACHABLE
