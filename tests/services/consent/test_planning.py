"""Columns of days: on which everybody answered, and who is under 13."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from issuing import sheets
from issuing.enums import Decision, IssuanceStatus, Route
from issuing.exceptions import InvalidInput
from issuing.models import AuditEvent, ConsentRecord, ConsentText, Learner
from issuing.services import consent
from issuing.services.consent import Imported, ImportOptions
from issuing.services.consent.planning import TOO_YOUNG
from issuing.workflow.consent import is_under_13
from tests.factories import make_agreed, make_badge, make_issuance, make_learner, make_text, make_user
from tests.sheets import files

pytestmark = pytest.mark.django_db

HEADINGS = f"{files.HEADINGS},Agrees?,Answered,Born"
DAY = date(2026, 1, 14)


@pytest.fixture
def text() -> ConsentText:
    return make_text(make_badge().provider)


def run(text: ConsentText, *lines: str, foresee: bool = False, **options: Any) -> Imported:
    table = files.table(*lines, headings=HEADINGS)
    known = {"route": Route.PAPER, "evidence": "Form 7", "decision_column": "Agrees?", "yes": ["Yes"], "no": ["No"]}
    wanted = ImportOptions(text=text, **known | options)
    given = {"table": table, "matching": sheets.match_columns(table), "options": wanted}
    return consent.foresee(**given) if foresee else consent.import_answers(**given, by=make_user())


def days() -> dict[str, date]:
    records = ConsentRecord.objects.select_related("learner")
    return {one.learner.email: timezone.localtime(one.decided_at).date() for one in records}


def young() -> list[str]:
    return list(Learner.objects.filter(under_13_since__isnull=False).order_by("email").values_list("email", flat=True))


def test_each_answer_has_the_day_of_its_row(text: ConsentText) -> None:
    lines = ["Ann,Lee,ann@example.org,Yes,2026-01-14,", "Bo,Ng,bo@example.org,No,15 Jan 2026 14:02,"]
    counts = run(text, *lines, decided_column="Answered")
    assert (counts.given, counts.declined) == (1, 1)
    assert days() == {"ann@example.org": DAY, "bo@example.org": date(2026, 1, 15)}


@pytest.mark.parametrize("said", ["Yes", "No"])
def test_latest_of_equal_answers_counts(text: ConsentText, said: str) -> None:
    cells = ["2026-01-13", "2026-01-14", "2026-01-12"]
    counts = run(text, *[f"Ann,Lee,ann@example.org,{said},{cell}," for cell in cells], decided_column="Answered")
    assert days() == {"ann@example.org": DAY}
    assert [row_no for row_no, _why in counts.left_out] == [2, 4]
    assert "as in row 3" in counts.left_out[0][1]


@pytest.mark.parametrize(
    ("first", "then", "ends"),
    [
        ("Yes,2026-01-13", "No,2026-01-14", "declined"),
        ("No,2026-01-13", "Yes,2026-01-14", "given"),
        ("No,2026-01-14", "Yes,2026-01-14", "declined"),
    ],
)
def test_later_of_differing_answers_counts_and_of_one_day_the_no(
    text: ConsentText, first: str, then: str, ends: str
) -> None:
    lines = [f"Ann,Lee,ann@example.org,{said}," for said in (first, then)]
    for in_order in (lines, lines[::-1]):
        counts = run(text, *in_order, decided_column="Answered")
        assert (ConsentRecord.objects.latest("pk").decision, days()) == (ends, {"ann@example.org": DAY})
        assert len(counts.left_out) == 1


@time_machine.travel("2026-06-01T12:00:00Z", tick=False)
def test_row_is_left_out_whose_day_is_missing_or_cannot_be(text: ConsentText) -> None:
    cells = ["", "soon", "2026-06-02", "1926-01-14"]
    lines = [f"Ann,Lee,ann{number}@example.org,Yes,{cell}," for number, cell in enumerate(cells)]
    said = [why.partition(".")[0] for _row, why in run(text, *lines, decided_column="Answered").left_out]
    assert said == [
        "This row has an answer, but no day on which it was given",
        "“soon” is not understood as a date",
        "The decision lies in the future; give the day on which it was made",
        "A decision before 2000 is too old; is the day mistyped?",
    ]


def test_nothing_is_saved_while_day_and_month_may_be_either(text: ConsentText) -> None:
    lines = ["Ann,Lee,ann@example.org,Yes,4/5/2026,"]
    with pytest.raises(InvalidInput, match="Say which"):
        run(text, *lines, decided_column="Answered")
    run(text, *lines, decided_column="Answered", day_first=True)
    assert days() == {"ann@example.org": date(2026, 5, 4)}


@pytest.mark.parametrize("options", [{}, {"decided_on": DAY, "decided_column": "Answered"}])
def test_day_is_one_for_all_or_one_for_each(text: ConsentText, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="Say on which day"):
        run(text, "Ann,Lee,ann@example.org,Yes,2026-01-14,", **options)


def test_who_is_under_13_is_noted_and_stopped_and_their_birthday_kept_nowhere(text: ConsentText) -> None:
    badge = make_badge(text.statement.provider, navigatr_id=60)
    known = make_agreed(badge, "bo@example.org", first_name="Bo", last_name="Ng")
    waiting, born = make_issuance(badge, known), timezone.localdate().replace(day=1, month=1)
    child = born.replace(year=born.year - 12)
    lines = [
        f"Ann,Lee,ann@example.org,Yes,,{child}",
        f"Bo,Ng,bo@example.org,,,{child}",
        "Cy,Ek,cy@example.org,Yes,,1999-05-04",
    ]
    counts = run(text, *lines, decided_on=DAY, birth_column="Born")
    waiting.refresh_from_db()
    assert (counts.given, counts.left_out) == (1, [(2, TOO_YOUNG), (3, TOO_YOUNG)])
    assert (young(), waiting.status) == (["ann@example.org", "bo@example.org"], IssuanceStatus.CANCELLED)
    assert str(child) not in str(list(Learner.objects.values()) + list(AuditEvent.objects.values()))
    assert run(text, *lines, decided_on=DAY, birth_column="Born", foresee=True).left_out == counts.left_out


def test_no_of_who_is_under_13_is_recorded_and_counts_when_they_are_13(text: ConsentText) -> None:
    learner = make_agreed(make_badge(text.statement.provider, navigatr_id=60), "bo@example.org", first_name="Bo")
    child = timezone.localdate().year - 5
    counts = run(text, f"Bo,{learner.last_name},bo@example.org,No,,4 May {child}", decided_on=DAY, birth_column="Born")
    assert (counts.declined, counts.left_out, young()) == (1, [], ["bo@example.org"])
    assert learner.consent_records.filter(decision=Decision.DECLINED).exists()


def test_note_stays_when_the_date_of_birth_is_somebody_elses_at_that_address(text: ConsentText) -> None:
    make_learner("home@example.org", first_name="Ann", last_name="Lee", under_13_since=timezone.now())
    run(text, "Maria,Berg,home@example.org,Yes,,4 May 1979", decided_on=DAY, birth_column="Born")
    assert young() == ["home@example.org"]


def test_note_goes_when_a_later_file_shows_that_they_are_13(text: ConsentText) -> None:
    learner = make_learner("ann@example.org", first_name="Ann", last_name="Lee", under_13_since=timezone.now())
    make_learner("bo@example.org", first_name="Bo", last_name="Ng", under_13_since=timezone.now())
    lines = ["Ann,Lee,ann@example.org,Yes,,4 May 1999", "Bo,Ng,bo@example.org,Yes,,"]
    assert run(text, *lines, decided_on=DAY, birth_column="Born").given == 2
    assert (young(), learner.consent_records.get().decision) == (["bo@example.org"], Decision.GIVEN)


@time_machine.travel("2026-06-01T12:00:00Z", tick=False)
@pytest.mark.parametrize(("born", "is_young"), [("5/5/98", False), ("5/5/15", True), ("5/5/26", True)])
def test_year_of_two_figures_is_never_still_to_come(text: ConsentText, born: str, is_young: bool) -> None:
    run(text, f"Ann,Lee,ann@example.org,Yes,,{born}", decided_on=DAY, birth_column="Born")
    assert bool(young()) == is_young


@time_machine.travel("2026-06-01T12:00:00Z", tick=False)
@pytest.mark.parametrize("born", ["2098-05-04", "1899-05-04", "May"])
def test_row_is_left_out_whose_birthday_cannot_be(text: ConsentText, born: str) -> None:
    counts = run(text, f"Ann,Lee,ann@example.org,Yes,,{born}", decided_on=DAY, birth_column="Born")
    assert (counts.given, [row_no for row_no, _why in counts.left_out]) == (0, [2])


@pytest.mark.parametrize(
    ("born", "today", "young"),
    [
        (date(2013, 6, 1), date(2026, 5, 31), True),
        (date(2013, 6, 1), date(2026, 6, 1), False),
        (date(2012, 2, 29), date(2025, 2, 28), True),
        (date(2012, 2, 29), date(2025, 3, 1), False),
    ],
)
def test_is_under_13_until_the_thirteenth_birthday(born: date, today: date, young: bool) -> None:
    assert is_under_13(born, today=today) == young
