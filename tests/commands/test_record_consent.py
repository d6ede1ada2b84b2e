"""`manage.py record_consent`: a file of answers in, every row accounted for."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import load_command_class
from django.utils import timezone

from issuing.models import ConsentRecord, ConsentText, Learner
from tests.commands.running import Ran, run
from tests.factories import make_agreed, make_badge, make_issuance, make_provider, make_text, make_user
from tests.sheets import files

pytestmark = pytest.mark.django_db

QUESTION = "Do you agree to receive a badge?"
HEADINGS = f"ID,Completion time,First name,Last name,Email,{QUESTION}"
CHOSEN = ("--decision-column", QUESTION, "--yes", "Yes", "I agree", "--no", "No")


@pytest.fixture
def text() -> ConsentText:
    make_user("ann", first_name="Ann")
    return make_text(make_provider())


@pytest.fixture
def record(tmp_path: Path) -> Any:
    """Writes the file and runs the command on it with what every call needs."""

    def run_on(content: bytes, *arguments: object, **options: str) -> Ran:
        path = tmp_path / "answers.csv"
        path.write_bytes(content)
        given = {"route": "online", "by": "ann", "decided-on": "2026-01-14", "evidence": "Form 7"} | options
        named = [word for name, value in given.items() for word in (f"--{name}", value)]
        return run("record_consent", path, *named, *arguments)

    return run_on


def answers(*given: str) -> bytes:
    """A form's own file: one line for each answer, from row 2 on."""
    lines = [f"{n},2026-01-14 10:00,Ann,Lee,learner{n}@example.org,{answer}" for n, answer in enumerate(given, start=1)]
    return files.csv(*lines, headings=HEADINGS)


def saved() -> tuple[int, int]:
    return Learner.objects.count(), ConsentRecord.objects.count()


def test_record_consent_counts_every_row_when_some_are_left_out(text: ConsentText, record: Any) -> None:
    content = answers("Yes", "No", "", "i agree") + b"9,,Bo,,bo@example.org,Yes\r\n"

    ran = record(content, *CHOSEN)

    assert (ran.code, ran.err, saved()) == (1, "", (3, 3))
    assert ran.out.splitlines() == [
        "Answers to version 1 of the wording of Example College:",
        *("given: 2", "declined: 1", "no answer: 1", "left out: 1"),
        "  row 6: The last name is missing.",
    ]


def test_record_consent_keeps_what_the_arguments_say_when_all_is_in_order(text: ConsentText, record: Any) -> None:
    ran = record(answers("No", ""), *CHOSEN, by="ANN@college.example.org", route="paper")

    kept = ConsentRecord.objects.get()
    assert (ran.code, kept.decision, kept.text) == (0, "declined", text)
    assert (kept.route, kept.evidence_note) == ("paper", "Form 7")
    assert (kept.recorded_by.username, timezone.localtime(kept.decided_at).date().isoformat()) == ("ann", "2026-01-14")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("days", "order", "decided"),
    [(["2026-03-04", "14 Jan 2026"], [], [4, 14]), (["4/3/2026", "4/5/2026"], ["--day-first"], [4, 4])],
)
def test_record_consent_takes_each_ones_day_from_a_column(
    text: ConsentText, tmp_path: Path, days: list[str], order: list[str], decided: list[int]
) -> None:
    lines = [f"Ann,Lee,learner{number}@example.org,{day}" for number, day in enumerate(days)]
    path = tmp_path / "answers.csv"
    path.write_bytes(files.csv(*lines, headings="First name,Last name,Email,Signed on"))
    given = ("--route", "paper", "--by", "ann", "--evidence", "Box 7", "--all-agreed", "--decided-column", "Signed on")
    assert run("record_consent", path, *given, *order).code == 0
    kept = ConsentRecord.objects.order_by("learner__email").values_list("decided_at", flat=True)
    assert [timezone.localdate(at).day for at in kept] == decided


