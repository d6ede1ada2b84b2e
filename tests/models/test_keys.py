"""The key that hashes addresses: one for the instance, kept through every rotation."""

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from issuing.exceptions import SecretUnreadable
from issuing.models import InstanceKey, email_key, ensure_email_key, keys

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("spelling", ["ana@example.org", "ANA@example.org", "ana@EXAMPLE.org"])
def test_address_has_one_key_when_spelled_differently(spelling: str) -> None:
    assert email_key(spelling) == email_key("ana@example.org")


def test_addresses_have_different_keys_when_they_differ() -> None:
    assert len({email_key(f"ana{number}@example.org") for number in range(20)}) == 20


def test_key_tells_nothing_without_the_instance_when_computed_elsewhere() -> None:
    here = email_key("ana@example.org")
    keys._email_hash_key.cache_clear()
    InstanceKey.objects.all().delete()
    ensure_email_key()

    assert (len(here), here == email_key("ana@example.org")) == (64, False)


def test_key_stays_when_ensured_again() -> None:
    before = InstanceKey.objects.get().secret.reveal()
    ensure_email_key()

    assert (InstanceKey.objects.get().secret.reveal(), len(before)) == (before, 64)


def test_key_stays_when_a_new_encryption_key_stands_first(settings: Settings) -> None:
    before = email_key("ana@example.org")
    keys._email_hash_key.cache_clear()
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS]

    assert email_key("ana@example.org") == before


def test_key_is_loud_when_the_encryption_key_is_another(settings: Settings) -> None:
    keys._email_hash_key.cache_clear()
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(SecretUnreadable):
        email_key("ana@example.org")
