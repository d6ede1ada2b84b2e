"""Exports that look like those of the programs staff take their lists from; made up, with the layout of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.sheets import files, workbooks

Person = tuple[str, str, str]

ZOE: Final = ("Zoë", "Núñez", "zoe@example.org")
ANN: Final = ("Ann", "Lee", "ann@example.org")
MARY: Final = ("Mary", "O'Brien", "mary@example.org")


@dataclass(frozen=True, slots=True)
class LookAlike:
    """One export and what it should be read as.

    Args:
        numbers (tuple[int, ...]): the people's row numbers.
        missing (str): code of the fault where a column is for staff to choose; empty where none is.
        guessed (tuple[bool, ...]): whose name was told apart by a guess.
    """

    name: str
    content: bytes
    people: tuple[Person, ...]
    numbers: tuple[int, ...]
    header_row: int = 1
    above: int = 0
    left_out: tuple[tuple[int, str], ...] = ()
    guessed: tuple[bool, ...] = (False, False)
    missing: str = ""


def _teams() -> LookAlike:
    lines = [
        *("1. Summary", "Meeting title\tInduction", "Attended participants\t2", "Start time\t9/14/26, 9:00:12 AM"),
        *("End time\t9/14/26, 10:00:01 AM", "Average attendance time\t52m 3s", ""),
        *("2. Participants", "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole"),
        "Zoë Núñez\t9/14/26, 9:00:12 AM\t9/14/26, 9:59:00 AM\t58m 48s\tzoe@example.org\tz1@example.org\tOrganizer",
        "Ann Lee\t9/14/26, 9:01:00 AM\t9/14/26, 9:59:00 AM\t58m\tann@example.org\ta1@example.org\tPresenter",
        *("", "3. In-Meeting Activities", "Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole"),
        "Zoë Núñez\t9/14/26, 9:00:12 AM\t9/14/26, 9:59:00 AM\t58m 48s\tzoe@example.org\tOrganizer",
    ]
    content = b"\xff\xfe" + "\r\n".join(lines).encode("utf-16-le")
    over = tuple((number, "another_section") for number in (13, 14, 15))
    return LookAlike("teams.csv", content, (ZOE, ANN), (10, 11), 9, 7, over, (True, True))


def _zoom() -> LookAlike:
    lines = [
        "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants",
        "812 3456 7890,Induction,09/14/2026 09:00:00 AM,09/14/2026 10:00:00 AM,host@example.org,60,2",
        "",
        "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest",
        "Zoë Núñez,zoe@example.org,09/14/2026 09:00:00 AM,09/14/2026 10:00:00 AM,60,No",
        '"O\'Brien, Mary",mary@example.org,09/14/2026 09:01:00 AM,09/14/2026 10:00:00 AM,59,Yes',
    ]
    content = "\n".join(lines).encode("utf-8-sig")
    return LookAlike("zoom.csv", content, (ZOE, MARY), (5, 6), 4, 2, (), (True, False))


def _classroom() -> LookAlike:
    lines = [
        *("Last Name,First Name,Email Address,Essay 1,Quiz", "Date,,,2026-09-14,2026-09-21", "Points,,,100,10"),
        *("Núñez,Zoë,zoe@example.org,87,9", "Lee,Ann,ann@example.org,,8"),
    ]
    left_out = ((2, "points_possible"), (3, "points_possible"))
    return LookAlike("classroom.csv", "\n".join(lines).encode(), (ZOE, ANN), (4, 5), left_out=left_out)


def _forms() -> LookAlike:
    rows = [
        ("ID", "Start time", "Completion time", "Email", "Name", "First name", "Surname", "Your e-mail address"),
        (1, "9/14/26 9:00", "9/14/26 9:02", "anonymous", None, "Zoë", "Núñez", "zoe@example.org"),
        (2, "9/14/26 9:01", "9/14/26 9:03", "anonymous", None, "Ann", "Lee", "ann@example.org"),
    ]
    return LookAlike("forms.xlsx", files.workbook(rows), (ZOE, ANN), (2, 3))


def _moodle() -> LookAlike:
    lines = [
        '"First name","Last name","ID number",Institution,Department,"Email address","Course total (Real)"',
        'Zoë,Núñez,00123,,,zoe@example.org,"87,50"',
        "Ann,Lee,00124,,,ann@example.org,-",
        '"Overall average",,,,,,"87,50"',
    ]
    return LookAlike("moodle.csv", "\n".join(lines).encode(), (ZOE, ANN), (2, 3), left_out=((4, "total"),))


def _canvas() -> LookAlike:
    lines = [
        "Student,ID,SIS User ID,SIS Login ID,Section,Essay (101),Email",
        ",,,,,Manual Posting,",
        "    Points Possible,,,,,100.00,",
        '"Núñez, Zoë",101,00123,zoe,A,87.00,zoe@example.org',
        '"O\'Brien, Mary",102,00124,mary,A,,mary@example.org',
    ]
    left_out = ((2, "points_possible"), (3, "points_possible"))
    return LookAlike("canvas.csv", "\r\n".join(lines).encode("utf-8-sig"), (ZOE, MARY), (4, 5), left_out=left_out)


def _sims() -> LookAlike:
    rows: list[list[workbooks.Cell]] = [
        ["Example School"],
        ["Student List: Year 11"],
        [],
        ["Adno", "Legal Surname", "Legal Forename", "Year", "Primary Email"],
        ["001234", "Núñez", "Zoë", "Year 11", "zoe@example.org"],
        ["001235", "Lee", "Ann", "Year 11", "ann@example.org"],
        [],
        ["Number of students: 2"],
        ["Printed 14/09/2026 by SIMS"],
    ]
    left_out = ((8, "total"), (9, "footer"))
    return LookAlike("sims.xls", workbooks.xls({"Report": rows}), (ZOE, ANN), (5, 6), 4, 2, left_out)


def _arbor() -> LookAlike:
    lines = [
        "Arbor Student ID;Full name;Sortable name;Form;Email (student);Gender",
        "17;Zoë Núñez;Núñez, Zoë;11A;zoe@example.org;F",
        "18;Mary O'Brien;O'Brien, Mary;11B;mary@example.org;F",
    ]
    return LookAlike("arbor.csv", "\r\n".join(lines).encode("cp1252"), (ZOE, MARY), (2, 3))


def _template() -> LookAlike:
    rows: list[list[workbooks.Cell]] = [
        ["First Name (required)", "Last Name (required)", "Email (required)", "Issue Date (YYYY-MM-DD)"],
        ["The learner's first name", "The learner's last name", "e.g. name@example.org", "Optional, YYYY-MM-DD"],
        [*ZOE, "2026-09-14"],
        [*ANN],
    ]
    content = workbooks.ods({"Recipients": rows})
    return LookAlike("template.ods", content, (ZOE, ANN), (3, 4), left_out=((2, "instructions"),))


def look_alikes() -> Iterator[LookAlike]:
    """Every look-alike."""
    for make in (_teams, _zoom, _classroom, _forms, _moodle, _canvas, _sims, _arbor, _template):
        yield make()


def contents() -> Iterator[tuple[str, bytes]]:
    """The files by name, to be written out."""
    for one in look_alikes():
        yield one.name, one.content
