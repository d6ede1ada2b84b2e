"""How a file is read: asked before there are rows, changed afterwards, and nothing lost on the way."""

import io
import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from issuing import tasks
from issuing.models import Connection, Roster
from issuing.practice import PracticeServer
from issuing.services import rosters
from tests.factories import make_issuance, make_learner, make_running
from tests.views.rosters.conftest import HEADINGS, Office, address, csv

ZOE = "Zoë,Núñez,zoe@example.org"
OWN_WORDS = "Alpha,Beta,Gamma"
COLUMNS = {"column-0": "first_name", "column-1": "last_name", "column-2": "email"}


def uploaded(office: Office, content: bytes) -> Roster:
    office.post_file(content)
    return Roster.objects.get()


def shown(text: str) -> dict[str, str]:
    """The hidden fields that say how the page shows the file, and the choices as they stand."""
    hidden = dict(re.findall(r'name="shown-(\w+)" value="([^"]*)"', text))
    loses = dict(re.findall(r'name="(loses)" value="(1)"', text))
    return {f"shown-{name}": value for name, value in hidden.items()} | hidden | loses


def rows(roster: Roster) -> list[tuple[str, str]]:
    return list(roster.rows.order_by("row_no").values_list("first_name", "last_name"))


def test_columns_that_no_heading_tells_are_asked_with_their_first_values(office: Office) -> None:
    roster = uploaded(office, csv(ZOE, headings=OWN_WORDS))
    page = office.browser.get(address("roster-detail", roster))
    assert "What do the columns hold?" in page.text
    assert all(text in page.text for text in ("Alpha", "zoe@example.org"))
    answers = shown(page.text) | COLUMNS | {"answers": "1"}
    office.browser.post(address("roster-read", roster), answers)
    assert (Roster.objects.get().status, rows(roster)) == ("checked", [("Zoë", "Núñez")])
    rosters.correct(roster=roster, values={2: {"first_name": "Zoe"}}, by=office.by)
    again = office.browser.post(address("roster-read", roster), answers)
    assert ("The file was read meanwhile." in again.text, rows(roster)) == (True, [("Zoe", "Núñez")])


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (COLUMNS | {"column-1": "first_name"}, "Two columns cannot both hold this. Choose one."),
        (COLUMNS | {"column-2": ""}, "No column for the e-mail address was found"),
    ],
)
def test_columns_that_cannot_be_are_refused_and_kept_as_chosen(
    office: Office, columns: dict[str, str], sentence: str
) -> None:
    roster = uploaded(office, csv(ZOE, headings=OWN_WORDS))
    page = office.browser.get(address("roster-read", roster))
    answer = office.browser.post(address("roster-read", roster), shown(page.text) | columns | {"answers": "1"})
    assert sentence in answer.text
    assert '<option value="first_name" selected>' in answer.text
    assert Roster.objects.get().status == "uploaded"


def test_another_reading_is_shown_before_anything_is_changed(office: Office) -> None:
    roster = office.roster(ZOE)
    page = office.browser.get(address("roster-read", roster))
    other = shown(page.text) | {"encoding": "cp1252"} | COLUMNS | {"answers": "1"}
    answer = office.browser.post(address("roster-read", roster), other)
    assert ("ZoÃ«" in answer.text, rows(roster)) == (True, [("Zoë", "Núñez")])
    office.browser.post(address("roster-read", roster), shown(answer.text) | COLUMNS | {"answers": "1"})
    assert rows(roster)[0][0] == "ZoÃ«"


def test_reading_that_fails_says_why_and_changes_nothing(office: Office) -> None:
    roster = office.roster(ZOE)
    answer = office.browser.post(address("roster-read", roster), {"encoding": "nonsense"}, follow=True)
    assert "cannot be read as “nonsense”" in answer.text
    assert rows(roster) == [("Zoë", "Núñez")]


def test_confirmed_roster_is_not_read_again(office: Office) -> None:
    roster = make_running(office.badge)
    answer = office.browser.get(address("roster-read", roster), follow=True)
    assert "was confirmed already" in answer.text


def test_large_file_shows_how_far_it_is_and_then_its_rows(office: Office, settings: Settings) -> None:
    settings.ROSTER_AT_ONCE_BYTES = 10
    roster = uploaded(office, csv(ZOE))
    assert "Reading the file" in office.browser.get(address("roster-detail", roster)).text
    assert "Being read" in office.browser.get("/rosters/?state=checked").text
    assert "HX-Refresh" not in office.browser.get(address("roster-progress", roster)).headers
    Roster.objects.update(reading={"rows": 1234})
    assert "Checking the rows: 0 of 1,234." in office.browser.get(address("roster-progress", roster)).text
    tasks.check_roster(roster.pk)
    assert office.browser.get(address("roster-progress", roster)).headers["HX-Refresh"] == "true"


def test_upload_that_navigatr_could_not_be_asked_about_is_tried_again(office: Office, practice: PracticeServer) -> None:
    practice.practice.ledger.set_revoked("practice-pat-owner", True)
    roster = uploaded(office, csv(ZOE))
    page = office.browser.get(address("roster-detail", roster))
    assert "the file is kept and nothing was sent" in page.text
    practice.practice.ledger.set_revoked("practice-pat-owner", False)
    Connection.objects.update(stop_reason="", stopped_at=None)
    office.browser.post(address("roster-retry", roster))
    assert rows(roster) == [("Zoë", "Núñez")]


