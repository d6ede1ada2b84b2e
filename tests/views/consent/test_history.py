"""The consent part of a learner's page."""

from typing import Any

import pytest
from django.db import connection as database
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.enums import Decision
from issuing.models import Badge, ConsentMail, Learner
from issuing.views.consent.history import History
from tests.factories import LONG_AGO, make_badge, make_consent, make_learner, make_provider, make_text, make_user
from tests.views.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def badge() -> Badge:
    return make_badge()


def history(learner: Learner) -> History:
    return History(learner, timezone.now(), next_url="/here/")


def drawn(learner: Learner) -> str:
    return render_to_string("issuing/_consent_history.html", {"history": history(learner)})


def test_history_says_what_answers_come_to_where_badges_differ(badge: Badge) -> None:
    learner, whole, own = make_learner(), make_text(badge.provider), make_text(badge.provider, badge=badge)
    make_badge(badge.provider, navigatr_id=52, name="Accounting")
    make_badge(make_provider(navigatr_id=13, name="Other College"), navigatr_id=53)
    make_consent(learner, whole)
    make_consent(learner, own, Decision.WITHDRAWN, decided_at=timezone.now())

    found = [(one.scope, one.label) for one in history(learner).standings]

    assert found == [
        ("All badges from Example College", "Agreed"),
        ("Digital Skills", "Withdrew"),
        ("All badges from Other College", "No consent yet"),
    ]


def test_history_names_no_badge_when_its_own_words_change_nothing(badge: Badge) -> None:
    learner, own = make_learner(), make_text(badge.provider, badge=badge)
    make_consent(learner, own, invalidated_at=LONG_AGO)
    assert [one.scope for one in history(learner).standings] == ["All badges from Example College"]


def test_history_shows_every_record_newest_first_with_its_evidence(badge: Badge) -> None:
    learner, text, by = make_learner(), make_text(badge.provider), make_user(first_name="Robin", last_name="Reed")
    make_consent(learner, text, evidence_note="Folder 12", recorded_by=by)
    wrong: dict[str, Any] = {"invalidated_at": LONG_AGO, "invalidated_by": by, "invalidated_note": "Wrong person"}
    make_consent(learner, None, Decision.DECLINED, decided_at=timezone.now(), **wrong)

    assert [one.label for one in history(learner).entries] == ["Said no", "Agreed"]
    said = words(drawn(learner))
    assert "Folder 12" in said
    assert "Recorded 5 Jan 2026, 09:00 by Robin Reed" in said
    assert "Recorded in error (5 Jan 2026, 09:00 by Robin Reed): Wrong person" in said


def test_history_says_what_became_of_an_emailed_receipt(badge: Badge) -> None:
    record = make_consent(make_learner(), make_text(badge.provider))
    sent = {"marked_at": LONG_AGO, "tries": 1, "email_key": record.learner.email_key, "due_at": LONG_AGO}
    refused = {"status": "refused", "detail": "550 no such user"}
    ConsentMail.objects.create(kind="receipt", learner=record.learner, record=record, **sent, **refused)
    said = words(drawn(record.learner))
    assert "Receipt by e-mail: Refused by the mail server, 5 Jan 2026, 09:00, 550 no such user" in said


def test_history_leads_to_recording_and_back() -> None:
    learner = make_learner()
    found = history(learner)
    assert found.record_url == f"/consents/record/?learner={learner.uuid}&next=%2Fhere%2F"
    assert found.withdraw_url == f"{found.record_url}&answer=withdrawn"


def test_history_offers_nothing_to_record_for_somebody_who_is_gone() -> None:
    assert "/consents/record/" not in drawn(make_learner(erased_at=timezone.now()))


def test_history_asks_the_database_no_more_when_there_are_more_records(badge: Badge) -> None:
    counts = []
    for versions in ([1], [2, 3, 4]):
        learner = make_learner()
        for version in versions:
            make_consent(learner, make_text(badge.provider, version=version), recorded_by=make_user())
        with CaptureQueriesContext(database) as queries:
            drawn(learner)
        counts.append(len(queries))
    assert counts == [5, 5]
