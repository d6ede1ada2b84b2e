"""A class list of 40 rows that hold every disposition, and the records that make them so."""

from datetime import timedelta
from pathlib import Path

import requests
from django.utils import timezone

from issuing.enums import Decision
from issuing.models import Badge, ConsentText, Issuance, User
from issuing.services import issuances, learners
from tests.factories import make_agreed, make_consent, make_issuance, make_learner, make_running
from tests.world import World, until

AT = "@forty.example.org"
NO_ANSWER = f"ines+500-before{AT}"
"""The practice server answers with an error and sends nothing, which cannot be told from here."""
HEADINGS = ("Student number", "Last name", "First name", "Tutor", "Email")
LEFT_OUT, MISSPELT, LIKE, UNASKED = 22, 27, 33, 37
"""Numbers of the rows that staff act upon."""
Row = tuple[str, str, str, str]
_READY: list[Row] = [(f"F{number}", "Núñez", "Zoë", f"ready{number}{AT}") for number in range(2, 27)]
_ODD: list[Row] = [
    ("F27", "Moss", "Ada", "ada at forty.example.org"),
    ("F28", "Stone", "Perdita", ""),
    ("F2", "Núñez", "Zoë", f"ready2{AT}"),
    ("", "Núñez", "Z.", f" READY3{AT}"),
    ("", "Silva", "Ines", NO_ANSWER),
    ("", "Ng", "Bo", f"holder{AT}"),
    ("F900", "Boateng", "Kofi", f"kofi.at.home{AT}"),
    ("", "Kovács", "Márk", f"elsewhere{AT}"),
    ("", "Roberts", "Nia", f"other.run{AT}"),
    ("", "Reed", "Tom", f"family{AT}"),
    ("", "Brook", "Tessa", f"tessa{AT}"),
    ("", "Quinn", "Zac", f"zac{AT}"),
    ("", "Lane", "Una", f"una{AT}"),
    ("", "Ek", "Liv", f"declined{AT}"),
    ("", "Oh", "Cy", f"withdrew{AT}"),
]
ROWS = dict(enumerate([*_READY, *_ODD], start=2))
FOUND = {
    "Ready": 25,
    "Needs consent": 3,
    "Said no or withdrew": 2,
    "Already has it": 2,
    "To fix": 2,
    "To decide": 2,
    "Repeated in file": 2,
    "In another run": 1,
    "Being checked": 1,
}
"""The tiles as the file is first checked."""
ACTED = FOUND | {"Ready": 27, "Needs consent": 2, "To fix": 1, "To decide": 1, "Left out": 1}
"""The tiles once one row of each kind was put right, and one left out."""
KEPT = {
    22: "Left out",
    28: "To fix",
    29: "Repeated in file",
    30: "Repeated in file",
    31: "Being checked",
    32: "Already has it",
    34: "Already has it",
    35: "In another run",
    36: "To decide",
    38: "Needs consent",
    39: "Needs consent",
    40: "Said no or withdrew",
    41: "Said no or withdrew",
}
"""What the rows that are not sent are called in the end, by their numbers."""
CORRECTED = {MISSPELT: f"ada{AT}", LIKE: f"kofi{AT}"}
"""The addresses that rows have in the end in place of what the file says."""


def sent_rows() -> dict[int, str]:
    """The addresses that a badge is sent to, by the numbers of their rows."""
    return {number: CORRECTED.get(number, row[3]) for number, row in ROWS.items() if number not in KEPT}


def class_list(site: World) -> Path:
    """The file, with a column of the staff's own that no badge needs."""
    lines = [";".join((number, last, first, "Mrs Baker", email)) for number, last, first, email in ROWS.values()]
    return site.file("forty.csv", "\n".join([";".join(HEADINGS), *lines, ""]))


def prepare_in(site: World) -> None:
    """Make the site know these people; somebody is given the badge in Navigatr itself."""
    given = {"badge_id": 51, "email": f"elsewhere{AT}", "firstname": "Márk", "lastname": "Kovács"}
    requests.post(f"{site.practice.origin}/practice/issue_outside", json=given, timeout=5).raise_for_status()
    site.shell("from tests.journeys import forty; forty.prepare()")


def prepare() -> None:
    """Inside the instance: what is known of these people before their class list comes."""
    badge = Badge.objects.get(navigatr_id=51)
    for number, last, first, email in _READY:
        make_agreed(badge, email, student_number=number, first_name=first, last_name=last)
    make_agreed(badge, f"ada{AT}", student_number="F27", first_name="Ada", last_name="Moss")
    make_agreed(badge, f"kofi{AT}", student_number="F900", first_name="Kofi", last_name="Boateng")
    make_agreed(badge, f"family{AT}", first_name="Ada", last_name="Reed")
    _say_no(badge)
    holder = make_agreed(badge, f"holder{AT}", first_name="Bo", last_name="Ng")
    make_issuance(badge, holder, status="issued", issued_at=timezone.now())
    waiting = make_agreed(badge, f"other.run{AT}", first_name="Nia", last_name="Roberts")
    make_issuance(badge, waiting, roster=make_running(badge, status="paused"))
    _send_into_the_dark(badge)


def _say_no(badge: Badge) -> None:
    text = ConsentText.objects.get(statement__provider=badge.provider, statement__badge=None, language="en")
    make_consent(make_learner(f"declined{AT}", first_name="Liv", last_name="Ek"), text, Decision.DECLINED)
    withdrew = make_agreed(badge, f"withdrew{AT}", first_name="Cy", last_name="Oh")
    later = timezone.now() - timedelta(days=1)
    make_consent(withdrew, text, Decision.WITHDRAWN, decided_at=later, recorded_at=later)


def _send_into_the_dark(badge: Badge) -> None:
    """One badge whose call gets no usable answer."""
    make_agreed(badge, NO_ANSWER, first_name="Ines", last_name="Silva")
    person = learners.Person("Ines", "Silva", NO_ANSWER)
    sent = issuances.issue(badge=badge, person=person, by=User.objects.get(username="ann"))
    until(lambda: Issuance.objects.filter(pk=sent.pk, status="unconfirmed").exists())
