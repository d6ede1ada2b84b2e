"""What lasts: calls, assertions and their effects, in one SQLite file."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from issuing.practice import records
from issuing.practice.records import Assertion, Search, Wanted

LARGEST_ID = 2**63 - 1


class Ledger:
    """The file. Every writing method has committed when it returns; safe for threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=10)
        self._db.row_factory = sqlite3.Row
        self._db.create_function("casefold", 1, lambda text: (text or "").casefold(), deterministic=True)
        # A killed process loses nothing; a power cut may, and this is practice.
        self._db.execute("pragma synchronous = off")
        self._db.execute("pragma journal_mode = wal")
        self._db.executescript(records.SCHEMA)

    def close(self) -> None:
        """Close the file; the ledger cannot be used afterwards."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._db:
            yield self._db

    def _rows(self, sql: str, values: dict[str, Any] | tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def record_arrival(self, method: str, path: str, query: str, monotonic: float, *, refused: bool) -> int:
        """Record that a call came in and return its number; its status stays empty until it is answered."""
        arrived = time.time() - (time.monotonic() - monotonic)
        with self._writing() as db:
            row = (arrived, monotonic, method, path, query, refused)
            return int(db.execute(records.RECORD_CALL, row).lastrowid or 0)

    def record_answer(self, call_id: int, status: int | None, fault: str) -> None:
        """Record what a call is about to be answered; None when nothing will be sent."""
        with self._writing() as db:
            db.execute("update calls set status = ?, fault = ? where id = ?", (status, fault, call_id))

    def calls(self, after: int = 0) -> list[dict[str, Any]]:
        """Return the calls with a number above `after`, in the order of arrival."""
        found = self._rows("select * from calls where id > ? order by id", (after,))
        return [dict(row) | {"refused": bool(row["refused"])} for row in found]

    def arrivals(self) -> list[float]:
        """Return the monotonic time of every call, refused ones too, in the order they were recorded."""
        return [float(row[0]) for row in self._rows("select monotonic from calls order by id")]

    def issue(self, wanted: Wanted, *, claimed: bool, redacted: bool, listed_from: float) -> Assertion:
        """Make an assertion and send its e-mail, however often the same was asked for before."""
        with self._writing() as db:
            assertion_id = _insert(db, wanted, "api", claimed, redacted, listed_from)
            _effect(db, "email", assertion_id)
            return _assertion(db, assertion_id)

    def issue_outside(self, wanted: Wanted) -> Assertion:
        """Make an assertion as if by hand in Navigatr itself: no call, and no e-mail in the outbox."""
        with self._writing() as db:
            assertion_id = _insert(db, wanted, "manual", False, False, 0.0)
            return _assertion(db, assertion_id)

    def assertion_or_none(self, assertion_id: int) -> Assertion | None:
        """Return one assertion, listed or not."""
        if assertion_id > LARGEST_ID:
            return None
        rows = self._rows("select * from assertions where id = ?", (assertion_id,))
        return _from_row(rows[0]) if rows else None

    def assertions(self, search: Search, *, limit: int, offset: int) -> tuple[list[Assertion], int]:
        """Return a part of what matches and is listed by now, and how many match in all."""
        values = search.values(time.time())
        order = records.NEWEST_FIRST if search.newest_first else records.OLDEST_FIRST
        with self._lock:
            total = int(self._rows(records.COUNT, values)[0][0])
            rows = self._rows(order, values | {"limit": limit, "offset": min(offset, LARGEST_ID)})
        return [_from_row(row) for row in rows], total

    def claim(self, assertion_id: int) -> bool:
        """Set a Pending assertion to Claimed; False when it was not Pending."""
        return self._step(
            "update assertions set status = 'Claimed', claimed = ? where id = ? and status = 'Pending'",
            (time.time(), assertion_id),
            ("claim", assertion_id),
        )

    def revoke(self, assertion_id: int, reason: str) -> bool:
        """Set an assertion to Revoked; False when it was already."""
        return self._step(
            "update assertions set status = 'Revoked', revocation_reason = ? where id = ? and status <> 'Revoked'",
            (reason, assertion_id),
            ("revoke", assertion_id),
        )

    def _step(self, sql: str, values: tuple[Any, ...], effect: tuple[str, int]) -> bool:
        with self._writing() as db:
            done = db.execute(sql, values).rowcount == 1
            if done:
                _effect(db, *effect)
        return done

    def verify(self, assertion_id: int) -> int:
        """Count a look at the public tick and return how often it was looked at."""
        sql = "select count(*) from effects where kind = 'verify' and assertion_id = ?"
        with self._writing() as db:
            _effect(db, "verify", assertion_id)
            return int(db.execute(sql, (assertion_id,)).fetchone()[0])

    def outbox(self, limit: int = -1) -> list[dict[str, Any]]:
        """Return the e-mails sent, newest first; -1 is all of them."""
        return [dict(row) for row in self._rows(records.OUTBOX, (limit,))]

    def recipients(self) -> dict[str, int]:
        """Return address as it was sent → number of e-mails."""
        return {row[0]: row[1] for row in self._rows(records.RECIPIENTS)}

    def counts(self) -> dict[str, int]:
        """Return the number of calls, of calls refused by the limit, and of effects by kind."""
        calls = self._rows("select count(*), coalesce(sum(refused), 0) from calls")[0]
        effects = self._rows("select kind, count(*) from effects group by kind")
        return {"calls": calls[0], "refused": calls[1], **{row[0]: row[1] for row in effects}}

    def spend(self, address: str, fault: str) -> bool:
        """Use up a fault that happens once for an address; False when it was used up before."""
        with self._writing() as db:
            sql = "insert or ignore into spent_faults (address, fault) values (?, ?)"
            return db.execute(sql, (address.casefold(), fault)).rowcount == 1

    def set_revoked(self, pat: str, revoked: bool) -> None:
        """Make a token be refused from now on, or accepted again."""
        with self._writing() as db:
            db.execute("delete from revoked_tokens where pat = ?", (pat,))
            if revoked:
                db.execute("insert into revoked_tokens (pat) values (?)", (pat,))

    def revoked_tokens(self) -> set[str]:
        """Return the tokens that are refused."""
        return {row[0] for row in self._rows("select pat from revoked_tokens")}

    def clear(self) -> None:
        """Forget everything except which ids were used."""
        with self._writing() as db:
            for table in ("calls", "assertions", "effects", "spent_faults", "revoked_tokens"):
                db.execute(f"delete from {table}")  # noqa: S608 - our own table names


def _insert(
    db: sqlite3.Connection, wanted: Wanted, method: str, claimed: bool, redacted: bool, listed_from: float
) -> int:
    now = time.time()
    values = vars(wanted) | {
        "status": "Claimed" if claimed else "Pending",
        "created": now,
        "claimed": now if claimed else None,
        "method": method,
        "redacted": redacted,
        "listed_from": listed_from,
    }
    return int(db.execute(records.INSERT_ASSERTION, values).lastrowid or 0)


def _effect(db: sqlite3.Connection, kind: str, assertion_id: int) -> None:
    sql = "insert into effects (time, kind, assertion_id) values (?, ?, ?)"
    db.execute(sql, (time.time(), kind, assertion_id))


def _assertion(db: sqlite3.Connection, assertion_id: int) -> Assertion:
    return _from_row(db.execute("select * from assertions where id = ?", (assertion_id,)).fetchone())


def _from_row(row: sqlite3.Row) -> Assertion:
    return Assertion(**{**dict(row), "redacted": bool(row["redacted"])})
