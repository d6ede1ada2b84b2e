"""Bodies and query parameters, checked the way FastAPI does: every problem at once, as a 422."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from issuing.practice.messages import Problem, Refusal, problem
from issuing.practice.records import Wanted

ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s.,;<>\"]+(\.[^@\s.,;<>\"]+)+")
Item = TypeVar("Item")


class Inputs:
    """Reads fields one by one and collects what is wrong; `check` refuses if anything was."""

    def __init__(self, values: Mapping[str, Any], place: str = "body") -> None:
        self._values = values
        self._place = place
        self._problems: list[Problem] = []

    def _wrong(self, name: str, msg: str, kind: str) -> None:
        self._problems.append(problem([self._place, name], msg, kind))

    def text(self, name: str) -> str:
        """Return a required text, which may be empty."""
        value = self._values.get(name)
        if name not in self._values:
            self._wrong(name, "field required", "value_error.missing")
        elif value is None:
            self._wrong(name, "none is not an allowed value", "type_error.none.not_allowed")
        elif not isinstance(value, str):
            self._wrong(name, "str type expected", "type_error.str")
        return value if isinstance(value, str) else ""

    def filled(self, name: str) -> str:
        """Return a required text that is not blank."""
        value = self.text(name)
        if not value.strip() and isinstance(self._values.get(name), str):
            self._wrong(name, "ensure this value has at least 1 characters", "value_error.any_str.min_length")
        return value

    def address(self, name: str) -> str:
        """Return a required e-mail address without white space around it."""
        value = self.text(name)
        if isinstance(self._values.get(name), str) and not ADDRESS.fullmatch(value):
            self._wrong(name, "value is not a valid email address", "value_error.email")
        return value

    def optional_text(self, name: str) -> str | None:
        """Return a text; None when it is null or absent."""
        return None if self._values.get(name) is None else self.text(name)

    def moment(self, name: str) -> str | None:
        """Return an ISO 8601 date or time as it was written."""
        value = self.optional_text(name)
        try:
            datetime.fromisoformat(value or "2000-01-01")
        except ValueError:
            self._wrong(name, "invalid datetime format", "value_error.datetime")
        return value

    def link(self, name: str) -> str | None:
        """Return a web address."""
        value = self.optional_text(name)
        if value is not None and not (urlsplit(value).scheme in ("http", "https") and urlsplit(value).netloc):
            self._wrong(name, "invalid or missing URL scheme", "value_error.url.scheme")
        return value

    def number(self, name: str, low: int, high: int, default: int | None = None) -> int | None:
        """Return a whole number between the bounds; in a query it comes as digits."""
        value = self._values.get(name, default)
        if self._place == "query" and isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
            value = int(value)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self._wrong(name, "value is not a valid integer", "type_error.integer")
            return default
        if not low <= value <= high:
            self._wrong(name, f"ensure this value is between {low} and {high}", "value_error.number.range")
        return value

    def integer(self, name: str) -> int:
        """Return a required whole number, which may come as digits from a form."""
        value = self._values.get(name)
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
            return int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            self._wrong(name, "value is not a valid integer", "type_error.integer")
            return 0
        return value

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """Return one of the choices."""
        value = self._values.get(name, default)
        if value not in choices:
            self._wrong(name, f"value is not one of {', '.join(choices)}", "type_error.enum")
        return str(value)

    def check(self) -> None:
        """Raise a 422 with every problem found so far."""
        if self._problems:
            raise Refusal(422, self._problems)


def wanted(values: Mapping[str, Any], badge_id: int, provider_id: int) -> Wanted:
    """Return the body of an issue call; `provider_id` is used where the body names none.

    Raises:
        Refusal: 422. Unknown fields are ignored; a last name must be there but may be empty.
    """
    inputs = Inputs(values)
    found = Wanted(
        badge_id=badge_id,
        provider_id=inputs.number("provider_id", 1, 2**31 - 1) or provider_id,
        email=inputs.address("recipient_email"),
        firstname=inputs.filled("recipient_firstname"),
        lastname=inputs.text("recipient_lastname"),
        organisation=inputs.optional_text("recipient_organisation"),
        issue_date=inputs.moment("issue_date"),
        end_date=inputs.moment("end_date"),
        evidence_text=inputs.optional_text("evidence_text"),
        evidence_url=inputs.link("evidence_url"),
    )
    inputs.check()
    return found


def listed(query: Mapping[str, list[str]], name: str) -> tuple[str, ...]:
    """Return the values of a query parameter that may be repeated or hold commas."""
    parts = (part.strip() for value in query.get(name, []) for part in value.split(","))
    return tuple(part for part in parts if part)
