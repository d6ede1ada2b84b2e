"""What Navigatr sends and takes, as plain values. Any field may be missing, null or odd: then it is empty or None."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Generic, Self, TypeVar

from issuing.workflow.outcomes import id_text, shows_address

T = TypeVar("T")

DEFAULT_TOKEN_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person as they are sent to Navigatr; the fields are sent as they are, empty ones not at all."""

    first_name: str
    last_name: str
    email: str
    organisation: str = ""
    issue_date: str = ""
    end_date: str = ""
    evidence_text: str = ""
    evidence_url: str = ""

    def body(self) -> dict[str, str]:
        """The fields of an issue call that are not empty, under Navigatr's names."""
        fields = {
            "recipient_firstname": self.first_name,
            "recipient_lastname": self.last_name,
            "recipient_email": self.email,
            "recipient_organisation": self.organisation,
            "issue_date": self.issue_date,
            "end_date": self.end_date,
            "evidence_text": self.evidence_text,
            "evidence_url": self.evidence_url,
        }
        return {name: value for name, value in fields.items() if value}


@dataclass(frozen=True, slots=True)
class Issued:
    """One badge that Navigatr says it issued.

    Args:
        assertion_id (str): Navigatr's id of it; empty where the answer does not show one.
        answer (dict[str, Any]): what it answered, whole.
        status_code (int): 200 or 201.
    """

    assertion_id: str
    answer: dict[str, Any]
    status_code: int


@dataclass(frozen=True, slots=True)
class Provider:
    """An organisation that issues badges; `id` is 0 where there is none, `status` empty where a list leaves it out."""

    id: int
    name: str
    status: str

    @classmethod
    def from_json(cls, value: object) -> Self:
        got = _mapping(value)
        return cls(id=_number(got.get("id")) or 0, name=_text(got.get("name")), status=_text(got.get("status")))


@dataclass(frozen=True, slots=True)
class User:
    """Whose token it is. `id` is text, at most 50 characters, empty where the answer has none."""

    id: str
    first_name: str
    last_name: str
    emails: tuple[str, ...]
    providers: tuple[Provider, ...]

    @classmethod
    def from_json(cls, value: object) -> Self:
        got = _mapping(value)
        return cls(
            id=id_text(got.get("id")),
            first_name=_text(got.get("firstname")),
            last_name=_text(got.get("lastname")),
            emails=tuple(address for address in map(_address, _list(got.get("emails"))) if address),
            providers=tuple(map(Provider.from_json, _list(got.get("providers")))),
        )

    @property
    def name(self) -> str:
        """First and last name, as far as they are known."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge as a provider made it; `id` is 0 where there is none. `provider_ids` names all it is listed under."""

    id: int
    name: str
    description: str
    status: str
    type: str
    recipient_type: str
    source: str
    url: str
    image_url: str
    issuer_name: str
    provider_ids: tuple[int, ...]

    @classmethod
    def from_json(cls, value: object) -> Self:
        got = _mapping(value)
        names = ("name", "description", "status", "type", "recipient_type", "source", "url", "image_url")
        numbers = (_number(_mapping(entry).get("id")) for entry in _list(got.get("providers")))
        return cls(
            id=_number(got.get("id")) or 0,
            issuer_name=_text(_mapping(got.get("issuer")).get("name")),
            provider_ids=tuple(number for number in numbers if number is not None),
            **{name: _text(got.get(name)) for name in names},
        )


@dataclass(frozen=True, slots=True)
class Assertion:
    """Navigatr's record of one issued badge.

    `id` is text, at most 50 characters, empty where it has none. Times are aware, or None where they cannot be read.
    """

    id: str
    status: str
    url: str
    badge_id: int | None
    provider_id: int | None
    recipient_id: str
    recipient_email: str
    recipient_first_name: str
    recipient_last_name: str
    issue_date: str
    end_date: str
    time_created: datetime | None
    time_claimed: datetime | None
    reminder_emails_sent: int | None
    revocation_reason: str
    issuing_method: str

    @classmethod
    def from_json(cls, value: object) -> Self:
        got = _mapping(value)
        badge_id = _number(got.get("badge_id"))
        names = ("status", "url", "recipient_id", "recipient_email", "issue_date", "end_date")
        return cls(
            id=id_text(got.get("id")),
            badge_id=badge_id if badge_id is not None else _number(_mapping(got.get("badge")).get("id")),
            provider_id=_number(got.get("provider_id")),
            recipient_first_name=_text(got.get("recipient_firstname")),
            recipient_last_name=_text(got.get("recipient_lastname")),
            time_created=_time(got.get("time_created")),
            time_claimed=_time(got.get("time_claimed")),
            reminder_emails_sent=_number(got.get("reminder_emails_sent")),
            revocation_reason=_text(got.get("revocation_reason")),
            issuing_method=_text(got.get("issuing_method")),
            **{name: _text(got.get(name)) for name in names},
        )

    @property
    def shows_email(self) -> bool:
        """Whether the address is there in full, not left out and not redacted."""
        return shows_address(self.recipient_email)


@dataclass(frozen=True, slots=True)
class Token:
    """The short-lived token a user name and password were changed for.

    Args:
        access_token (str): sent as bearer.
        refresh_token (str): empty where there is none.
        expires_in (float): seconds from the answer; five minutes where Navigatr does not say.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_in: float = DEFAULT_TOKEN_SECONDS

    @classmethod
    def from_json(cls, value: object) -> Self:
        got = _mapping(value)
        return cls(
            access_token=_text(got.get("access_token")),
            refresh_token=_text(got.get("refresh_token")),
            expires_in=_seconds(got.get("expires_in")),
        )


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, without what an earlier page of the same walk had.

    Args:
        items (tuple[T, ...]): in Navigatr's order.
        number (int): from 1.
        total (int | None): how many there are in all, as Navigatr says; None where it does not.
        pages (int | None): how many pages, likewise.
    """

    items: tuple[T, ...]
    number: int = 1
    total: int | None = None
    pages: int | None = None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _address(value: object) -> str:
    return _text(value) or _text(_mapping(value).get("email"))


def _number(value: object) -> int | None:
    """A whole number, also where it came as text; None for anything a database could not keep."""
    text = _text(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _seconds(value: object) -> float:
    try:
        seconds = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else 0.0
    except (ValueError, OverflowError):
        seconds = 0.0
    return seconds if seconds > 0 and math.isfinite(seconds) else DEFAULT_TOKEN_SECONDS


def _time(value: object) -> datetime | None:
    """An ISO 8601 moment; one without a zone is taken as UTC."""
    try:
        when = datetime.fromisoformat(_text(value))
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
