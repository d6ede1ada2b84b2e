"""Each endpoint's request and its answer, without a network."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import responses

from issuing.enums import Outcome
from issuing.exceptions import InvalidInput, NavigatrError, NoEffect, OutcomeUnknown, Rejected
from issuing.navigatr import (
    AccessToken,
    Bearer,
    ClientConfig,
    NavigatrClient,
    Provider,
    Recipient,
    fetch_password_token,
)

BASE = "https://api.navigatr.app/v1"
CONFIG = ClientConfig(BASE)
ANA = Recipient("Ana", "Ng", "ana@example.org")
RECORD = {"id": 8001, "badge_id": 51, "recipient_email": "ana@example.org", "status": "Pending"}
BADGE = {"id": 51, "name": "Digital Skills", "status": "Published"}
PROVIDER = {"id": 12, "name": "Example College", "status": "Active"}

Act = Callable[[NavigatrClient], Any]


def client(**options: Any) -> NavigatrClient:
    return NavigatrClient(CONFIG, AccessToken("secret-token"), **options)


def request_of(offline: responses.RequestsMock, number: int = 0) -> tuple[str, str, dict[str, str], Any]:
    """Method, path below the base URL, query and JSON body of a call that was made."""
    request = offline.calls[number].request
    parts = urlsplit(request.url or "")
    body = json.loads(request.body) if request.body else None
    return request.method or "", str(parts.path).removeprefix("/v1"), dict(parse_qsl(str(parts.query))), body


PAGED = {"page": "1", "size": "100"}
ENDPOINTS: dict[str, tuple[Act, Any, tuple[str, str, dict[str, str], Any]]] = {
    "user": (lambda c: c.user().id, {"id": 7}, ("GET", "/user_detail/0", {}, None)),
    "providers": (lambda c: c.providers()[0].id, [PROVIDER], ("GET", "/user_detail/0/providers", {}, None)),
    "provider": (lambda c: c.provider(12).id, PROVIDER, ("GET", "/provider/12", {}, None)),
    "badge": (lambda c: c.badge(51).id, BADGE, ("GET", "/badge/51", {}, None)),
    "badges": (
        lambda c: [badge.id for badge in c.badges(12, status="Published", source="Internal", keyword="a b")],
        {"items": [BADGE], "total": 1},
        (
            "GET",
            "/badge/",
            {"provider_id": "12", "status": "Published", "source": "Internal", "keyword": "a b"}
            | {"order_by": "Name_Asc", **PAGED},
            None,
        ),
    ),
    "assertions": (
        lambda c: [page.items[0].id for page in c.assertions(51, provider_id=12)],
        {"items": [RECORD], "total": 1},
        ("GET", "/badge/51/assertions", {"provider_id": "12", "order_by": "Time_Created_Desc", **PAGED}, None),
    ),
    "assertions_by_email": (
        lambda c: [page.items[0].id for page in c.assertions_by_email("a+b@example.org", badge_id=51, size=7)],
        {"items": [RECORD], "total": 1},
        (
            "GET",
            "/badge_assertion/",
            {"recipient_email": "a+b@example.org", "badge_id": "51", "page": "1", "size": "7"},
            None,
        ),
    ),
    "assertion": (lambda c: c.assertion("8001").id, RECORD, ("GET", "/badge_assertion/8001", {}, None)),
    "revoke": (
        lambda c: c.revoke("8001", "Sent in error & late").id,
        RECORD,
        ("PUT", "/badge_assertion/8001/revoke", {"revocation_reason": "Sent in error & late"}, None),
    ),
    "issue": (
        lambda c: c.issue_badge(51, ANA, provider_id=12).assertion_id,
        RECORD,
        ("PUT", "/badge/51/issue", {}, {**ANA.body(), "provider_id": 12}),
    ),
}
GIVEN = {"user": "7", "providers": 12, "provider": 12, "badge": 51, "badges": [51], "assertions": ["8001"]}
GIVEN |= {"assertions_by_email": ["8001"], "assertion": "8001", "revoke": "8001", "issue": "8001"}


@pytest.mark.parametrize("name", ENDPOINTS)
def test_endpoint_is_asked_as_documented_when_it_is_called(name: str, offline: responses.RequestsMock) -> None:
    act, answer, (method, path, query, body) = ENDPOINTS[name]
    offline.add(method, f"{BASE}{path}", json=answer)
    assert act(client()) == GIVEN[name]
    assert request_of(offline) == (method, path, query, body)
    headers = offline.calls[0].request.headers
    assert (headers["X-Access-Token"], headers.get("Authorization")) == ("secret-token", None)
    assert (headers["Accept"], headers["Content-Type"]) == ("application/json", "application/json")


FAMILIES = [
    (401, NoEffect, Outcome.UNAUTHORISED),
    (404, NoEffect, Outcome.NOT_FOUND),
    (422, Rejected, Outcome.REJECTED),
    (502, OutcomeUnknown, Outcome.UNKNOWN),
]


@pytest.mark.parametrize("name", ENDPOINTS)
@pytest.mark.parametrize(("status", "kind", "outcome"), FAMILIES)
def test_endpoint_fails_in_one_of_three_ways_when_navigatr_says_no(
    name: str, status: int, kind: type[NavigatrError], outcome: Outcome, offline: responses.RequestsMock
) -> None:
    act, _, (method, path, *_rest) = ENDPOINTS[name]
    offline.add(method, f"{BASE}{path}", status=status, json={"detail": "No, secret-token!"})
    with pytest.raises(kind) as caught:
        act(client())
    assert (caught.value.outcome, caught.value.status_code) == (outcome, status)
    assert (str(caught.value), len(offline.calls)) == ("No, …!", 1)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_broken_call_had_no_effect_only_when_it_was_a_read(name: str, offline: responses.RequestsMock) -> None:
    act, _, (method, path, *_rest) = ENDPOINTS[name]
    offline.add(method, f"{BASE}{path}", body=requests.ConnectionError("secret-token"))
    with pytest.raises(NoEffect if method == "GET" else OutcomeUnknown) as caught:
        act(client())
    assert str(caught.value) == "The call was sent and no whole answer came: the connection failed."


def test_issue_sends_no_provider_when_none_is_known(offline: responses.RequestsMock) -> None:
    offline.put(f"{BASE}/badge/51/issue", json=RECORD, status=201)
    issued = client().issue_badge(51, ANA)
    assert request_of(offline)[3] == ANA.body()
    assert (issued.assertion_id, issued.answer, issued.status_code) == ("8001", RECORD, 201)


@pytest.mark.parametrize("answer", [{}, [], {"id": 8001, "badge_id": 52}, {"detail": "Queued"}])
def test_issue_is_unknown_when_the_answer_confirms_nothing(answer: object, offline: responses.RequestsMock) -> None:
    offline.put(f"{BASE}/badge/51/issue", json=answer)
    with pytest.raises(OutcomeUnknown):
        client().issue_badge(51, ANA)


def test_bearer_sends_one_scheme_when_it_calls(offline: responses.RequestsMock) -> None:
    offline.get(f"{BASE}/user_detail/0", json={"id": 7})
    NavigatrClient(CONFIG, Bearer("secret-token")).user()
    headers = offline.calls[0].request.headers
    assert (headers["Authorization"], headers.get("X-Access-Token")) == ("Bearer secret-token", None)


def test_gate_is_asked_before_every_call_but_an_issue(offline: responses.RequestsMock) -> None:
    made_before: list[int] = []
    gated = client(gate=lambda: made_before.append(len(offline.calls)))
    for act, answer, (method, path, *_rest) in ENDPOINTS.values():
        offline.add(method, f"{BASE}{path}", json=answer)
        act(gated)
    assert made_before == list(range(len(ENDPOINTS) - 1))


def test_nothing_is_asked_when_the_gate_refuses(offline: responses.RequestsMock) -> None:
    def refuse() -> None:
        raise InvalidInput("Stopped.")

    for act in (lambda: client(gate=refuse).user(), lambda: client(gate=refuse).revoke("8001", "why")):
        with pytest.raises(InvalidInput, match="Stopped"):
            act()
    assert len(offline.calls) == 0


@pytest.mark.parametrize("assertion_id", ["", "0", "a/b", "../1", "8001?x", " 8001", "x" * 51])
def test_assertion_is_not_asked_for_when_its_id_fits_no_address(
    assertion_id: str, offline: responses.RequestsMock
) -> None:
    for act in (client().assertion, lambda number: client().revoke(number, "why")):
        with pytest.raises(InvalidInput):
            act(assertion_id)
    assert len(offline.calls) == 0


ABOUT_ANOTHER: dict[str, list[Any]] = {
    "user": [[{"id": 7}], {}],
    "badge": [{**BADGE, "id": 52}, {"name": "Digital Skills"}, [BADGE]],
    "provider": [{**PROVIDER, "id": 13}, {"id": 12}, [PROVIDER]],
    "assertion": [{**RECORD, "id": 8002}, [RECORD]],
    "revoke": [{**RECORD, "id": 8002}, [RECORD]],
}


@pytest.mark.parametrize(("name", "answer"), [(name, odd) for name, odds in ABOUT_ANOTHER.items() for odd in odds])
def test_answer_is_not_taken_when_it_is_about_another_thing(
    name: str, answer: object, offline: responses.RequestsMock
) -> None:
    act, _, (method, path, *_rest) = ENDPOINTS[name]
    offline.add(method, f"{BASE}{path}", json=answer)
    with pytest.raises(OutcomeUnknown, match="not with what was asked for"):
        act(client())


def test_record_has_the_id_that_was_asked_for_when_it_names_none(offline: responses.RequestsMock) -> None:
    offline.get(f"{BASE}/badge_assertion/8001", json={"status": "Claimed"})
    offline.get(f"{BASE}/provider/12", json={"name": "Example College"})
    assert (client().assertion("8001").id, client().assertion("8001").status) == ("8001", "Claimed")
    assert client().provider(12) == Provider(12, "Example College", "")


@pytest.mark.parametrize("odd", [{"providers": []}, "text", {}, None, {"detail": "Not here"}])
def test_providers_come_from_the_user_when_their_list_is_none(odd: object, offline: responses.RequestsMock) -> None:
    offline.get(f"{BASE}/user_detail/0/providers", json=odd)
    offline.get(f"{BASE}/user_detail/0", json={"id": 7, "providers": [{"id": 12, "name": "College"}, {"name": "x"}]})
    assert client().providers() == (Provider(12, "College", ""),)


def test_badges_leave_out_what_has_no_id_when_they_are_listed(offline: responses.RequestsMock) -> None:
    offline.get(f"{BASE}/badge/", json=[BADGE, {"name": "No id"}, "text"])
    assert [badge.id for badge in client().badges(12)] == [51]


def test_list_is_read_page_by_page_when_it_is_long(offline: responses.RequestsMock) -> None:
    for number in (1, 2, 3):
        page = {"items": [{**BADGE, "id": number}], "total": 3}
        query = {"provider_id": "12", "order_by": "Name_Asc", "page": str(number), "size": "1"}
        offline.get(f"{BASE}/badge/", json=page, match=[responses.matchers.query_param_matcher(query)])
    assert [badge.id for badge in client().badges(12, size=1)] == [1, 2, 3]


def test_client_keeps_its_token_to_itself_when_it_is_shown() -> None:
    assert repr(client()) == f"NavigatrClient('{BASE}')"


def test_password_is_changed_for_a_token_when_it_is_right(offline: responses.RequestsMock) -> None:
    offline.post(f"{BASE}/token", json={"access_token": "short", "refresh_token": "again", "expires_in": 600})
    asked: list[str] = []
    token = fetch_password_token(CONFIG, "ana", "pass-word", gate=lambda: asked.append("gate"))
    assert (token.access_token, token.refresh_token, token.expires_in, asked) == ("short", "again", 600.0, ["gate"])
    assert request_of(offline) == ("POST", "/token", {}, {"username": "ana", "password": "pass-word"})
    sent = offline.calls[0].request.headers
    assert (sent.get("Authorization"), sent.get("X-Access-Token")) == (None, None)


def test_password_is_refused_when_it_is_wrong(offline: responses.RequestsMock) -> None:
    offline.post(f"{BASE}/token", status=401, json={"detail": "Not pass-word"})
    with pytest.raises(NoEffect) as caught:
        fetch_password_token(CONFIG, "ana", "pass-word")
    assert (caught.value.outcome, str(caught.value)) == (Outcome.UNAUTHORISED, "Not …")


@pytest.mark.parametrize("token", [None, "", "two words", "a\nb", 7.5])
def test_password_gives_nothing_when_the_answer_holds_no_token(token: object, offline: responses.RequestsMock) -> None:
    offline.post(f"{BASE}/token", json={"access_token": token, "expires_in": 600})
    with pytest.raises(OutcomeUnknown):
        fetch_password_token(CONFIG, "ana", "pass-word")
