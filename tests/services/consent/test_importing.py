"""Answers from a file: every row is recorded, left out by number with a reason, or said nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing import queries, sheets
from issuing.enums import ConsentState, Decision, Route
from issuing.exceptions import InvalidInput, SheetError
from issuing.models import AuditEvent, Badge, ConsentRecord, ConsentText, Learner, User
from issuing.services import consent
from issuing.services.consent import Imported, ImportOptions, Stopped, importing
from tests.factories import make_agreed, make_badge, make_consent, make_issuance, make_learner, make_text, make_user
from tests.sheets import files

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 14)
QUESTION = "Do you agree?"
HEADINGS = f"{files.HEADINGS},{QUESTION}"


@pytest.fixture
def badge() -> Badge:
    return make_badge()


@pytest.fixture
def text(badge: Badge) -> ConsentText:
    return make_text(badge.provider)


@pytest.fixture
def staff() -> User:
    return make_user()


@pytest.fixture
def answers(text: ConsentText, staff: User) -> Any:
    """Imports lines of names, address and answer to the question."""

    def run(*lines: str, headings: str = HEADINGS, **options: Any) -> Imported:
        table = files.table(*lines, headings=headings)
        given = {"decision_column": QUESTION, "yes": ["Yes"], "no": ["No"], "decided_on": DAY, "evidence": "Form 7"}
        wanted = ImportOptions(text=text, route=Route.IMPORTED, **(given | options))
        return consent.import_answers(table=table, matching=sheets.match_columns(table), options=wanted, by=staff)

    return run


def imported(given: int = 0, declined: int = 0, no_answer: int = 0, *left_out: tuple[int, str]) -> Imported:
    return Imported(given, declined, no_answer, list(left_out), Stopped())


def decisions() -> dict[str, str]:
    return dict(ConsentRecord.objects.values_list("learner__email", "decision"))


def test_import_answers_records_yes_and_no_and_nothing_when_the_file_holds_all_three(answers: Any) -> None:
    counts = answers("Ann,Lee,ann@example.org,YES ", "Bo,Ng,bo@example.org,no", "Cy,Ek,cy@example.org, ")

    assert counts == imported(1, 1, 1)
    assert decisions() == {"ann@example.org": "given", "bo@example.org": "declined"}
    assert sorted(Learner.objects.values_list("first_name", flat=True)) == ["Ann", "Bo"]


def test_import_answers_keeps_words_route_day_and_evidence_when_it_records(
    answers: Any, text: ConsentText, staff: User
) -> None:
    answers("Ann,Lee,ann@example.org,Yes")

    kept = ConsentRecord.objects.get()
    assert (kept.text, kept.route, kept.evidence_note, kept.recorded_by) == (text, "imported", "Form 7", staff)
    assert (timezone.localtime(kept.decided_at).date(), kept.giver, kept.ends_at) == (DAY, "learner", None)


def test_import_answers_writes_an_event_for_everyone_when_learners_are_new(answers: Any, staff: User) -> None:
    make_learner("ann@example.org", first_name="Ann", last_name="Lee")

    answers("Ann,Lee,ann@example.org,Yes", "Bo,Ng,bo@example.org,No")

    events = AuditEvent.objects.filter(actor=staff).order_by("verb").values_list("verb", "subject")
    assert list(events) == [("add", "learner"), ("decline", "consentrecord"), ("give", "consentrecord")]


def test_import_answers_takes_everybody_as_agreed_when_told_so(answers: Any) -> None:
    counts = answers("Ann,Lee,ann@example.org", "Bo,Ng,bo@example.org", headings=files.HEADINGS, decision_column=None)

    assert (counts, set(decisions().values())) == (imported(2), {"given"})


@pytest.mark.parametrize("lines", [("Ann,Lee,ann@example.org,Yes",), ("Ann,Lee,ann@example.org,",)])
def test_import_answers_refuses_a_file_when_it_asks_and_no_column_was_chosen(answers: Any, lines: tuple[str]) -> None:
    with pytest.raises(InvalidInput, match=r"These columns look like answers: “Do you agree\?”. Say which one"):
        answers(*lines, decision_column=None)

    assert (Learner.objects.count(), ConsentRecord.objects.count()) == (0, 0)


def test_import_answers_names_some_answers_when_it_understands_none_of_many(answers: Any) -> None:
    lines = [f"Ann,Lee,ann{number}@example.org,perhaps {number}" for number in range(7)]

    with pytest.raises(InvalidInput) as caught:
        answers("Bo,Ng,bo@example.org,Yes", *lines)

    assert str(caught.value) == (
        "The column “Do you agree?” holds answers that are neither yes, no nor blank: “perhaps 0”, “perhaps 1”, "
        "“perhaps 2”, “perhaps 3”, “perhaps 4” and 2 more. Say of each what it means; nothing was saved."
    )
    assert (Learner.objects.count(), ConsentRecord.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"yes": [], "no": []}, "Say which answers mean yes and which mean no"),
        ({"yes": ["Yes", " "]}, "A blank cell is no answer"),
        ({"no": ["No", "YES"]}, "“yes” cannot mean both yes and no"),
        ({"evidence": " "}, "Say where these answers can be looked up again"),
        ({"decided_on": date(1926, 9, 14)}, "is the day mistyped"),
        ({"decided_on": date(2126, 9, 14)}, "lies in the future"),
        ({"evidence": "e" * 2001}, "The note is longer"),
    ],
)
def test_import_answers_saves_nothing_when_an_option_cannot_be(answers: Any, options: Any, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        answers("Ann,Lee,ann@example.org,Yes", **options)

    assert (Learner.objects.count(), ConsentRecord.objects.count()) == (0, 0)


def test_import_answers_refuses_a_column_when_the_file_lacks_it(answers: Any) -> None:
    with pytest.raises(SheetError, match="No column is called “Consent”"):
        answers("Ann,Lee,ann@example.org,Yes", decision_column="Consent")


def test_import_answers_leaves_out_a_row_when_it_has_problems(answers: Any) -> None:
    counts = answers("Ann,,ann@,Yes", "Bo,Ng,bo@example.org,Yes,moved", "Cy,Ek,cy@example.org,Yes")

    (first, why), (second, moved) = counts.left_out
    assert (counts.given, decisions()) == (1, {"cy@example.org": "given"})
    assert (first, why.startswith("The last name is missing. This is not an e-mail address")) == (2, True)
    assert (second, moved.startswith("This row has more cells than there are headings")) == (3, True)


def test_import_answers_passes_over_a_problem_when_it_is_in_a_column_for_badges(answers: Any) -> None:
    counts = answers("Ann,Lee,ann@example.org,Yes,14/09/2026", headings=f"{HEADINGS},Issue date")

    assert counts == imported(1)


def test_import_answers_counts_the_first_row_when_one_person_says_the_same_twice(answers: Any) -> None:
    counts = answers("Ann,Lee,Ann@example.org,Yes", "Ann,Lee,ann@EXAMPLE.org,", "Annie,Lee,ann@example.org,Yes")

    assert counts == imported(1, 0, 1, (4, "The same person and answer as in row 2, counted there."))
    assert list(Learner.objects.values_list("first_name", "email")) == [("Ann", "Ann@example.org")]


def test_import_answers_records_the_no_when_rows_of_a_person_differ_on_one_day(answers: Any) -> None:
    counts = answers("Ann,Lee,ann@example.org,Yes", "Bo,Ng,bo@example.org,No", "Ann,Lee,ann@example.org,No")

    why = "Rows 2, 4 are the same person with different answers. The no in row 4 counts, because no yes is later."
    assert (counts.given, counts.declined, counts.left_out[0][1].startswith(why)) == (0, 2, True)
    assert ([row for row, _ in counts.left_out], decisions()) == (
        [2],
        {"ann@example.org": "declined", "bo@example.org": "declined"},
    )


def test_import_answers_stops_what_waits_when_one_of_two_differing_rows_is_a_no(answers: Any, badge: Badge) -> None:
    """To record neither would leave the earlier yes, and the badge would be sent."""
    issuance = make_issuance(badge, make_agreed(badge, "ann@example.org", first_name="Ann", last_name="Lee"))
    answers("Ann,Lee,ann@example.org,No", "Ann,Lee,ann@example.org,Yes")
    issuance.refresh_from_db()
    assert (issuance.status, issuance.reason) == ("cancelled", "said_no")


def test_import_answers_leaves_out_every_row_of_an_address_when_names_and_answers_differ(answers: Any) -> None:
    counts = answers("Ann,Lee,lee@example.org,Yes", "Bob,Lee,lee@example.org,No")

    why = "Rows 2, 3 have the same e-mail address, and different names and answers. Ask, then correct the file."
    assert (counts, decisions()) == (imported(0, 0, 0, (2, why), (3, why)), {})


@pytest.mark.parametrize(("hours", "state"), [(-15, "given"), (9, "withdrawn"), (30, "withdrawn")])
def test_import_answers_never_overrides_a_no_when_it_was_said_on_that_day_or_later(
    answers: Any, badge: Badge, hours: int, state: str
) -> None:
    learner = make_learner("ann@example.org", first_name="Ann", last_name="Lee")
    said_at = datetime(2026, 1, 14, tzinfo=UTC) + timedelta(hours=hours)  # into the day in London
    make_consent(learner, None, Decision.WITHDRAWN, decided_at=said_at)

    answers("Ann,Lee,ann@example.org,Yes")

    assert queries.consent_of(learner.pk, badge, now=timezone.now()).state == state


@time_machine.travel(datetime(2026, 9, 14, 7, 30, tzinfo=UTC), tick=False)
def test_import_answers_dates_nothing_in_the_future_when_the_day_is_today(answers: Any) -> None:
    answers("Ann,Lee,ann@example.org,Yes", "Bo,Ng,bo@example.org,No", decided_on=date(2026, 9, 14))

    assert dict(ConsentRecord.objects.values_list("decision", "decided_at")) == {
        "given": datetime(2026, 9, 13, 23, 0, tzinfo=UTC),
        "declined": datetime(2026, 9, 14, 7, 30, tzinfo=UTC),
    }


def test_import_answers_stops_what_waits_when_a_learner_declined(answers: Any, badge: Badge, text: ConsentText) -> None:
    learner = make_agreed(badge, "ann@example.org", first_name="Ann", last_name="Lee")
    issuance = make_issuance(badge, learner)

    counts = answers("Ann,Lee,ann@example.org,No")

    issuance.refresh_from_db()
    assert (counts.stopped, issuance.status, issuance.reason) == (Stopped(cancelled=1), "cancelled", "said_no")


def test_import_answers_keeps_whole_chunks_when_the_database_fails_in_a_later_one(
    answers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    whole, calls = importing.record_many, []

    def third_fails(**given: Any) -> Any:
        calls.append(given)
        recorded = whole(**given)
        if len(calls) == 3:
            raise OperationalError
        return recorded

    monkeypatch.setattr(importing, "record_many", third_fails)
    with pytest.raises(OperationalError):
        answers(*(f"Ann,Lee,ann{number}@example.org,Yes" for number in range(7)))

    assert (len(calls), ConsentRecord.objects.count(), Learner.objects.count()) == (3, 4, 4)


def test_import_answers_comes_to_the_same_when_a_file_is_imported_again(answers: Any, badge: Badge) -> None:
    lines = ["Ann,Lee,ann@example.org,Yes", "Bo,Ng,bo@example.org,No"]

    first, second = answers(*lines), answers(*lines)

    states = queries.consent_states(Learner.objects.all(), badge, now=timezone.now())
    assert (first, sorted(states.values())) == (second, [ConsentState.DECLINED, ConsentState.GIVEN])


@pytest.mark.django_db(transaction=True)
def test_import_answers_adds_everybody_once_when_two_import_the_same_at_once(answers: Any) -> None:
    lines = [f"Ann,Lee,ann{number}@example.org,Yes,n{number}" for number in range(40)]
    together = threading.Barrier(2)

    def run(order: int) -> Imported:
        together.wait()
        try:
            return answers(*lines[::order], headings=f"{HEADINGS},Student number")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        counts = list(threads.map(run, [1, -1]))

    events = AuditEvent.objects.filter(verb="add").count()
    assert (counts, Learner.objects.count(), events) == ([imported(40)] * 2, 40, 40)
    assert ConsentRecord.objects.count() == 80


def test_import_answers_leaves_out_whoever_has_the_address_of_somebody_else(answers: Any) -> None:
    ana = make_learner("family@example.org", first_name="Ana", last_name="Ng")
    gone = make_learner("gone@example.org", first_name="Cy", last_name="Ek", erased_at=timezone.now())

    found = answers("Ben,Ng,family@example.org,Yes", "Cy,Ek,gone@example.org,Yes", "Bo,Ek,bo@example.org,Yes")

    assert (found.given, [row_no for row_no, _ in found.left_out]) == (1, [2, 3])
    assert "another name" in found.left_out[0][1]
    assert "asked to be erased here on" in found.left_out[1][1]
    assert (ana.consent_records.count(), gone.consent_records.count()) == (0, 0)


def test_import_answers_asks_as_many_questions_for_three_whose_badges_wait_as_for_one(
    answers: Any, badge: Badge
) -> None:
    seen = []
    for people in (("ann",), ("bo", "cy", "di")):
        for name in people:
            make_issuance(badge, make_agreed(badge, f"{name}@example.org", first_name="Ann", last_name="Lee"))
        with CaptureQueriesContext(connection) as queries:
            answers(*(f"Ann,Lee,{name}@example.org,Yes" for name in people))
        seen.append(len(queries))
    assert seen[0] == seen[1]
