"""The pages for learners: opening changes nothing, answers hold at once, a wrong link tells nothing."""

import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from issuing.enums import ConsentState, Decision, Giver, IssuanceStatus, Route
from issuing.logs import HideLinks
from issuing.models import Badge, ConsentMail, ConsentRecord, ConsentRequest, ConsentText, Issuance, Learner, email_key
from issuing.queries import consent_of
from issuing.services import consent
from tests.factories import make_badge, make_consent, make_issuance, make_learner, make_mail, make_request, make_text
from tests.views.pages import words


@pytest.fixture
def badge(settings: Settings) -> Badge:
    settings.IS_PRACTICE = True  # e-mail goes nowhere, and does as well
    return make_badge()


@pytest.fixture
def request_(badge: Badge) -> ConsentRequest:
    made = make_request(make_text(badge.provider), make_learner("zoe@example.org"))
    make_mail(made, "sent")
    return made


@pytest.fixture
def link(request_: ConsentRequest) -> str:
    return f"/my-consent/{consent.link_of(request_.learner).secret.reveal()}/"


def reply(request: ConsentRequest, decision: str, **fields: object) -> dict[str, object]:
    return {"about": request.about, "decision": decision, "text": request.text_id} | fields


def agree(request: ConsentRequest) -> dict[str, object]:
    return reply(request, "given", is_old_enough="on")


def state(request: ConsentRequest, badge: Badge) -> ConsentState:
    return consent_of(request.learner_id, badge, now=timezone.now()).state


def test_opening_the_link_changes_nothing_and_shows_name_and_provider_only(
    stranger: Client, link: str, request_: ConsentRequest
) -> None:
    answer = stranger.get(link)
    seen = words(answer.text)
    assert "Hello Zoë" in seen
    assert "Digital badges from Example College" in seen
    assert "Núñez" not in answer.text
    assert "zoe@example.org" not in answer.text
    assert stranger.head(link).status_code == 200
    assert (ConsentRecord.objects.count(), list(stranger.cookies)) == (0, [])


def test_page_is_told_to_no_other_site_and_to_no_cache(stranger: Client, link: str) -> None:
    headers = stranger.get(link).headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Robots-Tag"] == "noindex, nofollow"


def test_yes_is_recorded_with_the_words_that_were_shown(
    stranger: Client, link: str, request_: ConsentRequest, badge: Badge
) -> None:
    answer = stranger.post(link, agree(request_), follow=True)
    assert "You agreed on" in words(answer.text)
    record = ConsentRecord.objects.get()
    assert (record.route, record.giver, record.text, record.recorded_by) == (
        Route.ONLINE,
        Giver.LEARNER,
        request_.text,
        None,
    )
    assert state(request_, badge) == ConsentState.GIVEN
    stranger.post(link, agree(request_))
    assert ConsentRecord.objects.count() == 1


def test_yes_needs_the_tick_of_thirteen(stranger: Client, link: str, request_: ConsentRequest) -> None:
    answer = stranger.post(link, reply(request_, "given"))
    assert "tick that you are 13 or older" in words(answer.text)
    assert not ConsentRecord.objects.exists()


def test_yes_to_words_that_were_replaced_meanwhile_is_refused(
    stranger: Client, link: str, request_: ConsentRequest, badge: Badge
) -> None:
    type(request_.text.statement).objects.update(superseded_at=timezone.now())
    new = make_text(badge.provider, version=2)
    assert "The words have changed" in words(stranger.post(link, agree(request_)).text)
    assert not ConsentRecord.objects.exists()
    stranger.post(link, {**agree(request_), "text": new.pk})
    assert ConsentRecord.objects.get().text == new


def test_no_holds_and_withdrawing_stops_what_waits(
    stranger: Client, link: str, request_: ConsentRequest, badge: Badge
) -> None:
    stranger.post(link, agree(request_))
    issuance = make_issuance(badge, request_.learner)
    on_its_way = make_issuance(
        make_badge(badge.provider, navigatr_id=52),
        request_.learner,
        status="sending",
        attempt_no=1,
        allowed_by=ConsentRecord.objects.get(),
    )
    answer = stranger.post(link, reply(request_, "withdrawn"), follow=True)
    assert "You withdrew on" in words(answer.text)
    assert "1 badge was already on its way to you." in words(answer.text)
    assert Issuance.objects.get(pk=issuance.pk).status == IssuanceStatus.CANCELLED
    assert Issuance.objects.get(pk=on_its_way.pk).status == IssuanceStatus.SENDING
    request_.refresh_from_db()
    assert request_.answer == Decision.WITHDRAWN
    stranger.post(link, agree(request_))
    assert state(request_, badge) == ConsentState.GIVEN


def test_no_is_recorded_once(stranger: Client, link: str, request_: ConsentRequest, badge: Badge) -> None:
    for _ in range(2):
        stranger.post(link, reply(request_, "declined"))
    assert state(request_, badge) == ConsentState.DECLINED
    assert ConsentRecord.objects.count() == 1


@pytest.mark.parametrize("change", [{"stopped_at": timezone.now()}, {"ends_at": timezone.now() - timedelta(hours=1)}])
def test_after_the_asking_a_yes_is_refused_and_a_no_is_taken(
    stranger: Client, link: str, request_: ConsentRequest, badge: Badge, change: dict[str, object]
) -> None:
    ConsentRequest.objects.update(**change)
    assert "Yes, I agree" not in words(stranger.get(link).text)
    stranger.post(link, agree(request_))
    assert state(request_, badge) == ConsentState.NONE
    stranger.post(link, reply(request_, "declined"))
    assert state(request_, badge) == ConsentState.DECLINED


