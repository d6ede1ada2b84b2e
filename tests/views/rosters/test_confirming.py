"""One press, one run: what was shown is what is sent, once, and whoever comes second is told whose it is."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from issuing.enums import Decision
from issuing.models import Issuance, Learner, Roster
from issuing.practice import PracticeServer
from issuing.services import rosters
from tests.factories import make_agreed, make_consent, make_user
from tests.views.rosters.conftest import Office, address

ZOE, BO = "Zoë,Núñez,zoe@example.org", "Zoë,Núñez,bo@example.org"


@pytest.fixture
def roster(office: Office) -> Roster:
    """Two people who agreed."""
    for email in ("zoe@example.org", "bo@example.org"):
        make_agreed(office.badge, email)
    return office.roster(ZOE, BO)


def press(office: Office, roster: Roster, **fields: object) -> object:
    """What the foot's form sends, as the page showed it, and where it leads."""
    form = {"ready": "2", "check_no": str(roster.check_no)} | {name: str(value) for name, value in fields.items()}
    return office.browser.post(address("roster-confirm", roster), form, follow=True)


def said(answer: object) -> str:
    return " ".join(str(message) for message in answer.context["messages"])  # type: ignore[attr-defined]


def test_confirm_sends_what_was_shown_and_opens_the_run(office: Office, roster: Roster) -> None:
    answer = press(office, roster)
    assert said(answer) == "Confirmed: 2 badges on the way."
    assert answer.templates[0].name == "issuing/roster_run.html"  # type: ignore[attr-defined]
    roster.refresh_from_db()
    assert (Issuance.objects.count(), roster.status, roster.confirmed_by) == (2, "running", office.by)
    assert Roster.objects.values_list("original", flat=True).get() is None


def test_confirm_pressed_twice_is_one_run(office: Office, roster: Roster) -> None:
    press(office, roster)
    answer = press(office, roster)
    assert "people.csv was confirmed already by Robin Reed on " in said(answer)
    assert Issuance.objects.count() == 2


def test_confirm_tells_a_colleague_whose_run_it_is(office: Office, roster: Roster) -> None:
    rosters.confirm(roster=roster, ready=2, by=make_user("ben", first_name="Ben", last_name="Ode"))
    assert "confirmed already by Ben Ode" in said(press(office, roster))


def test_confirm_of_the_same_file_in_two_uploads_is_one_run(office: Office, roster: Roster) -> None:
    twin = office.roster(ZOE, BO)
    press(office, roster)
    answer = press(office, twin)
    assert "No row of this roster can be issued as things stand; nothing was sent." in answer.text  # type: ignore[attr-defined]
    assert "was confirmed by Robin Reed" in answer.text  # type: ignore[attr-defined]
    assert Issuance.objects.count() == 2


def test_confirm_shows_first_what_changed_since(office: Office, roster: Roster) -> None:
    make_consent(Learner.objects.get(email="bo@example.org"), None, Decision.WITHDRAWN, decided_at=timezone.now())
    answer = press(office, roster)
    assert "things have changed" in answer.text  # type: ignore[attr-defined]
    assert "Row 3: Said no or withdrew." in answer.text  # type: ignore[attr-defined]
    assert "Issue 1 badge (" in answer.text  # type: ignore[attr-defined]
    assert Issuance.objects.count() == 0


def test_confirm_refuses_a_number_that_was_shown_before_a_colleagues_correction(office: Office, roster: Roster) -> None:
    """As many rows are ready as were shown, but one says something else."""
    ben = make_user("ben")
    rosters.correct(roster=roster, values={2: {"first_name": "Zoe"}}, by=ben)
    answer = press(office, roster)
    assert ("(now 2, then 2)" in answer.text, Issuance.objects.count()) == (True, 0)  # type: ignore[attr-defined]


def test_confirm_asks_once_more_when_very_many_would_be_e_mailed(
    office: Office, roster: Roster, settings: Settings
) -> None:
    settings.ROSTER_ASK_ABOVE = 1
    answer = press(office, roster)
    assert "This e-mails 2 people. Right file?" in answer.text  # type: ignore[attr-defined]
    assert "Yes, continue with 2" in answer.text  # type: ignore[attr-defined]
    assert Issuance.objects.count() == 0
    press(office, roster, sure="on")
    assert Issuance.objects.count() == 2


