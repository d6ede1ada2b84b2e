"""How long the server takes for each list over a million badges, beside Django's stock admin on the same tables.

Started as a process of its own, once for each database: `python -m tests.benchmarks.lists` with `DATABASE_URL` set to
an empty database.
"""

import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

GOAL = 100.0
"""Milliseconds that 95 of 100 answers of our pages take at most."""
ROUNDS = 40
MOST_BYTES = 200_000
REQUESTS = ("waiting", "sent", "yes", "no", "refused", "perhaps", "undelivered", "ended", "look", "mails")

Address = tuple[str, str]


def main(people: int, issuances: int) -> None:
    """Measure on both databases, each in a process of its own."""
    for kind in ("SQLite", "PostgreSQL"):
        print(
            f"\nServer time of lists, {kind}, {issuances:,} badges, {people:,} learners, {ROUNDS} times each:",
            flush=True,
        )
        command = [sys.executable, "-m", "tests.benchmarks.lists", str(people), str(issuances)]
        before = [sys.executable, "-m", "tests.postgres", "--"] if kind == "PostgreSQL" else []
        with tempfile.TemporaryDirectory() as folder:
            url = {} if before else {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"}
            subprocess.run([*before, *command], env={**_environment(folder), **url}, check=True)


def _environment(folder: str) -> dict[str, str]:
    key = "A" * 43 + "="
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**keep, "MODE": "test", "VAR_DIR": folder, "SECRET_KEY": "for a benchmark only", "ENCRYPTION_KEYS": key}


def measure(people: int, issuances: int) -> None:
    """Fill the database that DATABASE_URL names, and print a line for each list."""
    import django
    from django.conf import settings

    os.environ["DJANGO_SETTINGS_MODULE"] = "navigatr_admin.settings"
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "django.contrib.admin"]
    settings.ROOT_URLCONF = "tests.benchmarks.admin_urls"
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STATIC_ROOT = Path(os.environ["VAR_DIR"])
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    django.setup()
    from django.core.management import call_command

    from tests.benchmarks import million

    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    million.fill(people, issuances)
    print(f"(filled in {time.perf_counter() - began:.0f} s)", flush=True)
    _print_all()


def _backend() -> Path | None:
    """Where Linux says how long the PostgreSQL process that serves us has worked."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        path = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return path if path.exists() else None


def _work(backend: Path | None) -> float:
    """Milliseconds of processor time of this process and of PostgreSQL's for us, without its parallel helpers."""
    return 1000 * time.process_time() + (int(backend.read_text().split()[0]) / 1_000_000 if backend else 0.0)


def _print_all() -> None:
    from django.test import Client

    from issuing.models import User

    client, user = Client(), User.objects.get(username="robin")
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True, role="manager")
    client.force_login(user)
    print(f"(load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors)")
    print(f"{'':<46} {'cpu':>8} {'p50':>8} {'p95':>8} {'worst':>8} {'page':>8}")
    for name, address in addresses():
        _print(client, name, address, is_ours=True)
    for name, address in admin_addresses():
        _print(client, f"stock admin: {name}", address, is_ours=False)


def _print(client: object, name: str, address: str, *, is_ours: bool) -> None:
    times, work, size, backend = [], [], 0, _backend()
    for _ in range(ROUNDS if is_ours else 3):
        began, began_work = time.perf_counter(), _work(backend)
        answer = client.get(address)  # type: ignore[attr-defined]
        content = answer.getvalue() if answer.streaming else answer.content
        times.append(1000 * (time.perf_counter() - began))
        work.append(_work(backend) - began_work)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        size = len(content)
    times.sort()
    p95 = times[math.ceil(0.95 * len(times)) - 1]
    told = "  over the goal" if is_ours and p95 > GOAL else ""
    told += "  too heavy" if is_ours and size > MOST_BYTES else ""
    cells = [statistics.median(work), statistics.median(times), p95, times[-1]]
    numbers = " ".join(f"{cell:>5.0f} ms" for cell in cells) + f" {size / 1000:>5.0f} kB"
    print(f"{name:<46} {numbers}{told}", flush=True)