def test_link_that_went_to_an_earlier_address_takes_no_yes(
    stranger: Client, link: str, request_: ConsentRequest, badge: Badge
) -> None:
    new = {"email": "new@example.org", "email_key": email_key("new@example.org")}
    Learner.objects.filter(pk=request_.learner_id).update(**new)
    stranger.post(link, agree(request_))
    assert state(request_, badge) == ConsentState.NONE
    stranger.post(link, reply(request_, "declined"))
    assert state(request_, badge) == ConsentState.DECLINED


def test_nobody_under_13_agrees_whatever_they_tick(stranger: Client, link: str, request_: ConsentRequest) -> None:
    Learner.objects.filter(pk=request_.learner_id).update(under_13_since=timezone.now())
    assert "Yes, I agree" not in words(stranger.get(link).text)
    stranger.post(link, agree(request_))
    assert not ConsentRecord.objects.exists()


def test_who_agreed_on_paper_withdraws_with_a_link(stranger: Client, badge: Badge) -> None:
    learner = make_learner()
    record = make_consent(learner, make_text(badge.provider))
    link = f"/my-consent/{consent.link_of(learner).secret.reveal()}/"
    assert "You agreed on 5 Jan 2026." in words(stranger.get(link).text)
    withdrawal = {"about": f"provider:{badge.provider_id}", "decision": "withdrawn"}
    stranger.post(link, withdrawal)
    told = stranger.post(link, withdrawal, follow=True)  # pressed twice
    assert "You withdrew on" in words(told.text)
    assert "receipt/" in told.text
    assert ConsentRecord.objects.exclude(pk=record.pk).get().decision == Decision.WITHDRAWN


def test_learner_reads_it_in_another_language(stranger: Client, link: str, request_: ConsentRequest) -> None:
    ConsentText.objects.create(statement=request_.text.statement, language="cy", body="Rydym yn…\n", sha256="1" * 64)
    assert "Cymraeg" in stranger.get(link).text
    assert '<div class="wording" lang="cy" dir="ltr">' in stranger.get(f"{link}?language=cy").text
    answered = stranger.post(f"{link}?language=cy", agree(request_), follow=True)
    assert '<div class="wording" lang="cy" dir="ltr">' in answered.text


def test_wrong_link_and_that_of_somebody_erased_get_the_same_page(
    stranger: Client, link: str, request_: ConsentRequest
) -> None:
    wrong = stranger.get("/my-consent/nobodys/")
    Learner.objects.filter(pk=request_.learner_id).update(erased_at=timezone.now())
    for answer in (stranger.get(link), stranger.post(link, agree(request_))):
        assert (answer.status_code, answer.text) == (404, wrong.text)
    assert not ConsentRecord.objects.exists()


def test_answer_that_is_none_changes_nothing(stranger: Client, link: str, request_: ConsentRequest) -> None:
    for sent in ({}, {"decision": "given"}, {"about": "provider:99", "decision": "given"}, reply(request_, "maybe")):
        assert "is recorded" not in words(stranger.post(f"{link}?done=0", sent).text)
    assert not ConsentRecord.objects.exists()


def test_reply_is_the_same_for_an_address_on_file_and_any_other(stranger: Client, request_: ConsentRequest) -> None:
    known, other = (stranger.post("/my-consent/", {"email": at}) for at in ("Zoe@example.org", "no@example.org"))
    assert known.text.replace("Zoe@", "no@") == other.text
    assert list(ConsentMail.objects.filter(kind="link").values_list("learner__email", flat=True)) == ["zoe@example.org"]
    assert stranger.post("/my-consent/", {"email": "no address"}).status_code == 200


def test_link_is_mailed_three_times_a_day_and_asked_for_so_often_from_one_place(
    stranger: Client, request_: ConsentRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issuing.services.consent.links.MOST_FROM_ONE_PLACE", 10)
    for _ in range(5):
        stranger.post("/my-consent/", {"email": "zoe@example.org"})
        ConsentMail.objects.filter(kind="link", status="waiting").update(status="dropped")
    assert ConsentMail.objects.filter(kind="link").count() == 3
    codes = [stranger.post("/my-consent/", {"email": f"{n}@example.org"}).status_code for n in range(6)]
    assert codes == [200] * 5 + [429]


def test_nothing_is_promised_where_no_email_leaves(stranger: Client, settings: Settings, db: None) -> None:
    settings.IS_PRACTICE = False
    assert "No e-mail can be sent from here." in words(stranger.post("/my-consent/", {"email": "a@example.org"}).text)


def test_page_that_fails_keeps_the_link_out_of_the_log(db: None, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(token: str) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr("issuing.services.consent.holder", broken)
    [console] = [one for one in logging.getLogger().handlers if any(isinstance(f, HideLinks) for f in one.filters)]
    assert isinstance(console, logging.StreamHandler)
    output = StringIO()
    before = console.setStream(output)
    answer = Client(raise_request_exception=False).get(link)
    console.setStream(before)
    assert answer.status_code == 500
    assert "Internal Server Error: /my-consent/…/" in output.getvalue()
    assert link not in output.getvalue()


def test_link_stands_in_no_log_nor_traceback() -> None:
    output, logger = StringIO(), logging.Logger("links")
    handler = logging.StreamHandler(output)
    handler.addFilter(HideLinks())
    logger.addHandler(handler)
    logger.error("Internal Server Error: %s", "/my-consent/s3cret-T0ken/")
    try:
        raise ValueError("for '/my-consent/s3cret-T0ken/?done=0'")
    except ValueError:
        logger.exception("Failed")
    assert "s3cret" not in output.getvalue()
    assert output.getvalue().count("/my-consent/…") == 3  # the line of code too
