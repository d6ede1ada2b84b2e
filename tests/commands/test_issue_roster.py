"""`manage.py issue_roster`: a file in, badges out; the words, the JSON and the exit codes."""

import json
from collections import Counter
from pathlib import Path

import pytest
from django.utils import timezone

from issuing.enums import Disposition
from issuing.management.commands import _waiting
from issuing.models import Issuance, Learner, Roster
from tests.commands.conftest import Manage, Office
from tests.commands.running import Ran, run
from tests.factories import make_agreed, make_badge, make_issuance

ANA, BO, CY = (f"{name},Lee,{name.lower()}@example.org" for name in ("Ana", "Bo", "Cy"))


def issue_roster(path: Path, *flags: str, **options: str) -> Ran:
    given = {"badge": "51", "by": "ann"} | options
    return run("issue_roster", path, *(word for name, value in given.items() for word in (f"--{name}", value)), *flags)


def agree(office: Office, *names: str) -> None:
    for name in names:
        make_agreed(office.badge, f"{name.lower()}@example.org", first_name=name, last_name="Lee")


def dispositions(**expected: int) -> dict[str, int]:
    return dict.fromkeys([one.value for one in Disposition if one != Disposition.LEFT_OUT], 0) | expected


def counts(**expected: int) -> dict[str, int]:
    return dict.fromkeys(["queued", "sending", "unconfirmed", "issued", "rejected", "cancelled"], 0) | expected


def saved() -> tuple[int, int]:
    return Roster.objects.count(), Issuance.objects.count()


# It works


def test_issue_roster_issues_to_everybody_and_waits_for_it(open_office: Office, worker: None) -> None:
    agree(open_office, "Ana", "Bo")
    ran = issue_roster(open_office.file(ANA, BO), "--wait", "--json")
    said = json.loads(ran.out)
    roster = Roster.objects.get()
    assert (ran.code, said["roster"], said["rows"], said["finish_at"]) == (0, str(roster.uuid), 2, None)
    assert (said["dispositions"], said["counts"]) == (dispositions(ready=2), counts(issued=2))
    assert list(said) == ["roster", "rows", "dispositions", "counts", "finish_at"]
    assert open_office.emails() == {"ana@example.org": 1, "bo@example.org": 1}
    assert ran.err.splitlines()[-1] == "2 sent"


def test_issue_roster_issues_to_some_and_names_the_others(open_office: Office, worker: None) -> None:
    agree(open_office, "Ana")
    path = open_office.file(ANA, BO, ANA, "Di,Lee,nowhere")
    ran = issue_roster(path, "--wait", "--json")
    said = json.loads(ran.out)
    expected = dispositions(ready=1, needs_consent=1, repeated=1, invalid=1)
    assert (ran.code, said["dispositions"], said["counts"]) == (1, expected, counts(issued=1))
    assert [line for line in ran.err.splitlines() if line.startswith("Row")] == [
        "Row 3: Needs consent.",
        "Row 4: Repeated in this file.",
        "Row 5: To fix. This is not an e-mail address: An email address must have an @-sign.",
    ]


def test_issue_roster_leaves_the_run_to_the_worker_when_it_is_not_to_wait(office: Office) -> None:
    agree(office, "Ana", "Bo")
    ran = issue_roster(office.file(ANA, BO), "--group", "Evening class")
    *_, ready, finish = ran.out.splitlines()
    assert (ran.code, ran.err, ready) == (0, "", "2 of 2 rows are ready.")
    assert finish.startswith("All that waits will have been sent about ")
    roster = Roster.objects.get()
    assert (roster.group, roster.file_name, roster.confirmed_by) == ("Evening class", "people.csv", office.ann)
    assert set(roster.issuances.values_list("status", flat=True)) == {"queued"}


def test_issue_roster_says_when_all_will_have_been_sent(office: Office) -> None:
    agree(office, "Ana")
    make_issuance(office.badge)
    before = timezone.now().isoformat()
    said = json.loads(issue_roster(office.file(ANA), "--json").out)
    assert (said["counts"], said["finish_at"] > before) == (counts(queued=1), True)