def test_confirm_starts_at_a_set_time(office: Office, roster: Roster) -> None:
    start = (timezone.localtime() + timedelta(days=1)).replace(second=0, microsecond=0)
    answer = press(office, roster, start_at=f"{start:%Y-%m-%dT%H:%M}")
    assert set(Issuance.objects.values_list("not_before", flat=True)) == {start}
    assert "2 badges are waiting" in answer.text  # type: ignore[attr-defined]


@pytest.mark.parametrize("start", ["2020-01-01T09:00", "2999-01-01T09:00", "soon"])
def test_confirm_refuses_a_start_that_cannot_be_and_keeps_it(office: Office, roster: Roster, start: str) -> None:
    answer = press(office, roster, start_at=start)
    assert f'value="{start}"' in answer.text  # type: ignore[attr-defined]
    assert Issuance.objects.count() == 0


def test_confirm_says_in_place_that_navigatr_could_not_be_asked(
    office: Office, roster: Roster, practice: PracticeServer
) -> None:
    practice.practice.ledger.set_revoked("practice-pat-owner", True)
    Roster.objects.update(checked_at=timezone.now() - timedelta(hours=1))
    answer = press(office, roster)
    assert answer.context["page"].problem  # type: ignore[attr-defined]
    assert (answer.status_code, Issuance.objects.count()) == (200, 0)  # type: ignore[attr-defined]


def test_confirm_says_so_when_the_upload_was_deleted_meanwhile(office: Office, roster: Roster) -> None:
    Roster.objects.filter(pk=roster.pk).delete()
    assert press(office, roster).status_code == 404  # type: ignore[attr-defined]


def test_confirm_takes_no_get_and_no_stranger(office: Office, roster: Roster, stranger: Client) -> None:
    url = address("roster-confirm", roster)
    assert office.browser.get(url).headers["Location"] == address("roster-detail", roster)
    assert stranger.post(url, {"ready": "2"}).headers["Location"] == f"/sign-in/?next={url}"
    assert Issuance.objects.count() == 0


# Those who became ready later


@pytest.fixture
def run(office: Office) -> Roster:
    """A run of one, from which one person was left out who agreed since."""
    make_agreed(office.badge, "zoe@example.org")
    roster = office.running(ZOE, BO, "Bo,Li,nowhere")
    learner = make_agreed(office.badge, "bo@example.org")
    learner.consent_records.update(recorded_at=timezone.now())
    return roster


def test_more_are_sent_once_they_are_ready(office: Office, run: Roster) -> None:
    page = office.browser.get(address("roster-detail", run)).context["page"]
    assert page.more_label == "Issue 1 badge to people now ready"
    form = {"ready": page.ready, "check_no": page.roster.check_no}
    first, second = (office.browser.post(address("roster-more", run), form, follow=True) for _ in range(2))
    assert said(first) == "Confirmed: 1 badge on the way."
    assert "nothing was sent" in said(second)
    assert list(run.issuances.order_by("pk").values_list("row__row_no", flat=True)) == [2, 3]


def test_more_are_not_sent_when_others_are_ready_than_were_shown(office: Office, run: Roster) -> None:
    answer = office.browser.post(address("roster-more", run), {"ready": "5"}, follow=True)
    assert ("things have changed" in said(answer), run.issuances.count()) == (True, 1)


def test_more_of_a_roster_that_was_never_confirmed_are_not_sent(office: Office, roster: Roster) -> None:
    answer = office.browser.post(address("roster-more", roster), {"ready": "2"}, follow=True)
    assert ("was not confirmed yet" in said(answer), Issuance.objects.count()) == (True, 0)


def test_more_of_a_stopped_run_go_alone(office: Office, run: Roster) -> None:
    rosters.stop(roster=run, by=office.by)
    page = office.browser.get(address("roster-detail", run)).context["page"]
    form = {"ready": page.ready, "check_no": page.roster.check_no}
    office.browser.post(address("roster-more", run), form)
    run.refresh_from_db()
    assert (run.status, sorted(run.issuances.values_list("status", flat=True))) == ("running", ["cancelled", "queued"])
