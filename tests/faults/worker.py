"""A worker that dies where it is told to: `python -m tests.faults.worker --die-at mid-write:3`.

It is a plain `qcluster`. Sockets and the database are wrapped before it starts, so that it kills its own process group
with SIGKILL at a named point of the n-th badge it sends, or before the n-th SQL statement or commit of a sending task.
With `--without-lease` its senders do not keep apart.
"""

import argparse
import functools
import http.client
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

import django
from django.core.management import call_command
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

POINTS = (
    "in-claim",  # written, not committed
    "after-claim",  # committed, nothing sent
    "before-write",  # at its slot, before the first byte
    "mid-write",  # half of the body
    "after-write",  # the last byte has left
    "after-headers",  # the answer has begun
    "before-result",  # the outcome is written, not committed
    "after-result",  # the outcome is committed
)


def die() -> None:
    """The whole cluster at once: main process, sentinel, workers."""
    os.killpg(os.getpgrp(), signal.SIGKILL)
    signal.pause()


class Fuse:
    """Burns down each time that its point is reached, in this process; threads may reach it at once."""

    def __init__(self, point: str, times: int) -> None:
        self.point = point
        self._left = times
        self._lock = threading.Lock()

    def burns_out(self, point: str) -> bool:
        if point != self.point:
            return False
        with self._lock:
            self._left -= 1
            return self._left == 0

    def reach(self, point: str) -> None:
        if self.burns_out(point):
            die()


def arm(fuse: Fuse) -> None:
    """Wrap what every call goes through; what is forked afterwards has it too."""
    _watch_sockets(fuse)
    _watch_answers(fuse)
    _watch_commits(fuse)
    _watch_statements(fuse)


def _watch_sockets(fuse: Fuse) -> None:
    plain = socket.socket.sendall
    open_heads: set[int] = set()

    def sendall(self: socket.socket, data: Any, *flags: int) -> None:
        is_body = id(self) in open_heads
        open_heads.discard(id(self))
        if bytes(data[:4]) == b"PUT ":
            fuse.reach("before-write")
            open_heads.add(id(self))
        elif is_body and fuse.burns_out("mid-write"):
            plain(self, data[: len(data) // 2], *flags)
            die()
        plain(self, data, *flags)
        if is_body:
            fuse.reach("after-write")

    socket.socket.sendall = sendall  # type: ignore[method-assign]


def _watch_answers(fuse: Fuse) -> None:
    plain = http.client.HTTPResponse.begin

    def begin(self: http.client.HTTPResponse) -> None:
        plain(self)
        if self._method == "PUT":  # type: ignore[attr-defined]
            fuse.reach("after-headers")

    http.client.HTTPResponse.begin = begin  # type: ignore[method-assign]


def _watch_commits(fuse: Fuse) -> None:
    plain = BaseDatabaseWrapper.commit

    def commit(self: BaseDatabaseWrapper) -> None:
        wrote, self.wrote = getattr(self, "wrote", ""), ""  # type: ignore[attr-defined]
        if _SENDS.is_set():
            fuse.reach("statement")
        if wrote == "result":
            fuse.reach("before-result")
        plain(self)
        if wrote:
            fuse.reach(f"after-{wrote}")

    BaseDatabaseWrapper.commit = commit  # type: ignore[method-assign]


def _watch_statements(fuse: Fuse) -> None:
    def execute(call: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if _SENDS.is_set():
            fuse.reach("statement")
        result = call(sql, params, many, context)
        if sql.startswith('INSERT INTO "issuing_attempt"'):
            context["connection"].wrote = "claim"
            fuse.reach("in-claim")
        if sql.startswith('UPDATE "issuing_attempt"') and '"outcome" =' in sql.partition(" WHERE ")[0]:
            context["connection"].wrote = "result"
        return result

    def connected(connection: BaseDatabaseWrapper, **_: Any) -> None:
        if execute not in connection.execute_wrappers:
            connection.execute_wrappers.append(execute)

    connection_created.connect(connected, weak=False)


_SENDS = threading.Event()
"""Set once this process runs a sending task: from there on its statements are counted."""


def _watch_sending(*, with_lease: bool) -> None:
    from issuing import tasks
    from issuing.services import issuances

    @functools.wraps(tasks.send)
    def send(connection_id: int) -> None:
        _SENDS.set()
        issuances.send(connection_id, with_lease=with_lease)

    tasks.send = send


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser("python -m tests.faults.worker")
    parser.add_argument("--die-at", metavar="POINT[:n]")
    parser.add_argument("--die-at-statement", type=int, metavar="N", default=0)
    parser.add_argument("--without-lease", action="store_true")
    options = parser.parse_args(arguments)
    point, _, times = (options.die_at or f"statement:{options.die_at_statement}").partition(":")
    if point not in (*POINTS, "statement"):
        parser.error(f"{point} is none of {', '.join(POINTS)}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "navigatr_admin.settings")
    arm(Fuse(point, int(times or 1)))
    django.setup()
    _watch_sending(with_lease=not options.without_lease)
    call_command("qcluster")


if __name__ == "__main__":
    main(sys.argv[1:])
