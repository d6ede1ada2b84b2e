"""A removal beside another one, or beside staff, in threads, on both databases."""

import pytest

from issuing.exceptions import IssuingError
from issuing.models import AuditEvent, Badge, Issuance, Learner, RetentionRun
from issuing.queries import retention as reads
from issuing.services import issuances, learners, retention
from issuing.services.learners import Person
from issuing.workflow.keeping import Kind
from tests import factories as make
from tests.services.retention.olden import DAY, NOW, YEAR_BEGAN, days, make_olden, old
from tests.services.rosters.test_racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ZOE = Person("Zoë", "Núñez", "zoe@example.org")


def begun(**fields: object) -> RetentionRun:
    return RetentionRun.objects.create(day=DAY, amounts=reads.amounts(), started_at=NOW, **fields)


def forgotten() -> Learner:
    """Somebody who agreed long ago and was never sent anything."""
    one = make.make_agreed(make.make_badge(), ZOE.email)
    found: Learner = old(one, created_at=days(900))
    assert found.created_at < YEAR_BEGAN
    return found


def test_two_who_work_on_one_removal_count_everything_once(transactional_db: None) -> None:
    make_olden()
    run = begun()
    at_once(lambda: retention.go_on(run.pk), lambda: retention.go_on(run.pk))
    run.refresh_from_db()
    assert (run.ended_at is not None, run.removed) == (True, {kind: 1 for kind in Kind if kind != Kind.LOGS})
    assert AuditEvent.objects.filter(verb="lapse").count() == 2


def test_learner_is_sent_a_badge_or_their_time_is_over_when_both_happen_at_once(transactional_db: None) -> None:
    one, by = forgotten(), make.make_user()
    badge, run = Badge.objects.get(), begun(kind=Kind.UNISSUED)
    issue = at_once(lambda: retention.go_on(run.pk), lambda: issuances.issue(badge=badge, person=ZOE, by=by))[1]
    one.refresh_from_db()
    if one.lapsed_at:
        assert (isinstance(issue, IssuingError), Issuance.objects.exists(), one.full_name) == (True, False, "")
    else:
        assert (Issuance.objects.get().learner, one.full_name) == (one, "Zoë Núñez")


def test_learner_is_corrected_or_their_time_is_over_when_both_happen_at_once(transactional_db: None) -> None:
    one, by = forgotten(), make.make_user()
    run, person = begun(kind=Kind.UNISSUED), Person("Zoe", "Nunez", ZOE.email)
    corrected = at_once(lambda: retention.go_on(run.pk), lambda: learners.correct(learner=one, person=person, by=by))[1]
    one.refresh_from_db()
    assert one.full_name == ("" if isinstance(corrected, IssuingError) else "Zoe Nunez")
