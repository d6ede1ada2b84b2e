"""Every column that can hold text is either said to name nobody, or is shown to be erased and handed out."""

import json
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from issuing.enums import Role
from issuing.models import Learner, RosterRow
from issuing.services import erasure, learners
from issuing.validators import search_form
from tests import factories as make
from tests.services.erasure.somebody import NAMING, SPELT, Somebody, make_somebody

pytestmark = pytest.mark.django_db

# Columns without anything about learners: keys, hashes, words of Navigatr's about accounts and badges, staff.
NAME_NOBODY = {
    "connection": {"*"},
    "pace": {"*"},
    "provider": {"*"},
    "badge": {"*"},
    "assertion": {"*"},
    "learner": {"email_key"},
    "consenttext": {"*"},
    "consentdocument": {"*"},
    "consentdraft": {"*"},
    "consentevidence": {"sha256", "sealed"},
    "roster": {"file_sha256", "original", "kept_counts"},
    "rosterrow": {"email_key", "accepted"},
    "knownheader": {"*"},
    "consentlink": {"email_key", "token_hash", "secret"},
    "consentrequest": {"about"},
    "consentmail": {"email_key"},
    "mailing": {"*"},
    "linktry": {"*"},
    "auditevent": {"verb", "subject"},
    "erasure": {"email_keys", "entries", "identity_note"},
    "issuance": {"email_key", "issue_date", "end_date"},
    "attempt": {"worker", "assertion_id"},
    "look": {"matches", "newer_control", "older_control"},
    "instancekey": {"*"},
    "user": {"*"},
    "signinlink": {"*"},
    "signinfailure": {"*"},
    "heartbeat": {"*"},
    "retentionrule": {"*"},
    "retentionrun": {"*"},
}
NOT_HANDED_OUT = {
    *("search", "first_key", "last_key", "giver_key"),  # the same once more, as it is searched for
    *("choices", "reading"),  # how a whole file was read
    *("group", "file_name"),  # as "class list"
}
# Every model that points to a learner, or to what is theirs, and where it stands among what is handed out.
HANDED_OUT_AS = {
    "consentrecord": "consent",
    "consentevidence": "consent",
    "consentrequest": "asked",
    "consentmail": "mails",
    "issuance": "badges",
    "attempt": "badges",
    "assertion": "badges",
    "revocation": "badges",
    "look": "badges",
    "roster": "roster_rows",
    "rosterrow": "roster_rows",
    "rightsrequest": "requests",
    "learner": "learner",
}
KEPT_BACK = {
    "consentlink": "a secret that opens their page, which they have by e-mail",
}
KINDS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)


def naming_columns() -> Iterator[models.Field]:
    """Columns that may hold something about a learner."""
    for model in apps.get_app_config("issuing").get_models():
        free = NAME_NOBODY.get(str(model._meta.model_name), set())
        for field in model._meta.concrete_fields:
            if isinstance(field, KINDS) and not field.choices and not free & {field.name, "*"}:
                yield field


def named_in(field: models.Field) -> bool:
    held = " ".join(str(value) for value in field.model._base_manager.values_list(field.name, flat=True))
    return any(text in held for text in SPELT)


@pytest.fixture
def somebody(db: None) -> Somebody:
    return make_somebody(make.make_badge())


def test_every_column_that_may_name_somebody_does_so_before_and_not_after(somebody: Somebody) -> None:
    assert [str(field) for field in naming_columns() if not named_in(field)] == []
    manager = make.make_user(role=Role.MANAGER)
    erasure.erase(learner=somebody.learner, identity_note="Came with a passport.", by=manager)
    assert [str(field) for field in naming_columns() if named_in(field)] == []


def test_all_that_names_somebody_is_handed_out(somebody: Somebody) -> None:
    held = json.dumps(learners.held(learner=somebody.learner, by=make.make_user()), ensure_ascii=False)
    assert [text for text in NAMING if text not in held and search_form(text) not in held] == []
    for field in naming_columns():
        if field.name not in NOT_HANDED_OUT and field.model is not RosterRow:
            assert f'"{field.name}"' in held, field


def test_everything_that_points_to_a_learner_is_handed_out_or_known(somebody: Somebody) -> None:
    held = learners.held(learner=somebody.learner, by=make.make_user())
    found = {str(model._meta.model_name) for model in pointing_to(Learner)}
    assert found - KEPT_BACK.keys() - HANDED_OUT_AS.keys() == set()
    assert {part for part in HANDED_OUT_AS.values() if not held[part]} == set()


def pointing_to(model: type[models.Model]) -> set[type[models.Model]]:
    """Models that point to this one, or to one that does."""
    found: set[type[models.Model]] = set()
    new = {model}
    while new:
        found |= new
        related = {one.related_model for each in new for one in each._meta.related_objects}
        new = {one for one in related if isinstance(one, type)} - found
    return found
