"""Every named constraint refuses what it is named for, on both databases."""

import io
from collections.abc import Callable

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db import connection as database
from django.db.models import BaseConstraint, Model, UniqueConstraint

from issuing.models import TAKEN, Connection, Issuance, Learner, Revocation
from issuing.models.revocation import ASKED
from tests import factories as make
from tests.models.breaches import BREACHES

CONSTRAINTS: dict[str, tuple[type[Model], BaseConstraint]] = {
    constraint.name: (model, constraint)
    for model in apps.get_app_config("issuing").get_models()
    for constraint in model._meta.constraints
}
pytestmark = pytest.mark.django_db


def named(error: IntegrityError) -> str:
    """What the database says was broken: on SQLite the columns of an index stand for its name."""
    if database.vendor == "postgresql":
        return error.__cause__.diag.constraint_name  # type: ignore[union-attr]
    return str(error).split(" constraint failed: ")[1]


def expected(name: str) -> str:
    model, constraint = CONSTRAINTS[name]
    if database.vendor == "postgresql" or not isinstance(constraint, UniqueConstraint):
        return name
    columns = [model._meta.get_field(field).column for field in constraint.fields]  # type: ignore[union-attr]
    return ", ".join(f"{model._meta.db_table}.{column}" for column in columns)


@pytest.mark.parametrize("name", sorted(BREACHES))
def test_database_refuses_and_names_the_constraint_when_it_is_broken(name: str) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        BREACHES[name]()

    assert named(caught.value) == expected(name)


def test_every_constraint_is_broken_once_when_tested() -> None:
    assert sorted(BREACHES) == sorted(CONSTRAINTS)


def _known_account() -> Model:
    known = make.make_connection(navigatr_user_id="7")
    return Connection(host=known.host, navigatr_user_id="7")


def _known_issuance() -> Model:
    known = make.make_issuance(make.make_badge())
    return Issuance(badge=known.badge, email_key=known.email_key, status="queued")


def _known_revocation() -> Model:
    known = Revocation.objects.create(
        issuance=make.make_issuance(make.make_badge()),
        reason="Wrong person",
        asked_at=make.LONG_AGO,
        asked_by=make.make_user(),
    )
    return Revocation(issuance=known.issuance)


SENTENCES: dict[str, tuple[Callable[[], Model], str]] = {
    "connection_one_per_host_and_user": (
        _known_account,
        "This Navigatr account is connected already; replace its token instead.",
    ),
    "issuance_one_live_per_key": (_known_issuance, TAKEN),
    "learner_one_per_address": (
        lambda: Learner(email_key=make.make_learner().email_key),
        "A learner with this e-mail address exists already.",
    ),
    "learner_one_per_student_number": (
        lambda: Learner(student_number=make.make_learner(student_number="0042").student_number),
        "A learner with this student number exists already.",
    ),
    "revocation_one_open_per_issuance": (_known_revocation, ASKED),
}


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_cleaning_gives_the_sentence_when_a_constraint_would_be_broken(name: str) -> None:
    build, sentence = SENTENCES[name]
    with pytest.raises(ValidationError) as caught:
        build().full_clean()

    assert [said for said in caught.value.messages if said == sentence] == [sentence]


def test_every_sentence_is_heard_once_when_tested() -> None:
    own = {
        name
        for name, (_, constraint) in CONSTRAINTS.items()
        if constraint.violation_error_message != (BaseConstraint.default_violation_error_message)
    }

    assert own == set(SENTENCES)


@pytest.mark.parametrize("status", ["rejected", "cancelled"])
def test_key_is_free_again_when_an_issuance_ended_without_a_badge(status: str) -> None:
    ended = make.make_issuance(make.make_badge(), status=status, reason="stopped_by_staff")

    assert make.make_issuance(ended.badge, ended.learner).email_key == ended.email_key


def test_key_is_free_when_it_is_the_next_reissue() -> None:
    first = make.make_issuance(make.make_badge())
    again = make.make_issuance(first.badge, first.learner, reissue_no=1, reissue_reason="Lost")

    assert (again.email_key, again.reissue_no) == (first.email_key, 1)


def test_learners_without_student_number_are_many_when_none_is_known() -> None:
    assert {make.make_learner().student_number, make.make_learner().student_number} == {""}


def test_migrations_say_what_the_models_say_when_checked() -> None:
    said = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said)

    assert said.getvalue() == "No changes detected\n"
