"""The running practice Navigatr: its ledger, its limit, its settings and who is signed in."""

import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any

from issuing.practice.catalogue import USERS_BY_PAT, User
from issuing.practice.ledger import Ledger
from issuing.practice.rate import Rate, SlidingWindow, busiest

TOKEN_SECONDS = 600


@dataclass(frozen=True)
class Settings:
    """What can be changed while it runs. Seconds throughout.

    Attributes:
        latency (float): before the first byte of every answer under /v1, after its effect.
        outage (str): the name of a fault that every call gets; "" for none.
        drip (float): between two bytes of a dripping answer.
        hang (float): after which a call that is never answered is dropped.
    """

    rate: Rate
    latency: float = 0.0
    outage: str = ""
    drip: float = 0.5
    hang: float = 120.0


@dataclass(frozen=True)
class Admission:
    """A call under /v1 that was recorded; `within_limit` says whether it may be answered properly."""

    call_id: int
    within_limit: bool


class Practice:
    """Everything that the answers depend on. Safe for threads."""

    def __init__(self, ledger: Ledger, settings: Settings, origin: str) -> None:
        self.ledger = ledger
        self.origin = origin
        self.stopping = threading.Event()
        self._settings = settings
        self._window = SlidingWindow(settings.rate)
        self._sessions: dict[str, tuple[User, float]] = {}
        self._lock = threading.Lock()

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return self._settings

    def change(self, settings: Settings) -> None:
        """Put settings in force; calls already admitted keep counting."""
        with self._lock:
            self._settings = settings
            self._window.rate = settings.rate

    def admit(self, method: str, path: str, query: str, arrived: float) -> Admission:
        """Record a call and decide whether it is within the limit.

        Args:
            arrived (float): when its first line was read, on the monotonic clock.
        """
        with self._lock:
            within = self._window.admit(arrived)
            call_id = self.ledger.record_arrival(method, path, query, arrived, refused=not within)
        return Admission(call_id, within)

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than the server runs."""
        if seconds > 0:
            self.stopping.wait(seconds)

    def sign_in(self, user: User) -> dict[str, Any]:
        """Return a new short-lived token in the shape of `POST /token`."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._sessions[token] = (user, time.monotonic() + TOKEN_SECONDS)
        return {
            "access_token": token,
            "refresh_token": secrets.token_urlsafe(24),
            "token_type": "bearer",
            "expires_in": TOKEN_SECONDS,
        }

    def user_of(self, token: str, *, bearer: bool) -> User | None:
        """Return whose token it is; a short-lived one counts only as bearer, a revoked or expired one not at all."""
        if token in USERS_BY_PAT:
            return None if token in self.ledger.revoked_tokens() else USERS_BY_PAT[token]
        user, until = self._sessions.get(token, (None, 0.0)) if bearer else (None, 0.0)
        return user if time.monotonic() < until else None

    def expire_sessions(self) -> None:
        """Make every short-lived token end now."""
        with self._lock:
            self._sessions.clear()

    def reset(self) -> None:
        """Forget calls, assertions, effects, revoked tokens and sessions; settings and used ids stay."""
        with self._lock:
            self.ledger.clear()
            self._window.clear()
            self._sessions.clear()

    def summary(self) -> dict[str, Any]:
        """Return what happened in numbers; the busiest window counts refused calls too."""
        counts = self.ledger.counts()
        return {
            "emails": counts.get("email", 0),
            "recipients": self.ledger.recipients(),
            "calls": counts["calls"],
            "refused_429": counts["refused"],
            "max_calls_in_window": busiest(self.ledger.arrivals(), self.settings.rate.seconds),
            "verified": counts.get("verify", 0),
            "revoked": counts.get("revoke", 0),
        }