def test_issue_roster_is_not_done_when_navigatr_says_no_to_somebody(open_office: Office, worker: None) -> None:
    agree(open_office, "Ana", "Bo+400")
    ran = issue_roster(open_office.file(ANA, BO.replace("bo@", "bo+400@")), "--wait", "--json")
    said = json.loads(ran.out)
    assert (ran.code, said["counts"]) == (1, counts(issued=1, rejected=1))


def test_issue_roster_only_looks_when_run_dry(office: Office) -> None:
    agree(office, "Ana", "Bo")
    looked = [issue_roster(office.file(*lines), "--dry-run", "--json") for lines in ([ANA, BO], [ANA, CY], [CY])]
    assert [ran.code for ran in looked] == [0, 1, 2]
    said = json.loads(looked[1].out)
    expected = {"roster": None, "rows": 2, "dispositions": dispositions(ready=1, needs_consent=1)}
    assert said == expected | {"counts": counts(), "finish_at": None}
    assert saved() == (0, 0)


def test_issue_roster_counts_whoever_has_it_as_done_and_whoever_waits_elsewhere_not(office: Office) -> None:
    agree(office, "Ana", "Bo", "Cy")
    issued = {"status": "issued", "issued_at": timezone.now()}
    make_issuance(office.badge, Learner.objects.get(first_name="Ana"), **issued)
    assert issue_roster(office.file(ANA, CY)).code == 0
    make_issuance(office.badge, Learner.objects.get(first_name="Bo"))
    agree(office, "Di")
    assert issue_roster(office.file(ANA, BO, "Di,Lee,di@example.org")).code == 1


# It refuses


def test_issue_roster_sends_nothing_when_no_row_is_ready(office: Office) -> None:
    ran = issue_roster(office.file(BO), "--wait", "--json")
    said = json.loads(ran.out)
    assert (ran.code, said["dispositions"], said["counts"]) == (2, dispositions(needs_consent=1), counts())
    assert ran.err.splitlines()[-1] == "No row of this roster can be issued as things stand; nothing was sent."
    assert (saved(), said["roster"]) == ((1, 0), str(Roster.objects.get().uuid))


def test_issue_roster_sends_nothing_a_second_time(open_office: Office, worker: None) -> None:
    agree(open_office, "Ana")
    path = open_office.file(ANA)
    first, again = issue_roster(path, "--wait", "--json"), issue_roster(path, "--wait", "--json")
    assert (first.code, again.code) == (0, 2)
    assert json.loads(again.out)["dispositions"] == dispositions(already_issued=1)
    assert open_office.emails() == {"ana@example.org": 1}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"\n\n", "This file is empty."),
        (b"First name,Last name,Email\n", "This file has headings in row 1 but no rows below them."),
        (b"Ana,Lee,ana@example.org\n", "Row 1 already holds a person"),
        (b"Name,Email\nAna Lee,ana@example.org\n", "Are these names told apart rightly?"),
        (b"\x89PNG\r\n\x1a\n", "“people.csv” is a PNG picture, not a table."),
        (b"First name,Last name,Email\nZo\xeb,Lee,zoe@example.org\n", "Are these letters right?"),
        (b"x" * (10 * 1024 * 1024 + 1), "This file is larger than 10 MB."),
    ],
)
def test_issue_roster_refuses_a_file_it_cannot_use_before_any_call(
    office: Office, content: bytes, sentence: str
) -> None:
    path = office.folder / "people.csv"
    path.write_bytes(content)
    ran = issue_roster(path, "--json")
    assert (ran.code, ran.out, ran.err.count("\n"), ran.err[: len(sentence)]) == (2, "", 1, sentence)
    assert (saved(), office.calls()) == ((0, 0), 0)


