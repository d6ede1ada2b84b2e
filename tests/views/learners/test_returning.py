"""Somebody asked to be erased: said wherever they are met, and a manager adds them again."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from issuing.models import AuditEvent, Learner, Roster
from tests.factories import (
    make_badge,
    make_consent,
    make_issuance,
    make_learner,
    make_roster,
    make_row,
    make_text,
    make_user,
)

HERE = "/learners/new/"
ANA = {"first_name": "Ana", "last_name": "Ng", "email": "ana@example.org", "student_number": "00123"}
AGAIN = ANA | {"again": "yes", "reason": "Came back for a new course."}
SAID = "Whoever has this e-mail address asked to be erased on 3 March 2026."


@pytest.fixture
def erased(db: None) -> Learner:
    learner = make_learner(
        ANA["email"],
        first_name="",
        last_name="",
        erased_at=datetime(2026, 3, 3, 12, tzinfo=timezone.get_default_timezone()),
    )
    Learner.objects.update(email="")
    learner.refresh_from_db()
    return learner


@pytest.fixture
def manager(db: None) -> Client:
    client = Client()
    client.force_login(make_user("ann", first_name="Ann", role="manager"))
    return client


@pytest.fixture
def roster(erased: Learner) -> Roster:
    roster = make_roster(make_badge(), status="checked")
    make_row(roster, ANA["email"], row_no=2, learner=erased, disposition="needs_decision")
    return roster


def test_manager_adds_them_again_with_a_reason(manager: Client, erased: Learner) -> None:
    page = manager.post(HERE, ANA)
    assert (SAID in page.text, 'value="00123"' in page.text, "Add them again" in page.text) == (True, True, True)
    answer = manager.post(HERE, AGAIN)
    learner = Learner.objects.present().get()
    assert answer.headers["Location"] == f"/learners/{learner.uuid}/"
    assert AuditEvent.objects.get(verb="add_again").details["reason"] == "Came back for a new course."
    assert "was added as a new learner" in manager.get(f"/learners/{erased.uuid}/").text


def test_reason_is_asked_for_and_what_was_typed_stays(manager: Client, erased: Learner) -> None:
    page = manager.post(HERE, AGAIN | {"reason": " "})
    assert (page.text.count("Fill this in"), 'value="00123"' in page.text) == (2, True)
    assert ("Nobody was added" in page.text, "Nothing was saved" in page.text) == (True, False)
    assert ">Why are they added again? Fill this in.</a>" in page.text
    assert not Learner.objects.present().exists()


def test_colleague_is_told_who_can_and_adds_nobody(browser: Client, manager: Client, erased: Learner) -> None:
    page = browser.post(HERE, ANA)
    assert (SAID in page.text, "a manager can add them: Ann" in page.text) == (True, True)
    assert "Add them again" not in page.text
    page = browser.post(HERE, AGAIN)
    assert ("Only a manager may add somebody again" in page.text, Learner.objects.count()) == (True, 1)


def test_stranger_adds_nobody_again(stranger: Client, erased: Learner) -> None:
    assert stranger.post(HERE, AGAIN).status_code == 302
    assert Learner.objects.count() == 1


@pytest.mark.parametrize("where", ["/learners/", "/issue/"])
def test_search_for_the_address_says_it(browser: Client, erased: Learner, where: str) -> None:
    assert SAID in browser.get(where, {"q": ANA["email"]}).text
    assert SAID not in browser.get(where, {"q": "other@example.org"}).text


def test_row_says_it_and_leads_back_to_the_class_list(manager: Client, roster: Roster) -> None:
    page = manager.get(f"/rosters/{roster.uuid}/rows/2/")
    assert "asked on 3 March 2026 to be erased here" in page.text
    assert f'action="{HERE}?next=/rosters/{roster.uuid}/' in page.text
    answer = manager.post(f"{HERE}?next=/rosters/{roster.uuid}/", AGAIN)
    assert answer.headers["Location"] == f"/rosters/{roster.uuid}/"
    manager.get(f"/rosters/{roster.uuid}/")
    row = roster.rows.get()
    assert (row.disposition, row.learner) == ("needs_consent", Learner.objects.present().get())


def test_page_of_whoever_came_back_leads_to_what_is_left(manager: Client, erased: Learner) -> None:
    badge = make_badge()
    sent = make_issuance(badge, erased, status="issued", issued_at=timezone.now())
    manager.post(HERE, AGAIN)
    learner = Learner.objects.present().get()
    make_consent(learner, make_text(badge.provider))
    page = manager.get(f"/learners/{learner.uuid}/").text
    assert "Asked to be erased on 3 March 2026, and was added again." in page
    assert f'href="/learners/{erased.uuid}/"' in page
    assert "no badge since they came back" in page
    assert "Before they were erased they were sent 1 badge." in page
    assert "3 March 2026, 12:00" in manager.get(f"/learners/{learner.uuid}/held/").text
    page = manager.get("/issue/", {"badge": badge.uuid, "learner": learner.uuid}).text
    assert "Ana Ng was sent this badge on" in page
    assert ("Issue badge to" in page, "before they were erased and came back" in page) == (False, True)
    assert f"/issuances/{sent.uuid}/again/" in manager.get(f"/issuances/{sent.uuid}/").text


def test_pages_of_what_is_left_say_that_they_came_back_and_to_managers_as_whom(
    manager: Client, browser: Client, erased: Learner
) -> None:
    sent = make_issuance(make_badge(), erased, status="issued", issued_at=timezone.now())
    pages = (f"/issuances/{sent.uuid}/", f"/learners/{erased.uuid}/")
    assert not any("came back" in manager.get(page).text for page in pages)
    manager.post(HERE, AGAIN)
    link = f'<a href="/learners/{Learner.objects.present().get().uuid}/">Ana Ng</a>'
    for page in pages:
        shown = [client.get(page).text for client in (manager, browser)]
        assert all("added as a new learner" in one for one in shown)
        assert [link in one for one in shown] == [True, False]


def test_what_is_left_is_handed_out_by_managers_alone(manager: Client, browser: Client, erased: Learner) -> None:
    manager.post(HERE, AGAIN)
    new = Learner.objects.present().get()
    for part in ("", "page/", "json/"):
        url = f"/learners/{new.uuid}/held/{part}"
        statuses = [(who.post(url) if part else who.get(url)).status_code for who in (browser, manager)]
        assert statuses == [403, 200], part


def test_badge_from_before_is_issued_again_to_whoever_came_back(manager: Client, erased: Learner) -> None:
    badge = make_badge()
    sent = make_issuance(badge, erased, status="issued", issued_at=timezone.now())
    again = f"/issuances/{sent.uuid}/again/"
    assert "again/" not in manager.get(f"/issuances/{sent.uuid}/").text
    manager.post(HERE, AGAIN)
    learner = Learner.objects.present().get()
    form = manager.get(again).context["form"]
    given = {name: str(form[name].value()) for name in ("first_name", "last_name", "email", "attempt_no")} | {
        "reason": "Renewed each year."
    }
    assert "does not agree to this badge" in manager.post(again, given).text
    make_consent(learner, make_text(badge.provider))
    assert manager.post(again, given).status_code == 302
    made = learner.issuances.get()
    assert (made.replaces, made.reissue_no, made.email, made.first_name) == (sent, 1, ANA["email"], "Ana")
