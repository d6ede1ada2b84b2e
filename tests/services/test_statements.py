"""The wording: what a version is, what replaces it, and which one somebody means."""

import hashlib
from typing import Any

import pytest
from django.utils import timezone

from issuing.enums import ConsentState, Decision, StatementKind
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import AuditEvent, Badge, ConsentStatement, ConsentText, Provider
from issuing.queries import consent_of, ends_with_new_words
from issuing.services import statements
from issuing.services.statements import built_in_text, digest, find, normalised, publish, publish_text, text_in
from tests.factories import make_badge, make_consent, make_issuance, make_learner, make_provider, make_user

pytestmark = pytest.mark.django_db

WORDS, OTHER = "We send your name.\n", "We send your name and address.\n"


@pytest.fixture
def provider() -> Provider:
    return make_provider()


@pytest.fixture
def badge(provider: Provider) -> Badge:
    return make_badge(provider)


def version(provider: Provider, body: str = WORDS, **fields: Any) -> ConsentStatement:
    return publish(provider=provider, texts=fields.pop("texts", {"en": body}), by=None, **fields)


def replaced(*published: ConsentStatement) -> list[bool]:
    for statement in published:
        statement.refresh_from_db()
    return [statement.superseded_at is not None for statement in published]


@pytest.mark.parametrize("typed", ["We send\nZoë.\n", "\ufeffWe send  \r\nZoe\u0308.\t\r\n\r\n", "\n\nWe send\rZoë."])
def test_digest_is_over_the_words_alone_when_only_white_space_or_form_differ(typed: str) -> None:
    assert normalised(typed) == "We send\nZoë.\n"
    assert digest(typed) == hashlib.sha256("We send\nZoë.\n".encode()).hexdigest()


def test_digest_differs_when_a_word_does() -> None:
    assert digest(WORDS) != digest(OTHER)


def test_publish_keeps_words_hash_and_who_when_they_are_new(provider: Provider) -> None:
    by = make_user()

    statement = publish(provider=provider, texts={"en": "We send.  \r\n", "CY": "Anfonwn."}, by=by)

    texts = ConsentText.objects.order_by("language").values_list("language", "body", "sha256")
    assert list(texts) == [
        ("cy", "Anfonwn.\n", digest("Anfonwn.\n")),
        ("en", "We send.\n", digest("We send.\n")),
    ]
    assert (statement.version, statement.published_by, statement.is_minor) == (1, by, False)
    event = AuditEvent.objects.get()
    assert (event.verb, event.subject_uuid, event.actor, event.details) == (
        "publish",
        statement.uuid,
        by,
        {"version": 1},
    )


def test_publish_publishes_nothing_when_the_words_are_the_present_ones(provider: Provider) -> None:
    first = version(provider)

    assert version(provider, " We send your name.\r\n") == first
    assert (ConsentStatement.objects.count(), AuditEvent.objects.count(), replaced(first)) == (1, 1, [False])


def test_publish_replaces_what_was_when_a_version_is_major(provider: Provider, badge: Badge) -> None:
    first = version(provider)
    learner = make_learner()
    make_consent(learner, text_in(first))
    assert consent_of(learner.pk, badge, now=first.published_at).state == ConsentState.GIVEN

    second = version(provider, OTHER)

    assert (second.version, replaced(first, second)) == (2, [True, False])
    assert consent_of(learner.pk, badge, now=first.published_at).state == ConsentState.NONE


def test_publish_leaves_earlier_words_untouched_when_they_are_replaced(provider: Provider) -> None:
    version(provider)
    before = ConsentText.objects.values().get()

    version(provider, OTHER)

    assert ConsentText.objects.values().get(pk=before["id"]) == before


def test_publish_makes_a_new_version_when_older_words_come_back(provider: Provider) -> None:
    first, second, third = version(provider), version(provider, OTHER), version(provider)

    assert (third.version, replaced(first, second, third)) == (3, [True, True, False])


def test_publish_replaces_nothing_when_a_version_is_minor(provider: Provider) -> None:
    first = version(provider)
    second = version(provider, OTHER, is_minor=True)

    assert (second.is_minor, replaced(first, second)) == (True, [False, False])
    assert (version(provider, "New words.").version, replaced(first, second)) == (3, [True, True])


