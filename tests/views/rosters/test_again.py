"""Issuing it again to those on a roster who have it: the to-do list, the foot, and after."""

import re

import pytest
from django.db import connection as database
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.models import Assertion, Badge, Issuance, Learner, Roster, email_key
from issuing.services import rosters
from tests.factories import make_agreed, make_issuance, make_learner
from tests.views.pages import words
from tests.views.rosters.conftest import Office, address

WHY = "A new edition"


def holder(badge: Badge, email: str, status: str = "Claimed") -> Learner:
    learner = make_agreed(badge, email)
    at = timezone.now()
    issuance = make_issuance(badge, learner, status="issued", issued_at=at)
    record = {"badge": badge, "issuance": issuance, "email_key": email_key(email), "status": status}
    Assertion.objects.create(**record, navigatr_id=email, read_at=at)
    return learner


def list_of(office: Office, *emails: str) -> Roster:
    return office.roster(*(f"Zoë,Núñez,{email}" for email in emails))


def page(office: Office, roster: Roster, query: str = "") -> HttpResponse:
    return office.browser.get(address("roster-detail", roster) + query)


def press(office: Office, roster: Roster, **typed: object) -> HttpResponse:
    """What the button answers whose form the page shows."""
    shown = {"reason": WHY, "count": 1, "check_no": Roster.objects.get(pk=roster.pk).check_no}
    return office.browser.post(address("roster-reissue", roster), shown | typed, follow=True)


def tiles(answer: HttpResponse) -> dict[str, int]:
    return {tile.key: tile.count for tile in answer.context["page"].tiles if tile.count}


def test_holders_are_left_out_until_somebody_decides_to_issue_it_again(office: Office) -> None:
    for email in ("a@a.org", "b@a.org"):
        holder(office.badge, email)
    roster = list_of(office, "a@a.org", "b@a.org", "c@a.org")
    before = page(office, roster)
    assert (tiles(before), "2 people: left out, for they have this badge already." in before.text) == (
        {"already_issued": 2, "needs_consent": 1},
        True,
    )
    after = press(office, roster, count=2)
    assert tiles(after) == {"ready": 2, "needs_consent": 1}
    assert f"2 people who have this badge are to be issued it again: “{WHY}”." in after.text
    assert "2 of those who are ready had this badge before and are sent it again." in after.text
    assert "Issue 2 badges (finishes about " in after.text


def test_form_is_that_of_the_page(office: Office) -> None:
    holder(office.badge, "a@a.org")
    roster = list_of(office, "a@a.org")
    form = (
        page(office, roster).text.partition(f'action="{address("roster-reissue", roster)}"')[2].partition("</form>")[0]
    )
    values = dict(re.findall(r'name="(\w+)" value="(\w+)"', form))
    values.pop("csrfmiddlewaretoken")
    assert (values.keys(), values["count"], values["check_no"]) == ({"count", "check_no", "seen"}, "1", "0")
    office.browser.post(address("roster-reissue", roster), values | {"reason": WHY})
    assert roster.rows.get().disposition == "ready"


def test_nothing_is_decided_when_it_can_be_issued_to_another_than_was_shown(office: Office) -> None:
    for email in ("a@a.org", "b@a.org"):
        holder(office.badge, email)
    Learner.objects.filter(email="b@a.org").update(on_hold_since=timezone.now())
    roster = list_of(office, "a@a.org", "b@a.org")
    seen = re.search(r'name="seen" value="(\w+)"', page(office, roster).text)
    for email, since in (("a@a.org", timezone.now()), ("b@a.org", None)):
        Learner.objects.filter(email=email).update(on_hold_since=since)
    answer = press(office, roster, seen=seen[1] if seen else "")
    assert ("things have changed" in answer.text, Roster.objects.get().reissue_reason) == (True, "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"reason": " "}, "Say why; one reason for all."), ({"count": 2}, "things have changed"), ({"count": "x"}, "")],
)
def test_refused_form_stays_open_with_what_was_typed(office: Office, typed: dict[str, object], said: str) -> None:
    holder(office.badge, "a@a.org")
    roster = list_of(office, "a@a.org")
    answer = press(office, roster, **typed)
    assert ('<details class="roster-again" data-reveals open>' in answer.text, said in answer.text) == (True, True)
    assert f'value="{typed.get("reason", WHY)}"' in answer.text
    assert roster.rows.get().disposition == "already_issued"


def test_decision_is_taken_back_by_those_who_saw_it(office: Office) -> None:
    holder(office.badge, "a@a.org")
    roster = list_of(office, "a@a.org")
    press(office, roster)
    seen = Roster.objects.get().check_no
    for check_no, expected in (("", "ready"), (seen - 1, "ready"), (seen, "already_issued")):
        office.browser.post(address("roster-leave", roster), {"check_no": check_no})
        assert roster.rows.get().disposition == expected


