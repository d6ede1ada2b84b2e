"""Rows to test with: each function makes one thing and what it cannot be without."""

import itertools
import os
import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from issuing.enums import AuthScheme, Decision, Role, RosterStatus, Route
from issuing.fields import Secret
from issuing.models import (
    Badge,
    Connection,
    ConsentLink,
    ConsentMail,
    ConsentRecord,
    ConsentRequest,
    ConsentStatement,
    ConsentText,
    Issuance,
    Learner,
    Pace,
    Provider,
    Roster,
    RosterRow,
    User,
    email_key,
)
from issuing.workflow.consent import giver_key

TOKEN = "practice-pat-owner"
LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_numbers = itertools.count(300 * os.getpid())
"""From elsewhere in each process: several may fill one instance."""


def make_user(username: str = "", *, role: Role = Role.STAFF, **fields: Any) -> User:
    name = username or f"staff{next(_numbers)}"
    email = fields.pop("email", f"{name}@college.example.org")
    return User.objects.create_user(name, email, "a long password", role=role, **fields)


def make_connection(base_url: str = "http://127.0.0.1:9/v1", *, token: str = TOKEN, **fields: Any) -> Connection:
    """A connection with its pace; with the practice server's `base_url` its token is good there."""
    host = urlsplit(base_url).netloc
    number = next(_numbers)
    given = {"name": f"Account {number}", "navigatr_user_id": str(number), "scheme": AuthScheme.ACCESS_TOKEN} | fields
    connection = Connection.objects.create(
        base_url=base_url, host=host, secret=Secret(token), fingerprint="f" * 8, verified_at=timezone.now(), **given
    )
    Pace.objects.create(connection=connection)
    return connection


def make_provider(connection: Connection | None = None, *, navigatr_id: int = 12, **fields: Any) -> Provider:
    connection = connection or make_connection()
    given = {"name": "Example College", "status": "Active"} | fields
    return Provider.objects.create(connection=connection, host=connection.host, navigatr_id=navigatr_id, **given)


def make_badge(provider: Provider | None = None, *, navigatr_id: int = 51, **fields: Any) -> Badge:
    """Badge 51 of the practice server's provider 12, unless told otherwise."""
    given = {"name": "Digital Skills", "status": "Published", "source": "Internal"} | fields
    given.setdefault("recipients_read_at", timezone.now())
    return Badge.objects.create(provider=provider or make_provider(), navigatr_id=navigatr_id, **given)


def make_learner(email: str = "", **fields: Any) -> Learner:
    address = email or f"learner{next(_numbers)}@example.org"
    given = {"first_name": "Zoë", "last_name": "Núñez"} | fields
    return Learner.objects.create(email=address, email_key=email_key(address), **given)


def make_text(provider: Provider, *, badge: Badge | None = None, version: int = 1, **fields: Any) -> ConsentText:
    """The English words of a published statement."""
    statement = ConsentStatement.objects.create(
        provider=provider, badge=badge, version=version, published_at=LONG_AGO, **fields
    )
    return ConsentText.objects.create(statement=statement, language="en", body="We send…\n", sha256="0" * 64)


def make_consent(
    learner: Learner, text: ConsentText | None, decision: Decision = Decision.GIVEN, **fields: Any
) -> ConsentRecord:
    given = {"decided_at": LONG_AGO, "recorded_at": LONG_AGO, "route": Route.PAPER, "giver": "learner"} | fields
    key = giver_key(given["giver"], given.get("giver_name", ""))
    return ConsentRecord.objects.create(learner=learner, text=text, decision=decision, giver_key=key, **given)


def make_link(learner: Learner) -> ConsentLink:
    """A personal link of a learner; nobody knows its secret."""
    token = secrets.token_urlsafe(24)
    return ConsentLink.objects.create(
        learner=learner, email_key=learner.email_key, token_hash=token, secret=Secret(token), made_at=LONG_AGO
    )


def make_request(text: ConsentText, learner: Learner | None = None, **fields: Any) -> ConsentRequest:
    """An open request of which no e-mail was made yet, for all badges of the words' provider."""
    given = {"about": f"provider:{text.statement.provider_id}", "asked_at": LONG_AGO} | fields
    by = given.pop("asked_by", None) or make_user()
    return ConsentRequest.objects.create(learner=learner or make_learner(), text=text, asked_by=by, **given)


def make_mail(request: ConsentRequest, status: str = "waiting", **fields: Any) -> ConsentMail:
    """An e-mail of a request; one that left has been tried once, now."""
    given: dict[str, Any] = {"kind": "ask", "due_at": LONG_AGO}
    if status not in ("waiting", "dropped"):
        given |= {"tries": 1, "marked_at": timezone.now(), "email_key": request.learner.email_key}
    mail = ConsentMail.objects.create(
        **given | {"learner": request.learner, "request": request, "status": status} | fields
    )
    ConsentRequest.objects.filter(pk=request.pk).update(mail=mail)
    return mail


def make_agreed(badge: Badge, email: str = "", **fields: Any) -> Learner:
    """A learner who agreed to all badges of this badge's provider."""
    learner = make_learner(email, **fields)
    statement = ConsentText.objects.filter(statement__provider=badge.provider, statement__badge=None).first()
    make_consent(learner, statement or make_text(badge.provider))
    return learner


def make_issuance(badge: Badge, learner: Learner | None = None, **fields: Any) -> Issuance:
    """A queued issuance, of a roster where `roster` is given."""
    learner = learner or make_agreed(badge)
    given = {"confirmed_at": timezone.now(), "changed_at": timezone.now()} | fields
    by = given.pop("confirmed_by", None) or make_user()
    return Issuance.objects.create(
        badge=badge,
        learner=learner,
        email_key=learner.email_key,
        first_name=learner.first_name,
        last_name=learner.last_name,
        email=learner.email,
        confirmed_by=by,
        **given,
    )


def make_roster(badge: Badge, **fields: Any) -> Roster:
    """An uploaded, unconfirmed roster without rows."""
    now = timezone.now()
    given = {"file_name": "people.csv", "file_sha256": "0" * 64, "uploaded_at": now, "checked_at": now} | fields
    return Roster.objects.create(badge=badge, uploaded_by=given.pop("uploaded_by", None) or make_user(), **given)


def make_running(badge: Badge, **fields: Any) -> Roster:
    """A confirmed roster whose run goes on."""
    now, user = timezone.now(), make_user()
    given = {"status": RosterStatus.RUNNING, "confirmed_at": now, "confirmed_by": user} | fields
    return make_roster(badge, uploaded_by=user, **given)


def make_row(roster: Roster, email: str, *, row_no: int, **fields: Any) -> RosterRow:
    given = {"first_name": "Ana", "last_name": "Ng", "disposition": "ready"} | fields
    return RosterRow.objects.create(roster=roster, row_no=row_no, email=email, email_key=email_key(email), **given)
