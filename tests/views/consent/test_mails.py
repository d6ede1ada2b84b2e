"""Links and receipts that did not reach their learner: shown where staff look, with what to do."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from issuing.enums import MailKind, MailStatus
from issuing.models import AuditEvent, ConsentMail, ConsentText, Learner
from issuing.services import consent
from tests.factories import make_badge, make_consent, make_learner, make_text, make_user
from tests.smtp import mail_server
from tests.views.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(settings: Settings) -> ConsentText:
    settings.IS_PRACTICE = True
    return make_text(make_badge().provider)


def refused(learner: Learner, kind: MailKind = MailKind.LINK, **fields: Any) -> ConsentMail:
    told = {"marked_at": timezone.now(), "tries": 1, "email_key": "k", "detail": "550 No such user"}
    given: dict[str, Any] = {"status": MailStatus.REFUSED, "due_at": timezone.now()} | told | fields
    return ConsentMail.objects.create(kind=kind, learner=learner, **given)


@pytest.mark.parametrize("path", ["/requests/?state=mails", "/requests/?state=look", "/learners/{0}/"])
def test_refused_link_is_shown_with_what_to_do(browser: Client, text: ConsentText, path: str) -> None:
    learner = make_learner("zoe@example.org")
    refused(learner)
    shown = words(browser.get(path.format(learner.uuid)).text)
    assert "The personal link they asked for was refused by the mail server" in shown
    assert "550 No such user." in shown
    assert "Correct their address if it is wrong, then send it again" in shown
    assert "1 E-mails to look at" in words(browser.get("/").text)


def test_tile_counts_links_and_receipts_that_did_not_arrive(browser: Client, text: ConsentText) -> None:
    assert "Links and receipts" not in browser.get("/requests/").text
    learner = make_learner()
    refused(learner)
    refused(make_learner(), MailKind.RECEIPT, record=make_consent(make_learner(), text), status=MailStatus.PERHAPS)
    assert "2 Links and receipts to look at" in words(browser.get("/requests/").text)


def test_receipt_goes_again_to_the_corrected_address(browser: Client, text: ConsentText) -> None:
    learner = make_learner("zoe@example.org")
    mail = refused(learner, MailKind.RECEIPT, record=make_consent(learner, text))
    answer = browser.post(f"/requests/mails/{mail.uuid}/again/", follow=True)
    assert "It is e-mailed once more." in answer.text
    made = ConsentMail.objects.exclude(pk=mail.pk).get()
    assert (made.kind, made.record, made.status) == (mail.kind, mail.record, MailStatus.WAITING)
    assert "Links and receipts" not in browser.get("/requests/").text
    assert "moved on" in browser.post(f"/requests/mails/{mail.uuid}/again/", follow=True).text
    assert ConsentMail.objects.count() == 2
    assert AuditEvent.objects.filter(verb="mail_again", actor__username="robin").count() == 1


def test_receipt_that_came_back_is_marked_on_their_page_and_then_to_look_at(browser: Client, text: ConsentText) -> None:
    learner = make_learner()
    mail = refused(learner, MailKind.RECEIPT, record=make_consent(learner, text), status=MailStatus.SENT, detail="")
    page, act = f"/learners/{learner.uuid}/", f"/requests/mails/{mail.uuid}/undelivered/"
    assert "Not delivered Agreed" in words(browser.get(page).text)
    assert "Noted: it was not delivered." in browser.post(f"{act}?next={page}", follow=True).text
    for where in (page, "/requests/?state=mails"):
        shown = words(browser.get(where).text)
        assert re.search(r"The receipt of what they answered, e-mailed [^.]*, was not delivered\.", shown)
        assert ("Correct their address" in shown, "Not delivered Agreed" in shown) == (True, False)
    assert "1 E-mails to look at" in words(browser.get("/").text)
    assert "moved on" in browser.post(act, follow=True).text
    assert AuditEvent.objects.filter(verb="undelivered", actor__username="robin").count() == 1


def test_link_that_came_back_is_marked_on_their_page(browser: Client, text: ConsentText) -> None:
    learner = make_learner()
    page = f"/learners/{learner.uuid}/"
    assert "Personal link" not in browser.get(page).text
    mail = refused(learner, status=MailStatus.SENT, detail="")
    assert re.search(r"Personal link They asked for it; e-mailed .* Not delivered", words(browser.get(page).text))
    browser.post(f"/requests/mails/{mail.uuid}/undelivered/?next={page}")
    shown = words(browser.get(page).text)
    assert re.search(r"The personal link they asked for, e-mailed [^.]*, was not delivered\.", shown)
    assert "They asked for it;" not in shown


def test_only_the_latest_receipt_is_said_to_have_come_back(browser: Client, text: ConsentText) -> None:
    learner = make_learner()
    sent = {"record": make_consent(learner, text), "status": MailStatus.SENT}
    first, latest = (refused(learner, MailKind.RECEIPT, **sent) for _ in range(2))
    shown = browser.get(f"/learners/{learner.uuid}/").text
    assert [f"/{one.uuid}/undelivered/" in shown for one in (first, latest)] == [False, True]
    assert "moved on" in browser.post(f"/requests/mails/{first.uuid}/undelivered/", follow=True).text
    assert ConsentMail.objects.filter(status=MailStatus.SENT).count() == 2


def test_perhaps_sent_receipt_has_arrived_or_come_back(browser: Client, text: ConsentText) -> None:
    learner = make_learner()
    perhaps = {"record": make_consent(learner, text), "status": MailStatus.PERHAPS, "detail": ""}
    mail = refused(learner, MailKind.RECEIPT, **perhaps)
    assert "undelivered/" in browser.get("/requests/?state=mails").text
    answer = browser.post(f"/requests/mails/{mail.uuid}/aside/?next=/learners/{learner.uuid}/", follow=True)
    assert ("Noted: it arrived." in answer.text, "Receipt by e-mail: Sent" in words(answer.text)) == (True, True)
    assert "Perhaps sent" not in answer.text
    browser.post(f"/requests/mails/{mail.uuid}/undelivered/")
    assert "1 Links and receipts to look at" in words(browser.get("/requests/").text)


def test_link_is_set_aside_and_shown_no_more(browser: Client, text: ConsentText) -> None:
    mail = refused(make_learner())
    browser.post(f"/requests/mails/{mail.uuid}/aside/")
    assert "Links and receipts" not in browser.get("/requests/").text
    mail.refresh_from_db()
    assert (mail.status, mail.decided_by and mail.decided_by.username) == (MailStatus.REFUSED, "robin")


def test_later_link_that_is_on_its_way_takes_the_place_of_the_refused_one(browser: Client, text: ConsentText) -> None:
    learner = make_learner()
    refused(learner)
    refused(learner, status=MailStatus.SENT)
    assert "Links and receipts" not in browser.get("/requests/").text


def test_mail_of_somebody_merged_goes_to_who_they_are_now(browser: Client, text: ConsentText) -> None:
    other, kept = make_learner(), make_learner()
    mail = refused(other)
    Learner.objects.filter(pk=other.pk).update(merged_into=kept)
    assert "550 No such user" in browser.get(f"/learners/{kept.uuid}/").text
    browser.post(f"/requests/mails/{mail.uuid}/again/")
    assert ConsentMail.objects.exclude(pk=mail.pk).get().learner == kept


def test_nothing_is_sent_to_somebody_erased(browser: Client, text: ConsentText) -> None:
    learner = make_learner()
    mail = refused(learner)
    Learner.objects.filter(pk=learner.pk).update(erased_at=timezone.now())
    assert "Links and receipts" not in browser.get("/requests/").text
    assert "asked to be erased" in browser.post(f"/requests/mails/{mail.uuid}/again/", follow=True).text
    assert ConsentMail.objects.get() == mail


def test_what_the_mail_server_refused_is_what_is_shown(browser: Client, settings: Settings) -> None:
    """The whole way: a receipt is sent, the server refuses it, staff read so."""
    text = make_text(make_badge().provider)
    learner = make_learner("zoe@example.org")
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_RATE = "127.0.0.1", server.port, "100000/1"
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        server.refuses = {"zoe@example.org": "550 no such user"}
        consent.mail_receipt(record=make_consent(learner, text), by=make_user())
        consent.send_due()
    assert "The receipt of what they answered was refused" in browser.get(f"/learners/{learner.uuid}/").text


def test_list_asks_the_same_for_one_and_for_three(browser: Client, text: ConsentText) -> None:
    counts = []
    for more in (1, 2):
        for _ in range(more):
            refused(make_learner())
        with CaptureQueriesContext(connection) as queries:
            browser.get("/requests/?state=mails")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_stranger_decides_nothing(stranger: Client, text: ConsentText) -> None:
    mail = refused(make_learner())
    for verb in ("again", "aside", "undelivered"):
        assert "/sign-in/" in stranger.post(f"/requests/mails/{mail.uuid}/{verb}/").headers["Location"]
    assert ConsentMail.objects.get().decided_at is None
