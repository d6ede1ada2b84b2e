"""Consent for a roster on its pages: who was asked, a yes that is held, requests that are stopped."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from issuing.models import ConsentEvidence, ConsentMail, ConsentRecord, ConsentRequest, ConsentText, Learner, Roster
from issuing.services import rosters
from tests.factories import make_agreed, make_consent, make_learner, make_mail, make_request, make_text
from tests.views.pages import words
from tests.views.rosters.conftest import Office, address

ZOE, BO, CY = "Zoë,Núñez,zoe@example.org", "Bo,Li,bo@example.org", "Cy,Ek,cy@example.org"


@pytest.fixture
def text(office: Office, settings: Settings) -> ConsentText:
    settings.IS_PRACTICE = True
    return make_text(office.badge.provider)


def typed(text: ConsentText, **fields: Any) -> dict[str, Any]:
    said = {"whom": "all", "giver": "learner", "route": "paper", "decided_on": "2026-01-14", "words": text.pk}
    return said | {"evidence_note": "Forms, room B"} | fields


def pressed(office: Office, roster: Roster, text: ConsentText, **fields: Any) -> dict[str, Any]:
    """What the button of the check sends."""
    page = office.browser.post(address("roster-record-consent", roster), typed(text, **fields))
    hidden = re.findall(r'name="(seen|once|proof)" value="([^"]*)"', page.text)
    return typed(text, **fields) | dict(hidden)


def asked(text: ConsentText, email: str, first: str, last: str, status: str, roster: Roster | None = None) -> Learner:
    learner = make_learner(email, first_name=first, last_name=last)
    make_mail(make_request(text, learner, roster=roster), status)
    return learner


# Who was asked


def test_page_tells_apart_who_was_asked_and_each_part_filters(office: Office, text: ConsentText) -> None:
    asked(text, "bo@example.org", "Bo", "Li", "sent")
    asked(text, "cy@example.org", "Cy", "Ek", "undelivered")
    roster = office.roster(ZOE, BO, CY)
    answer = office.browser.get(address("roster-detail", roster))
    page = answer.context["page"]
    parts = {one.key: one.count for one in page.consent.split}
    assert parts == {"never_asked": 1, "asked": 1, "not_delivered": 1}
    assert sum(parts.values()) == {tile.key: tile.count for tile in page.tiles}["needs_consent"]
    assert [row.why for row in page.rows] == ["Never asked", "Asked, no answer", "Request not delivered"]
    shown = words(answer.text)
    assert "E-mail 1 request" in shown
    assert "1 was asked and has not answered. Reminders leave by themselves." in shown
    for key, row_no in (("never_asked", 2), ("asked", 3), ("not_delivered", 4)):
        page = office.browser.get(address("roster-detail", roster) + f"?show={key}").context["page"]
        assert [row.row_no for row in page.rows] == [row_no]


def test_run_says_it_of_those_who_were_left_out_and_so_does_its_sheet(office: Office, text: ConsentText) -> None:
    make_agreed(office.badge, "zoe@example.org")
    asked(text, "bo@example.org", "Bo", "Li", "sent")
    roster = office.running(ZOE, BO, CY)
    answer = office.browser.get(address("roster-detail", roster))
    assert [row.why for row in answer.context["page"].rows] == ["", "Asked, no answer", "Never asked"]
    assert "Left out: 2 people need consent" in words(answer.text)
    page = office.browser.get(address("roster-detail", roster) + "?show=never_asked").context["page"]
    assert [row.row.row_no for row in page.rows] == [4]
    sheet = office.browser.get(address("roster-results", roster) + "?as=csv")
    lines = b"".join(sheet.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert ["Asked, no answer" in lines[2], "Never asked" in lines[3]] == [True, True]


# A yes that is held


def test_yes_is_checked_by_name_and_then_recorded_for_all(office: Office, text: ConsentText) -> None:
    make_consent(make_learner("cy@example.org", first_name="Cy", last_name="Ek"), text, "withdrawn")
    roster = office.roster(ZOE, BO, CY)
    page = words(office.browser.post(address("roster-record-consent", roster), typed(text)).text)
    assert "Record a yes for 2 people" in page
    assert "Zoë Núñez, Bo Li" in page
    assert "1 who said no or withdrew is left out, and listed below." in page
    assert "Cy Ek Withdrew" in page
    assert not ConsentRecord.objects.filter(decision="given").exists()
    form = pressed(office, roster, text)
    done = office.browser.post(address("roster-record-consent", roster), form, follow=True)
    assert "Recorded: a yes for 2 people." in words(done.text)
    assert done.context["page"].ready == 2
    assert list(ConsentRecord.objects.filter(decision="given").values_list("recorded_by__username")) == [("robin",)] * 2
    again = words(office.browser.post(address("roster-record-consent", roster), form, follow=True).text)
    assert "Robin Reed recorded a yes for 2 people of this list" in again
    assert ConsentRecord.objects.filter(decision="given").count() == 2


def test_form_asks_for_everything_and_keeps_what_was_typed(office: Office, text: ConsentText) -> None:
    roster = office.roster(ZOE)
    page = office.browser.post(address("roster-record-consent", roster), {"whom": "all", "evidence_note": "Room B"})
    assert set(page.context["form"].errors) == {"giver", "route", "decided_on", "words"}
    assert "Room B" in page.text
    tomorrow = office.browser.post(address("roster-record-consent", roster), typed(text, decided_on="2099-01-01"))
    assert "lies in the future" in words(tomorrow.text)
    guardian = office.browser.post(address("roster-record-consent", roster), typed(text, giver="guardian"))
    assert set(guardian.context["form"].errors) == {"giver_name", "giver_relation", "giver_reason", "giver_contact"}


def test_form_offers_only_words_about_this_badge_and_chooses_none(office: Office, text: ConsentText) -> None:
    other = make_text(office.badge.provider, version=2, kind="elsewhere")
    form = office.browser.get(address("roster-record-consent", office.roster(ZOE))).context["form"]
    offered = [value for _name, group in form.fields["words"].choices[1:] for value, _label in group]
    assert sorted(offered) == sorted([str(text.pk), str(other.pk)])
    assert [form["words"].value(), form["giver"].value(), form["route"].value()] == [None, None, None]


def test_list_that_changed_is_shown_again_and_nothing_recorded(office: Office, text: ConsentText) -> None:
    roster = office.roster(ZOE, BO)
    form = pressed(office, roster, text)
    make_agreed(office.badge, "bo@example.org", first_name="Bo", last_name="Li")
    rosters.check_again(roster, list(roster.rows.order_by("row_no")), now=roster.uploaded_at)
    page = office.browser.post(address("roster-record-consent", roster), form)
    assert "the list has changed" in words(page.text)
    assert "Record a yes for 1 person" in words(page.text)
    assert ConsentRecord.objects.count() == 1
    hidden = dict(re.findall(r'name="(seen|once)" value="([^"]*)"', page.text))
    office.browser.post(address("roster-record-consent", roster), form | hidden)
    assert ConsentRecord.objects.filter(learner__email="zoe@example.org").count() == 1


def test_file_and_receipts_go_with_it(office: Office, text: ConsentText) -> None:
    roster = office.roster(ZOE, BO)
    file = SimpleUploadedFile("list.pdf", b"%PDF-1.7 signed")
    form = pressed(office, roster, text, evidence_file=file, evidence_note="")
    del form["evidence_file"]
    done = office.browser.post(address("roster-record-consent", roster), form | {"receipt": "yes"}, follow=True)
    assert "Each of them is e-mailed what was recorded." in words(done.text)
    assert (ConsentEvidence.objects.count(), ConsentMail.objects.filter(kind="receipt").count()) == (1, 2)
    for record in ConsentRecord.objects.all():
        assert office.browser.get(f"/consents/{record.uuid}/evidence/").content == b"%PDF-1.7 signed"
        assert "list.pdf" in office.browser.get(f"/learners/{record.learner.uuid}/").text


def test_part_of_them_can_be_chosen(office: Office, text: ConsentText) -> None:
    asked(text, "bo@example.org", "Bo", "Li", "sent")
    roster = office.roster(ZOE, BO)
    office.browser.post(address("roster-record-consent", roster), pressed(office, roster, text, whom="never_asked"))
    assert list(ConsentRecord.objects.values_list("learner__email", flat=True)) == ["zoe@example.org"]


def test_nobody_left_offers_no_button(office: Office, text: ConsentText) -> None:
    make_consent(make_learner("zoe@example.org"), text, "declined")
    page = office.browser.post(address("roster-record-consent", office.roster(ZOE)), typed(text))
    assert "Nobody is left to record a yes for" in words(page.text)
    assert 'name="once"' not in page.text


# Requests that are stopped


def test_open_requests_of_a_roster_are_stopped_at_once(office: Office, text: ConsentText) -> None:
    roster = office.roster(ZOE, BO, CY, "Di,Um,di@example.org", "Ed,Ox,ed@example.org")
    asked(text, "bo@example.org", "Bo", "Li", "sent", roster)
    asked(text, "cy@example.org", "Cy", "Ek", "undelivered", roster)
    asked(text, "di@example.org", "Di", "Um", "sent")
    over = asked(text, "ed@example.org", "Ed", "Ox", "sent", roster)
    over.consent_requests.update(ends_at=roster.uploaded_at)
    asked(text, "fay@example.org", "Fay", "Ip", "sent")
    rosters.check_again(roster, list(roster.rows.order_by("row_no")), now=roster.uploaded_at)
    text_of_page = office.browser.get(address("roster-detail", roster)).text
    assert re.search(r'<summary class="btn btn-outline-danger btn-sm">Stop the 2', text_of_page)  # as those beside it
    page = words(text_of_page)
    assert "2 were asked and have not answered." in page
    assert "1 open request to these people was made elsewhere: from a learner’s page, or another list." in page
    assert "Stop the 2 open requests made from this list" in page
    assert "What was asked elsewhere goes on." in page
    listed = office.browser.get(f"/requests/?roster={roster.uuid}")
    assert [row.learner.first_name for row in listed.context["page"].rows] == ["Ed", "Di", "Cy", "Bo"]
    assert listed.text.count("not from this list") == 1
    done = office.browser.post(address("roster-stop-requests", roster), follow=True)
    assert "2 requests have ended. Nobody is reminded" in words(done.text)
    assert "Stop the" not in words(done.text)
    assert "See the requests" in words(done.text)
    left = ConsentRequest.objects.open().order_by("pk").values_list("learner__first_name", flat=True)
    assert list(left) == ["Di", "Ed", "Fay"]
    again = office.browser.post(address("roster-stop-requests", roster), follow=True)
    assert "No request made from this list is open any more." in words(again.text)


def test_stranger_records_and_stops_nothing(stranger: Client, office: Office, text: ConsentText) -> None:
    roster = office.roster(ZOE)
    make_request(text, roster=roster)
    for name in ("roster-record-consent", "roster-stop-requests"):
        assert stranger.post(address(name, roster), typed(text)).status_code == 302
    assert (ConsentRecord.objects.count(), ConsentRequest.objects.open().count()) == (0, 1)
