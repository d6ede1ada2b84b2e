"""The form of one answer: what it hands out, and what it refuses in words."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from issuing.enums import Decision, Giver, Route
from issuing.forms.consent import RecordForm
from issuing.models import Badge, ConsentText
from issuing.services.consent import Answer
from tests.factories import make_badge, make_consent, make_learner, make_provider, make_text

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2026, 1, 14, tzinfo=UTC)


@pytest.fixture
def badge() -> Badge:
    return make_badge()


@pytest.fixture
def text(badge: Badge) -> ConsentText:
    return make_text(badge.provider)


def typed(text: ConsentText | None = None, **fields: Any) -> dict[str, Any]:
    return {
        "decision": "given",
        "giver": "learner",
        "route": "paper",
        "decided_on": "2026-01-14",
        "words": text.pk if text else "all",
        "evidence_note": "Folder 12",
    } | fields


GUARDED = {
    "giver": "guardian", "giver_name": "Maria Núñez", "giver_relation": "mother", "giver_reason": "They are 15",
    "giver_contact": "01632 960001",
}  # fmt: skip


def answer(data: dict[str, Any], **options: Any) -> Answer:
    form = RecordForm(data, **options)
    assert form.errors == {}
    return form.answer()


def faults(data: dict[str, Any], **options: Any) -> list[str]:
    return list(RecordForm(data, **options).errors)


def test_form_hands_out_a_yes_when_all_is_said(text: ConsentText) -> None:
    assert answer(typed(text)) == Answer(Decision.GIVEN, Route.PAPER, MIDNIGHT, text=text, evidence_note="Folder 12")


def test_form_hands_out_a_guardian_and_an_end_when_given(text: ConsentText) -> None:
    more = {"giver": "guardian", "giver_name": "Maria Núñez", "giver_relation": "mother", "ends_on": "2026-07-31"}
    more |= {"giver_reason": "They are 15", "giver_contact": "01632 960001"}
    found = answer(typed(text, **more))
    assert (found.giver, found.giver_name, found.giver_relation) == (Giver.GUARDIAN, "Maria Núñez", "mother")
    assert (found.giver_reason, found.giver_contact) == ("They are 15", "01632 960001")
    assert found.ends_at == datetime(2026, 7, 31, 22, 59, 59, 999999, tzinfo=UTC)  # the day's last moment in London


def test_form_hands_out_a_deputy_without_a_relation(text: ConsentText) -> None:
    found = answer(typed(text, **GUARDED | {"giver": "deputy", "giver_relation": ""}))
    assert (found.giver, found.giver_name, found.giver_relation) == (Giver.DEPUTY, "Maria Núñez", "")


def test_form_needs_no_note_where_a_file_shows_the_answer(text: ConsentText) -> None:
    token = uuid4()
    assert answer(typed(text, evidence_note="", proof=str(token))).evidence_file == token


def test_form_takes_a_guardian_known_from_earlier_when_chosen(text: ConsentText) -> None:
    learner = make_learner()
    known = make_consent(learner, text, giver="guardian", giver_name="Maria Núñez", giver_relation="mother")
    found = answer(typed(text, giver=f"guardian-{known.pk}"), learner=learner)
    assert (found.giver, found.giver_name) == (Giver.GUARDIAN, "Maria Núñez")


def test_form_needs_neither_words_nor_evidence_of_a_no() -> None:
    found = answer(typed(decision="withdrawn", evidence_note=""))
    assert (found.decision, found.text, found.evidence_note) == (Decision.WITHDRAWN, None, "")


def test_form_keeps_the_time_when_it_is_given(text: ConsentText) -> None:
    assert answer(typed(text, decided_time="14:02")).decided_at == datetime.combine(MIDNIGHT, time(14, 2), UTC)


def test_form_does_not_ask_for_a_decision_that_is_known() -> None:
    found = answer(typed(decision="given"), decision=Decision.WITHDRAWN)
    assert found.decision == Decision.WITHDRAWN


def test_form_presets_nothing(text: ConsentText) -> None:
    form = RecordForm()
    assert not any(form[name].value() for name in form.fields)
    assert faults({}) == ["giver", "route", "decision", "decided_on", "words", "evidence_note"]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        (GUARDED | {"giver_name": ""}, "giver_name"),
        (GUARDED | {"giver_relation": ""}, "giver_relation"),
        (GUARDED | {"giver_reason": ""}, "giver_reason"),
        (GUARDED | {"giver_contact": ""}, "giver_contact"),
        ({"proof": "none"}, "proof"),
        ({"giver": "guardian-99"}, "giver"),
        ({"evidence_note": " "}, "evidence_note"),
        ({"words": "all"}, "words"),
        ({"words": "99999"}, "words"),
        ({"route": "imported"}, "route"),
        ({"decided_on": "1926-01-14"}, "decided_on"),
        ({"ends_on": "2026-01-13"}, "ends_on"),
        ({"ends_on": "2026-07-31", "decision": "declined"}, "ends_on"),
    ],
)
def test_form_refuses_what_cannot_be(text: ConsentText, fields: dict[str, Any], fault: str) -> None:
    assert faults(typed(text, **fields)) == [fault]


def test_form_refuses_the_future(text: ConsentText) -> None:
    with time_machine.travel(MIDNIGHT + timedelta(hours=12), tick=False):
        assert faults(typed(text, decided_on="2026-01-15")) == ["decided_on"]
        assert faults(typed(text, decided_time="12:01")) == ["decided_on"]
        assert faults(typed(text, decided_time="12:00")) == []


def test_form_offers_only_words_for_the_badge(badge: Badge, text: ConsentText) -> None:
    other = make_text(make_provider(navigatr_id=13))
    assert faults(typed(other), badge=badge) == ["words"]
    assert answer(typed(text), badge=badge).text == text
