"""The wording's pages: what is in force, and publishing with its consequences said before."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from issuing.enums import Decision, Role, StatementKind
from issuing.models import AuditEvent, Badge, ConsentDraft, ConsentStatement, Provider
from issuing.services import statements
from tests.factories import (
    make_agreed,
    make_badge,
    make_consent,
    make_issuance,
    make_provider,
    make_text,
    make_user,
)
from tests.views.pages import words

PUBLISH, LIST = "/statements/publish/", "/statements/"
OLD, NEW = "We send your name.\n", "We send your name and address.\n"


@pytest.fixture
def badge() -> Badge:
    return make_badge(make_provider())


@pytest.fixture
def provider(badge: Badge) -> Provider:
    return badge.provider


@pytest.fixture
def manager(db: None) -> Client:
    client = Client()
    client.force_login(make_user("mia", role=Role.MANAGER, first_name="Mia"))
    return client


def typed(provider: Provider, **fields: Any) -> dict[str, Any]:
    after = statements.latest_number(provider)
    known = {"provider": provider.uuid, "badge": "all", "kind": "ours", "language": "en", "body": NEW, "after": after}
    return known | fields


def test_list_offers_the_text_of_the_program_when_nothing_is_published(manager: Client, provider: Provider) -> None:
    page = manager.get(LIST)
    assert "No wording is published yet" in page.text
    assert "Publish this wording" in page.text

    fields = typed(provider, body=page.context["wordings"][0].built_in, publish="yes")

    assert manager.post(PUBLISH, fields).headers["Location"] == LIST
    assert ConsentStatement.objects.get().texts.get().body == statements.built_in_text(provider)
    assert AuditEvent.objects.get(verb="publish").actor.username == "mia"


def test_list_shows_what_is_in_force_before_what_was_replaced(browser: Client, provider: Provider) -> None:
    for body in (OLD, NEW):
        statements.publish_text(provider=provider, language="en", body=body, by=None)
    statements.publish_text(provider=provider, language="en", body="Elsewhere.", kind=StatementKind.ELSEWHERE, by=None)
    (wording,) = browser.get(LIST).context["wordings"]
    assert [(one.title, one.state) for one in wording.present] == [("Version 2", "In force")]
    assert [one.title for one in wording.others] == ["Version 3", "Version 1"]
    assert wording.others[0].state == "Used elsewhere"


def test_list_offers_no_publishing_to_staff(browser: Client, provider: Provider) -> None:
    make_user("mia", role=Role.MANAGER, first_name="Mia")
    page = browser.get(LIST)
    assert PUBLISH not in page.text
    assert "Managers publish wording: Mia." in words(page.text)


def test_list_asks_the_database_no_more_when_there_are_more_versions(browser: Client, provider: Provider) -> None:
    counts = []
    for number in (1, 2):
        for extra in range(number):
            make_text(provider, version=10 * number + extra)
        with CaptureQueriesContext(database) as queries:
            browser.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_list_says_what_comes_first_when_nothing_is_connected(browser: Client) -> None:
    assert "Connect a Navigatr account first." in browser.get(LIST).text


def test_publish_page_is_filled_with_the_words_in_force(manager: Client, provider: Provider) -> None:
    statements.publish_text(provider=provider, language="en", body=OLD, by=None)
    form = manager.get(PUBLISH).context["form"]
    assert (form["body"].value(), form["kind"].value(), form["badge"].value()) == (OLD, "ours", "all")


def test_preview_says_how_many_consents_end_and_publishes_nothing(
    manager: Client, provider: Provider, badge: Badge
) -> None:
    statements.publish_text(provider=provider, language="en", body=OLD, by=None)
    make_issuance(badge, make_agreed(badge))
    make_agreed(badge)
    undone = make_agreed(badge)
    make_consent(undone, None, Decision.WITHDRAWN)

    page = manager.post(PUBLISH, typed(provider))

    assert "2 people agreed to the wording this replaces." in words(page.text)
    assert "1 badge is waiting for them and will be stopped" in words(page.text)
    assert "Publish: 2 people have to be asked again" in words(page.text)
    assert ConsentStatement.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"is_minor": "on"}, "Minor change: every yes to the present wording goes on counting."),
        ({"language": "cy"}, "A language is added to the present wording: Welsh."),
        ({"body": OLD}, "These are the words in force: publishing them changes nothing."),
        ({"kind": "elsewhere"}, "Kept so that answers given to these words can be recorded."),
        ({}, "Nobody’s yes ends by this."),
    ],
)
def test_preview_says_that_nothing_ends_when_nothing_does(
    manager: Client, provider: Provider, fields: dict[str, Any], said: str
) -> None:
    statements.publish_text(provider=provider, language="en", body=OLD, by=None)
    assert said in words(manager.post(PUBLISH, typed(provider, **fields)).text)


def test_preview_says_what_a_draft_adds_and_what_new_words_drop(manager: Client, provider: Provider) -> None:
    statements.publish_text(provider=provider, language="en", body=OLD, by=None)
    manager.post(PUBLISH, typed(provider, language="cy", body="Anfonwn.", save="yes"))
    manager.post(PUBLISH, typed(provider, language="ar", body="نرسل.", save="yes"))
    preview = manager.post(PUBLISH, typed(provider, body=OLD))
    assert "2 languages are added to the present wording: Arabic, Welsh." in words(preview.text)
    assert re.findall(r"See it as a learner does, in (\w+)", preview.text) == ["English", "Arabic", "Welsh"]
    assert re.findall(r'<h2 class="h6[^>]*>(\w+)', preview.text) == ["English", "Arabic", "Welsh"]
    manager.post(PUBLISH, typed(provider, body=OLD, publish="yes", draft_of=preview.context["preview"].draft_of))
    assert "Not in the new version: Arabic, Welsh." in words(manager.post(PUBLISH, typed(provider)).text)
    assert "Not in the new" not in words(manager.post(PUBLISH, typed(provider, is_minor="on")).text)


def test_publish_keeps_old_consents_only_when_the_change_is_minor(manager: Client, provider: Provider) -> None:
    old = statements.publish_text(provider=provider, language="en", body=OLD, by=None)
    manager.post(PUBLISH, typed(provider, is_minor="on", publish="yes"))
    old.refresh_from_db()
    assert old.superseded_at is None
    manager.post(PUBLISH, typed(provider, body="Other words.", publish="yes"))
    old.refresh_from_db()
    assert old.superseded_at is not None


def test_publish_is_for_one_badge_when_one_is_chosen(manager: Client, provider: Provider, badge: Badge) -> None:
    manager.post(PUBLISH, typed(provider, badge=badge.uuid, publish="yes"))
    assert ConsentStatement.objects.get().badge == badge


def test_publish_refuses_in_place_when_a_colleague_was_quicker(manager: Client, provider: Provider) -> None:
    fields = typed(provider, publish="yes")
    statements.publish_text(provider=provider, language="en", body=OLD, by=None)
    page = manager.post(PUBLISH, fields)
    assert "Version 1 was published meanwhile." in page.text
    assert page.context["form"]["body"].value() == NEW
    preview = manager.post(PUBLISH, typed(provider, after=0))
    assert 'name="after" value="1"' in preview.text
    assert ConsentStatement.objects.count() == 1


def test_publish_says_that_nothing_is_new_when_the_words_are_the_same(manager: Client, provider: Provider) -> None:
    statements.publish_text(provider=provider, language="en", body=OLD, by=None)
    page = manager.post(PUBLISH, typed(provider, body=OLD, publish="yes"), follow=True)
    assert "Nothing new was published: these are the words of Version 1" in page.text
    assert ConsentStatement.objects.count() == 1


@pytest.mark.parametrize("fields", [{"body": " "}, {"language": "xx"}, {"badge": "none"}, {"kind": ""}])
def test_publish_refuses_in_place_what_cannot_be(manager: Client, provider: Provider, fields: dict[str, Any]) -> None:
    page = manager.post(PUBLISH, typed(provider, publish="yes", **fields))
    assert list(page.context["form"].errors) == list(fields)
    assert not ConsentStatement.objects.exists()


@pytest.mark.parametrize("provider_named", ["nonsense", str(UUID(int=1))])
def test_publish_knows_no_other_organisation(manager: Client, provider: Provider, provider_named: str) -> None:
    assert manager.post(PUBLISH, typed(provider) | {"provider": provider_named}).status_code == 404


def test_publish_is_for_managers_only(browser: Client, provider: Provider) -> None:
    assert browser.get(PUBLISH).status_code == 403
    assert browser.post(PUBLISH, typed(provider, publish="yes")).status_code == 403
    assert not ConsentStatement.objects.exists()


def test_detail_shows_the_words_of_one_version(browser: Client, provider: Provider) -> None:
    text = make_text(provider)
    page = browser.get(f"/statements/{text.statement.uuid}/")
    assert "We send…" in page.text
    assert text.sha256 in page.text


def test_detail_is_404_when_there_is_no_such_version(browser: Client) -> None:
    assert browser.get(f"/statements/{UUID(int=1)}/").status_code == 404


def test_draft_is_saved_gone_on_with_and_published_with_its_languages(manager: Client, provider: Provider) -> None:
    manager.post(PUBLISH, typed(provider, body="Anfonwn.", language="cy", save="yes"))
    page = manager.get("/statements/")
    assert "Draft" in words(page.text)
    assert (
        manager.get(f"{PUBLISH}?provider={provider.uuid}&language=cy").context["form"]["body"].value() == "Anfonwn.\n"
    )
    preview = manager.post(PUBLISH, typed(provider, body="We send."))
    assert preview.context["preview"].drafted == [("Welsh", "Anfonwn.\n")]
    given = typed(provider, body="We send.", publish="yes")
    unseen = manager.post(PUBLISH, given)
    assert "A colleague changed the draft meanwhile." in words(unseen.text)
    manager.post(PUBLISH, given | {"draft_of": preview.context["preview"].draft_of})
    page = manager.get(f"/statements/{ConsentStatement.objects.get().uuid}/")
    assert re.findall(r'<h2 class="(h6[^"]*)">(\w+)', page.text) == [("h6", "English"), ("h6 section", "Welsh")]
    assert "Draft" not in words(manager.get("/statements/").text)


@pytest.mark.parametrize(("named", "left"), [("", 0), (str(UUID(int=1)), 1), ("x", 1)])
def test_draft_for_all_badges_is_not_deleted_with_one_of_an_unknown_badge(
    manager: Client, provider: Provider, named: str, left: int
) -> None:
    manager.post(PUBLISH, typed(provider, body="We send.", save="yes"))
    answer = manager.post("/statements/draft/delete/", {"provider": provider.uuid, "badge": named})
    assert (answer.status_code, ConsentDraft.objects.count()) == (404 if left else 302, left)


def test_form_used_elsewhere_is_kept_with_its_file(manager: Client, browser: Client, provider: Provider) -> None:
    given = typed(provider, kind="elsewhere", body="", used_from="2025-09-01", used_until="2026-07-31")
    preview = manager.post(PUBLISH, given | {"evidence_file": SimpleUploadedFile("enrol.pdf", b"%PDF-1.7")})
    assert "The words stand in the file enrol.pdf." in words(preview.text)
    manager.post(PUBLISH, given | {"proof": preview.context["form"].data["proof"], "publish": "yes"})
    statement = ConsentStatement.objects.get()
    page = browser.get(f"/statements/{statement.uuid}/")
    assert "1 Sept 2025 – 31 July 2026" in words(page.text)
    assert browser.get(f"/statements/{statement.uuid}/document/").content == b"%PDF-1.7"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"body": ""}, "Fill this in."),
        ({"kind": "elsewhere", "body": ""}, "Fill this in."),
        ({"kind": "elsewhere", "used_from": "2026-01-02", "used_until": "2026-01-01"}, "before the first day of use"),
    ],
)
def test_wording_is_refused_in_place(manager: Client, provider: Provider, fields: dict[str, str], said: str) -> None:
    assert said in words(manager.post(PUBLISH, typed(provider, **fields)).text)
    assert not ConsentStatement.objects.exists()


def test_wording_is_retired_by_managers_once_there_are_two(
    manager: Client, browser: Client, provider: Provider
) -> None:
    first = make_text(provider).statement
    assert "Retire this wording" not in manager.get(f"/statements/{first.uuid}/").text
    make_text(provider, version=2)
    assert "Retire this wording" not in browser.get(f"/statements/{first.uuid}/").text
    assert browser.post(f"/statements/{first.uuid}/retire/").status_code == 403
    page = manager.post(f"/statements/{first.uuid}/retire/", follow=True)
    assert "It is offered no more" in words(page.text)
    again = manager.post(f"/statements/{first.uuid}/retire/", follow=True)
    assert "retired already" in words(again.text)
