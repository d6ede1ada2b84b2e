"""Learners' pages and e-mails in the language of the words; staff's stay English."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import Settings

from issuing.models import ConsentMail, ConsentRecord, ConsentRequest, ConsentText, Learner
from issuing.services import consent
from issuing.services.consent.letters import letter
from tests import translations
from tests.factories import make_badge, make_consent, make_learner, make_mail, make_request, make_text
from tests.views.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SAID = {
    "cy": {
        "dir": "ltr",
        "hello": "Helo Zoë",
        "yes": "Ydw, rwy’n cytuno",
        "agreed": "Gwnaethoch gytuno ar 5 Ionawr 2026.",
    },
    "ar": {"dir": "rtl", "hello": "مرحبًا Zoë", "yes": "نعم، أوافق", "agreed": "وافقت في 5 يناير، 2026."},
    "pt-br": {
        "dir": "ltr",
        "hello": "Olá, Zoë",
        "yes": "Sim, consinto",
        "agreed": "Consentiu em 5 de Janeiro de 2026.",
    },
    "ur": {"dir": "rtl", "hello": "السلام علیکم Zoë", "yes": "ہاں، مجھے منظور ہے", "agreed": "آپ نے 5 جنوری 2026 کو"},
}
BODY = "Gofynnwn… / نسأل…\n"


@pytest.fixture(autouse=True)
def practice(settings: Settings) -> None:
    settings.IS_PRACTICE = True  # e-mail goes nowhere, and does as well


def in_language(language: str, *, also_english: bool = False) -> ConsentText:
    """Words in force in one language, and perhaps in English."""
    english = make_text(make_badge().provider)
    made = ConsentText.objects.create(statement=english.statement, language=language, body=BODY, sha256="1" * 64)
    if not also_english:
        ConsentText.objects.filter(pk=english.pk).delete()
    return made


def asked(text: ConsentText) -> ConsentRequest:
    made = make_request(text, make_learner("zoe@example.org"))
    make_mail(made, "sent")
    return made


def link(learner: Learner) -> str:
    return f"/my-consent/{consent.link_of(learner).secret.reveal()}/"


@pytest.mark.parametrize("language", SAID)
def test_page_speaks_the_language_of_the_words(stranger: Client, language: str) -> None:
    request, said = asked(in_language(language)), SAID[language]
    page = stranger.get(link(request.learner)).text
    assert re.search(f'<html lang="{language[:2]}" dir="{said["dir"]}">', page)
    assert f'<div class="wording" lang="{language}" dir="{said["dir"]}">' in page
    assert (said["hello"] in words(page), said["yes"] in words(page), "I agree" in page) == (True, True, False)
    assert ("bootstrap.rtl.min" in page) == (said["dir"] == "rtl")


@pytest.mark.parametrize("language", SAID)
def test_answer_is_said_in_that_language_with_its_date(stranger: Client, language: str) -> None:
    text = in_language(language)
    learner = make_consent(make_learner(first_name="Zoë"), text).learner
    assert SAID[language]["agreed"] in words(stranger.get(link(learner)).text)


def test_refusal_and_what_came_too_late_are_said_in_that_language(stranger: Client) -> None:
    request = asked(in_language("cy"))
    reply = {"about": request.about, "decision": "given", "text": request.text_id}
    refused = words(stranger.post(link(request.learner), reply).text)
    assert "ticiwch eich bod yn 13 oed" in refused
    answered = stranger.post(link(request.learner), reply | {"is_old_enough": "on"}, follow=True)
    assert "Diolch, mae eich ateb wedi’i gofnodi" in words(answered.text)
    late = words(stranger.get(f"{link(request.learner)}?done=2").text)
    assert "Roedd 2 fathodyn eisoes ar eu ffordd atoch." in late
    assert ConsentRecord.objects.get().evidence_note.startswith("Answered with the personal link")


def test_learner_changes_the_language_and_keeps_it(stranger: Client) -> None:
    request = asked(in_language("ar", also_english=True))
    page = stranger.get(f"{link(request.learner)}?language=en").text
    assert '<html lang="en-gb" dir="ltr">' in page
    assert '<a href="?language=ar" lang="ar" hreflang="ar">العربيّة</a>' in page
    assert 'lang="en" hreflang="en" aria-current="true">English</a>' in page
    no = {"about": request.about, "decision": "declined"}
    answered = stranger.post(f"{link(request.learner)}?language=en", no, follow=True)
    assert "Thank you, your answer is recorded" in words(answered.text)
    assert '<html lang="ar" dir="rtl">' in stranger.get(f"{link(request.learner)}?language=xx").text


def test_page_in_a_language_we_do_not_speak_is_english_around_its_words(stranger: Client) -> None:
    page = stranger.get(link(asked(in_language("so")).learner)).text
    assert '<html lang="en-gb" dir="ltr">' in page
    assert '<div class="wording" lang="so" dir="ltr">' in page
    assert "Yes, I agree" in words(page)


@pytest.mark.parametrize(
    ("address", "browser", "heading"),
    [
        ("", "", "See what you agreed to, or withdraw"),
        ("?language=cy", "ar", "Gweld yr hyn y gwnaethoch gytuno iddo"),
        ("", "de, cy-GB;q=0.9, en;q=0.8", "Gweld yr hyn y gwnaethoch gytuno iddo"),
        ("?language=de", "de", "See what you agreed to, or withdraw"),
    ],
)
def test_page_that_mails_a_link_speaks_what_is_chosen_or_the_browser_asks_for(
    stranger: Client, address: str, browser: str, heading: str
) -> None:
    in_language("cy", also_english=True)
    page = stranger.get(f"/my-consent/{address}", headers={"Accept-Language": browser})
    assert heading in words(page.text)
    assert "Cymraeg" in page.text
    gone = stranger.get(f"/my-consent/wrong/{address}", headers={"Accept-Language": browser})
    assert ("Nid yw’r ddolen hon yn gweithio" in words(gone.text)) == heading.startswith("Gweld")
    assert f'href="/my-consent/?language={"cy" if heading.startswith("Gweld") else "en"}"' in gone.text


@pytest.mark.parametrize("typed", ["", "nobody", "a@b@c", "zoe@localhost", "a" * 400 + "@example.org"])
def test_what_is_no_address_is_said_in_that_language(stranger: Client, typed: str) -> None:
    in_language("cy", also_english=True)
    said = words(stranger.post("/my-consent/?language=cy", {"email": typed}).text)
    assert "Nid oes dim wedi’i anfon eto" in said
    assert ("Llenwch eich cyfeiriad e-bost." if not typed else "Nid cyfeiriad e-bost yw hwn.") in said


@pytest.mark.parametrize("kind", ["ask", "reminder"])
def test_email_is_in_the_language_of_the_words(kind: str) -> None:
    made = letter(make_mail(make_request(in_language("cy"), ends_at=timezone.now()), kind=kind))
    assert "a gawn ni ddyfarnu bathodyn digidol i chi?" in made.subject
    assert made.body.startswith("Helo ")
    assert "agree" not in made.body
    assert made.extra_headers["Content-Language"] == "cy"


def test_email_about_words_in_a_language_we_do_not_speak_is_english() -> None:
    made = letter(make_mail(make_request(in_language("so"))))
    assert "may we award you a digital badge?" in made.subject
    assert made.extra_headers["Content-Language"] == "en-gb"


def test_mailed_link_and_receipt_are_in_the_language_that_was_last_used() -> None:
    text = in_language("ar", also_english=True)
    english = text.statement.texts.get(language="en")
    learner = make_request(english, make_learner()).learner
    mail = ConsentMail.objects.create(kind="link", learner=learner, due_at=timezone.now())
    assert letter(mail).body.startswith("Hello ")
    record = make_consent(learner, text, decided_at=timezone.now())
    assert letter(mail).body.startswith("مرحبًا ")
    receipt = ConsentMail.objects.create(kind="receipt", learner=learner, record=record, due_at=timezone.now())
    assert BODY.strip() in letter(receipt).body
    assert "سُجّلت" not in letter(receipt).subject
    assert "ما سجّلته" in letter(receipt).subject


def test_receipt_is_in_the_language_of_the_page_and_staffs_in_english(stranger: Client, browser: Client) -> None:
    record = make_consent(make_learner(), in_language("cy"))
    mine = stranger.get(f"{link(record.learner)}receipt/?language=cy").text
    assert "Derbynneb am ateb ynghylch bathodynnau digidol" in mine
    assert ("Ar bapur" in mine, "5 Ionawr 2026" in mine) == (True, True)
    assert '<html lang="cy" dir="ltr">' in mine
    theirs = browser.get(f"/consents/{record.uuid}/receipt/", headers={"Accept-Language": "cy"}).text
    assert ("On paper" in theirs, "5 Jan 2026" in theirs, '<p class="words" lang="cy" dir="ltr">' in theirs) == (
        True,
        True,
        True,
    )


@pytest.mark.parametrize("path", ["/", "/learners/", "/requests/", "/statements/", "/sign-in/"])
def test_staff_read_the_same_whatever_their_browser_asks_for(browser: Client, path: str) -> None:
    asked(in_language("cy"))
    token = re.compile(
        r'name="csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"|"x-csrftoken": "\w+"', re.IGNORECASE
    )
    plain, welsh = (browser.get(path, headers={"Accept-Language": language}) for language in ("en-GB", "cy"))
    assert token.sub("", welsh.text) == token.sub("", plain.text)
    assert "Content-Language" not in welsh.headers


@contextmanager
def words_asked_for(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The messages looked up meanwhile in Welsh for which nobody has a translation."""
    missing: set[str] = set()
    for name in ("gettext", "ngettext", "pgettext"):
        plain = getattr(translation._trans, name)

        def looked_up(*given: object, plain: object = plain) -> str:
            said = str(plain(*given))  # type: ignore[operator]
            if translation.get_language() == "cy" and said in map(str, given):
                missing.add(said)
            return said

        monkeypatch.setattr(translation._trans, name, looked_up)
    yield missing


def test_everything_learners_pages_say_stands_in_the_catalogues(
    stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = in_language("cy", also_english=True)
    request = asked(text)
    link_mail = ConsentMail.objects.create(kind="link", learner=request.learner, due_at=timezone.now())
    with words_asked_for(monkeypatch) as missing:
        for decision in ("", "maybe", "withdrawn", "given", "declined"):
            stranger.post(link(request.learner), {"about": request.about, "decision": decision, "text": text.pk})
            stranger.get(f"{link(request.learner)}?done=1")
        for address in ("", "wrong/", link(request.learner)[12:] + "receipt/"):
            stranger.get(f"/my-consent/{address}?language=cy")
        for typed in ("", "no", "zoe@example.org"):
            stranger.post("/my-consent/?language=cy", {"email": typed})
        for kind in ("ask", "reminder", "link"):
            letter(link_mail if kind == "link" else make_mail(request, "dropped", kind=kind))
    catalogue = {message.id for message in translations.read("cy")}
    assert {one for one in missing if one not in catalogue} == set()
