"""Several senders at once, while learners answer: in threads, on both databases."""

import time
from functools import partial

import pytest
from django.utils import timezone

from issuing.enums import Decision
from issuing.models import ConsentMail, ConsentRequest, Mailing
from issuing.services import consent
from issuing.services.consent import Reply, mailing
from issuing.services.consent.post import Post
from tests.factories import make_badge, make_mail, make_request, make_text
from tests.services.rosters.test_racing import at_once
from tests.smtp import MailServer

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 24


def send_until_none_waits() -> None:
    """As a task does, whoever else is at it."""
    while ConsentMail.objects.filter(status="waiting").exists():
        with Post() as post:
            mailing._send(post, time.monotonic() + 1.0)


def test_each_request_is_mailed_once_by_three_senders_while_learners_say_no(post: MailServer) -> None:
    text = make_text(make_badge().provider)
    requests = [make_request(text) for _ in range(PEOPLE)]
    for request in requests:
        make_mail(request, due_at=timezone.now())
    Mailing.objects.create(pk=Mailing.ONLY)
    tokens = [consent.link_of(one.learner).secret.reveal() for one in requests]

    def say_no() -> None:
        for request, token in zip(requests[::4], tokens[::4], strict=True):
            consent.answer(token=token, reply=Reply(request.about, Decision.DECLINED, text.pk))

    assert at_once(*[partial(send_until_none_waits)] * 3, say_no) == [None] * 4
    got = post.counts()
    assert max(got.values()) == 1
    assert ConsentRequest.objects.filter(answer="declined").count() == PEOPLE / 4
    sent = set(ConsentMail.objects.filter(status="sent").values_list("learner__email", flat=True))
    assert set(got) == sent
    assert set(ConsentMail.objects.exclude(status="sent").values_list("status", flat=True)) <= {"dropped"}
    assert len(sent) >= PEOPLE * 3 / 4
