"""Everything that is encrypted is encrypted anew, and nothing else is touched."""

import threading
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.db import connection as database
from django.db import models, transaction

from issuing.enums import EvidenceKind
from issuing.fields import Encrypted, Secret, SecretField, encrypt, is_current
from issuing.models import Connection, ConsentEvidence, ConsentLink, Roster, email_key
from issuing.services import rotating
from tests import factories as make
from tests.commands.running import run
from tests.services.rosters.test_racing import at_once

NOT_ENCRYPTED = {"consentdocument.content", "ormq.payload"}
"""The words on a form that everybody sees, and what the queue holds: numbers of rows."""


@pytest.fixture
def keys(settings: Any) -> tuple[str, str]:
    """The key of before, and a new one."""
    return settings.ENCRYPTION_KEYS[0], Fernet.generate_key().decode()


@pytest.fixture
def stored(db: None) -> Connection:
    """One of everything that is encrypted; the connection, whose second secret is none."""
    badge = make.make_badge()
    learner = make.make_agreed(badge)
    make.make_link(learner)
    roster = make.make_roster(badge)
    Roster.objects.update(original=encrypt(b"a file", str(roster.uuid)))
    proof = ConsentEvidence(
        record=learner.consent_records.get(), name="form.png", kind=EvidenceKind.values[0], size=6, sha256="0" * 64
    )
    proof.sealed = encrypt(b"a form", str(proof.uuid))
    proof.save()
    found: Connection = badge.provider.connection
    return found


def renewed() -> dict[str, int]:
    return {one.name: one.renewed for one in rotating.rotate() if one.renewed}


def test_no_column_that_is_encrypted_is_missed() -> None:
    names = {f"{model._meta.model_name}.{field.name}" for model, field in rotating.columns()}
    every = [(model, field) for model in apps.get_models() for field in model._meta.concrete_fields]
    others = {f"{m._meta.model_name}.{f.name}" for m, f in every if isinstance(f, models.BinaryField)} - names
    assert others <= NOT_ENCRYPTED
    assert names == {
        *("connection.secret", "connection.access_token", "consentlink.secret", "instancekey.secret"),
        *("roster.original", "consentevidence.sealed"),
    }
    assert issubclass(SecretField, Encrypted)


def test_everything_can_be_read_by_the_new_key_alone(stored: Connection, keys: tuple[str, str], settings: Any) -> None:
    key, hashed = stored.secret.reveal(), email_key("ana@example.org")
    settings.ENCRYPTION_KEYS = [keys[1], keys[0]]
    assert rotating.left() == 5
    names = (
        "connection.secret",
        "consentlink.secret",
        "instancekey.secret",
        "roster.original",
        "consentevidence.sealed",
    )
    assert renewed() == dict.fromkeys(names, 1)
    assert (renewed(), rotating.left()) == ({}, 0)
    settings.ENCRYPTION_KEYS = [keys[1]]
    email_key.__globals__["_email_hash_key"].cache_clear()
    assert Connection.objects.get().secret.reveal() == key
    assert email_key("ana@example.org") == hashed
    assert bool(ConsentLink.objects.get().secret.reveal())
    for sealed in (Roster.objects.get().original, ConsentEvidence.objects.get().sealed):
        assert sealed is not None
        assert is_current(bytes(sealed))


def test_token_that_is_replaced_meanwhile_stays(
    stored: Connection, keys: tuple[str, str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ENCRYPTION_KEYS = [keys[1], keys[0]]

    def replaced(token: bytes) -> bool:
        """A colleague replaces it after it was read, and before it is locked."""
        monkeypatch.setattr(rotating, "is_current", is_current)
        stored.secret = Secret("the new token")
        stored.save(update_fields=["secret"])
        return is_current(token)

    monkeypatch.setattr(rotating, "is_current", replaced)
    list(rotating.rotate())
    assert Connection.objects.get().secret.reveal() == "the new token"


def test_command_says_when_the_old_keys_may_go(stored: Connection, keys: tuple[str, str], settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [keys[1], keys[0]]
    ran = run("rotate_keys")
    assert (ran.code, ran.out.splitlines()[-1]) == (
        0,
        "The first key reads everything: the others may be taken out of ENCRYPTION_KEYS.",
    )
    assert "connection.secret: 1 encrypted anew, 0 were already." in ran.out
    assert "connection.secret: 0 encrypted anew, 1 were already." in run("rotate_keys").out


def test_value_that_no_key_reads_is_named_and_not_shown(
    stored: Connection, keys: tuple[str, str], settings: Any
) -> None:
    settings.ENCRYPTION_KEYS = [keys[1]]
    ran = run("rotate_keys")
    assert (ran.code, f"connection.secret of {stored.uuid} can be read by none" in ran.out) == (1, True)
    assert ran.out.splitlines()[-1].startswith("Not done: 5 can be read by no key.")
    assert not any(word in ran.out for word in ("gAAAA", make.TOKEN))
    settings.ENCRYPTION_KEYS = [keys[1], keys[0]]
    assert run("rotate_keys").code == 0


def test_what_is_broken_off_goes_on_where_it_was(stored: Connection, keys: tuple[str, str], settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [keys[1], keys[0]]
    done = next(one for one in rotating.rotate() if one.renewed)
    assert rotating.left() == 4
    assert done.name not in renewed()
    assert rotating.left() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(database.vendor == "sqlite", reason="one writes at a time")
def test_row_that_is_just_being_written_is_left_and_not_waited_for(keys: tuple[str, str], settings: Any) -> None:
    connection = make.make_connection()
    settings.ENCRYPTION_KEYS = [keys[1], keys[0]]
    written, looked = threading.Event(), threading.Event()

    def replace() -> None:
        with transaction.atomic():
            Connection.objects.select_for_update().get(pk=connection.pk)
            written.set()
            looked.wait(10)

    def rotate() -> Any:
        written.wait(10)
        ran = run("rotate_keys")
        looked.set()
        return ran

    ran, _ = at_once(rotate, replace)
    assert (ran.code, "1 were just being written" in ran.out) == (1, True)
    assert run("rotate_keys").code == 0
