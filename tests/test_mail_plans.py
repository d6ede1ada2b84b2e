"""How SQLite looks for e-mails and requests among a million: never through all that were ever sent."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.queries import asking, mails
from tests.factories import make_learner

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: asking.due_mails(NOW, is_paused=False), "mail_by_status (status=? AND due_at<?)"),
        (lambda: asking.due_reminders(NOW), "request_to_remind (remind_at<?)"),
        (mails.stranded, "mail_without_request (request_id=? AND decided_at=? AND status=?)"),
        (lambda: mails.stranded(make_learner()), "issuing_consent_mail USING INDEX issuing_consent_mail_learner_id"),
        (lambda: asking.requests_in("sent").order_by("-pk"), "SCAN issuing_consent_request USING INDEX request_open"),
        (lambda: asking.requests_in("ended").order_by("-pk"), "SCAN issuing_consent_request USING INDEX request_ended"),
        (lambda: asking.requests_in("look"), "mail_by_status (status=?)"),
    ],
)
def test_index_is_used(rows: Callable[[], "QuerySet[object]"], index: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL goes by its statistics")
    assert index in rows().explain()


def test_limit_on_asking_begins_with_the_learners() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL goes by its statistics")
    with CaptureQueriesContext(connection) as asked:
        asking.asked_too_often(range(50), "provider:1", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        assert "(learner_id=?)" in str(cursor.fetchall())