def addresses() -> Iterator[Address]:
    """Every list of ours: first, deep, each filter, each search."""
    from django.urls import NoReverseMatch, reverse
    from django.utils import timezone

    from issuing.models import Badge, Issuance, Learner, Roster

    first, last = (Issuance.objects.order_by(order).values_list("pk", flat=True)[0] for order in ("pk", "-pk"))
    middle, badge = (first + last) // 2, Badge.objects.order_by("pk")[7]
    year = timezone.localdate().year
    home = reverse("issuance-list")
    filters = {
        "first page": "", "in the middle": f"after={middle}", "at the end": f"after={first + 60}",
        "back from the end": f"before={first + 60}", "a badge": f"badge={badge.uuid}",
        "a badge, deep": f"badge={badge.uuid}&after={first + 20_000}", "a group": "group=Group 007",
        "dates": f"since={year - 2}-03-01&until={year - 2}-03-31",
        "dates, a badge": f"since={year - 2}-03-01&badge={badge.uuid}",
        "name, common": "q=zoe", "name, common, deep": f"q=zoe&after={first + 30_000}", "name, one letter": "q=s",
        "name, both": "q=zoe nunez", "name, rare": "q=nunez 996", "name, nobody": "q=zzz",
        "name and badge": f"q=zoe nu&badge={badge.uuid}", "name and status": "q=zoe&status=not-sent",
        "name and sent": "q=zoe&status=sent", "name and claimed": "q=zoe&status=claimed",
        "name and unclaimed": "q=zoe&status=unclaimed",
        "name and dates": f"q=zoe&since={year - 2}-03-01&until={year - 2}-03-31",
        "e-mail": "q=learner777@example.org", "student number": "q=0000777", "Navigatr's record": "q=7000777",
    }  # fmt: skip
    from issuing import queries

    filters |= {f"status {status}": f"status={status}" for status in queries.STATUSES}
    filters |= {
        f"status {status}, deep": f"status={status}&after={first + 5_000}" for status in ("unclaimed", "claimed")
    }
    for name, query in filters.items():
        yield f"History: {name}", f"{home}?{query}"
    learner, roster = Learner.objects.order_by("pk")[777], Roster.objects.order_by("-pk")[0]
    others = [
        ("Home", "home", [], ""), ("Learners", "learner-list", [], ""),
        ("Learners: name", "learner-list", [], "q=zoe nunez"),
        ("Learners: nobody", "learner-list", [], "q=zzzz"),
        ("Learners: deep", "learner-list", [], f"after={learner.pk}"),
        ("Learner", "learner-detail", [learner.uuid], ""), ("Rosters", "roster-list", [], ""),
        ("Rosters: group", "roster-list", [], "q=Group 007"), ("Roster", "roster-detail", [roster.uuid], ""),
        ("Badges", "badge-list", [], ""), ("Badge", "badge-detail", [badge.uuid], ""),
        ("One badge sent", "issuance-detail", [Issuance.objects.get(pk=middle).uuid], ""),
        ("Year report", "report-year", [], ""), ("Requests", "request-list", [], ""),
        *((f"Requests: {state}", "request-list", [], f"state={state}") for state in REQUESTS),
    ]  # fmt: skip
    for name, view, arguments, query in others:
        try:
            yield name, f"{reverse(view, args=arguments)}?{query}"
        except NoReverseMatch:
            print(f"{name:<46} not there yet")


def admin_addresses() -> Sequence[Address]:
    """The same in the stock admin, with its usual search and filters."""
    from issuing.models import Badge, Issuance

    badge = Badge.objects.order_by("pk")[7]
    return [
        ("first page", "/admin/issuing/issuance/"),
        ("at the end", f"/admin/issuing/issuance/?p={Issuance.objects.count() // 100 - 1}"),
        ("a badge", f"/admin/issuing/issuance/?badge__id__exact={badge.pk}"),
        ("status", "/admin/issuing/issuance/?status__exact=issued"),
        ("name", "/admin/issuing/issuance/?q=zoe"),
        ("learners", "/admin/issuing/learner/"),
    ]


if __name__ == "__main__":
    measure(int(sys.argv[1]), int(sys.argv[2]))
