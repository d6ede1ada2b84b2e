"""The page of a checked roster: what would happen to each row, and changing that."""

import io
import re
from urllib.parse import urlencode

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from issuing.enums import Decision
from issuing.models import AuditEvent, Badge, Learner, Roster
from tests.factories import make_agreed, make_consent, make_learner
from tests.views.rosters.conftest import Office, address

ZOE = "Zoë,Núñez,zoe@example.org"


def shown(roster: Roster) -> list[str]:
    return list(roster.rows.order_by("row_no").values_list("disposition", flat=True))


def messages(answer: object) -> str:
    return " ".join(str(message) for message in answer.context["messages"])  # type: ignore[attr-defined]


# What it shows


def test_page_shows_tiles_that_add_up_and_rows_with_their_problems(office: Office) -> None:
    make_agreed(office.badge, "zoe@example.org")
    roster = office.roster(ZOE, "", "Bo,Li,nowhere", "Cy,Ek,cy@a.org", ZOE)
    answer = office.browser.get(address("roster-detail", roster))
    page = answer.context["page"]
    assert sum(tile.count for tile in page.tiles) == page.total == 4
    assert [row.row_no for row in page.rows] == [2, 4, 5, 6]
    assert page.rows[1].cells[2].problem.startswith("This is not an e-mail address")
    assert "3 people are left out and stay on this list." in answer.text
    assert "Issue 1 badge (finishes about " in answer.text
    assert "names look like Zoë, Núñez." in answer.text


def test_page_shows_exactly_what_navigatr_gets(office: Office) -> None:
    make_agreed(office.badge, "zoe@example.org")
    headings = "First name,Last name,Email,Student number,Organisation"
    roster = office.roster(f"{ZOE},007,Example Ltd", headings=headings)
    sent = [("First name", "Zoë"), ("Last name", "Núñez"), ("E-mail address", "zoe@example.org")]
    page = office.browser.get(address("roster-detail", roster)).context["page"]
    assert page.example == [*sent, ("Organisation", "Example Ltd")]


def test_page_filters_by_tile(office: Office) -> None:
    roster = office.roster(ZOE, "Bo,Li,bo@gmial.com")
    answer = office.browser.get(address("roster-detail", roster) + "?show=invalid")
    assert [row.row_no for row in answer.context["page"].rows] == [3]
    form = answer.text.partition(f'action="{address("roster-correct", roster)}"')[2].partition("</form>")[0]
    assert 'name="row-3-email"' in form
    # Enter presses the first button: it saves what was typed and takes nobody's suggestion.
    assert "name=" not in re.findall("<button[^>]*>", form)[0]


def test_page_shows_a_hundred_rows_at_a_time(office: Office) -> None:
    roster = office.roster(*(f"Ana,Ng,a{number}@a.org" for number in range(150)))
    first = office.browser.get(address("roster-detail", roster)).context["page"].page
    assert (len(first.rows), first.before_url) == (100, "")
    assert first.said == "Rows 2 to 101 of the file; 150 rows in all"
    second = office.browser.get(first.after_url.removesuffix("#rows")).context["page"].page
    assert ([second.rows[0].row_no, len(second.rows)], second.after_url) == ([102, 50], "")
    back = office.browser.get(second.before_url.removesuffix("#rows")).context["page"].page
    assert back.rows == first.rows


def test_page_says_which_columns_are_not_needed_until_the_file_is_removed(office: Office) -> None:
    roster = office.roster(f"{ZOE},vegan", headings="First name,Last name,Email,Diet")
    detail = address("roster-detail", roster)
    assert "This file has 1 column we do not need: “Diet”." in office.browser.get(detail).text
    office.browser.post(address("roster-forget", roster))
    assert Roster.objects.values_list("original", flat=True).get() is None
    assert "the uploaded file is removed" in office.browser.get(detail).text


def test_page_says_what_dates_of_birth_were_read_for(office: Office) -> None:
    rows = f"{ZOE},{timezone.localdate().year - 5}-01-31", "Bo,Li,bo@example.org,?"
    page = office.browser.get(address("roster-detail", office.roster(*rows, headings="First name,Last name,Email,DOB")))
    assert "“DOB” was read only for who is under 13" in page.text
    assert "1 of its dates cannot be read" in page.text
    assert page.context["page"].page.rows[0].disposition == "invalid"
    assert "Under 13 by the date of birth in the file: " in page.text


def test_page_shows_what_was_recorded_since(office: Office) -> None:
    roster = office.roster(ZOE)
    assert shown(roster) == ["needs_consent"]
    learner = make_agreed(office.badge, "zoe@example.org")
    learner.consent_records.update(recorded_at=timezone.now())
    answer = office.browser.get(address("roster-detail", roster))
    assert (shown(roster), "Issue 1 badge" in answer.text) == (["ready"], True)


