"""From a method and a path to the function that answers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from issuing.practice.catalogue import User
from issuing.practice.messages import Refusal, Reply, Request, invalid
from issuing.practice.state import Practice


@dataclass(frozen=True)
class Call:
    """A request on its way to its endpoint."""

    practice: Practice
    request: Request
    arguments: Mapping[str, str]

    def number(self, name: str) -> int:
        """Return a part of the path that must be a whole number.

        Raises:
            Refusal: 422, when it is something else.
        """
        text = self.arguments[name]
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise invalid(["path", name], "value is not a valid integer", "type_error.integer")
        return int(text)

    def parameter(self, name: str, default: str = "") -> str:
        """Return a query parameter, the last one where it is repeated."""
        return self.request.query.get(name, [default])[-1]


PageEndpoint = Callable[[Call], Reply]
ApiEndpoint = Callable[[Call, User], Reply]
Endpoint = TypeVar("Endpoint")


class Routes(Generic[Endpoint]):
    """A table of endpoints; paths are matched whole, a closing slash included."""

    def __init__(self, table: Mapping[tuple[str, str], Endpoint]) -> None:
        self._table = [(method, _pattern(path), endpoint) for (method, path), endpoint in table.items()]

    def find(self, method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
        """Return the endpoint and the named parts of the path.

        Raises:
            Refusal: 404 for an unknown path, 405 for a known one with another method.
        """
        found = [
            (known, endpoint, match) for known, pattern, endpoint in self._table if (match := pattern.fullmatch(path))
        ]
        for known, endpoint, match in found:
            if known == method:
                return endpoint, match.groupdict()
        raise Refusal(405, "Method Not Allowed") if found else Refusal(404, "Not Found")

    def knows(self, path: str) -> bool:
        """Say whether a path has an endpoint for any method."""
        return any(pattern.fullmatch(path) for _, pattern, _ in self._table)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))
