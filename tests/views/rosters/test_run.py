"""The page of a run: how it goes, live, and keeping it under control."""

import io
from datetime import timedelta

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from issuing.enums import Role
from issuing.models import Assertion, Heartbeat, Issuance, Learner, Roster
from issuing.services import heartbeats, rosters, staff
from tests.factories import make_agreed, make_learner, make_user
from tests.views.rosters.conftest import Office, address


@pytest.fixture
def run(office: Office) -> Roster:
    """Three on their way and one left out; a worker is there."""
    Heartbeat.objects.create(name="canary", answered_at=timezone.now())
    for name in "abc":
        make_agreed(office.badge, f"{name}@a.org")
    return office.running(*(f"Zoë,Núñez,{name}@a.org" for name in "abc"), "Bo,Li,nowhere")


def sent(run: Roster, *, count: int) -> None:
    ids = list(run.issuances.order_by("pk").values_list("pk", flat=True)[:count])
    Issuance.objects.filter(pk__in=ids).update(status="issued", issued_at=timezone.now())


def sentence(office: Office, run: Roster) -> str:
    return office.browser.get(address("roster-progress", run)).context["progress"].sentence.text


def tiles(office: Office, run: Roster) -> dict[str, int]:
    found = office.browser.get(address("roster-progress", run)).context["progress"].tiles
    return {tile.key: tile.count for tile in found if tile.count}


def said(answer: object) -> str:
    return " ".join(str(message) for message in answer.context["messages"])  # type: ignore[attr-defined]


def test_run_says_who_confirmed_it_and_how_far_it_is(office: Office, run: Roster) -> None:
    sent(run, count=1)
    text = office.browser.get(address("roster-detail", run)).text
    assert "confirmed by Robin Reed, " in text
    assert "Sending: 1 of 3, finishes about " in text
    assert "Stop: do not send the other 2" in text


def test_tiles_add_up_to_all_rows(office: Office, run: Roster) -> None:
    sent(run, count=2)
    first = run.issuances.order_by("pk").first()
    assert first is not None
    record = {"badge": office.badge, "navigatr_id": "88", "email_key": "", "read_at": timezone.now()}
    Assertion.objects.create(issuance=first, status="Claimed", **record)
    assert tiles(office, run) == {"waiting": 1, "unclaimed": 1, "claimed": 1, "left-out": 1}


@pytest.mark.parametrize(
    ("show", "rows"), [("waiting", [4]), ("unclaimed", [2, 3]), ("claimed", []), ("left-out", [5]), ("x", [2, 3, 4, 5])]
)
def test_tile_shows_its_rows(office: Office, run: Roster, show: str, rows: list[int]) -> None:
    sent(run, count=2)
    page = office.browser.get(address("roster-detail", run) + f"?show={show}").context["page"]
    assert [row.row.row_no for row in page.rows] == rows


def test_progress_looks_again_until_all_are_sent_and_then_has_the_page_loaded(office: Office, run: Roster) -> None:
    url = address("roster-progress", run) + "?was=sending"
    sent(run, count=2)
    going = office.browser.get(url)
    assert ("data-poll=" in going.text, "HX-Refresh" in going.headers) == (True, False)
    assert 'data-title="2/3 · Bakery"' in going.text
    sent(run, count=3)
    done = office.browser.get(url)
    assert ("data-poll=" in done.text, done.headers["HX-Refresh"]) == (False, "true")
    assert 'data-title="Done: Bakery"' in done.text
    assert sentence(office, run) == "Done: 3 badges sent."


def unanswered(run: Roster, *, reason: str) -> Issuance:
    """All are sent, but for the last: of that nobody knows."""
    sent(run, count=3)
    last = run.issuances.order_by("pk").last()
    assert last is not None
    consent = last.learner.consent_records.get()
    change = {"status": "unconfirmed", "issued_at": None, "attempt_no": 1, "allowed_by": consent, "reason": reason}
    Issuance.objects.filter(pk=last.pk).update(**change)
    return last