def test_button_is_for_those_who_can_be_sent_it_and_the_rest_are_named(office: Office) -> None:
    for email in ("a@a.org", "b@a.org", "c@a.org"):
        holder(office.badge, email)
    Learner.objects.filter(email="b@a.org").update(on_hold_since=timezone.now())
    make_issuance(office.badge, make_learner("d@a.org"), status="issued", issued_at=timezone.now())
    roster = list_of(office, "a@a.org", "b@a.org", "c@a.org", "d@a.org")
    answer = page(office, roster)
    said = words(answer.text)
    assert "4 people: left out, for they have this badge already." in said
    assert "Of these, 1 cannot be issued it again now: 1 on hold." in said
    assert "1 of the other 3 has not agreed yet, and needs consent first." in said
    assert ("Issue again to these 3" in said, tiles(answer)) == (True, {"already_issued": 4})
    assert answer.context["page"].rows[1].why.endswith(". On hold, and sent nothing meanwhile.")
    row = office.browser.get(address("roster-row", roster, 3))
    assert "Take the hold off on their page, then check this row again; or leave it out." in row.text
    Learner.objects.filter(email="b@a.org").update(erased_at=timezone.now())
    row = office.browser.get(address("roster-row", roster, 3))
    assert re.search(r'<div class="actions[^>]*>((?!</div>).)*Add them again((?!</div>).)*Leave this', row.text, re.S)
    Learner.objects.update(on_hold_since=timezone.now(), erased_at=None)
    nobody = words(page(office, roster).text)
    assert ("Of these, 4 cannot be issued it again now: 4 on hold." in nobody, "Issue again" in nobody) == (True, False)


def test_row_says_since_when_and_what_became_of_it(office: Office) -> None:
    holder(office.badge, "a@a.org")
    holder(office.badge, "b@a.org", "Expired")
    said = [row.why for row in page(office, list_of(office, "a@a.org", "b@a.org", "c@a.org")).context["page"].rows]
    assert (said[0].startswith("Was sent it "), said[1].endswith("; since then expired.")) == (True, True)
    assert "sent" not in said[2]


def test_row_says_that_it_was_issued_again_meanwhile(office: Office) -> None:
    holder(office.badge, "a@a.org")
    roster = list_of(office, "a@a.org")
    press(office, roster)
    again = make_issuance(office.badge, Learner.objects.get(), reissue_no=1, reissue_reason="Lost")
    Issuance.objects.filter(pk=again.pk).update(status="issued", issued_at=timezone.now())
    answer = page(office, roster)
    assert "That was after you decided to issue it again, so they are left out." in answer.text
    assert "Issue again to this person" in answer.text


def test_question_before_many_says_how_many_are_sent_again(office: Office, settings: object) -> None:
    settings.ROSTER_ASK_ABOVE = 0  # type: ignore[attr-defined]
    holder(office.badge, "a@a.org", "Revoked")
    roster = list_of(office, "a@a.org")
    answer = office.browser.post(address("roster-confirm", roster), {"ready": 1, "check_no": roster.check_no})
    assert "1 of those who are ready had this badge before and is sent it again." in answer.text


def test_results_say_issued_again_and_why(office: Office) -> None:
    holder(office.badge, "a@a.org")
    roster = list_of(office, "a@a.org")
    press(office, roster)
    rosters.confirm(roster=roster, ready=1, by=office.by)
    assert "Issued again: A new edition." in page(office, roster).text
    table = b"".join(office.browser.get(address("roster-results", roster) + "?as=csv")).decode()  # type: ignore[arg-type]
    assert "Issued again: A new edition." in table


def test_holders_left_out_of_a_run_can_be_issued_it_again(office: Office) -> None:
    holder(office.badge, "a@a.org")
    make_agreed(office.badge, "b@a.org")
    roster = office.running("Zoë,Núñez,a@a.org", "Zoë,Núñez,b@a.org")
    assert page(office, roster).context["page"].rows[0].why.startswith("Was sent it ")
    answer = press(office, roster)
    assert "1 of those who are ready had this badge before and is sent it again." in answer.text
    shown = {"ready": 1, "check_no": Roster.objects.get().check_no}
    office.browser.post(address("roster-more", roster), shown)
    assert sorted(roster.issuances.values_list("email", "reissue_no")) == [("a@a.org", 1), ("b@a.org", 0)]


def test_doubt_about_the_badge_is_gone_once_it_was_decided(office: Office) -> None:
    emails = [f"{number}@a.org" for number in range(5)]
    for email in emails:
        holder(office.badge, email)
    roster = list_of(office, *emails)
    assert "5 of 5 already hold this badge" in page(office, roster).text
    assert "already hold this badge" not in press(office, roster, count=5).text


def test_page_asks_as_many_questions_for_three_holders_as_for_one(office: Office) -> None:
    seen = []
    for emails in (["a@a.org"], ["b@a.org", "c@a.org", "d@a.org"]):
        for email in emails:
            holder(office.badge, email)
        roster = list_of(office, *emails, make_learner().email)
        with CaptureQueriesContext(database) as asked:
            page(office, roster)
        seen.append(len(asked))
    assert seen[0] == seen[1]
