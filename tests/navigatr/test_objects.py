"""What Navigatr sends becomes plain values, whatever of it is missing or odd."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuing.navigatr import Assertion, Badge, Provider, Recipient, Token, User
from issuing.navigatr.objects import DEFAULT_TOKEN_SECONDS

FULL_ASSERTION = {
    "id": 8001,
    "status": "Claimed",
    "url": "https://navigatr.app/assertion/8001",
    "badge_id": 51,
    "badge": {"id": 51, "name": "Digital Skills"},
    "provider_id": 12,
    "recipient_id": 99,
    "recipient_email": " ana@example.org ",
    "recipient_firstname": "Ana",
    "recipient_lastname": "Ng",
    "issue_date": "2026-11-24",
    "end_date": None,
    "time_created": "2026-11-24T09:00:00+01:00",
    "time_claimed": "2026-11-24T09:30:00Z",
    "reminder_emails_sent": 2,
    "revocation_reason": None,
    "issuing_method": "api",
}


def test_assertion_is_read_when_all_of_it_is_there() -> None:
    assert Assertion.from_json(FULL_ASSERTION) == Assertion(
        id="8001",
        status="Claimed",
        url="https://navigatr.app/assertion/8001",
        badge_id=51,
        provider_id=12,
        recipient_id="99",
        recipient_email="ana@example.org",
        recipient_first_name="Ana",
        recipient_last_name="Ng",
        issue_date="2026-11-24",
        end_date="",
        time_created=datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
        time_claimed=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        reminder_emails_sent=2,
        revocation_reason="",
        issuing_method="api",
    )


@pytest.mark.parametrize("value", [{}, [], None, "text", 7, dict.fromkeys(FULL_ASSERTION)])
def test_assertion_is_empty_when_nothing_of_it_is_there(value: object) -> None:
    found = Assertion.from_json(value)
    numbers = ("badge_id", "provider_id", "time_created", "time_claimed", "reminder_emails_sent")
    assert {field.name: getattr(found, field.name) for field in fields(found)} == {
        field.name: None if field.name in numbers else "" for field in fields(found)
    }


@pytest.mark.parametrize(
    ("given", "badge_id"),
    [
        ({"badge_id": "51"}, 51),
        ({"badge": {"id": 51}}, 51),
        ({"badge_id": None, "badge": {"id": "51"}}, 51),
        *(({"badge_id": odd}, None) for odd in (True, 5.1, "5.1", -5, "x", [51], "9" * 19, "٥١")),
        ({"badge": [51]}, None),
    ],
)
def test_badge_of_an_assertion_is_found_when_it_is_named_anywhere(given: dict[str, Any], badge_id: int | None) -> None:
    assert Assertion.from_json(given).badge_id == badge_id


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("2026-11-24T09:00:00", datetime(2026, 11, 24, 9, 0, tzinfo=UTC)),
        ("2026-11-24", datetime(2026, 11, 24, tzinfo=UTC)),
        *((odd, None) for odd in ("", "yesterday", 1764000000, "2026-13-01", "0001-01-01T00:00:00+14:00", None)),
    ],
)
def test_time_is_in_utc_when_it_can_be_read(said: object, time: datetime | None) -> None:
    assert Assertion.from_json({"time_created": said}).time_created == time


@pytest.mark.parametrize(("email", "shown"), [("a@b.org", True), ("a***@b.org", False), ("", False), (None, False)])
def test_assertion_shows_its_email_when_it_is_not_hidden(email: str | None, shown: bool) -> None:
    assert Assertion.from_json({"recipient_email": email}).shows_email is shown


def test_badge_is_read_when_all_of_it_is_there() -> None:
    texts = {name: name for name in ("name", "description", "status", "type", "source", "url", "image_url")}
    more = {"recipient_type": "Individual", "issuer": {"name": "College"}, "providers": [{"id": 12}, {}, None, "x"]}
    assert Badge.from_json({"id": "51", **texts, **more}) == Badge(
        id=51, recipient_type="Individual", issuer_name="College", provider_ids=(12,), **texts
    )


def test_user_is_read_when_addresses_come_in_either_shape() -> None:
    value = {"id": 7, "firstname": "Olivia", "lastname": None, "emails": ["a@b.org", {"email": "c@d.org"}, {}, None]}
    user = User.from_json({**value, "providers": [{"id": 12, "name": "College", "status": "Active"}, {}]})
    assert (user.id, user.name, user.emails) == ("7", "Olivia", ("a@b.org", "c@d.org"))
    assert user.providers == (Provider(12, "College", "Active"), Provider(0, "", ""))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(600, 600.0), ("600", 600.0), (0.5, 0.5)]
    + [(odd, DEFAULT_TOKEN_SECONDS) for odd in (None, 0, -1, "soon", True, "nan", "inf", [600], 10**400)],
)
def test_token_lives_five_minutes_when_navigatr_does_not_say(said: object, seconds: float) -> None:
    assert Token.from_json({"access_token": "t", "expires_in": said}) == Token("t", "", seconds)


def test_token_keeps_its_secrets_to_itself_when_it_is_shown() -> None:
    assert repr(Token("access", "refresh", 600.0)) == "Token(expires_in=600.0)"


def test_recipient_leaves_out_what_is_empty_when_it_is_sent() -> None:
    assert Recipient("Ana", "", "ana@example.org", evidence_url="https://e.org").body() == {
        "recipient_firstname": "Ana",
        "recipient_email": "ana@example.org",
        "evidence_url": "https://e.org",
    }


def test_recipient_sends_every_field_when_all_are_filled() -> None:
    names = ["recipient_firstname", "recipient_lastname", "recipient_email", "recipient_organisation"]
    names += ["issue_date", "end_date", "evidence_text", "evidence_url"]
    assert Recipient(*names).body() == {name: name for name in names}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(FULL_ASSERTION)), inner),
    max_leaves=12,
)


@given(value=ANYTHING)
def test_objects_are_made_when_anything_is_sent(value: object) -> None:
    assertion = Assertion.from_json(value)
    assert assertion == Assertion.from_json(value)
    assert len(assertion.id) <= 50
    assert [type(kind.from_json(value)) for kind in (Badge, Provider, User, Token)] == [Badge, Provider, User, Token]