def test_progress_is_never_whole_before_the_end(office: Office, run: Roster) -> None:
    unanswered(run, reason="no_answer")
    progress = office.browser.get(address("roster-progress", run)).context["progress"]
    assert (progress.state.share < 100, progress.is_live) == (True, True)
    assert progress.beside == "1 badge is being checked with Navigatr (about 10 minutes)."


def test_run_that_waits_for_a_person_leads_to_what_to_look_at(office: Office, run: Roster) -> None:
    last = unanswered(run, reason="to_decide")
    answer = office.browser.get(address("roster-detail", run))
    progress = answer.context["page"].progress
    assert progress.beside == "1 badge waits for you: Navigatr’s list does not say whether it was sent."
    assert (progress.title, "10 minutes" in answer.text) == ("To check by hand: Bakery", False)
    # A button above and the link of its row.
    assert answer.text.count(f"/issuances/{last.uuid}/settle/") == 2


def test_row_that_somebody_must_decide_says_whom_it_is_like(office: Office, run: Roster) -> None:
    make_learner("zoe@a.org", first_name="Zoë", last_name="Núñez", student_number="77")
    run.rows.filter(row_no=5).update(disposition="needs_decision", student_number="77", problems=[])
    answer = office.browser.get(address("roster-detail", run) + "?show=left-out")
    assert [row.why for row in answer.context["page"].rows] == ["We know 77 as Zoë Núñez, zoe@a.org."]
    assert "Decide row 5" in answer.text


def test_run_says_that_the_worker_is_away(office: Office, run: Roster) -> None:
    Heartbeat.objects.update(answered_at=timezone.now() - timedelta(minutes=5))
    found = sentence(office, run)
    assert found.startswith("Sending stopped: the background worker was last seen at ")
    assert found.endswith(". 3 badges are waiting and safe; none will be sent twice.")


def test_run_says_that_it_goes_on_again_and_its_bar_changes_with_it(office: Office, run: Roster) -> None:
    Heartbeat.objects.update(answered_at=timezone.now() - timedelta(minutes=5))
    bars = office.browser.get(address("roster-detail", run)).context["bars"].key
    url = address("roster-progress", run) + f"?bars={bars}"
    assert 'id="bars"' not in office.browser.get(url).text
    heartbeats.beat()
    Roster.objects.update(confirmed_at=timezone.now() - timedelta(hours=1))
    answer = office.browser.get(url)
    assert answer.context["progress"].beside.startswith("Sending again since ")
    assert '<div id="bars" hx-swap-oob="true">' in answer.text


def test_run_is_paused_and_resumed_by_any_colleague(office: Office, run: Roster) -> None:
    ben = Client()
    ben.force_login(make_user("ben"))
    assert said(ben.post(address("roster-pause", run), follow=True)).startswith("Paused.")
    assert sentence(office, run) == "Paused: 0 of 3; 3 badges are waiting."
    assert said(office.browser.post(address("roster-pause", run), follow=True)).startswith("people.csv is now: Paused.")
    assert said(office.browser.post(address("roster-resume", run), follow=True)) == "Sending goes on."


def test_run_of_who_was_let_out_is_taken_over(office: Office, run: Roster) -> None:
    confirmed_by = run.confirmed_by
    assert confirmed_by
    staff.switch_off(confirmed_by, by=make_user("mia", role=Role.MANAGER))
    ben = Client()
    ben.force_login(make_user("ben"))
    page = ben.get(address("roster-detail", run))
    assert "The access of Robin Reed, who confirmed it, was turned off." in page.context["page"].progress.sentence.text
    assert "Take over and resume sending" in page.text
    assert said(ben.post(address("roster-resume", run), follow=True)) == "Sending goes on."


