"""What the invented people said when they were asked, and the records of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from issuing.enums import Decision, Giver, Route
from issuing.management.commands._practice_people import (
    CARE_PEOPLE,
    ELSEWHERE,
    HAS_IT,
    MEDIA_PEOPLE,
    NO_ANSWER_YET,
    Invented,
)
from issuing.models import ConsentRecord, ConsentText, Learner, User, email_key
from issuing.services import consent, learners
from issuing.services.consent import Answer
from issuing.services.learners import Person

EVERYBODY = (*CARE_PEOPLE, *MEDIA_PEOPLE, NO_ANSWER_YET, HAS_IT, ELSEWHERE)
DECLINED = {CARE_PEOPLE[4], CARE_PEOPLE[17], MEDIA_PEOPLE[5], MEDIA_PEOPLE[21]}
WITHDREW = {CARE_PEOPLE[9], MEDIA_PEOPLE[14]}
UNASKED = {CARE_PEOPLE[2], CARE_PEOPLE[11], CARE_PEOPLE[25], MEDIA_PEOPLE[3], MEDIA_PEOPLE[9], MEDIA_PEOPLE[18]}
BY_GUARDIAN = {
    CARE_PEOPLE[7]: ("Astrid Lindqvist", "mother"),
    MEDIA_PEOPLE[10]: ("Hamish Fraser", "father"),
    MEDIA_PEOPLE[24]: ("Ana Horvat", "aunt and guardian"),
}


def person(one: Invented) -> Person:
    """The same as services take it."""
    return Person(one.first_name, one.last_name, one.email, one.student_number)


def add_everybody(text: ConsentText, by: User) -> int:
    """Add whom the instance lacks and record what they said, where nothing is recorded. How many learners there are."""
    known = learners.add_many(people=[(email_key(one.email), person(one)) for one in EVERYBODY], by=by)
    answered = set(ConsentRecord.objects.values_list("learner", flat=True))
    said = [
        (learner, answer)
        for one in EVERYBODY
        if (learner := known[email_key(one.email)]).pk not in answered
        for answer in _answers(one, text)
    ]
    consent.record_many(answers=said, by=by)
    return Learner.objects.count()


def _answers(one: Invented, text: ConsentText) -> Iterator[Answer]:
    asked = timezone.now() - timedelta(days=21)
    form = "Form of the first week, folder in room 12"
    agreed = Answer(Decision.GIVEN, Route.PAPER, asked, text=text, evidence_note=form)
    if one in UNASKED:
        return
    if one in DECLINED:
        yield replace(agreed, decision=Decision.DECLINED)
    elif one in BY_GUARDIAN:
        name, relation = BY_GUARDIAN[one]
        yield replace(agreed, giver=Giver.GUARDIAN, giver_name=name, giver_relation=relation)
    else:
        yield agreed
    if one in WITHDREW:
        later = asked + timedelta(days=9)
        yield Answer(Decision.WITHDRAWN, Route.PHONE, later, evidence_note="Rang the office")
