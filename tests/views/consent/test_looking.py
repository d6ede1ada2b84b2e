"""Staff look at the learner's own page, and are told where we do not speak a language."""

import pytest
from django.test import Client

from issuing.enums import Role
from issuing.models import ConsentStatement, ConsentText, Provider, User
from issuing.services import statements
from tests.factories import make_badge, make_learner, make_text, make_user
from tests.views.pages import words

pytestmark = pytest.mark.once


@pytest.fixture
def author(db: None) -> User:
    return make_user("ann", role=Role.MANAGER)


@pytest.fixture
def manager(author: User) -> Client:
    client = Client()
    client.force_login(author)
    return client


@pytest.fixture
def provider(db: None) -> Provider:
    return make_badge().provider


@pytest.fixture
def text(provider: Provider) -> ConsentText:
    english = make_text(provider)
    return ConsentText.objects.create(statement=english.statement, language="ar", body="نسأل…\n", sha256="1" * 64)


def typed(provider: Provider, language: str, **fields: str) -> dict[str, str]:
    given = {"provider": str(provider.uuid), "badge": "all", "kind": "ours", "language": language, "body": "Words."}
    return given | fields


def test_published_words_are_seen_on_the_real_page_that_does_nothing(browser: Client, text: ConsentText) -> None:
    address = f"/statements/{text.statement.uuid}/look/"
    assert f'href="{address}"' in browser.get(f"/statements/{text.statement.uuid}/").text
    assert '<html lang="en-gb" dir="ltr">' in browser.get(address).text  # English first
    page = browser.get(f"{address}?language=ar").text
    assert '<html lang="ar" dir="rtl">' in page
    assert '<div class="wording" lang="ar" dir="rtl">' in page
    assert ("نعم، أوافق" in page, 'method="post"' in page, page.count('method="dialog"')) == (True, False, 2)
    assert "This is what a learner sees." in words(page)
    assert 'href="?language=ar&amp;on=phone"' in page
    phone = browser.get(f"{address}?language=ar&on=phone").text
    assert 'class="asking asking-phone"' in phone
    assert 'href="?language=en&amp;on=phone"' in phone


def test_words_used_elsewhere_are_on_no_learners_page(browser: Client, text: ConsentText) -> None:
    ConsentStatement.objects.create(
        provider=text.statement.provider, version=9, kind="elsewhere", published_at=text.statement.published_at
    )
    other = ConsentStatement.objects.get(version=9)
    assert browser.get(f"/statements/{other.uuid}/look/").status_code == 404
    assert "/look/" not in browser.get(f"/statements/{other.uuid}/").text


def test_stranger_sees_no_learners_page_of_staff(stranger: Client, text: ConsentText) -> None:
    assert stranger.get(f"/statements/{text.statement.uuid}/look/").status_code == 302


def test_words_are_looked_at_before_they_are_published(manager: Client, provider: Provider) -> None:
    page = manager.post("/statements/publish/", typed(provider, "cy")).text
    assert 'name="look" value="cy"' in page
    assert "there is no" not in page
    seen = manager.post("/statements/publish/", typed(provider, "cy", look="cy phone")).text
    assert '<html lang="cy" dir="ltr">' in seen
    assert ("Ydw, rwy’n cytuno" in seen, "asking-phone" in seen, 'method="post"' in seen) == (True, True, False)
    assert not ConsentStatement.objects.exists()


def test_each_language_of_a_draft_is_looked_at(manager: Client, provider: Provider, author: User) -> None:
    statements.save_draft(provider=provider, badge=None, language="de", body="Wir fragen.", by=author)
    page = words(manager.post("/statements/publish/", typed(provider, "cy")).text)
    assert "See it as a learner does, in German" in page
    assert "See it as a learner does, in Welsh" in page
    seen = manager.post("/statements/publish/", typed(provider, "cy", look="de")).text
    assert ("Wir fragen." in seen, "Ja, ich stimme zu" in seen) == (True, True)


def test_staff_are_told_when_buttons_and_email_stay_english(manager: Client, provider: Provider) -> None:
    page = words(manager.post("/statements/publish/", typed(provider, "sw")).text)
    assert "The buttons and the e-mail around it are in English: there is no Swahili yet." in page
    elsewhere = manager.post("/statements/publish/", typed(provider, "sw", kind="elsewhere")).text
    assert ("there is no Swahili" in elsewhere, 'name="look"' in elsewhere) == (False, False)


def test_english_is_asked_with_unless_staff_choose_another_language(browser: Client, text: ConsentText) -> None:
    page = browser.get(f"/requests/new/?learner={make_learner().uuid}").text
    assert ("Hello Zoë" in page, page.index("in English") < page.index("in Arabic")) == (True, True)


def test_published_words_go_on_saying_so(browser: Client, text: ConsentText) -> None:
    address = f"/statements/{text.statement.uuid}/"
    assert "there is no" not in browser.get(address).text
    ConsentText.objects.create(statement=text.statement, language="sw", body="…\n", sha256="2" * 64)
    assert "in English: there is no Swahili yet." in words(browser.get(address).text)


@pytest.mark.parametrize(("language", "told", "greeting"), [("sw", True, "Hello Zoë"), ("cy", False, "Helo Zoë")])
def test_request_shows_the_email_as_it_leaves(
    browser: Client, provider: Provider, language: str, told: bool, greeting: str
) -> None:
    english = make_text(provider)
    ConsentText.objects.create(statement=english.statement, language=language, body="…\n", sha256="1" * 64)
    ConsentText.objects.filter(pk=english.pk).delete()
    page = browser.get(f"/requests/new/?learner={make_learner().uuid}").text
    assert (greeting in page, "in English: there is no" in page) == (True, told)
    assert f'<div lang="{"en-gb" if told else "cy"}" dir="ltr">' in page
    assert f"/look/?language={language}" in page