def test_issue_roster_refuses_what_is_no_file(office: Office) -> None:
    missing, folder = office.folder / "none.csv", office.folder
    assert issue_roster(missing).err == f"The file {missing} cannot be read: No such file or directory.\n"
    assert issue_roster(folder).err == f"The file {folder} cannot be read: Is a directory.\n"
    assert (issue_roster(folder).code, saved(), office.calls()) == (2, (0, 0), 0)


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--badge", "99"), "No badge 99 is known here."),
        (("--badge", "54"), "The badge Unfinished badge cannot be issued now"),
        (("--by", "nobody"), "No member of staff signs in as “nobody”"),
        (("--timeout", "5"), "--timeout says how long to --wait; give both or neither."),
        (("--wait", "--timeout", "-1"), "Error: argument --timeout: -1 is not a number of seconds"),
        (("--wait", "--timeout", "soon"), "Error: argument --timeout: soon is not a number of seconds"),
    ],
)
def test_issue_roster_refuses_bad_arguments_before_any_call(
    office: Office, flags: tuple[str, ...], sentence: str
) -> None:
    make_badge(office.badge.provider, navigatr_id=54, name="Unfinished badge", status="Draft")
    agree(office, "Ana")
    ran = issue_roster(office.file(ANA), *flags)
    assert (ran.out, ran.err[: len(sentence)], saved(), office.calls()) == ("", sentence, (0, 0), 0)
    assert ran.err.count("\n") == 1


def test_issue_roster_takes_the_badges_address(office: Office) -> None:
    agree(office, "Ana")
    assert issue_roster(office.file(ANA), badge="https://navigatr.app/badge/51/digital-skills").code == 0


def test_issue_roster_sends_nothing_when_navigatr_refuses_the_token(office: Office) -> None:
    agree(office, "Ana")
    office.practice.practice.ledger.set_revoked("practice-pat-owner", True)
    ran = issue_roster(office.file(ANA), "--json")
    assert (ran.code, ran.out, ran.err.count("\n"), saved()) == (2, "", 1, (0, 0))


def test_issue_roster_names_a_hundred_rows_and_counts_the_rest(office: Office) -> None:
    lines = (f"Di,Lee,di{number}@example.org" for number in range(1205))
    said = issue_roster(office.file(*lines), "--dry-run").out.splitlines()
    assert Counter(line.partition(" ")[0] for line in said)["Row"] == 100
    assert said[-2:] == ["And 1,105 more rows that are not ready.", "0 of 1,205 rows are ready."]


# Nothing moves


def test_issue_roster_says_that_nothing_moves_when_there_is_no_worker(
    open_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_waiting, "NOTHING_MOVED_SECONDS", 0.05)
    agree(open_office, "Ana")
    ran = issue_roster(open_office.file(ANA), "--wait", "--json")
    assert (ran.code, json.loads(ran.out)["counts"]) == (3, counts(queued=1))
    expected = "Nothing moves. No worker? Run `manage.py supervise`. What waits is safe; none will be sent twice."
    assert ran.err.splitlines()[-1] == expected


# As a process of its own


@pytest.mark.once
def test_issue_roster_keeps_json_and_words_apart_when_run_as_a_process(open_office: Office, manage: Manage) -> None:
    agree(open_office, "Ana")
    path = open_office.file(ANA, "Zoë,Lee,zoë@example.org")
    done = manage("issue_roster", path, "--badge", "51", "--by", "ann", "--json", PYTHONIOENCODING="ascii")
    said = json.loads(done.stdout)
    assert (done.returncode, said["dispositions"]) == (1, dispositions(ready=1, needs_consent=1))
    assert done.stderr.splitlines()[-1] == "1 of 2 rows are ready."
    assert saved() == (1, 1)


@pytest.mark.once
def test_issue_roster_ends_with_two_and_no_json_when_an_argument_is_missing(
    open_office: Office, manage: Manage
) -> None:
    done = manage("issue_roster", open_office.file(ANA), "--badge", "51", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].endswith("the following arguments are required: --by")


