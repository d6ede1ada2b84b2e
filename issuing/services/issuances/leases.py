"""The lease of a connection: one sender at a time, for economy. Correctness rests on the claim alone."""

import os
import socket
from pathlib import Path

from django.conf import settings
from django.db import transaction

from issuing import enqueue, queries
from issuing.models import Pace
from issuing.services import connections

SECONDS = 10.0


def cluster_name() -> str:
    """The q2 cluster this process belongs to: its workers share one parent."""
    return f"{socket.gethostname()}:{os.getppid()}"[:100]


def take(connection_id: int, owner: str) -> bool:
    """Take the lease, unless another has it or all but one of this cluster's workers send already."""
    with transaction.atomic():
        pace = connections.lock(connection_id)
        now = queries.database_time()
        # One that lasts longer than any can was written before the clock was set back.
        held = (now, now + SECONDS)
        is_held = held[0] < pace.lease_until <= held[1]
        if is_held and pace.lease_owner != owner and not _is_gone(pace.lease_owner):
            return False
        others = Pace.objects.filter(lease_cluster=cluster_name(), lease_until__range=held).exclude(pk=pace.pk)
        if others.count() >= settings.WORKERS - 1:
            return False
        pace.lease_owner, pace.lease_cluster, pace.lease_until = owner, cluster_name(), now + SECONDS
        pace.save(update_fields=["lease_owner", "lease_cluster", "lease_until"])
    return True


def keep(connection_id: int, owner: str) -> bool:
    """Keep the lease up; False where another took it meanwhile."""
    until = queries.database_time() + SECONDS
    return Pace.objects.filter(pk=connection_id, lease_owner=owner).update(lease_until=until) == 1


def hand_on(connection_id: int, owner: str) -> None:
    """Give the lease back and wake whoever has something due, in one transaction.

    Work that fell due while a woken sender found the lease taken is seen here, so no waking is lost.
    """
    with transaction.atomic():
        connections.lock(connection_id)
        Pace.objects.filter(pk=connection_id, lease_owner=owner).update(lease_owner="", lease_until=0.0)
        now = queries.database_time()
        due = queries.due_connections(queries.moment(now)).filter(pace__lease_until__lte=now)
        following = due.filter(pk=connection_id).first() or due.first()
        if following is not None:
            enqueue.send(following.pk)


def wake_due() -> int:
    """Wake a sender for every connection that has something due; returns how many.

    Those with a lease too: its owner may have been killed. Where it was not, the woken sender ends at once.
    """
    with transaction.atomic():
        due = list(queries.due_connections(queries.moment(queries.database_time())))
        for connection in due:
            enqueue.send(connection.pk)
    return len(due)


def _is_gone(owner: str) -> bool:
    """Whether the owner was a process of this machine that runs no more."""
    host, _, rest = owner.partition(":")
    number = rest.partition(":")[0]
    if host != socket.gethostname() or not number.isdigit():
        return False
    status = Path(f"/proc/{number}/stat")
    try:
        os.kill(int(number), 0)
        # Dead, and its parent has not asked how it ended: in a container perhaps nobody ever will.
        return status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z"
    except ProcessLookupError:
        return True
    except OSError:
        return False