def test_page_offers_no_issuing_while_the_badge_is_held(office: Office) -> None:
    make_agreed(office.badge, "zoe@example.org")
    roster = office.roster(ZOE)
    Badge.objects.update(hold="gone", held_at=timezone.now())
    text = office.browser.get(address("roster-detail", roster)).text
    assert ("This badge cannot be issued now" in text, "Issue 1 badge" in text) == (True, False)


def test_page_asks_as_many_questions_for_three_rows_as_for_one(office: Office) -> None:
    seen = []
    for emails in (["a@a.org"], ["b@a.org", "c@a.org", "d@a.org"]):
        for email in emails:
            make_agreed(office.badge, email)
        roster = office.roster(*(f"Zoë,Núñez,{email}" for email in emails))
        with CaptureQueriesContext(database) as asked:
            office.browser.get(address("roster-detail", roster))
        seen.append(len(asked))
    assert seen[0] == seen[1]


# Correcting


def test_cells_are_corrected_in_place_and_checked_at_once(office: Office) -> None:
    make_agreed(office.badge, "zoe@example.org")
    roster = office.roster("Zoë,Núñez,zoe@example,", ",Li,bo@a.org")
    typed = {"row-2-email": "zoe@example.org", "row-3-first_name": "", "row-x-email": "a", "row-2-secret": "b"}
    answer = office.browser.post(address("roster-correct", roster), typed, follow=True)
    assert shown(roster) == ["ready", "invalid"]
    assert messages(answer) == "1 row was corrected. 1 row still has a problem."
    assert AuditEvent.objects.get(verb="correct").details == {"rows": [2, 3]}


def test_cells_of_a_row_that_is_none_change_nothing(office: Office) -> None:
    roster = office.roster(ZOE)
    answer = office.browser.post(address("roster-correct", roster), {"row-9-email": "x@a.org"})
    assert "has no such row" in answer.text
    assert roster.rows.get().email == "zoe@example.org"


def test_row_page_saves_all_values(office: Office) -> None:
    make_agreed(office.badge, "zoe@example.org")
    roster = office.roster("Núñez,Zoe,zoe@example.org,bo@a.org")
    url = address("roster-row", roster, 2)
    assert "more cells than there are headings" in office.browser.get(url).text
    values = {"first_name": "Zoë", "last_name": "Núñez", "email": "zoe@example.org"}
    answer = office.browser.post(url, values, follow=True)
    assert (shown(roster), messages(answer)) == (["ready"], "Row 2 was saved. It is now: Ready.")


def test_row_page_says_what_is_still_wrong_and_keeps_what_was_typed(office: Office) -> None:
    roster = office.roster(ZOE)
    values = {"first_name": "Zoë", "last_name": "Núñez", "email": "zoe at home"}
    text = office.browser.post(address("roster-row", roster, 2), values).text
    assert ("This is not an e-mail address" in text, 'value="zoe at home"' in text) == (True, True)
    assert ("Saved, but the row still cannot be used" in text, roster.rows.get().email) == (True, "zoe at home")


@pytest.mark.parametrize(
    ("pressed", "email"),
    [({"accept": "2:look_alike_domain"}, "zoe@gmial.com"), ({"row-2-email": "zoe@gmail.com"}, "zoe@gmail.com")],
)
def test_row_page_offers_what_was_meant_and_to_keep_what_is_there(
    office: Office, pressed: dict[str, str], email: str
) -> None:
    roster = office.roster("Zoë,Núñez,zoe@gmial.com")
    text = office.browser.get(address("roster-row", roster, 2)).text
    assert all(f'name="{name}" value="{value}"' in text for name, value in pressed.items())
    answer = office.browser.post(address("roster-correct", roster), pressed | {"next": "/learners/"})
    assert (answer.url, roster.rows.get().email, shown(roster)) == ("/learners/", email, ["needs_consent"])


def test_row_page_saves_nothing_when_a_needed_value_is_missing(office: Office) -> None:
    roster = office.roster(ZOE)
    values = {"first_name": "Max", "last_name": "", "email": "zoe@example.org"}
    text = office.browser.post(address("roster-row", roster, 2), values).text
    assert ("Nothing was saved yet" in text, roster.rows.get().first_name) == (True, "Zoë")


def test_row_page_of_no_row_is_not_there(office: Office) -> None:
    assert office.browser.get(address("roster-row", office.roster(ZOE), 9)).status_code == 404


# Deciding


def test_row_is_left_out_and_put_back(office: Office) -> None:
    make_agreed(office.badge, "zoe@example.org")
    roster, seen = office.roster(ZOE), []
    for decision in ("leave_out", ""):
        office.browser.post(address("roster-decide", roster, 2), {"decision": decision})
        seen += shown(roster)
    assert seen == ["left_out", "ready"]


def test_row_with_another_name_goes_once_a_person_says_it_is_the_same(office: Office) -> None:
    make_agreed(office.badge, "zoe@example.org")
    roster = office.roster("Jo,Smith,zoe@example.org")
    page = office.browser.get(address("roster-detail", roster))
    assert "We know this address as Zoë Núñez." in page.text
    assert "It is the same person" in office.browser.get(address("roster-row", roster, 2)).text
    office.browser.post(address("roster-decide", roster, 2), {"decision": "same_person"})
    row = roster.rows.get()
    assert (row.disposition, row.decided_by, row.first_name) == ("ready", office.by, "Jo")


