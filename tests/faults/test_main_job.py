"""The main job with real processes: a file goes in, badges come out, whatever is killed on the way."""

from pathlib import Path

import pytest

from tests.world import TOKEN, World, people, world

pytestmark = pytest.mark.processes

AGREED = [f"agreed{number}@example.org" for number in range(32)]
SAID_NO = [f"no{number}@example.org" for number in range(2)]
SILENT = [f"silent{number}@example.org" for number in range(3)]
FORM = "\n".join(
    ["Name of course,First Name,Last Name,Email,Do you agree to get a badge?"]
    + [f"Art,Ana,Ng,{email},Yes" for email in AGREED]
    + [f"Art,Ana,Ng,{email},No" for email in SAID_NO]
    + [f"Art,Ana,Ng,{email}," for email in SILENT]
)
ROSTER = people([*AGREED, *SAID_NO, *SILENT, AGREED[0], AGREED[1].upper(), "not an address"])


def record_answers(here: World) -> None:
    form = str(here.file("form.csv", FORM))
    given = ["--route", "online", "--by", "ann", "--decided-on", "2026-09-14", "--evidence", "Form of September"]
    answers = ["--decision-column", "Do you agree to get a badge?", "--yes", "Yes", "--no", "No"]
    here.run("record_consent", form, *given, expect=2)
    here.run("record_consent", form, *given, *answers)


def dispositions(**expected: int) -> dict[str, int]:
    names = ("invalid", "repeated", "unconfirmed_earlier", "already_issued", "in_another_run", "needs_decision")
    return dict.fromkeys([*names, "consent_declined", "needs_consent", "ready"], 0) | expected


def files_holding(word: bytes, *folders: Path) -> list[Path]:
    paths = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [path for path in paths if word in path.read_bytes()]


def test_roster_of_forty_is_issued_to_all_who_agreed_and_nobody_twice(tmp_path: Path) -> None:
    with world(tmp_path, rate="50/2") as here:
        here.connect()
        record_answers(here)
        here.worker("supervise")
        roster = ["issue_roster", str(here.file("people.csv", ROSTER)), "--badge", "51", "--by", "ann", "--wait"]
        first, again = here.json(*roster, expect=1), here.json(*roster, expect=2)
        summary = here.practice.practice.summary()
        leaks = files_holding(TOKEN.encode(), tmp_path)
    left_out = {"invalid": 1, "repeated": 2, "consent_declined": 2, "needs_consent": 3}
    assert (first["rows"], first["dispositions"]) == (40, dispositions(ready=32, **left_out))
    assert first["counts"] == dict.fromkeys(first["counts"], 0) | {"issued": 32}
    assert again["dispositions"] == dispositions(already_issued=32, **left_out)
    assert (summary["recipients"], summary["refused_429"]) == (dict.fromkeys(AGREED, 1), 0)
    assert leaks == []
    assert not any(TOKEN in output for output in here.outputs)
