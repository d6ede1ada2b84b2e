"""Wording before and after it is published: drafts, other forms' words and files, retiring."""

import hashlib
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from issuing import queries
from issuing.enums import ConsentState, StatementKind
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import ConsentDocument, ConsentDraft, ConsentStatement, Provider, User
from issuing.services import statements
from issuing.services.statements import Document, Elsewhere
from tests.factories import make_badge, make_consent, make_learner, make_provider, make_user

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 enrolment"


@pytest.fixture
def provider() -> Provider:
    return make_provider()


@pytest.fixture
def by() -> User:
    return make_user()


def publish(
    provider: Provider, by: User, body: str = "We send.", language: str = "en", **fields: Any
) -> ConsentStatement:
    return statements.publish_text(provider=provider, language=language, body=body, by=by, **fields)


def elsewhere(**fields: Any) -> dict[str, Any]:
    return {"kind": StatementKind.ELSEWHERE, "elsewhere": Elsewhere(**fields)}


def test_draft_holds_several_languages_and_is_asked_for_by_nobody(provider: Provider, by: User) -> None:
    statements.save_draft(provider=provider, badge=None, language="en", body="We send. \r\n", by=by)
    statements.save_draft(provider=provider, badge=None, language="CY", body="Anfonwn.", by=by)
    draft = statements.draft_of(provider)
    assert draft is not None
    assert draft.texts == {"en": "We send.\n", "cy": "Anfonwn.\n"}
    assert (ConsentDraft.objects.count(), queries.texts_on_offer()) == (1, [])


def test_draft_is_refused_without_words(provider: Provider, by: User) -> None:
    with pytest.raises(InvalidInput, match="is empty"):
        statements.save_draft(provider=provider, badge=None, language="en", body=" ", by=by)


def test_drafted_languages_are_published_as_one_version_and_are_a_draft_no_more(provider: Provider, by: User) -> None:
    publish(provider, by, "Before.")
    statements.save_draft(provider=provider, badge=None, language="cy", body="Anfonwn.", by=by)
    version = publish(provider, by, drafted={"cy": "Anfonwn."})
    assert list(version.texts.order_by("language").values_list("language", "body")) == [
        ("cy", "Anfonwn.\n"), ("en", "We send.\n"),
    ]  # fmt: skip
    assert (version.version, version.is_minor, statements.draft_of(provider)) == (2, False, None)


def test_draft_goes_when_it_is_dropped(provider: Provider, by: User) -> None:
    statements.save_draft(provider=provider, badge=None, language="en", body="We send.", by=by)
    for _ in range(2):
        statements.drop_draft(provider=provider, badge=None, by=by)
    assert not ConsentDraft.objects.exists()


def test_words_of_a_form_are_kept_with_their_file_and_days(provider: Provider, by: User) -> None:
    days = {"used_from": date(2025, 9, 1), "used_until": date(2026, 7, 31)}
    version = publish(provider, by, "", **elsewhere(**days, document=Document("enrol.pdf", PDF)))
    text, kept = version.texts.get(), ConsentDocument.objects.get()
    assert (text.body, text.sha256) == ("The words stand in the file “enrol.pdf”.\n", hashlib.sha256(PDF).hexdigest())
    assert (bytes(kept.content), kept.text, version.used_from, version.used_until) == (PDF, text, *days.values())
    assert publish(provider, by, "", **elsewhere(document=Document("again.pdf", PDF))) == version


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"used_from": date(2026, 5, 4), "used_until": date(2026, 5, 3)}, "lies before the first"),
        ({"document": Document("a.pdf", b"MZ")}, "stand in a PDF"),
        ({"document": Document("a.pdf", b"%PDF-" + b"a" * 5 * 1024 * 1024)}, "5 MB"),
    ],
)
def test_what_cannot_be_of_a_form_is_refused(provider: Provider, by: User, fields: Any, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        publish(provider, by, **elsewhere(**fields))
    assert not ConsentStatement.objects.exists()


def test_retired_words_are_offered_no_more_and_answers_to_them_count(provider: Provider, by: User) -> None:
    badge, learner = make_badge(provider), make_learner()
    paper = publish(provider, by, "Paper.", kind=StatementKind.ELSEWHERE)
    make_consent(learner, paper.texts.get())
    statements.retire(statement=paper, by=by)
    paper.refresh_from_db()
    assert (queries.texts_on_offer(), paper.retired_by) == ([], by)
    assert queries.consent_of(learner.pk, badge, now=timezone.now()).state == ConsentState.GIVEN


def test_only_wording_is_not_retired_and_nothing_twice(provider: Provider, by: User) -> None:
    first = publish(provider, by)
    with pytest.raises(InvalidInput, match="only wording in force"):
        statements.retire(statement=first, by=by)
    publish(provider, by, "Otherwise.")
    first.refresh_from_db()
    statements.retire(statement=first, by=by)
    with pytest.raises(AlreadyTaken):
        statements.retire(statement=first, by=by)


def test_words_that_come_with_the_program_say_all_that_must_be_said(provider: Provider) -> None:
    said = statements.built_in_text(provider)
    for part in (
        provider.name, "Navigatr", "privacy notice", "first name, last name and e-mail address", "what you did",
        "may remind you", "added to your profile at once", "changes nothing in your course or its result", "withdraw",
        "see, correct or erase", "complain", "13 or older", "record of what you did",
    ):  # fmt: skip
        assert part in said