def test_row_with_a_known_student_number_gets_the_address_on_record(office: Office) -> None:
    make_agreed(office.badge, "zoe@example.org", student_number="007")
    headings = "First name,Last name,Email,Student number"
    roster = office.roster("Zoë,Núñez,new@example.org,007", headings=headings)
    assert "send to zoe@example.org" in office.browser.get(address("roster-row", roster, 2)).text
    office.browser.post(address("roster-decide", roster, 2), {"decision": "same_person"})
    assert (shown(roster), roster.rows.get().email) == (["ready"], "zoe@example.org")


def test_row_of_somebody_on_hold_cannot_be_decided(office: Office) -> None:
    make_agreed(office.badge, "zoe@example.org")
    Learner.objects.update(on_hold_since=timezone.now())
    roster = office.roster(ZOE)
    answer = office.browser.post(address("roster-decide", roster, 2), {"decision": "same_person"}, follow=True)
    assert ("is on hold or was erased" in messages(answer), shown(roster)) == (True, ["needs_decision"])
    assert "On hold since" in answer.text and "We know this address" not in answer.text
    page = office.browser.get(address("roster-row", roster, 2)).text
    assert "Take the hold off on their page" in page and "Is it the same person?" not in page


def test_row_page_leads_back_to_the_rows_one_came_from(office: Office) -> None:
    roster = office.roster("Bo,Li,nowhere")
    back = address("roster-detail", roster) + "?show=invalid#rows"
    url = address("roster-row", roster, 2) + "?" + urlencode({"next": back})
    assert urlencode({"next": back}) in office.browser.get(back.removesuffix("#rows")).text
    values = {"first_name": "Bo", "last_name": "Li", "email": "bo@a.org"}
    assert office.browser.post(url, values).headers["Location"] == back


def test_row_page_leads_to_no_other_site(office: Office) -> None:
    roster = office.roster(ZOE)
    form = {"decision": "leave_out", "next": "https://example.net/"}
    answer = office.browser.post(address("roster-decide", roster, 2), form)
    assert answer.headers["Location"] == address("roster-detail", roster)


def test_decision_that_is_none_is_not_there(office: Office) -> None:
    answer = office.browser.post(address("roster-decide", office.roster(ZOE), 2), {"decision": "perhaps"})
    assert answer.status_code == 404


# Reading, taking away, deleting


def test_problems_are_taken_away_with_the_staffs_own_columns(office: Office) -> None:
    roster = office.roster("Zoë,vegan,Núñez,zoe@x", headings="First name,Diet,Last name,Email")
    answer = office.browser.get(address("roster-problems", roster) + "?as=xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active  # type: ignore[attr-defined]
    headings, row = ([cell.value for cell in cells] for cells in sheet.iter_rows())
    assert headings == ["Row", "First name", "Diet", "Last name", "Email", "Status", "Problem"]
    assert row[:6] == ["2", "Zoë", "vegan", "Núñez", "zoe@x", "To fix"]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="people with problems.xlsx"'


def test_problems_are_taken_away_as_csv_without_what_is_not_kept(office: Office) -> None:
    roster = office.roster("Zoë,vegan,Núñez,zoe@example.org", headings="First name,Diet,Last name,Email")
    office.browser.post(address("roster-forget", roster))
    answer = office.browser.get(address("roster-problems", roster) + "?as=csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.splitlines() == [
        "\ufeffRow,First name,Last name,Email,Status,Problem",
        "2,Zoë,Núñez,zoe@example.org,Needs consent,Never asked",
    ]


def test_upload_is_deleted(office: Office) -> None:
    roster = office.roster(ZOE)
    answer = office.browser.post(address("roster-delete", roster), follow=True)
    assert (Roster.objects.count(), messages(answer)) == (0, "people.csv was deleted. No badge was sent.")


def test_confirmed_roster_is_not_deleted(office: Office) -> None:
    make_agreed(office.badge, "zoe@example.org")
    roster = office.running(ZOE)
    answer = office.browser.post(address("roster-delete", roster), follow=True)
    assert (Roster.objects.count(), "was confirmed already by Robin Reed" in messages(answer)) == (1, True)


@pytest.mark.parametrize("name", ["roster-detail", "roster-progress", "roster-problems", "roster-results"])
def test_stranger_sees_nothing_of_a_roster(office: Office, stranger: Client, name: str) -> None:
    url = address(name, office.roster(ZOE))
    assert stranger.get(url).headers["Location"] == f"/sign-in/?next={url}"


def test_answer_no_is_shown_as_left_out(office: Office) -> None:
    make_consent(make_learner("zoe@example.org"), None, Decision.DECLINED)
    text = office.browser.get(address("roster-detail", office.roster(ZOE))).text
    assert "1 person: left out, for they said no or withdrew." in text
