"""Sending: marked before it leaves, once, at the pace; what the mail server says; crashes between mark and answer."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from issuing.enums import Decision, MailKind, MailStatus, Role
from issuing.exceptions import SecretUnreadable
from issuing.models import ConsentLink, ConsentMail, ConsentRequest, ConsentText, Learner, Mailing
from issuing.services import consent, erasure
from issuing.services.consent import mailing
from issuing.services.consent.post import Handed, Post
from tests.factories import make_badge, make_consent, make_learner, make_mail, make_request, make_text, make_user
from tests.smtp import MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def text() -> ConsentText:
    return make_text(make_badge().provider)


@pytest.fixture
def request_(text: ConsentText, post: MailServer) -> ConsentRequest:
    """Asked, its e-mail waits."""
    made = make_request(text, make_learner("zoe@example.org"), badge=None)
    make_mail(made)
    return made


def state(request: ConsentRequest) -> tuple[str, str]:
    mail = ConsentRequest.objects.select_related("mail").get(pk=request.pk).mail
    assert mail is not None
    return mail.status, mail.detail


def link_in(text: str) -> str:
    return next(word for word in text.split() if "/my-consent/" in word)


def test_request_is_mailed_once_with_a_link_that_finds_its_learner(request_: ConsentRequest, post: MailServer) -> None:
    consent.send_due()
    consent.send_due()
    assert post.counts() == {"zoe@example.org": 1}
    found = consent.holder(link_in(post.text_to("zoe@example.org")).split("/")[-2])
    assert found is not None
    assert (found.learner, found.is_current) == (request_.learner, True)
    assert state(request_) == (MailStatus.SENT, "")


def test_email_says_who_asks_and_nothing_else_of_the_learner(request_: ConsentRequest, post: MailServer) -> None:
    consent.send_due()
    [(_, message)] = post.taken
    assert message["Subject"] == "A question from Example College: may we award you a digital badge?"
    assert message["From"].startswith("Example College <")
    assert "Núñez" not in post.text_to("zoe@example.org")
    assert "Hello Zoë," in post.text_to("zoe@example.org")


def test_link_is_kept_hashed_and_encrypted_only(request_: ConsentRequest, post: MailServer) -> None:
    consent.send_due()
    token = link_in(post.text_to("zoe@example.org")).split("/")[-2]
    kept = str(ConsentLink.objects.values_list().get())
    assert len(token) == 32
    assert token not in kept


def test_reminder_carries_the_same_link_and_the_third_email_is_the_last(
    request_: ConsentRequest, post: MailServer, settings: Settings
) -> None:
    consent.send_due()
    settings.SECRET_KEY = "another"
    for _ in range(4):
        ConsentRequest.objects.exclude(remind_at=None).update(remind_at=timezone.now())
        consent.send_due()
    assert post.counts() == {"zoe@example.org": 3}
    assert len({link_in(message.get_payload(decode=True).decode()) for _, message in post.taken}) == 1  # type: ignore[union-attr]
    assert list(ConsentMail.objects.order_by("pk").values_list("kind", flat=True)) == ["ask", "reminder", "reminder"]


def test_nobody_is_reminded_who_answered(request_: ConsentRequest, post: MailServer) -> None:
    consent.send_due()
    ConsentRequest.objects.update(remind_at=timezone.now())
    make_consent(request_.learner, None, Decision.DECLINED)  # written without its service: the claim looks itself
    consent.send_due()
    assert post.counts() == {"zoe@example.org": 1}


@pytest.mark.parametrize("change", [{"erased_at": timezone.now()}, {"on_hold_since": timezone.now()}])
def test_nothing_leaves_for_whoever_was_erased_or_is_on_hold(
    request_: ConsentRequest, post: MailServer, change: dict[str, object]
) -> None:
    Learner.objects.filter(pk=request_.learner_id).update(**change)
    consent.send_due()
    assert not post.taken


def test_nobody_is_asked_for_a_yes_to_words_that_were_retired(request_: ConsentRequest, post: MailServer) -> None:
    statement = request_.text.statement
    own = make_text(statement.provider, badge=make_badge(statement.provider, navigatr_id=52))
    ConsentRequest.objects.update(text=own, about=f"badge:{own.statement.badge_id}")
    type(statement).objects.filter(pk=own.statement_id).update(retired_at=timezone.now(), retired_by=make_user())
    consent.send_due()
    request_.refresh_from_db()
    assert (post.taken, state(request_)[0], request_.stopped_at is None) == ([], MailStatus.DROPPED, False)


def test_what_was_taken_back_while_it_was_looked_at_does_not_leave(
    request_: ConsentRequest, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken_back(*_: object) -> bool:
        return ConsentMail.objects.update(status=MailStatus.DROPPED) == 1

    monkeypatch.setattr(mailing, "_may_leave", taken_back)
    consent.send_due()
    assert not post.taken


def test_refusal_is_kept_in_the_servers_words_without_the_address(request_: ConsentRequest, post: MailServer) -> None:
    post.refuses["zoe@example.org"] = "550 5.1.1 <Zoe@EXAMPLE.org>: no such user"
    consent.send_due()
    assert state(request_) == (MailStatus.REFUSED, "550 5.1.1 <…>: no such user")
    assert not post.taken


def test_not_now_is_tried_again_a_minute_later_and_given_up_at_last(request_: ConsentRequest, post: MailServer) -> None:
    post.refuses["zoe@example.org"] = "450 mailbox is busy"
    for _ in range(5):
        ConsentMail.objects.update(due_at=timezone.now())
        consent.send_due()
        consent.send_due()
    assert ConsentMail.objects.get().tries == 5
    assert state(request_) == (MailStatus.REFUSED, "450 mailbox is busy")


@pytest.mark.parametrize("answer", ["", "what was that?"])
def test_no_usable_answer_after_handing_over_is_perhaps_sent_and_never_sent_again(
    request_: ConsentRequest, post: MailServer, answer: str
) -> None:
    post.answers_data = answer
    consent.send_due()
    post.answers_data = "250 taken"
    consent.send_due()
    assert post.counts() == {"zoe@example.org": 1}
    assert state(request_)[0] == MailStatus.PERHAPS


def test_crash_between_mark_and_answer_is_perhaps_sent(
    request_: ConsentRequest, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> Handed:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Post, "hand_over", killed)
        consent.send_due()
    consent.send_due()
    assert state(request_)[0] == MailStatus.MARKED
    ConsentMail.objects.update(marked_at=timezone.now() - mailing.DOUBTFUL_AFTER - timedelta(seconds=1))
    consent.send_due()
    assert (state(request_)[0], post.taken) == (MailStatus.PERHAPS, [])


def test_late_answer_of_a_slow_worker_settles_what_was_perhaps_sent(
    request_: ConsentRequest, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_over = Post.hand_over

    def slow(self: Post, letter: object) -> Handed:
        ConsentMail.objects.update(status=MailStatus.PERHAPS)
        return hand_over(self, letter)  # type: ignore[arg-type]

    monkeypatch.setattr(Post, "hand_over", slow)
    consent.send_due()
    assert state(request_)[0] == MailStatus.SENT


def test_servers_words_about_somebody_erased_meanwhile_are_not_kept(text: ConsentText) -> None:
    learner = make_learner()
    mail = make_mail(make_request(text, learner), "marked")
    erasure.erase(learner=learner, identity_note="Passport", by=make_user("ann", role=Role.MANAGER))
    mailing._record(mailing._Marked(mail, None), Handed(MailStatus.REFUSED, "550 user Quimby unknown"))
    mail.refresh_from_db()
    assert (mail.status, mail.detail) == (MailStatus.REFUSED, "")


def test_server_that_cannot_be_reached_marks_nothing_and_rests(
    request_: ConsentRequest, post: MailServer, settings: Settings
) -> None:
    settings.EMAIL_PORT = 9
    consent.send_due()
    kept = Mailing.objects.get()
    assert (state(request_), kept.rests_why, kept.failures) == (("waiting", ""), "ConnectionRefusedError", 1)
    settings.EMAIL_PORT = post.port
    consent.send_due()
    assert not post.taken
    Mailing.objects.update(rests_until=timezone.now())
    consent.send_due()
    assert post.counts() == {"zoe@example.org": 1}
    assert Mailing.objects.get().failures == 0


def test_keys_that_do_not_fit_send_nothing_and_say_so(
    request_: ConsentRequest, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: object) -> str:
        raise SecretUnreadable("A stored secret cannot be read.")

    monkeypatch.setattr("issuing.services.consent.links.url_of", unreadable)
    consent.send_due()
    assert (state(request_)[0], Mailing.objects.get().rests_why) == ("waiting", "A stored secret cannot be read.")


def test_pace_is_kept(text: ConsentText, post: MailServer, settings: Settings) -> None:
    settings.EMAIL_RATE = "10/1"
    for _ in range(4):
        make_mail(make_request(text))
    began = time.monotonic()
    consent.send_due()
    assert len(post.taken) == 4
    assert 0.3 <= time.monotonic() - began < 2


def test_task_ends_soon_and_hands_on(text: ConsentText, post: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        make_mail(make_request(text))
    woken: list[bool] = []
    monkeypatch.setattr("issuing.enqueue.mail", lambda: woken.append(True))
    monkeypatch.setattr(mailing, "BUDGET", 0.1)
    post.latency = 0.15
    consent.send_due()
    assert (len(post.taken), woken) == (1, [True])


def test_second_sender_stays_away_while_one_is_at_it(request_: ConsentRequest, post: MailServer) -> None:
    Mailing.objects.create(pk=Mailing.ONLY, held_until=timezone.now() + timedelta(seconds=20))
    consent.send_due()
    assert (post.taken, consent.wake_due()) == ([], False)


def test_receipt_says_what_was_recorded_and_brings_the_link(text: ConsentText, post: MailServer) -> None:
    record = make_consent(make_learner("zoe@example.org"), text)
    consent.mail_receipt(record=record, by=make_user())
    consent.send_due()
    said = post.text_to("zoe@example.org")
    assert "Example College recorded that you agreed on 5 January 2026 to digital badges." in said
    assert "/my-consent/" in said
    assert ConsentMail.objects.get().kind == MailKind.RECEIPT
