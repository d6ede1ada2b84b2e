"""Asking by e-mail: who is asked, who is not and why, and what staff decide about a request."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from issuing.enums import Decision, Disposition, MailStatus, NotAsked
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import AuditEvent, Badge, ConsentMail, ConsentRequest, ConsentText, Learner, Mailing
from issuing.queries import asking as reads
from issuing.services import consent, learners
from issuing.services.consent import Ask, Asked
from tests.factories import (
    make_agreed,
    make_badge,
    make_consent,
    make_learner,
    make_mail,
    make_request,
    make_roster,
    make_row,
    make_text,
    make_user,
)
from tests.smtp import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("post")]


@pytest.fixture
def badge() -> Badge:
    return make_badge()


@pytest.fixture
def text(badge: Badge) -> ConsentText:
    return make_text(badge.provider)


def ask(text: ConsentText, *people: Learner, **fields: object) -> Asked:
    return consent.ask(people=people, what=Ask(text, **fields), by=make_user())  # type: ignore[arg-type]


def standing(request: ConsentRequest) -> str:
    return next(name for name in reads.request_counts() if reads.requests_in(name).filter(pk=request.pk).exists())


def test_ask_makes_a_request_that_waits_and_says_who_asked(text: ConsentText) -> None:
    learner = make_learner()
    done = ask(text, learner)
    request = ConsentRequest.objects.get()
    assert (done.count, done.left_out) == (1, {})
    assert (request.learner, request.text, standing(request)) == (learner, text, "waiting")
    assert list(AuditEvent.objects.values_list("verb", "subject_uuid")) == [("request", request.uuid)]


def test_ask_leaves_out_everybody_who_need_not_or_must_not_be_asked(badge: Badge, text: ConsentText) -> None:
    declined, held, gone, young = make_learner(), make_learner(), make_learner(), make_learner()
    make_consent(declined, None, Decision.DECLINED)
    Learner.objects.filter(pk=held.pk).update(on_hold_since=timezone.now())
    Learner.objects.filter(pk=gone.pk).update(erased_at=timezone.now())
    Learner.objects.filter(pk=young.pk).update(under_13_since=timezone.now())
    asked = make_request(text).learner
    done = ask(text, make_agreed(badge), declined, held, gone, young, asked, make_learner())
    assert done.count == 1
    assert done.left_out == dict.fromkeys(
        [NotAsked.AGREED, NotAsked.SAID_NO, NotAsked.ON_HOLD, NotAsked.GONE, NotAsked.UNDER_13, NotAsked.ASKED], 1
    )


def test_ask_is_refused_when_no_email_leaves_this_machine(text: ConsentText, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    with pytest.raises(InvalidInput, match="E-mail is not set up"):
        ask(text, make_learner())
    settings.IS_PRACTICE = True
    assert ask(text, make_learner()).count == 1


def test_ask_is_refused_with_words_that_were_replaced_and_after_its_last_day(text: ConsentText) -> None:
    with pytest.raises(InvalidInput, match="over already"):
        ask(text, make_learner(), ends_at=timezone.now())
    type(text.statement).objects.update(superseded_at=timezone.now())
    with pytest.raises(InvalidInput, match="not in force any more"):
        ask(text, make_learner())
    assert not ConsentRequest.objects.exists()


def test_ask_leaves_out_whoever_was_mailed_three_times_in_thirty_days(text: ConsentText) -> None:
    learner = make_learner()
    for _ in range(3):
        make_mail(make_request(text, learner, stopped_at=timezone.now()), "sent")
    assert ask(text, learner).left_out == {NotAsked.TOO_OFTEN: 1}
    ConsentMail.objects.filter(status="sent").update(marked_at=timezone.now() - timedelta(days=31))
    assert ask(text, learner).count == 1


def test_ask_again_after_the_last_day_ends_the_earlier_request(text: ConsentText) -> None:
    earlier = make_request(text, ends_at=timezone.now() - timedelta(days=1))
    make_mail(earlier, "sent")
    assert ask(text, earlier.learner).count == 1
    assert standing(earlier) == "ended"


def test_ask_roster_adds_the_people_who_need_consent_and_asks_only_them(badge: Badge, text: ConsentText) -> None:
    roster = make_roster(badge)
    make_row(roster, "a@example.org", row_no=1, disposition=Disposition.NEEDS_CONSENT)
    make_row(roster, "b@example.org", row_no=2, disposition=Disposition.READY)
    assert consent.ask_roster(roster=roster, what=Ask(text, badge), by=make_user()).count == 1
    request = ConsentRequest.objects.get()
    assert (request.learner.email, request.roster, request.badge) == ("a@example.org", roster, badge)


def test_answer_on_paper_ends_the_request_and_takes_its_waiting_email_back(text: ConsentText) -> None:
    ask(text, make_learner())
    request = ConsentRequest.objects.get()
    answer = consent.Answer(Decision.GIVEN, consent.records.Route.PAPER, timezone.now(), text=text)
    [record] = consent.record(learner=request.learner, answer=answer, by=make_user()).records
    request.refresh_from_db()
    assert (request.answer, request.record, standing(request)) == (Decision.GIVEN, record, "yes")
    assert ConsentMail.objects.get().status == MailStatus.DROPPED
    consent.invalidate(record=record, note="Wrong person", by=make_user())
    assert standing(request) == "ended"


def test_answer_ends_the_request_of_an_entry_that_was_merged_into_theirs(text: ConsentText) -> None:
    request, kept = make_request(text), make_learner()
    learners.merge(kept=kept, other=request.learner, by=make_user())
    answer = consent.Answer(Decision.DECLINED, consent.records.Route.PHONE, timezone.now(), text=text)
    consent.record(learner=kept, answer=answer, by=make_user())
    request.refresh_from_db()
    assert request.answer == Decision.DECLINED


def test_request_about_a_badge_of_its_own_is_not_answered_by_words_for_another(badge: Badge) -> None:
    other = make_badge(badge.provider, navigatr_id=52)
    learner, own = make_learner(), make_text(badge.provider, badge=other)
    request = make_request(own, learner, about=reads.about_of(own.statement))
    answer = consent.Answer(
        Decision.GIVEN, consent.records.Route.PAPER, timezone.now(), text=make_text(badge.provider, badge=badge)
    )
    consent.record(learner=learner, answer=answer, by=make_user())
    request.refresh_from_db()
    assert request.answer == ""


@pytest.mark.parametrize("status", ["refused", "perhaps", "undelivered"])
def test_send_again_mails_once_more_when_the_last_did_not_arrive(text: ConsentText, status: str) -> None:
    request = make_request(text)
    make_mail(request, status)
    consent.send_again(request=request, by=make_user())
    assert standing(request) == "waiting"
    with pytest.raises(AlreadyTaken):
        consent.send_again(request=request, by=make_user())


def test_send_again_refuses_a_fourth_email_in_thirty_days(text: ConsentText) -> None:
    request = make_request(text)
    for _ in range(3):
        make_mail(request, "perhaps")
    with pytest.raises(InvalidInput, match="3 times about this within 30 days"):
        consent.send_again(request=request, by=make_user())


def test_what_was_perhaps_sent_is_settled_by_a_person_once(text: ConsentText) -> None:
    request, by = make_request(text), make_user()
    make_mail(request, "perhaps")
    consent.arrived(request=request, by=by)
    request.refresh_from_db()
    assert (standing(request), request.remind_at is not None) == ("sent", True)
    with pytest.raises(AlreadyTaken):
        consent.arrived(request=request, by=by)


def test_undelivered_is_not_reminded_and_stop_ends_the_asking(text: ConsentText) -> None:
    request, by = make_request(text, remind_at=timezone.now()), make_user()
    make_mail(request, "sent")
    consent.undelivered(request=request, by=by)
    request.refresh_from_db()
    assert (standing(request), request.remind_at) == ("undelivered", None)
    consent.stop(request=request, by=by)
    assert standing(request) == "ended"
    with pytest.raises(AlreadyTaken):
        consent.undelivered(request=request, by=by)


def test_links_of_requests_that_were_all_stopped_take_a_no_and_no_yes(text: ConsentText, settings: Settings) -> None:
    settings.IS_PRACTICE = True
    roster, by = make_roster(text.statement.provider.badges.get()), make_user()
    requests = [make_request(text, roster=roster, remind_at=timezone.now()) for _ in range(2)]
    mails = [make_mail(requests[0], "sent"), make_mail(requests[1], "waiting")]
    assert consent.stop_of_roster(roster=roster, by=by) == 2
    for request, mail, status in zip(requests, mails, ("sent", "dropped"), strict=True):
        request.refresh_from_db()
        mail.refresh_from_db()
        assert (standing(request), request.remind_at, request.stopped_by, mail.status) == ("ended", None, by, status)
    question = reads.questions(requests[0].learner, now=timezone.now())[0]
    assert (question.may_agree, question.may_decline) == (False, True)
    with pytest.raises(AlreadyTaken):
        consent.stop_of_roster(roster=roster, by=by)


def test_reminder_that_was_put_off_makes_way_once_the_first_came_back(text: ConsentText) -> None:
    request, by = make_request(text), make_user()
    reminder = make_mail(request, kind="reminder")  # waits while its learner is on hold
    make_mail(request, "sent")
    consent.undelivered(request=request, by=by)
    consent.send_again(request=request, by=by)
    reminder.refresh_from_db()
    assert (reminder.status, standing(request)) == (MailStatus.DROPPED, "waiting")


def test_pause_holds_requests_and_lets_what_learners_ask_for_go(text: ConsentText, post: MailServer) -> None:
    by, known = make_user(), make_learner("zoe@example.org")
    ask(text, make_learner())
    consent.pause(by=by)
    with pytest.raises(AlreadyTaken):
        consent.pause(by=by)
    consent.ask_for_link(address="zoe@example.org", place="192.0.2.1")
    consent.send_due()
    assert post.counts() == {known.email: 1}
    consent.resume(by=by)
    consent.send_due()
    assert sum(post.counts().values()) == 2
    assert Mailing.objects.get().paused_by is None