@pytest.mark.once
def test_issue_roster_ends_with_two_and_one_line_when_the_file_is_missing(open_office: Office, manage: Manage) -> None:
    done = manage("issue_roster", "none.csv", "--badge", "51", "--by", "ann", "--json")
    expected = "CommandError: The file none.csv cannot be read: No such file or directory.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)


def test_issue_roster_asks_for_what_it_will_not_guess_and_takes_the_answer(office: Office, tmp_path: Path) -> None:
    agree(office, "Ana")
    path = tmp_path / "people.csv"
    path.write_bytes(b"Alpha,Last name,Email\nAna,Lee,ana@example.org\n")
    refused = issue_roster(path, "--dry-run")
    assert (refused.code, "No column for the first name" in refused.err) == (2, True)
    assert issue_roster(path, "--dry-run", "--column", "first_name=Alpha").code == 0
    wrong = issue_roster(path, "--dry-run", "--column", "first_name=Vorname")
    assert (wrong.code, "No column is called “Vorname”" in wrong.err) == (2, True)


# Again to those who have it


def has_it(office: Office, name: str) -> None:
    agree(office, name)
    learner = Learner.objects.get(first_name=name)
    make_issuance(office.badge, learner, status="issued", issued_at=timezone.now())


def test_issue_roster_leaves_out_who_has_it_unless_a_reason_is_given(office: Office) -> None:
    has_it(office, "Ana")
    agree(office, "Bo")
    path = office.file(ANA, BO)
    dry = [json.loads(issue_roster(path, "--dry-run", "--json", **more).out) for more in ({}, {"again": "New edition"})]
    assert [one.get("again") for one in dry] == [None, 1]
    assert [one["dispositions"]["ready"] for one in dry] == [1, 2]
    assert saved() == (0, 1)
    ran = issue_roster(path, "--json", again="New edition")
    said = json.loads(ran.out)
    assert (ran.code, said["again"], said["dispositions"], said["counts"]) == (
        0, 1, dispositions(ready=2), counts(queued=2),
    )  # fmt: skip
    made = Issuance.objects.filter(roster__isnull=False).order_by("email").values_list("reissue_no", "reissue_reason")
    assert list(made) == [(1, "New edition"), (0, "")]


def test_issue_roster_goes_on_without_those_it_cannot_be_issued_to_again(office: Office) -> None:
    has_it(office, "Ana")
    Learner.objects.update(on_hold_since=timezone.now())
    agree(office, "Bo")
    path = office.file(ANA, BO)
    dry = issue_roster(path, "--dry-run", "--json", again="New edition")
    ran = issue_roster(path, "--json", again="New edition")
    assert [(one.code, json.loads(one.out)["dispositions"]) for one in (dry, ran)] == [
        (1, dispositions(ready=1, already_issued=1))
    ] * 2
    assert Issuance.objects.get(roster__isnull=False).email == "bo@example.org"


def test_issue_roster_sends_each_one_more_and_no_third(open_office: Office, worker: None) -> None:
    agree(open_office, "Ana", "Bo")
    path = open_office.file(ANA, BO)
    codes = [issue_roster(path, "--wait", **more).code for more in ({}, {"again": "New edition"}, {})]
    assert codes == [0, 0, 2]
    assert open_office.emails() == {"ana@example.org": 2, "bo@example.org": 2}
    issued = Issuance.objects.filter(status="issued", assertions__isnull=False)
    assert sorted(issued.values_list("email", "reissue_no")) == [
        ("ana@example.org", 0), ("ana@example.org", 1), ("bo@example.org", 0), ("bo@example.org", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("reason", ["", " ", "x" * 501])
def test_issue_roster_refuses_a_reason_that_is_none(office: Office, reason: str) -> None:
    has_it(office, "Ana")
    ran = issue_roster(office.file(ANA), again=reason)
    assert (ran.code, saved()) == (2, (0, 1))