def test_run_is_stopped_with_the_exact_number(office: Office, run: Roster) -> None:
    sent(run, count=1)
    asked = office.browser.get(address("roster-detail", run) + "?stop")
    assert "Stop for good?" in asked.text
    answer = office.browser.post(address("roster-stop", run), follow=True)
    assert said(answer) == "Stopped: 2 badges will not be sent. What was sent stays sent."
    assert sentence(office, run) == "Stopped by Robin Reed: 1 badge sent, 2 not sent."
    assert "is now: Stopped" in said(office.browser.post(address("roster-stop", run), follow=True))


def test_row_that_navigatr_refused_shows_its_words(office: Office, run: Roster) -> None:
    last = run.issuances.order_by("pk").last()
    assert last is not None
    why = {"status": "rejected", "reason": "refused_by_navigatr", "detail": "No such mailbox"}
    Issuance.objects.filter(pk=last.pk).update(**why)
    text = office.browser.get(address("roster-detail", run) + "?show=not-sent").text
    assert ("No such mailbox" in text, "Correct and send" in text) == (True, True)


def test_results_hold_every_row_under_the_files_own_number(office: Office, run: Roster) -> None:
    sent(run, count=1)
    answer = office.browser.get(address("roster-results", run))
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active  # type: ignore[attr-defined]
    headings, *rows = ([cell.value for cell in cells] for cells in sheet.iter_rows())
    assert headings == ["Row", "First name", "Last name", "Email", "Status", "When", "Why", "Navigatr's record"]
    assert [(row[0], row[3], row[4]) for row in rows] == [
        ("2", "a@a.org", "Sent, not claimed"),
        ("3", "b@a.org", "Waiting"),
        ("4", "c@a.org", "Waiting"),
        ("5", "nowhere", "To fix"),
    ]


def test_stopped_row_says_on_the_page_and_in_the_results_why(office: Office, run: Roster) -> None:
    at = timezone.now().replace(2026, 9, 14)
    stopped = {"status": "cancelled", "reason": "withdrew", "reason_at": at}
    Issuance.objects.filter(row__row_no=2).update(**stopped)
    assert "Withdrew on 14 Sept 2026" in office.browser.get(address("roster-detail", run) + "?show=stopped").text
    answer = office.browser.get(address("roster-results", run) + "?as=csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert "Withdrew on 14 Sept 2026" in lines[1]


def test_row_of_somebody_on_hold_says_why_it_waits(office: Office, run: Roster) -> None:
    url = address("roster-detail", run)
    assert "the learner is on hold" not in office.browser.get(url).text
    Learner.objects.filter(email="a@a.org").update(on_hold_since=timezone.now())
    assert office.browser.get(url).text.count("It waits, because the learner is on hold.") == 1


def test_run_asks_as_many_questions_for_three_rows_as_for_one(office: Office) -> None:
    seen = []
    for names in ("a", "bcd"):
        for name in names:
            make_agreed(office.badge, f"{name}@a.org")
        url = address("roster-detail", office.running(*(f"Zoë,Núñez,{name}@a.org" for name in names)))
        with CaptureQueriesContext(database) as asked:
            office.browser.get(url)
        seen.append(len(asked))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("name", ["roster-pause", "roster-resume", "roster-stop", "roster-delete", "roster-more"])
def test_act_takes_no_get_and_no_stranger(office: Office, run: Roster, stranger: Client, name: str) -> None:
    url = address(name, run)
    assert office.browser.get(url).headers["Location"] == address("roster-detail", run)
    assert stranger.post(url).headers["Location"] == f"/sign-in/?next={url}"
    run.refresh_from_db()
    assert run.status == "running"


def test_run_of_a_stopped_account_says_why(office: Office, run: Roster) -> None:
    connection = office.badge.provider.connection
    type(connection).objects.update(stop_reason="token_refused", stopped_at=timezone.now())
    assert sentence(office, run).startswith("Sending stopped: Navigatr refused the access token. 3 badges are waiting")
    assert rosters.stop(roster=run, by=office.by) == 3