def test_record_consent_asks_for_the_order_where_the_days_do_not_show_it(text: ConsentText, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(files.csv("Ann,Lee,ann@example.org,3/4/2026", headings="First name,Last name,Email,Signed on"))
    given = ("--route", "paper", "--by", "ann", "--evidence", "Box 7", "--all-agreed", "--decided-column", "Signed on")
    ran = run("record_consent", path, *given)
    assert (ran.code, saved()) == (2, (0, 0))
    assert "the day or the month may come first, as in 4/5/2026. Say which" in ran.err


def test_record_consent_says_it_in_json_alone_when_asked(text: ConsentText, record: Any) -> None:
    ran = record(answers("Yes") + b"9,,Bo,,bo@example.org,Yes\r\n", *CHOSEN, "--json")

    assert json.loads(ran.out) == {
        "statement": str(text.statement.uuid),
        "given": 1,
        "declined": 0,
        "no_answer": 0,
        "left_out": [{"row": 3, "why": "The last name is missing."}],
        "cancelled": 0,
        "on_the_way": 0,
    }
    assert "given: 1\n" in ran.err


def test_record_consent_takes_a_workbook_of_people_when_all_agreed(text: ConsentText, record: Any) -> None:
    rows = [("First Name", "Last Name", "Email"), ("Zoë", "Núñez", "zoe@example.org")]

    ran = record(files.workbook(rows), "--all-agreed", route="in_person")

    assert (ran.code, ConsentRecord.objects.get().decision, Learner.objects.get().first_name) == (0, "given", "Zoë")


def test_record_consent_refuses_a_file_when_it_asks_and_no_column_is_named(text: ConsentText, record: Any) -> None:
    ran = record(answers("Yes", "No"), "--all-agreed")

    assert (ran.code, ran.out, saved()) == (2, "", (0, 0))
    assert ran.err.startswith(f"These columns look like answers: “{QUESTION[:40]}”.")


def test_record_consent_names_what_it_does_not_understand_when_answers_are_others(
    text: ConsentText, record: Any
) -> None:
    ran = record(answers("Yes", "Maybe", "Ask my mum"), *CHOSEN)

    assert (ran.code, saved()) == (2, (0, 0))
    assert "neither yes, no nor blank: “Maybe”, “Ask my mum”." in ran.err


@pytest.mark.parametrize(
    ("arguments", "options", "sentence"),
    [
        (CHOSEN, {"by": "nobody"}, "No member of staff signs in as"),
        (CHOSEN, {"decided-on": "14/01/2026"}, "“14/01/2026” is not understood as a day. Write it as 2026-09-14."),
        (CHOSEN, {"decided-on": "2126-01-14"}, "The decision lies in the future"),
        (CHOSEN, {"evidence": " "}, "Say where these answers can be looked up again"),
        (CHOSEN, {"statement": "7"}, "There is no wording with the version or uuid “7”."),
        (CHOSEN, {"language": "cy"}, "This wording is there in en; say which of these they saw."),
        (CHOSEN[:2], {}, "Say which answers mean yes and which mean no"),
        (("--decision-column", "Consent", "--yes", "Yes"), {}, "No column is called “Consent”."),
        (("--all-agreed", *CHOSEN[2:]), {}, "--yes and --no go with --decision-column"),
    ],
)
def test_record_consent_does_nothing_when_an_argument_is_wrong(
    text: ConsentText, record: Any, arguments: tuple[str, ...], options: dict[str, str], sentence: str
) -> None:
    ran = record(answers("Yes"), *arguments, **options)

    assert (ran.code, ran.out, saved()) == (2, "", (0, 0))
    assert ran.err.startswith(sentence)


@pytest.mark.parametrize(("content", "sentence"), [(b"", "This file is empty."), (b"%PDF-1", "“answers.csv” is a PDF")])
def test_record_consent_does_nothing_when_the_file_is_no_table(
    text: ConsentText, record: Any, content: bytes, sentence: str
) -> None:
    ran = record(content, *CHOSEN)

    assert (ran.code, ran.err.startswith(sentence)) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "one of the arguments --all-agreed --decision-column is required"),
        (("--all-agreed", *CHOSEN), "argument --decision-column: not allowed with argument --all-agreed"),
        (("--all-agreed", "--route", "pigeon"), "argument --route: invalid choice: 'pigeon'"),
    ],
)
def test_record_consent_refuses_arguments_when_they_do_not_go_together(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    given = ("answers.csv", "--route", "paper", "--by", "ann", "--decided-on", "2026-01-14", "--evidence", "Form 7")
    command = load_command_class("issuing", "record_consent")
    command._called_from_command_line = True

    with pytest.raises(SystemExit) as end:
        command.create_parser("manage.py", "record_consent").parse_args([*given, *arguments])

    assert (end.value.code, sentence in capsys.readouterr().err) == (2, True)


def test_record_consent_does_nothing_when_the_file_is_not_there(text: ConsentText) -> None:
    given = ("--route", "paper", "--by", "ann", "--decided-on", "2026-01-14", "--evidence", "Form 7", "--all-agreed")

    ran = run("record_consent", "/nowhere/answers.csv", *given)

    assert (ran.code, ran.err) == (2, "/nowhere/answers.csv cannot be read: No such file or directory.\n")


def test_record_consent_ends_with_two_when_every_answer_is_blank(text: ConsentText, record: Any) -> None:
    ran = record(answers("", " "), *CHOSEN)

    assert (ran.code, "no answer: 2" in ran.out.splitlines(), saved()) == (2, True, (0, 0))


def test_record_consent_warns_when_the_words_have_been_replaced(text: ConsentText, record: Any) -> None:
    text.statement.superseded_at = timezone.now()
    text.statement.save()
    make_text(text.statement.provider, version=2)

    ran = record(answers("Yes"), *CHOSEN, "--statement", "1")

    assert (ran.code, ConsentRecord.objects.get().text) == (0, text)
    assert ran.out.endswith("This version has been replaced since: a yes to it is kept, and counts no more.\n")


def test_record_consent_says_what_it_stopped_when_somebody_declined(text: ConsentText, record: Any) -> None:
    badge = make_badge(text.statement.provider)
    issuance = make_issuance(badge, make_agreed(badge, "learner1@example.org", first_name="Ann", last_name="Lee"))

    ran = record(answers("No"), *CHOSEN)

    issuance.refresh_from_db()
    assert (ran.code, issuance.status, issuance.reason) == (0, "cancelled", "said_no")
    assert ran.out.endswith("Badges that waited and were stopped for want of consent: 1.\n")


def test_record_consent_lists_the_wordings_when_several_could_be_meant(text: ConsentText, record: Any) -> None:
    other = make_text(make_provider(navigatr_id=13, name="Other College"))

    asked = record(answers("Yes"), *CHOSEN)
    named = record(answers("Yes"), *CHOSEN, "--statement", other.statement.uuid)

    assert (asked.code, str(other.statement.uuid) in asked.err) == (2, True)
    assert (named.code, ConsentRecord.objects.get().text) == (0, other)


def test_record_consent_notes_who_is_under_13_when_a_column_says_so(text: ConsentText, record: Any) -> None:
    born = timezone.localdate().year - 5
    content = files.csv(f"Ann,Lee,ann@example.org,Yes,{born}-01-01", headings=f"{files.HEADINGS},{QUESTION},DOB")
    ran = record(content, *CHOSEN, **{"birth-column": "DOB"})
    assert (ran.code, saved(), "Under 13" in ran.out) == (2, (1, 0), True)
    assert Learner.objects.get().under_13_since is not None
