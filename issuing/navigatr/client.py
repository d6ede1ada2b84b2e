"""Navigatr's endpoints, one method each. Not one of them repeats a call."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from issuing.enums import Outcome
from issuing.exceptions import InvalidInput, OutcomeUnknown
from issuing.navigatr.answers import raise_for, read_answer, write_answer
from issuing.navigatr.auth import Credentials, fits_a_header, redacting
from issuing.navigatr.channel import MIB, Call, Channel
from issuing.navigatr.config import ClientConfig
from issuing.navigatr.connection import Guard
from issuing.navigatr.objects import Assertion, Badge, Issued, Page, Provider, Recipient, Token, User
from issuing.navigatr.paging import items_of, walk
from issuing.workflow.outcomes import id_text, judge_issue

Gate = Callable[[], None]

_LIST_BYTES: Final = 8 * MIB


class NavigatrClient:
    """Navigatr's API as one account sees it.

    Every call opens its own connection. Reads and `revoke` ask the gate first, with the connection already open, so
    that the handshake disturbs no slot; `issue_badge` does not: its slot is part of the claim.

    Checking an assertion by its own "verify" address is left out on purpose: it changes what the public sees.

    Args:
        config (ClientConfig): where and how long.
        credentials (Credentials): who is calling.
        gate (Gate | None): spends a slot of the pace, waiting for it; what it raises goes through.

    Raises, from every read:
        NoEffect: Navigatr was not reached, or turned the call away (401, 403, 404, 429); it may be repeated.
        Rejected: another 4xx.
        OutcomeUnknown: a server error, or an answer that is not what was asked for.
    """

    def __init__(self, config: ClientConfig, credentials: Credentials, *, gate: Gate | None = None) -> None:
        self._config = config
        self._credentials = credentials
        self._gate = gate

    def __repr__(self) -> str:
        return f"NavigatrClient({self._config.base_url!r})"

    def user(self) -> User:
        """Whose token it is.

        Source: GET /user_detail/0.
        """
        return User.from_json(self._read_object("/user_detail/0"))

    def providers(self) -> tuple[Provider, ...]:
        """The organisations the account may act for; those without an id are left out.

        One read, or two where the first is answered with 200 but no list.

        Source: GET /user_detail/0/providers, else `providers` of GET /user_detail/0.
        """
        try:
            found = tuple(map(Provider.from_json, items_of(self._read("/user_detail/0/providers"))))
        except OutcomeUnknown as odd:
            if odd.status_code not in (200, 201):
                raise
            found = self.user().providers
        return tuple(provider for provider in found if provider.id)

    def provider(self, provider_id: int) -> Provider:
        """One organisation with its status, under the id that was asked for.

        Source: GET /provider/{id}.
        """
        found = Provider.from_json(self._read_object(f"/provider/{provider_id:d}"))
        if found.id not in (0, provider_id) or not found.name:
            raise _not_what_was_asked()
        return replace(found, id=provider_id)

    def badges(
        self,
        provider_id: int,
        *,
        status: str | None = None,
        source: str | None = None,
        keyword: str | None = None,
        size: int = 100,
    ) -> Iterator[Badge]:
        """All badges of a provider by name, read page by page; those without an id are left out.

        Args:
            provider_id (int): whose.
            status (str | None): e.g. `Published`; None for any.
            source (str | None): e.g. `Internal`; None for any.
            keyword (str | None): as Navigatr understands it.
            size (int): per page, 1–100.

        Source: GET /badge/.
        """
        query = {"provider_id": provider_id, "status": status, "source": source, "keyword": keyword}
        for page in self._pages("/badge/", {**query, "order_by": "Name_Asc"}, size):
            yield from (badge for badge in map(Badge.from_json, page.items) if badge.id)

    def badge(self, badge_id: int) -> Badge:
        """One badge.

        Source: GET /badge/{id}.
        """
        found = Badge.from_json(self._read_object(f"/badge/{badge_id:d}"))
        if found.id != badge_id:
            raise _not_what_was_asked()
        return found

    def assertions(
        self,
        badge_id: int,
        *,
        provider_id: int | None = None,
        order_by: str = "Time_Created_Desc",
        size: int = 100,
        first: int = 1,
    ) -> Iterator[Page[Assertion]]:
        """Who has a badge, newest first, a page at a time: each is read when it is asked for.

        Args:
            first (int): the page to begin with, from 1.

        Source: GET /badge/{id}/assertions.
        """
        query = {"provider_id": provider_id, "order_by": order_by}
        return self._assertion_pages(f"/badge/{badge_id:d}/assertions", query, size, first)

    def assertions_by_email(
        self, email: str, *, badge_id: int | None = None, provider_id: int | None = None, size: int = 100
    ) -> Iterator[Page[Assertion]]:
        """What one address was issued, a page at a time. Often for Navigatr's own administrators only (403).

        Source: GET /badge_assertion/.
        """
        query = {"recipient_email": email, "badge_id": badge_id, "provider_id": provider_id}
        return self._assertion_pages("/badge_assertion/", query, size)

    def assertion(self, assertion_id: str) -> Assertion:
        """One assertion, under the id that was asked for; the recipient may be redacted.

        Source: GET /badge_assertion/{id}.
        """
        return _record(assertion_id, self._read_object(f"/badge_assertion/{_checked_id(assertion_id)}"))

    def revoke(self, assertion_id: str, reason: str) -> Assertion:
        """Take an issued badge back and return Navigatr's record of it.

        Args:
            assertion_id (str): Navigatr's id.
            reason (str): shown to the learner.

        Raises:
            NoEffect: nothing reached Navigatr, or it turned the call away.
            Rejected: Navigatr understood and said no.
            OutcomeUnknown: the request left and no usable answer came.

        Source: PUT /badge_assertion/{id}/revoke.
        """
        path = f"/badge_assertion/{_checked_id(assertion_id)}/revoke"
        call = self._call("PUT", path, query={"revocation_reason": reason})
        with Channel.open(self._config) as channel:
            self._wait()
            seen = channel.send(call)
        return _record(assertion_id, write_answer(seen, self._credentials.redact))

    def issue_badge(
        self,
        badge_id: int,
        recipient: Recipient,
        *,
        provider_id: int | None = None,
        channel: Channel | None = None,
        guard: Guard | None = None,
    ) -> Issued:
        """Issue a badge to one person and return Navigatr's answer.

        Not safe to repeat: nothing documents what a second call does. One request, no retry, no gate.

        Args:
            badge_id (int): Navigatr's id; the badge must be published.
            recipient (Recipient): names and e-mail, trimmed; empty fields are not sent.
            provider_id (int | None): for whom it is issued; sent when known.
            channel (Channel | None): an open connection, used up by this; opened here where there is none.
            guard (Guard | None): runs immediately before the first byte; may raise `BeforeFirstByte`.

        Raises:
            NoEffect: nothing reached Navigatr, or it turned the call away unread; `retry_after` in seconds or None.
            Rejected: Navigatr understood and said no, in its own words.
            OutcomeUnknown: the request left and no usable answer came.

        Source: PUT /badge/{id}/issue.
        """
        body: dict[str, Any] = dict(recipient.body())
        if provider_id is not None:
            body["provider_id"] = provider_id
        call = self._call("PUT", f"/badge/{badge_id:d}/issue", body=body)
        with channel or Channel.open(self._config) as used:
            seen = used.send(call, guard=guard)
        judgement = judge_issue(seen, badge_id=badge_id, email=recipient.email)
        if judgement.answer is None or seen.status_code is None:
            raise_for(judgement, seen.status_code, self._credentials.redact)
        return Issued(judgement.assertion_id, judgement.answer, seen.status_code)

    def _assertion_pages(
        self, path: str, query: Mapping[str, Any], size: int, first: int = 1
    ) -> Iterator[Page[Assertion]]:
        for page in self._pages(path, query, size, first):
            yield replace(page, items=tuple(map(Assertion.from_json, page.items)))

    def _pages(self, path: str, query: Mapping[str, Any], size: int, first: int = 1) -> Iterator[Page[Any]]:
        return walk(lambda number: self._read(path, {**query, "page": number, "size": size}, _LIST_BYTES), size, first)

    def _read_object(self, path: str) -> dict[str, Any]:
        answer = self._read(path)
        if isinstance(answer, dict):
            return answer
        raise _not_what_was_asked()

    def _read(self, path: str, query: Mapping[str, Any] | None = None, max_bytes: int = _LIST_BYTES) -> Any:
        call = self._call("GET", path, query=query, max_bytes=max_bytes)
        with Channel.open(self._config) as channel:
            self._wait()
            seen = channel.send(call)
        return read_answer(seen, self._credentials.redact)

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        max_bytes: int = MIB,
    ) -> Call:
        given = {name: str(value) for name, value in (query or {}).items() if value is not None}
        return Call(method, path, self._credentials.headers(), given, body, max_bytes)

    def _wait(self) -> None:
        if self._gate is not None:
            self._gate()


def fetch_password_token(config: ClientConfig, username: str, password: str, gate: Gate | None = None) -> Token:
    """Change a user name and password for a short-lived token. Deprecated by Navigatr; safe to repeat.

    Raises:
        NoEffect: not reached, or refused: `UNAUTHORISED` for a wrong password.
        Rejected: Navigatr did not understand the names.
        OutcomeUnknown: an answer without a token.

    Source: POST /token.
    """
    call = Call("POST", "/token", body={"username": username, "password": password})
    redact = redacting(password)
    del password
    with Channel.open(config) as channel:
        if gate is not None:
            gate()
        seen = channel.send(call)
    token = Token.from_json(read_answer(seen, redact))
    if not fits_a_header(token.access_token):
        raise _not_what_was_asked()
    return token


def _record(assertion_id: str, answer: dict[str, Any]) -> Assertion:
    found = Assertion.from_json(answer)
    if found.id not in ("", assertion_id):
        raise _not_what_was_asked()
    return replace(found, id=assertion_id)


def _checked_id(assertion_id: str) -> str:
    if not assertion_id or id_text(assertion_id) != assertion_id:
        raise InvalidInput("This is not the number of an issued badge at Navigatr.")
    return assertion_id


def _not_what_was_asked() -> OutcomeUnknown:
    words = "Navigatr answered, but not with what was asked for."
    return OutcomeUnknown(words, outcome=Outcome.UNKNOWN, status_code=200)
