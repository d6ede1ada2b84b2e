"""A database as a large college has it after years: one million badges sent, 200,000 learners."""

import itertools
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.db.models import F, Model
from django.utils import timezone

from issuing.enums import Disposition
from issuing.models import (
    Assertion,
    Attempt,
    Badge,
    ConsentMail,
    ConsentRecord,
    ConsentRequest,
    Issuance,
    Learner,
    Provider,
    Roster,
    RosterRow,
    User,
)
from issuing.models.searching import search_key
from issuing.validators import search_form
from tests.factories import make_badge, make_connection, make_provider, make_text, make_user

BADGES = 60
GROUPS = 120
ROSTER_SIZE = 250
CHUNK = 20_000
FIRST = ("Zoë", "Ana", "Bo", "Siân", "Oluwaseun", "Małgorzata", "José", "Chloë", "Fatima", "Liam",
         "Sam", "Mary-Ann", "Ødger", "Li", "Noor", "Ivy", "Max", "Ella", "Omar", "Una")  # fmt: skip
LAST_A = ("Nú", "Kow", "Smi", "Oka", "Fea", "Jo", "Pa", "Ød", "Mac", "Wil",
          "Tho", "Bro", "Da", "Ev", "Tay", "Rob", "Wal", "Whi", "Hug", "Gre")  # fmt: skip
LAST_B = ("ñez", "alska", "th", "for", "ther", "nes", "tel", "egård", "donald", "son",
          "mas", "wn", "vies", "ans", "lor", "erts", "ker", "te", "hes", "en")  # fmt: skip
STATES = ["Claimed"] * 62 + ["Pending"] * 37 + ["Revoked"]


