"""Erasing a learner in the browser."""

import pytest
from django.test import Client
from django.utils import timezone

from issuing.enums import Right, Role
from issuing.models import Erasure, Issuance, Learner, Roster
from issuing.presenters import rights
from issuing.services import erasure
from issuing.services.erasure import Foreseen
from tests.factories import make_badge, make_issuance, make_learner, make_roster, make_row, make_user

SAID = {"identity_note": "Came with a passport.", "word": "ERASE"}


@pytest.fixture
def manager(db: None) -> Client:
    client = Client()
    client.force_login(make_user("ann", role=Role.MANAGER, first_name="Ann"))
    return client


@pytest.fixture
def learner(db: None) -> Learner:
    return make_learner("zoe@example.org")


def here(learner: Learner) -> str:
    return f"/learners/{learner.uuid}/erase/"


def test_page_says_what_goes_what_stays_and_what_navigatr_holds(manager: Client) -> None:
    badge = make_badge()
    issuance = make_issuance(badge, status="issued", issued_at=timezone.now())
    issuance.assertions.create(badge=badge, navigatr_id="8812", read_at=timezone.now())
    text = manager.get(here(issuance.learner)).text
    for said in ("Their names and e-mail address, everywhere.", "so that consent can be proved", "your record: 8812"):
        assert said in text
    assert not Erasure.objects.exists()


def test_files_that_go_are_said_as_one_or_several() -> None:
    files = [Roster(file_name="a.csv"), Roster(file_name="b.csv")]
    told = [rights.goes(Learner(), Foreseen([], 0, [], 0, 0, files[:count], [], [], []))[-1] for count in (1, 2)]
    assert told[0].startswith("The uploaded file that names them: a.csv.")
    assert told[1].startswith("The uploaded files that name them: a.csv, b.csv.")


def test_erasing_shows_what_is_left_and_names_nobody(manager: Client, learner: Learner) -> None:
    page = manager.post(here(learner), SAID, follow=True)
    assert page.redirect_chain == [(f"/learners/{learner.uuid}/", 302)]
    assert "The learner was erased." in page.text
    assert "Zoë" not in page.text
    assert manager.get(here(learner)).status_code == 404


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"word": "erase"}, "Type the word ERASE in capital letters."),
        ({"word": ""}, "Fill this in."),
        ({"identity_note": "Passport of Zoë"}, "it must not name the person"),
    ],
)
def test_nothing_is_erased_without_note_and_word(
    manager: Client, learner: Learner, change: dict[str, str], why: str
) -> None:
    page = manager.post(here(learner), SAID | change)
    assert "Nothing was erased" in page.text
    assert why in page.text
    assert (SAID | change)["identity_note"] in page.text
    assert not Erasure.objects.exists()


def test_badge_on_its_way_is_named_and_leaves_no_button(manager: Client, learner: Learner) -> None:
    issuance = make_issuance(make_badge())
    yes = issuance.learner.consent_records.get()
    Issuance.objects.update(status="unconfirmed", attempt_no=1, allowed_by=yes)
    text = manager.get(here(issuance.learner)).text
    assert f'href="/issuances/{issuance.uuid}/"' in text
    assert 'name="word"' not in text
    assert "Erase them once that has ended" in manager.post(here(issuance.learner), SAID).text


def test_same_name_under_another_address_is_shown_and_stays(manager: Client, learner: Learner) -> None:
    row = make_row(make_roster(make_badge()), "z@example.net", row_no=7, first_name="Zoë", last_name="Núñez")
    assert "row 7: z@example.net" in manager.get(here(learner)).text
    manager.post(here(learner), SAID)
    row.refresh_from_db()
    assert row.first_name == "Zoë"


def test_staff_are_told_who_may_and_erase_nothing(browser: Client, manager: Client, learner: Learner) -> None:
    for answer in (browser.get(here(learner)), browser.post(here(learner), SAID)):
        assert answer.status_code == 403
        assert "Ann" in answer.text
        assert "Zoë" not in answer.text
    assert not Erasure.objects.exists()


def test_what_is_left_is_for_managers(browser: Client, manager: Client, learner: Learner) -> None:
    manager.post(here(learner), SAID)
    address = f"/learners/{learner.uuid}/"
    assert "A manager can see what is left." in browser.get(address).text
    assert "Consent history" not in browser.get(address).text
    assert "Consent history" in manager.get(address).text


def test_later_upload_says_that_they_asked_to_be_erased(browser: Client, learner: Learner) -> None:
    erasure.erase(learner=learner, identity_note="Passport.", by=make_user(role=Role.MANAGER))
    roster = make_roster(make_badge())
    make_row(roster, "zoe@example.org", row_no=1, disposition="needs_decision", learner=learner)
    assert "Asked to be erased on" in browser.get(f"/rosters/{roster.uuid}/").text
    row = browser.get(f"/rosters/{roster.uuid}/rows/1/").text
    assert "to be erased here, and is sent nothing" in row
    assert 'value="leave_out"' in row
    assert 'value="same_person"' not in row


def test_request_leads_to_erasing(browser: Client, learner: Learner) -> None:
    erasure.note(learner=learner, right=Right.ERASE, received_on=timezone.localdate(), by=make_user())
    assert f'href="{here(learner)}"' in browser.get(f"/learners/{learner.uuid}/").text


def test_address_of_somebody_erased_is_not_added_again(browser: Client, learner: Learner) -> None:
    erasure.erase(learner=learner, identity_note="Passport.", by=make_user(role=Role.MANAGER))
    typed = {"first_name": "Zoë", "last_name": "Núñez", "email": "zoe@example.org", "student_number": ""}
    text = browser.post("/learners/new/", typed).text
    assert "asked to be erased on" in text
    assert "Go on with" not in text
