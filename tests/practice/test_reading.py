"""The reading half of the API, in the shapes of the real one."""

import pytest

from issuing.practice import PracticeServer
from tests.practice.wire import ANA, OWNER, api, ask


def test_providers_are_a_bare_array_when_they_are_listed(practice: PracticeServer) -> None:
    college = {"id": 12, "name": "Example College", "status": "Active", "slug": "example-college"}
    assert api(practice, "GET", "/user_detail/0/providers").json == [college]
    assert api(practice, "GET", "/provider/12").json == college


@pytest.mark.parametrize(("path", "status"), [("/user_detail/7", 200), ("/user_detail/8", 403)])
def test_user_sees_nobody_else_when_they_ask(path: str, status: int, practice: PracticeServer) -> None:
    assert api(practice, "GET", path).status == status


def test_badge_list_has_pages_when_it_is_long(practice: PracticeServer) -> None:
    page = api(practice, "GET", "/badge/?provider_id=12&page=2&size=40").json
    assert {name: page[name] for name in ("total", "page", "size", "pages")} == {
        "total": 67,
        "page": 2,
        "size": 40,
        "pages": 2,
    }
    assert len(page["items"]) == 27
    assert len(api(practice, "GET", "/badge/?provider_id=12").json["items"]) == 50
    assert api(practice, "GET", "/badge/?provider_id=12&page=99").json["items"] == []


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("provider_id=12&status=Draft", [54]),
        ("provider_id=12&status=Draft,Archived", [56, 54]),
        ("provider_id=12&status=Draft&status=Archived&order_by=Name_Desc", [54, 56]),
        ("provider_id=12&source=External", [55]),
        ("provider_id=12&keyword=TEAM", [52]),
        ("provider_id=13", [90]),
        ("issuer_id=513", [90]),
        ("issuer_id=513&provider_id=12", []),
        ("community_id=1", []),
    ],
)
def test_badge_list_holds_what_was_asked_for_when_it_is_filtered(
    query: str, ids: list[int], practice: PracticeServer
) -> None:
    answer = api(practice, "GET", f"/badge/?{query}")
    assert [badge["id"] for badge in answer.json["items"]] == ids


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/badge/", 400),
        ("/badge/?provider_id=12&page=0", 422),
        ("/badge/?provider_id=12&size=101", 422),
        ("/badge/?provider_id=12&size=x", 422),
        ("/badge/?provider_id=x", 422),
        ("/badge/?provider_id=12&order_by=Colour", 422),
        ("/badge/fifty", 422),
        ("/badge/9999", 404),
        ("/badge/51/assertions?order_by=Name_Asc", 422),
        ("/badge/90/assertions", 403),
        ("/badge/51/assertions?provider_id=13", 403),
        ("/badge_assertion/7", 404),
        ("/badge_assertion/?badge_id=x", 422),
        ("/provider/13", 403),
        ("/provider/99", 404),
        ("/nowhere", 404),
    ],
)
def test_read_is_refused_in_the_apis_shape_when_it_is_not_right(
    path: str, status: int, practice: PracticeServer
) -> None:
    answer = api(practice, "GET", path)
    assert (answer.status, list(answer.json)) == (status, ["detail"])
    if status == 422:
        assert [set(problem) for problem in answer.json["detail"]] == [{"loc", "msg", "type"}]


def test_missing_slash_is_redirected_when_a_list_is_asked_for(practice: PracticeServer) -> None:
    answer = api(practice, "GET", "/badge?provider_id=12")
    assert (answer.status, answer.headers["Location"]) == (307, f"{practice.base_url}/badge/")


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/badge/51"), ("GET", "/badge/51/issue"), ("POST", "/badge/")])
def test_method_is_refused_when_the_path_is_for_another(method: str, path: str, practice: PracticeServer) -> None:
    assert api(practice, method, path).status == 405


def test_assertions_come_newest_first_unless_asked_otherwise(practice: PracticeServer) -> None:
    for name in ("ana", "ben", "cyn"):
        api(practice, "PUT", "/badge/51/issue", ANA | {"recipient_email": f"{name}@example.org"})
    newest = api(practice, "GET", "/badge/51/assertions?size=2").json
    oldest = api(practice, "GET", "/badge/51/assertions?order_by=Time_Created_Asc").json
    assert ([one["id"] for one in newest["items"]], newest["pages"]) == ([8003, 8002], 2)
    assert [one["id"] for one in oldest["items"]] == [8001, 8002, 8003]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("keyword=ANA@", [8001]),
        ("keyword=ng", [8002, 8001]),
        ("status=Claimed", [8002]),
        ("status=Pending,Claimed", [8002, 8001]),
        ("keyword=nobody", []),
        ("status=Revoked", []),
    ],
)
def test_assertions_are_those_asked_for_when_they_are_filtered(
    query: str, ids: list[int], practice: PracticeServer
) -> None:
    api(practice, "PUT", "/badge/51/issue", ANA)
    api(practice, "PUT", "/badge/51/issue", ANA | {"recipient_email": "has-account@example.org"})
    assert [one["id"] for one in api(practice, "GET", f"/badge/51/assertions?{query}").json["items"]] == ids


def test_assertions_of_all_own_badges_are_listed_when_no_badge_is_named(practice: PracticeServer) -> None:
    for badge_id in (51, 52):
        api(practice, "PUT", f"/badge/{badge_id}/issue", ANA)
    api(practice, "PUT", "/badge/90/issue", ANA, **{"X-Access-Token": "practice-pat-stranger"})
    found = api(practice, "GET", "/badge_assertion/?recipient_email=ANA@example.org").json["items"]
    assert [one["badge_id"] for one in found] == [52, 51]
    assert [one["badge_id"] for one in api(practice, "GET", "/badge_assertion/?badge_id=52").json["items"]] == [52]


def test_redacted_learner_is_not_found_by_address_when_searched_for(practice: PracticeServer) -> None:
    address = "ana+redacted@example.org"
    api(practice, "PUT", "/badge/51/issue", ANA | {"recipient_email": address})
    for query in ("recipient_email=ana%2Bredacted@example.org", "badge_id=52"):
        assert api(practice, "GET", f"/badge_assertion/?{query}").json["items"] == []
    (found,) = api(practice, "GET", "/badge/51/assertions").json["items"]
    assert (found["id"], found["recipient_email"], found["recipient_firstname"]) == (8001, None, "Ana")


def test_head_of_a_badge_has_no_body_when_it_is_asked_for(practice: PracticeServer) -> None:
    answer = ask(practice, "HEAD", "/v1/badge/51", headers=OWNER)
    assert (answer.status, answer.text) == (405, "")
