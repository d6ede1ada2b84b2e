"""What the contract tests share: the client of somebody at the practice server."""

from typing import Any

from issuing.enums import Outcome
from issuing.exceptions import NavigatrError
from issuing.navigatr import AccessToken, ClientConfig, Credentials, NavigatrClient, Recipient
from issuing.practice import PracticeServer
from tests.practice.wire import until


def config_of(practice: PracticeServer, **options: Any) -> ClientConfig:
    given = {"read_timeout": 5.0, "allowed_hosts": (f"{practice.host}:{practice.port}",)} | options
    return ClientConfig(practice.base_url, **given)


def client_of(
    practice: PracticeServer,
    token: str = "practice-pat-owner",
    scheme: type[Credentials] = AccessToken,
    **options: Any,
) -> NavigatrClient:
    return NavigatrClient(config_of(practice, **options), scheme(token))


def person(email: str = "ana@example.org", **fields: str) -> Recipient:
    return Recipient("Ana", "Ng", email, **fields)


def outcome_of(client: NavigatrClient, email: str = "ana@example.org", badge_id: int = 51, **fields: str) -> Outcome:
    """How the issue of a badge of provider 12 ended."""
    try:
        client.issue_badge(badge_id, person(email, **fields))
    except NavigatrError as error:
        return error.outcome
    return Outcome.ISSUED


def settle(practice: PracticeServer) -> None:
    """Until the server has dealt with the calls it was sent, also with those the client gave up on."""
    ledger = practice.practice.ledger
    until(lambda: (calls := ledger.calls()) and all(call["status"] or call["fault"] for call in calls))


def emails(practice: PracticeServer) -> list[str]:
    """The addresses that were sent an e-mail, oldest first."""
    return [email["email"] for email in reversed(practice.practice.ledger.outbox())]