def test_columns_nobody_needs_are_kept_or_removed_as_staff_say(office: Office) -> None:
    roster = office.roster(f"{ZOE},none", headings=f"{HEADINGS},Ethnicity")
    page = office.browser.get(address("roster-detail", roster))
    assert "This file has 1 column we do not need: “Ethnicity”." in page.text
    office.browser.post(address("roster-keep", roster))
    assert Roster.objects.get().keeps_original
    office.browser.post(address("roster-forget", roster))
    assert "not kept any more" in office.browser.post(address("roster-keep", roster), follow=True).text
    assert not Roster.objects.get().keeps_original
    assert "Ethnicity" not in b"".join(office.browser.get(address("roster-problems", roster))).decode()


def test_problems_are_taken_away_as_the_file_came(office: Office) -> None:
    content = "Alpha;Diät;Beta;Email\nZoë;vegan;Núñez;zoe@x\n".encode("cp1252")
    roster = uploaded(office, content)
    page = office.browser.get(address("roster-detail", roster))
    columns = {"column-0": "first_name", "column-2": "last_name", "column-3": "email"}
    office.browser.post(address("roster-read", roster), shown(page.text) | columns | {"answers": "1"})
    answer = office.browser.get(address("roster-problems", roster))
    text = b"".join(answer).decode("cp1252")
    assert text.startswith("Row;Alpha;Diät;Beta;Email;Status;Problem\r\n2;Zoë;vegan;Núñez;zoe@x;")
    rosters.correct(roster=roster, values={2: {"first_name": "Łucja"}}, by=office.by)
    assert "Łucja" in b"".join(office.browser.get(address("roster-problems", roster))).decode("utf-8-sig")


def test_moved_cells_are_taken_away_with_what_shows_it(office: Office) -> None:
    roster = office.roster("Ann,Lee,ann@a.org,moved")
    text = b"".join(office.browser.get(address("roster-problems", roster))).decode()
    assert text.endswith(",moved\r\n")


def test_corrected_whole_names_are_taken_away_so_that_they_are_read_again(office: Office) -> None:
    roster = uploaded(office, b"Name,Email\nMary Ann O'Brien,mary@x\nBo Li,bo@x\n")
    page = office.browser.get(address("roster-read", roster))
    columns = {"column-0": "full_name", "column-1": "email", "names_seen": "on", "answers": "1"}
    office.browser.post(address("roster-read", roster), shown(page.text) | columns)
    assert rows(roster) == [("Mary Ann", "O'Brien"), ("Bo", "Li")]
    rosters.correct(roster=roster, values={2: {"first_name": "Mary", "last_name": "Ann O'Brien"}}, by=office.by)
    text = b"".join(office.browser.get(address("roster-problems", roster))).decode("utf-8-sig")
    assert ('"Ann O\'Brien, Mary"' in text, "3,Bo Li,bo@x" in text) == (True, True)


def test_mistyped_domains_are_put_right_with_one_press_or_taken_as_they_are(office: Office) -> None:
    roster = office.roster(*(f"Ana,Ng,ana{number}@gmial.com" for number in range(4)))
    page = office.browser.get(address("roster-detail", roster) + "?show=invalid")
    assert all(said in page.text for said in ("Use ana0@gmail.com", "It is right as it is", "Use all suggestions"))
    typed = {f"row-{number}-email": f"ana{number - 2}@gmial.com" for number in range(2, 6)}
    office.browser.post(address("roster-correct", roster), typed | {"row-2-email": "ana0@gmail.com"})
    office.browser.post(address("roster-correct", roster), typed | {"accept": "3:look_alike_domain"})
    office.browser.post(address("roster-suggestions", roster))
    found = list(roster.rows.order_by("row_no").values_list("email", "disposition"))
    assert [email for email, _ in found] == ["ana0@gmail.com", "ana1@gmial.com", "ana2@gmail.com", "ana3@gmail.com"]
    assert {disposition for _, disposition in found} == {"needs_consent"}


def test_new_address_of_somebody_known_is_used_or_the_old_is_kept(office: Office) -> None:
    headings = f"{HEADINGS},Student number"
    ana, bo = (make_learner(f"{name}@old.org", first_name=name, last_name="Ng", student_number=name) for name in "ab")
    roster = office.roster("a,Ng,a@new.org,a", "b,Ng,b@new.org,b", headings=headings)
    for row_no, decision in ((2, "new_address"), (3, "same_person")):
        office.browser.post(address("roster-decide", roster, row_no), {"decision": decision})
    ana.refresh_from_db(), bo.refresh_from_db()
    assert (ana.email, bo.email) == ("a@new.org", "b@old.org")
    assert list(roster.rows.order_by("row_no").values_list("email", "learner", "disposition")) == [
        ("a@new.org", ana.pk, "needs_consent"), ("b@old.org", bo.pk, "needs_consent"),
    ]  # fmt: skip


def test_wrong_badge_and_wrong_file_are_doubted(office: Office) -> None:
    for number in range(4):
        learner = make_learner(f"ana{number}@a.org")
        make_issuance(office.badge, learner, status="issued", issued_at=timezone.now())
    lines = [f"Ana,Ng,ana{number}@a.org" for number in range(4)]
    roster = office.roster(*lines, "New,Ng,new@a.org")
    assert "4 of 5 already hold this badge." in office.browser.get(address("roster-detail", roster)).text
    make_running(office.badge, group="Bakery")
    other = office.roster(*(f"New,Ng,new{number}@a.org" for number in range(5)))
    assert "5 of 5 are not known here" in office.browser.get(address("roster-detail", other)).text


def test_stranger_reads_nothing_of_a_file(office: Office, stranger: Client) -> None:
    roster = office.roster(ZOE)
    for name in ("roster-read", "roster-retry", "roster-keep"):
        assert stranger.post(address(name, roster)).status_code == 302
    assert "Zoë" not in stranger.get(address("roster-read", roster), follow=True).text
    assert io.BytesIO(rosters.original_of(roster)).read() == csv(ZOE)
