"""Who may call, and with what."""

import pytest

from issuing.practice import PracticeServer
from tests.practice.wire import Answer, ask, post_form

WHO = "/v1/user_detail/0"
PAT = "practice-pat-owner"


def with_headers(practice: PracticeServer, **headers: str) -> Answer:
    return ask(practice, "GET", WHO, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    "headers",
    [{"X_Access_Token": PAT}, {"Authorization": f"Bearer {PAT}"}, {"authorization": f"bearer {PAT}"}],
)
def test_caller_is_known_when_one_scheme_is_sent(headers: dict[str, str], practice: PracticeServer) -> None:
    answer = with_headers(practice, **headers)
    assert (answer.status, answer.json["id"], answer.json["emails"]) == (200, 7, ["owner@example.org"])


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        ({}, "Not authenticated"),
        ({"X_Access_Token": ""}, "Not authenticated"),
        ({"Authorization": "Bearer"}, "Not authenticated"),
        ({"Authorization": f"Basic {PAT}"}, "Not authenticated"),
        ({"X_Access_Token": "practice-pat-ownerr"}, "Could not validate credentials"),
        ({"X_Access_Token": PAT.upper()}, "Could not validate credentials"),
        ({"Authorization": f"Bearer  {PAT}"}, "Could not validate credentials"),
    ],
)
def test_caller_is_refused_when_the_token_is_none(
    headers: dict[str, str], detail: str, practice: PracticeServer
) -> None:
    answer = with_headers(practice, **headers)
    assert (answer.status, answer.json) == (401, {"detail": detail})


def test_caller_is_refused_when_two_schemes_are_sent(practice: PracticeServer) -> None:
    answer = with_headers(practice, X_Access_Token=PAT, Authorization=f"Bearer {PAT}")
    assert (answer.status, answer.json) == (400, {"detail": "Send either X-Access-Token or Authorization, once"})


def sign_in(practice: PracticeServer, **body: object) -> Answer:
    return ask(practice, "POST", "/v1/token", body)


def test_password_gives_a_token_of_ten_minutes_when_it_is_right(practice: PracticeServer) -> None:
    answer = sign_in(practice, username="owner@example.org", password="practice-password")
    assert (answer.status, answer.json["expires_in"], answer.json["token_type"]) == (200, 600, "bearer")
    token = answer.json["access_token"]
    assert with_headers(practice, Authorization=f"Bearer {token}").json["id"] == 7
    assert with_headers(practice, X_Access_Token=token).status == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"username": "owner@example.org", "password": "wrong"}, 401),
        ({"username": "nobody", "password": "practice-password"}, 401),
        ({"username": "owner@example.org", "password": None}, 422),
        ({"username": 7, "password": "practice-password"}, 422),
        ({}, 422),
    ],
)
def test_password_gives_nothing_when_it_is_wrong(
    body: dict[str, object], status: int, practice: PracticeServer
) -> None:
    answer = sign_in(practice, **body)
    assert (answer.status, list(answer.json)) == (status, ["detail"])


def test_password_is_not_read_when_a_token_comes_with_it(practice: PracticeServer) -> None:
    login = {"username": "owner@example.org", "password": "practice-password"}
    assert ask(practice, "POST", "/v1/token", login, {"X-Access-Token": PAT}).status == 400


def test_password_token_ends_when_the_page_ends_them_all(practice: PracticeServer) -> None:
    token = sign_in(practice, username="owner@example.org", password="practice-password").json["access_token"]
    assert post_form(practice, "/practice/sessions/expire").status == 303
    assert with_headers(practice, Authorization=f"Bearer {token}").status == 401
    assert with_headers(practice, X_Access_Token=PAT).status == 200


def test_pat_is_refused_until_it_is_restored_when_it_was_revoked(practice: PracticeServer) -> None:
    assert post_form(practice, f"/practice/tokens/{PAT}/revoke").status == 303
    assert with_headers(practice, X_Access_Token=PAT).status == 401
    assert with_headers(practice, X_Access_Token="practice-pat-two").status == 200
    assert ask(practice, "POST", f"/practice/tokens/{PAT}/restore").json == {"pat": PAT, "revoked": False}
    assert with_headers(practice, X_Access_Token=PAT).status == 200


def test_pat_is_not_revoked_when_there_is_none(practice: PracticeServer) -> None:
    assert ask(practice, "POST", "/practice/tokens/nobody/revoke").status == 404