def test_publish_replaces_nothing_when_it_only_adds_a_language(provider: Provider) -> None:
    first = version(provider)

    second = version(provider, texts={"en": WORDS, "cy": "Anfonwn eich enw."})

    assert (second.is_minor, replaced(first)) == (True, [False])


def test_publish_keeps_wordings_apart_when_they_are_for_a_badge_a_provider_or_elsewhere(badge: Badge) -> None:
    ours = [version(badge.provider), version(badge.provider, badge=badge), version(make_provider(navigatr_id=13))]
    paper = version(badge.provider, "Old form.", kind=StatementKind.ELSEWHERE)

    version(badge.provider, OTHER)

    assert replaced(*ours, paper) == [True, False, False, False]


def test_publish_knows_words_used_elsewhere_again_when_others_came_between(provider: Provider) -> None:
    first, _ = (version(provider, body, kind=StatementKind.ELSEWHERE) for body in (WORDS, OTHER))

    assert version(provider, kind=StatementKind.ELSEWHERE) == first


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({}, "The wording is empty"),
        ({"en": " \n\u200b\t"}, "The wording is empty"),
        ({"en": "a" * 20_001}, "longer than 20,000 characters"),
        ({"en": "a\x00b"}, "holds a character that is no text"),
        ({"english": WORDS}, "“english” is not a language code"),
    ],
)
def test_publish_refuses_words_when_nobody_could_agree_to_them(
    provider: Provider, texts: dict[str, str], sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        version(provider, texts=texts)

    assert ConsentStatement.objects.count() == 0


def test_publish_refuses_a_badge_when_it_is_another_providers(badge: Badge) -> None:
    with pytest.raises(InvalidInput, match="belongs to another organisation"):
        version(make_provider(navigatr_id=13), badge=badge)


def test_publish_text_keeps_the_other_languages_when_one_is_added(provider: Provider) -> None:
    first = publish_text(provider=provider, language="en", body=WORDS, by=None)

    second = publish_text(provider=provider, language="CY", body="Anfonwn.", by=None)

    assert sorted(second.texts.values_list("language", "body")) == [("cy", "Anfonwn.\n"), ("en", WORDS)]
    assert (second.is_minor, replaced(first)) == (True, [False])
    assert publish_text(provider=provider, language="en", body=WORDS, by=None) == second


def test_publish_text_drops_translations_when_the_words_change(provider: Provider) -> None:
    first = version(provider, texts={"en": WORDS, "cy": "Anfonwn."})

    second = publish_text(provider=provider, language="en", body=OTHER, by=None)

    assert (list(second.texts.values_list("language", flat=True)), replaced(first)) == (["en"], [True])


def test_publish_text_keeps_translations_when_the_change_is_minor(provider: Provider) -> None:
    first = version(provider, texts={"en": WORDS, "cy": "Anfonwn."})

    second = publish_text(provider=provider, language="en", body=OTHER, is_minor=True, by=None)

    assert sorted(second.texts.values_list("language", "body")) == [("cy", "Anfonwn.\n"), ("en", OTHER)]
    assert replaced(first) == [False]


def test_publish_text_replaces_nothing_when_drafts_only_add_languages(provider: Provider) -> None:
    first = publish_text(provider=provider, language="en", body=WORDS, by=None)

    second = publish_text(provider=provider, language="ga", body="Seolaimid.", drafted={"cy": "Anfonwn."}, by=None)

    assert (second.texts.count(), second.is_minor, replaced(first)) == (3, True, [False])


def test_built_in_text_names_the_provider_when_shown(provider: Provider) -> None:
    Provider.objects.update(name="College {of} Art")
    provider.refresh_from_db()

    assert built_in_text(provider).startswith("College {of} Art would like to award you a digital badge")
    assert version(provider, built_in_text(provider)).version == 1


def test_find_takes_the_version_in_force_when_none_is_named(badge: Badge) -> None:
    version(badge.provider)
    second = version(badge.provider, OTHER)
    version(badge.provider, badge=badge)
    version(badge.provider, "Old form.", kind=StatementKind.ELSEWHERE)

    assert (find(), find("2"), find("1").version) == (second, second, 1)


def test_find_takes_a_statement_by_its_uuid_when_it_is_for_a_badge(badge: Badge) -> None:
    statement = version(badge.provider, badge=badge)

    assert find(str(statement.uuid)) == statement


@pytest.mark.parametrize("reference", ["", "1"])
def test_find_names_all_when_several_providers_have_one(provider: Provider, reference: str) -> None:
    first, second = version(provider), version(make_provider(navigatr_id=13, name="Other College"))

    with pytest.raises(InvalidInput) as caught:
        find(reference)

    assert str(caught.value) == (
        f"Several could be meant; give the uuid of one: Example College, version 1: {first.uuid}; "
        f"Other College, version 1: {second.uuid}."
    )


@pytest.mark.parametrize("reference", ["", "7", "v1", "0b2ac3ee-0b8c-4d7b-9c39-6c9d0b7a3b1e", "9" * 30, "²"])
def test_find_refuses_when_there_is_no_such_wording(reference: str) -> None:
    with pytest.raises(InvalidInput, match=r"No wording has been published yet|There is no wording with"):
        find(reference)


def test_text_in_asks_for_the_language_when_there_are_several(provider: Provider) -> None:
    statement = version(provider, texts={"en": WORDS, "cy": "Anfonwn."})

    assert text_in(statement, "CY").body == "Anfonwn.\n"
    for language in ("", "fr"):
        with pytest.raises(InvalidInput, match="This wording is there in cy, en; say which of these they saw"):
            statements.text_in(statement, language)


def test_publish_text_is_for_one_badge_when_one_is_named(provider: Provider, badge: Badge) -> None:
    whole = publish_text(provider=provider, language="en", body=WORDS, by=None)
    own = publish_text(provider=provider, language="en", body=OTHER, badge=badge, by=None)
    assert (own.badge, own.version, replaced(whole)) == (badge, 1, [False])
    assert (statements.present_version(provider), statements.present_version(provider, badge)) == (whole, own)


def test_publish_text_replaces_nothing_when_it_is_minor_or_used_elsewhere(provider: Provider) -> None:
    first = publish_text(provider=provider, language="en", body=WORDS, by=None)
    publish_text(provider=provider, language="en", body=OTHER, is_minor=True, by=None)
    publish_text(provider=provider, language="en", body="Else.", kind=StatementKind.ELSEWHERE, by=None)
    assert (replaced(first), statements.latest_number(provider)) == ([False], 3)


def test_publish_text_refuses_when_another_version_came_first(provider: Provider) -> None:
    publish_text(provider=provider, language="en", body=WORDS, by=None)
    with pytest.raises(AlreadyTaken, match="Version 1 was published meanwhile"):
        publish_text(provider=provider, language="en", body=OTHER, after=0, by=None)
    assert publish_text(provider=provider, language="en", body=OTHER, after=1, by=None).version == 2


def test_publish_text_ends_as_many_consents_as_was_said(provider: Provider, badge: Badge) -> None:
    words = publish_text(provider=provider, language="en", body=WORDS, by=None).texts.get()
    elsewhere = publish_text(provider=provider, language="en", body="Else.", kind=StatementKind.ELSEWHERE, by=None)
    agreed = [make_learner() for _ in range(3)]
    for learner in agreed:
        make_consent(learner, words)
    make_consent(agreed[0], None, Decision.WITHDRAWN, decided_at=timezone.now())
    make_consent(agreed[1], elsewhere.texts.get(), decided_at=timezone.now())
    make_issuance(badge, agreed[2])

    ending = ends_with_new_words(provider, None, now=timezone.now())

    assert (ending.learners, ending.waiting) == (1, 1)
    publish_text(provider=provider, language="en", body=OTHER, by=None)
    states = [consent_of(one.pk, badge, now=timezone.now()).state for one in agreed]
    assert states == [ConsentState.WITHDRAWN, ConsentState.GIVEN, ConsentState.NONE]
