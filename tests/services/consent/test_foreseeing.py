"""What recording a file would come to, before anything is recorded."""

from datetime import date
from typing import Any

import pytest

from issuing import sheets
from issuing.enums import Route
from issuing.exceptions import InvalidInput, SheetError
from issuing.models import ConsentRecord, ConsentText, Learner
from issuing.services import consent
from issuing.services.consent import Imported, ImportOptions, answers_in
from issuing.sheets import Table
from tests.factories import make_badge, make_learner, make_text, make_user

pytestmark = pytest.mark.django_db

ROWS = "Ana,Ng,ana@example.org,Yes\nBo,Ek,bo@example.org, no \nCy,Oh,cy@example.org,\nDi,Um,di@example.org,n/a\n"


@pytest.fixture
def text() -> ConsentText:
    return make_text(make_badge().provider)


def table(rows: str = ROWS) -> Table:
    return sheets.read_table(f"First name,Last name,Email,Agrees?\n{rows}".encode())


def file(text: ConsentText, rows: str = ROWS, **fields: Any) -> dict[str, Any]:
    said = {"decision_column": "Agrees?", "yes": ["Yes"], "no": ["No"], "unsaid": ["n/a"]} | fields
    options = ImportOptions(
        text=text, route=Route.PAPER, decided_on=date(2026, 1, 14), evidence=said.pop("evidence", "Room B"), **said
    )
    read = table(rows)
    return {"table": read, "matching": sheets.match_columns(read), "options": options}


def told(found: Imported) -> tuple[int, int, int, list[int]]:
    return found.given, found.declined, found.no_answer, [row_no for row_no, _ in found.left_out]


def test_foresee_says_what_recording_then_does(text: ConsentText) -> None:
    make_learner("ana@example.org")  # another name than in the file
    wanted = file(text, f"{ROWS}Ed,Ur,no address,Yes\n")

    foreseen = consent.foresee(**wanted)

    assert (told(foreseen), ConsentRecord.objects.count(), Learner.objects.count()) == ((0, 1, 2, [2, 6]), 0, 1)
    assert consent.import_answers(**wanted, by=make_user()) == foreseen


def test_foresee_refuses_as_recording_would(text: ConsentText) -> None:
    with pytest.raises(InvalidInput, match="neither yes, no nor blank"):
        consent.foresee(**file(text, unsaid=[]))
    with pytest.raises(InvalidInput, match="looked up"):
        consent.foresee(**file(text, evidence=" "))


def test_answers_in_counts_each_answer_once_however_it_is_written() -> None:
    rows = "".join(
        f"Ana,Ng,a{number}@example.org,{said}\n" for number, said in enumerate(["No", "YES", " yes", "", "Yes"])
    )
    assert answers_in(table(rows), "Agrees?") == {"YES": 3, "No": 1}


def test_answers_in_refuses_a_column_that_is_not_there() -> None:
    with pytest.raises(SheetError):
        answers_in(table(), "Nothing")


def test_import_answers_dates_a_yes_first_and_a_no_last_when_they_were_given_over_several_days(
    text: ConsentText,
) -> None:
    wanted = file(text, decided_until=date(2026, 1, 20))
    consent.import_answers(**wanted, by=make_user())
    days = dict(ConsentRecord.objects.values_list("decision", "decided_at__date"))
    assert days == {"given": date(2026, 1, 14), "declined": date(2026, 1, 20)}


def test_import_answers_refuses_a_last_day_before_the_first(text: ConsentText) -> None:
    with pytest.raises(InvalidInput, match="before the first"):
        consent.foresee(**file(text, decided_until=date(2026, 1, 13)))