def fill(people: int, issuances: int) -> None:
    """Fill an empty, migrated database. Nothing in it is drawn anew: the same numbers make the same rows."""
    chance = random.Random(2026)
    user = make_user("robin", first_name="Robin")
    provider = make_provider(make_connection())
    text = make_text(provider)
    badges = [make_badge(provider, navigatr_id=1000 + number, name=f"Badge {number:02}") for number in range(BADGES)]
    now = timezone.now()
    rosters = _rosters(badges, user, issuances // ROSTER_SIZE, now)
    _insert(Learner, _learners(people, now))
    first = Learner.objects.order_by("pk").values_list("pk", flat=True)[0]
    _insert(ConsentRecord, _consents(first, people, text.pk, user.pk, now))
    record = ConsentRecord.objects.order_by("pk").values_list("pk", flat=True)[0]
    _insert(Issuance, _issuances(chance, issuances, people, first, record, badges, rosters, user.pk, now))
    sent = Issuance.objects.order_by("pk").values_list("pk", flat=True)[0]
    _insert(Assertion, _assertions(chance, issuances, people, sent, badges, rosters, now))
    _insert(Attempt, _attempts(issuances, sent, provider, now))
    _ask(people, first, record, text.pk, user.pk, now)
    if database.vendor == "postgresql":  # which does it by itself; SQLite does not, and its guesses are better then
        with database.cursor() as cursor:
            cursor.execute("ANALYZE")


def _when(number: int, total: int, now: datetime) -> datetime:
    """Four years of badges, evenly."""
    return now - timedelta(seconds=4 * 365 * 86400 * (total - number) / total)


def _rosters(badges: Sequence[Badge], user: User, count: int, now: datetime) -> list[Roster]:
    made = [
        Roster(
            badge=badges[number % BADGES], group=f"Group {number % GROUPS:03}", file_name=f"class {number}.xlsx",
            file_sha256="0" * 64, uploaded_at=now, uploaded_by=user, checked_at=now, status="running",
            confirmed_at=now, confirmed_by=user,
        )
        for number in range(count)
    ]  # fmt: skip
    rosters = Roster.objects.bulk_create(made, batch_size=500)
    RosterRow.objects.bulk_create(
        RosterRow(roster=rosters[-1], row_no=number + 2, first_name="Ana", email=f"r{number}@example.org",
                  disposition=Disposition.READY)
        for number in range(ROSTER_SIZE)
    )  # fmt: skip
    return rosters


def name_of(number: int) -> tuple[str, str]:
    last = LAST_A[number // 20 % 20] + LAST_B[number // 400 % 20]
    return FIRST[number % 20], last if number % 3 else f"{last} {number % 997}"


def _learners(people: int, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(people):
        first, last = name_of(number)
        email = f"learner{number}@example.org"
        yield {
            "first_name": first, "last_name": last, "email": email, "email_key": f"{number:064x}",
            "student_number": f"{number:07}", "created_at": now, "on_hold_note": "",
            "search": search_form(f"{first} {last} {number:07} {email}"),
        }  # fmt: skip


def _consents(first: int, people: int, text: int, user: int, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(people):
        yield {
            "learner_id": first + number, "decision": "given", "text_id": text, "route": "paper", "giver": "learner",
            "giver_name": "", "giver_relation": "", "giver_key": "learner", "decided_at": now, "recorded_at": now,
            "recorded_by_id": user, "evidence_note": "", "invalidated_note": "",
        }  # fmt: skip


def _issuances(
    chance: random.Random, count: int, people: int, first: int, record: int,
    badges: Sequence[Badge], rosters: Sequence[Roster], user: int, now: datetime,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    for number in range(count):
        person, at = number % people, _when(number, count, now)
        given, last = name_of(person)
        roster = rosters[min(number // ROSTER_SIZE, len(rosters) - 1)] if number % 10 else None
        badge = roster.badge_id if roster else badges[number % BADGES].pk
        status = (
            "issued" if number < count - 300 and number % 50 else ("queued" if number > count - 300 else "rejected")
        )
        yield {
            "badge_id": badge, "learner_id": first + person, "roster_id": roster.pk if roster else None,
            "email_key": f"{person:064x}", "reissue_no": number // people, "reissue_reason": "Yearly",
            "first_name": given, "last_name": last, "email": f"learner{person}@example.org",
            "first_key": search_key(given), "last_key": search_key(last), "organisation": "", "issue_date": "",
            "end_date": "", "evidence_text": "", "evidence_url": "", "status": status,
            "reason": "refused_by_navigatr" if status == "rejected" else "", "detail": "", "changed_at": at,
            "attempt_no": 0 if status == "queued" else 1, "allowed_by_id": record + person, "confirmed_at": at,
            "confirmed_by_id": user, "issued_at": at if status == "issued" else None,
        }  # fmt: skip


def _assertions(
    chance: random.Random, count: int, people: int, sent: int,
    badges: Sequence[Badge], rosters: Sequence[Roster], now: datetime,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    for number in range(count - 300):
        if number % 50:
            roster = rosters[min(number // ROSTER_SIZE, len(rosters) - 1)] if number % 10 else None
            status = STATES[chance.randrange(100)]
            at = _when(number, count, now)
            yield {
                "badge_id": roster.badge_id if roster else badges[number % BADGES].pk,
                "navigatr_id": f"{7_000_000 + number}",
                "issuance_id": sent + number, "email_key": f"{number % people:064x}", "status": status,
                "time_created": at, "time_claimed": at if status == "Claimed" else None, "read_at": now,
            }  # fmt: skip


def _attempts(count: int, sent: int, provider: Provider, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(count - 300):
        at = _when(number, count, now)
        yield {
            "issuance_id": sent + number, "number": 1, "connection_id": provider.connection_id, "secret_version": 1,
            "worker": "bench:1", "claimed_at": at, "slot_at": at, "ended_at": at, "outcome": "issued", "effect": "one",
            "status_code": 200, "detail": "", "assertion_id": "", "answer": None,
        }  # fmt: skip


def _ask(people: int, first: int, record: int, text: int, user: int, now: datetime) -> None:
    """Everybody asked twice, and five e-mails for each: two of every hundred requests wait for an answer."""
    _insert(ConsentRequest, _requests(people, first, record, text, user, now))
    request = ConsentRequest.objects.order_by("pk").values_list("pk", flat=True)[0]
    _insert(ConsentMail, _mails(people, first, record, request, now))
    mail = ConsentMail.objects.order_by("pk").values_list("pk", flat=True)[0]
    for start in range(0, 2 * people, CHUNK):  # the first e-mails come in the order of their requests
        part = ConsentRequest.objects.filter(pk__gte=request + start, pk__lt=request + start + CHUNK)
        part.update(mail_id=F("pk") - request + mail)


def _requests(people: int, first: int, record: int, text: int, user: int, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(2 * people):
        is_open, kind = number % 50 == 49, number % 10
        answer = "" if is_open or kind == 0 else ("declined" if kind == 1 else "given")
        yield {
            "learner_id": first + number % people, "text_id": text, "about": f"badge:{number // people}",
            "asked_at": now, "asked_by_id": user, "answer": answer, "answered_at": now if answer else None,
            "record_id": record + number % people if answer else None,
            "stopped_at": now if kind == 0 and not is_open else None,
        }  # fmt: skip


def _mails(people: int, first: int, record: int, request: int, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(5 * people):
        kind = "ask" if number < 2 * people else ("reminder" if number < 3 * people else "receipt")
        status = {499: "refused", 999: "perhaps", 1499: "waiting", 1999: "undelivered"}.get(number % 2000, "sent")
        if kind == "reminder" and status == "waiting":
            status = "sent"
        yield {
            "kind": kind, "learner_id": first + number % people, "status": status, "due_at": now, "tries": 1,
            "request_id": request + number % (2 * people) if kind != "receipt" else None,
            "record_id": record + number % people if kind == "receipt" else None,
            "marked_at": now, "ended_at": now, "email_key": f"{number % people:064x}", "detail": "",
        }  # fmt: skip


def _insert(model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
    """Rows as plain values, past the model: twenty times as quick as `bulk_create`, by COPY on PostgreSQL."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns = [field.column for field in fields]
    numbers = itertools.count(1)

    def values(row: dict[str, Any]) -> tuple[Any, ...]:
        known = {"uuid": f"{next(numbers):032x}", **row}
        return tuple(
            field.get_db_prep_save(known[field.attname], database) if field.attname in known else _empty(field)
            for field in fields
        )

    _bulk(model._meta.db_table, columns, (values(row) for row in rows))


def _empty(field: Any) -> Any:
    return None if field.null else field.get_db_prep_save(field.get_default(), database)


def _bulk(table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    if database.vendor == "postgresql":
        with database.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([json.dumps(cell) if isinstance(cell, dict | list) else cell for cell in row])
        return
    marks = ", ".join(["%s"] * len(columns))
    for part in iter(lambda: list(itertools.islice(rows, CHUNK)), []):
        with transaction.atomic(), database.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", part)
